"""Secrets in texts are hidden, known by their form or by what stands before them."""

import pytest

from serving_widgets.api.secret_texts import hide_secrets, kinds_of_secrets

SECRETS = {
    "a personal access token": "token dapi0123456789abcdef0123456789abcdef is used",
    "an Authorization header": "Authorization: Bearer abc.def-0123456789",
    "a JSON web token": "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
    "a password in an address": "pip install https://ada:hunter22@pypi.corp.example/simple",
    "a signed address": "GET https://x.blob.example/f?sv=1&sig=abcdEFGH%2Bijk",
    "a key of AWS": "using AKIAIOSFODNN7EXAMPLE here",
    "a token of GitHub": "git+https://ghp_0123456789abcdefghij@github.com/x",
    "a token of Hugging Face": "HF login hf_abcdefghijklmnopqrst",
    "a key of a provider": "openai sk-proj-0123456789abcdefghij",
    "a variable": "DB_PASSWORD=correct-horse and more",
    "a long key": "using wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY0123456789 for it",
    "a quoted member": '"client_secret": "s3cr3t-value"',
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_known_by_its_form(text):
    masked = hide_secrets(text)
    assert masked != text
    for secret in (
        "0123456789",
        "hunter22",
        "abcdEFGH",
        "AKIA",
        "abcdefghij",
        "correct-horse",
        "s3cr3t",
        "eyJ",
        "wJalr",
    ):
        assert secret not in masked


@pytest.mark.parametrize(
    "text",
    [
        "max_tokens: 256000 and total_tokens=1234567",
        "the secret of success",
        "SECRET={{secrets/scope/key}}",
        "tokenizer_config.json loaded",
        "Step 3/9 of build 42",
        "password: None",
        "GET /0/permissions/serving-endpoints/0123456789abcdef0123456789abcdef/permissionLevels",
        "File /databricks/python3/lib/site-packages/MyCompany/models/predict",
    ],
)
def test_what_only_sounds_like_a_secret_stays(text):
    assert hide_secrets(text) == text


def test_members_of_a_document_that_are_no_texts_stay():
    line = '{"token": {"type": "string"}, "secret_count": 3, "password": null, "api_key": "•••"}'
    assert hide_secrets(line) == line
    assert list(kinds_of_secrets(line)) == []


def test_what_a_text_seems_to_hold_is_named_without_showing_it():
    assert list(kinds_of_secrets("ghp_0123456789abcdefghij")) == ["a token of GitHub"]
