"""Secrets taken out of texts, and pseudonyms in the place of names."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serving_widgets.api.pseudonyms import Pseudonymizer

HOST = "https://adb-1234567890123456.7.azuredatabricks.net"


@pytest.fixture
def made():
    return Pseudonymizer(HOST)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("password=hunter22", "hunter22"),
        ('{"client_secret": "two words"}', "two words"),
        (r"{\"api_key\": \"two words\"}", "two words"),
        ("Authorization: Bearer abcdefgh", "abcdefgh"),
        ("postgres://ada:s3cret@db.example/x", "s3cret"),
        ("token dapi0123456789abcdef is expired", "dapi0123456789abcdef"),
        ("key AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP"),
        ("sk-abcdefghijklmnop1234", "sk-abcdefghijklmnop1234"),
        ('unfinished password="two wor', "two wor"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_even_where_names_are_kept(text, gone):
    for keep in (True, False):
        assert gone not in Pseudonymizer(HOST, keep_names=keep).text(text)


@pytest.mark.parametrize(
    "text",
    [
        "prompt_tokens: 12, max_tokens=100",
        "The token is expired.",
        "api_key: {{secrets/scope/key}}",
        "main.risk.fraud_detector v4 on numpy==1.26.4.1",
        "See https://docs.databricks.com/aws/en/machine-learning and https://mlflow.org/docs",
        "2026-07-01 08:00:00 UTC",
        "user-0123abcd at https://host-0123abcd/x",
    ],
)
def test_what_is_no_secret_and_no_name_stays(made, text):
    assert made.text(text) == text
    assert made.summary() == ""


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("granted to ada@example.com", "ada@example.com"),
        ("/Users/ada%40example.com/notebook", "ada%40example.com"),
        (f"GET {HOST}/api/2.0/x?o=1234567890123456", "1234567890123456"),
        ("dbc-a1b2c3d4-e5f6.cloud.databricks.com", "dbc-a1b2c3d4-e5f6"),
        ("from 10.1.2.3", "10.1.2.3"),
        ("endpoint 0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("by 7f1e2d3c-0000-4111-8222-333344445555", "7f1e2d3c"),
    ],
)
def test_people_hosts_and_ids_get_pseudonyms_unless_names_are_kept(made, text, gone):
    assert gone not in made.text(text)
    assert made.summary()
    assert Pseudonymizer(HOST, keep_names=True).text(text) == text


def test_the_same_name_has_the_same_pseudonym_and_another_one_elsewhere(made):
    assert made.text("Ada@example.com") == Pseudonymizer(HOST).text("ada@example.com")
    assert made.text("ada@example.com") != Pseudonymizer("https://other.example").text("ada@example.com")
    assert made.text("ada@example.com") != made.text("bob@example.com")


def test_an_embedded_workspace_has_no_port_that_would_differ_each_time(made):
    assert made.text("http://127.0.0.1:41234/api") == "http://localhost/api"


def test_names_of_people_that_have_no_form_are_replaced_where_they_are_known():
    made = Pseudonymizer(HOST, people=["Ada Lovelace"])
    assert made.text("Made by Ada Lovelace, not by Adam").startswith("Made by person-")
    assert made.summary() == "1 person's name"
    assert Pseudonymizer(HOST, people=["Will"]).text("It will end.") == "It will end."
    assert Pseudonymizer(HOST, people=["0123456789abcdef" * 2]).text("0123456789abcdef" * 2).startswith("id-")


def test_what_a_configuration_hides_is_hidden_in_every_text_however_it_is_written():
    made = Pseudonymizer(
        HOST, configs=[{"environment_vars": {"KEY": 'odd "value" é', "MODEL": "main.ml.churn"}}], keep=["main.ml.churn"]
    )
    for said in ('it was odd "value" é', json.dumps('odd "value" é'), "?key=odd%20%22value%22%20%C3%A9"):
        assert "value" not in made.text(said)
    assert made.text("serves main.ml.churn") == "serves main.ml.churn"


def test_values_keep_their_shape(made):
    shown = made.value({"environment_vars": {"KEY": "s3cret!"}, "creator": "ada@example.com", "n": [1, None, True]})
    assert shown["environment_vars"] == {"KEY": "•••"}
    assert shown["creator"].startswith("user-")
    assert shown["n"] == [1, None, True]


@given(st.text(max_size=300))
@example("0@0@0")
def test_what_was_replaced_stays_as_it_is(text):
    made = Pseudonymizer(HOST)
    once = made.text(text)
    assert made.text(once) == once
