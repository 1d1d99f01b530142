"""Grants as text: what is written is read again, and what is wrong is said with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.permissions.access_control_list import LEVELS, AccessControlList, Principal, request_entries
from serving_widgets.api.permissions.grants_file import read_grants, write_grants

names = st.text(min_size=1).map(str.strip).filter(bool)
principals = st.builds(Principal, st.sampled_from(["user", "group", "service_principal"]), names)
grants = st.dictionaries(principals, st.sampled_from(LEVELS))


@given(grants)
def test_what_is_written_is_read_again(wanted):
    assert read_grants(write_grants("churn", wanted)) == wanted
    assert json.loads(write_grants("churn", wanted))["endpoint"] == "churn"


def test_a_character_that_does_not_print_is_written_by_its_number():
    assert "\\u202e" in write_grants("churn", {Principal("user", "\u202eada@example.com"): "CAN_VIEW"})
    assert "Zoë" in write_grants("churn", {Principal("group", "Zoë"): "CAN_VIEW"})


@given(grants)
def test_the_body_of_a_request_and_a_bare_list_are_read_too(wanted):
    assert read_grants(json.dumps({"access_control_list": request_entries(wanted)})) == wanted
    assert read_grants(json.dumps(request_entries(wanted))) == wanted


def test_of_the_services_own_answer_only_what_is_granted_on_the_endpoint_counts():
    answer = {
        "object_type": "serving-endpoint",
        "access_control_list": [
            {
                "user_name": "ada@example.com",
                "display_name": "Ada",
                "all_permissions": [{"permission_level": "CAN_VIEW", "inherited": False}],
            },
            {"group_name": "admins", "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": True}]},
        ],
    }
    assert read_grants(json.dumps(answer)) == AccessControlList.read(answer).direct


ADA = {"user_name": "ada@example.com", "permission_level": "CAN_VIEW"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "There is no access_control_list"),
        ({"access_control_list": 7}, "access_control_list: a list of grants belongs here, not 7"),
        ("ada", 'A list of grants belongs here, not "ada"'),
        ([ADA, 3], "[1]: a grant is an object, not 3"),
        ({"access_control_list": [{"permission_level": "CAN_VIEW"}]}, "access_control_list[0]: no principal is named"),
        ([{**ADA, "group_name": "analysts"}], "[0]: more than one principal is named"),
        ([{"user_name": ["ada"], "permission_level": "CAN_VIEW"}], "[0].user_name: a name belongs here, not a list"),
        ([{"user_name": " ", "permission_level": "CAN_VIEW"}], "[0].user_name: a name belongs here"),
        ([{"user_name": "ada@example.com"}], "[0]: ada@example.com has no permission_level"),
        ([{**ADA, "permission_level": "CAN_QUEERY"}], '[0].permission_level: "CAN_QUEERY" is not a level'),
        ([{**ADA, "permission_level": None}], "[0].permission_level: null is not a level"),
        ([ADA, ADA], "[1]: ada@example.com stands in [0] already"),
        (
            [{"group_name": "a", "all_permissions": [{"permission_level": "X"}]}],
            '[0].all_permissions[0].permission_level: "X" is not a level',
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value, said):
    with pytest.raises(ConfigError) as caught:
        read_grants(json.dumps(value))
    assert caught.value.message.startswith(said)
    assert caught.value.hint.endswith("Nothing was imported.")


def test_a_level_that_is_nearly_one_is_suggested():
    with pytest.raises(ConfigError) as caught:
        read_grants(json.dumps([{**ADA, "permission_level": "can_manag"}]))
    assert "Did you mean CAN_MANAGE?" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the text is empty"),
        ("[\n  {,\n]", "at line 2, column 4"),
        ("[" * 100_000, "nested too deeply"),
        (" " * 10_000_001 + "[]", "too long"),
    ],
)
def test_a_text_that_is_no_json_says_so_and_where(text, said):
    with pytest.raises(ConfigError, match=said):
        read_grants(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "access_control_list",
                        "user_name",
                        "group_name",
                        "permission_level",
                        "all_permissions",
                        "inherited",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_any_json_is_read_or_refused_in_words(value):
    try:
        levels = set(read_grants(json.dumps(value)).values())
    except ConfigError:
        levels = set()
    assert levels <= set(LEVELS)
