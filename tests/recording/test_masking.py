"""What a recording must not hold is taken out, and what is left still fits together."""

import json

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.recording.masking import Masking


def test_a_secret_of_a_configuration_is_taken_out_of_a_later_log_too():
    masking = Masking()
    config = {"served_entities": [{"environment_vars": {"KEY": "correct-horse", "REF": "{{secrets/a/b}}"}}]}
    assert b"correct-horse" not in masking.body(json.dumps(config).encode())
    assert masking.text("starting with correct-horse") == "starting with •••"


def test_a_name_has_the_same_pseudonym_everywhere_and_one_of_its_form():
    masking = Masking(host="127.0.0.1:4711")
    endpoint = {
        "id": "0123456789abcdef0123456789abcdef",
        "creator": "Ada.Lovelace@corp.com",
        "url": "https://adb-1.2.azuredatabricks.net/x and http://127.0.0.1:4711/x",
    }
    said = json.loads(masking.body(json.dumps(endpoint).encode()))
    assert said == {
        "id": "00000000000000000000000000000001",
        "creator": "person-1@example.com",
        "url": "https://workspace-2.example.com/x and http://workspace-1.example.com/x",
    }
    assert masking.text("/api/2.0/permissions/serving-endpoints/0123456789abcdef0123456789abcdef").endswith("001")
    assert masking.text("ada.lovelace@corp.com") == "person-1@example.com"
    assert masking.counts == {"ids": 1, "e-mail addresses": 1, "hosts": 2}


def test_people_lose_their_names_and_groups_keep_them():
    entries = [
        {"user_name": "ada@corp.com", "display_name": "Ada Lovelace"},
        {"service_principal_name": "0d5ff7b5-2a1b-4cf5-8ae0-dd11d3b0e0b1", "display_name": "Nightly of Ada"},
        {"group_name": "analysts", "display_name": "analysts"},
    ]
    said = Masking().body(json.dumps({"access_control_list": entries}).encode()).decode()
    assert "Ada" not in said
    assert "analysts" in said


def test_names_are_kept_where_that_is_asked_for():
    text = "ada@corp.com on adb-1.2.azuredatabricks.net"
    assert Masking(keep_names=True).text(text) == text


def test_pseudonyms_are_not_replaced_again():
    first = Masking().text("ada@corp.com on adb-1.2.azuredatabricks.net, 0d5ff7b5-2a1b-4cf5-8ae0-dd11d3b0e0b1")
    assert Masking().text(first) == first


def test_a_body_in_which_nothing_is_hidden_keeps_its_bytes():
    body = b'{"a": 1.0e5,\n "b": 12345678901234567890}'
    assert Masking().body(body) == body


def test_a_body_that_is_no_text_becomes_a_note():
    assert Masking().body(b"\xff\xfe\x00") == b"3 bytes that are no text"


_SECRET = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_", min_size=8, max_size=24).map(lambda text: f"q7{text}")


@given(
    secret=_SECRET,
    name=st.text("abcdefgh", min_size=1, max_size=8),
    around=st.text(st.characters(codec="utf-8", exclude_characters="@"), max_size=20),
)
def test_no_secret_or_address_is_left_whatever_stands_around_it(secret, name, around):
    address = f"{name}@corp.example"
    masking = Masking()
    config = {
        "external_model": {"openai_config": {"openai_api_key_plaintext": secret}},
        "note": f"{around} {address} {around}",
        "list": [{"environment_vars": {"X": secret}}],
    }
    body = masking.body(json.dumps(config, ensure_ascii=False).encode())
    log = masking.text(f"{around} {secret} {around} {address}")
    for left in (secret, address):
        assert left not in body.decode()
        assert left not in log


def test_a_person_has_one_pseudonym_as_a_creator_a_user_and_a_member_of_a_group():
    masking = Masking()
    endpoint = {"name": "churn", "creator": "ada@corp.com", "creator_display_name": "Ada Lovelace"}
    user = {"id": "199776473024157", "userName": "ada@corp.com", "displayName": "Ada Lovelace"}
    member = {"display": "Ada Lovelace", "value": "199776473024157", "$ref": "Users/199776473024157"}
    nested = {"display": "analysts", "value": "84071286516170", "$ref": "Groups/84071286516170"}
    group = {"id": "84071286516170", "displayName": "analysts", "members": [member, nested]}
    bodies = [json.loads(masking.body(json.dumps(each).encode())) for each in (endpoint, user, group)]
    assert bodies[0]["creator_display_name"] == bodies[1]["displayName"] == "Person 1"
    assert bodies[2]["members"][0] == {
        "display": "Person 1",
        "value": bodies[1]["id"],
        "$ref": f"Users/{bodies[1]['id']}",
    }
    assert bodies[2]["members"][1]["display"] == bodies[2]["displayName"] == "analysts"
    assert "Lovelace" not in str(bodies)
    assert "19977" not in str(bodies)


def test_a_path_holds_no_name_either_where_it_is_percent_encoded():
    masking = Masking()
    scim = "/api/2.0/preview/scim/v2"
    by_mail = masking.path(f"{scim}/Users?filter=userName+eq+%22ada%40corp.com%22")
    assert by_mail == f"{scim}/Users?filter=userName+eq+%22person-1%40example.com%22"
    by_name = masking.path(f"{scim}/Users?filter=displayName+eq+%22Ada+Lovelace%22")
    assert by_name == f"{scim}/Users?filter=displayName+eq+%22Person+1%22"
    of_a_group = f"{scim}/Groups?filter=displayName+eq+%22analysts%22"
    assert masking.path(of_a_group) == of_a_group
    untouched = "/api/2.0/serving-endpoints/churn?a=b%20c&d"
    assert masking.path(untouched) == untouched


def test_the_id_in_the_path_of_a_group_is_that_of_its_body():
    masking = Masking()
    id = json.loads(masking.body(b'{"id":"84071286516170","displayName":"analysts"}'))["id"]
    assert masking.path("/api/2.0/preview/scim/v2/Groups/84071286516170") == f"/api/2.0/preview/scim/v2/Groups/{id}"


def test_what_is_nested_too_deeply_is_noted_by_its_size():
    data = b"[" * 2_000 + b'"ada@corp.com"' + b"]" * 2_000
    masked = Masking().body(data)
    assert b"ada@corp.com" not in masked
