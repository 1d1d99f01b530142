"""Permissions of endpoints: read, replaced, added to; and what the service does not forgive."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_MOCK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
LEVELS = ["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"]
ADMINS = {
    "group_name": "admins",
    "all_permissions": [
        {"permission_level": "CAN_MANAGE", "inherited": True, "inherited_from_object": ["/serving-endpoints/"]}
    ],
}
BATCH = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"
PRINCIPALS = [
    {"user_name": "ben@example.com"},
    {"user_name": "vera@example.com"},
    {"user_name": "quentin@example.com"},
    {"group_name": "analysts"},
    {"group_name": "users"},
    {"service_principal_name": BATCH},
]


@pytest.fixture
def acl(ask):
    """Return a way to send requests to the permissions of an endpoint, by its id."""

    def send(method, name="churn", entries=None, *, id=None, spelling="serving-endpoints", **options):
        object_id = id or ask.get(name).body["id"]
        body = None if entries is None else {"access_control_list": entries}
        return ask(method, f"/api/2.0/permissions/{spelling}/{object_id}", body, **options)

    return send


def grant(level, **principal):
    return {**principal, "permission_level": level}


def direct(answer):
    """The direct grants in an answer."""
    return {
        entry.get("user_name") or entry.get("group_name") or entry.get("service_principal_name"): one[
            "permission_level"
        ]
        for entry in answer.body["access_control_list"]
        for one in entry["all_permissions"]
        if not one["inherited"]
    }


def test_the_list_has_direct_grants_and_what_administrators_inherit(ask, acl):
    endpoint = ask.create("fresh").body
    assert acl("GET", "fresh").body == {
        "object_id": f"/serving-endpoints/{endpoint['id']}",
        "object_type": "serving-endpoint",
        "access_control_list": [
            {
                "user_name": "ada@example.com",
                "display_name": "Ada Nyman",
                "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": False}],
            },
            ADMINS,
        ],
    }


@pytest.mark.parametrize("spelling", ["serving-endpoints", "servingendpoints"])
def test_both_spellings_of_the_type_lead_to_the_same_list(acl, spelling):
    entries = [grant("CAN_QUERY", user_name="vera@example.com")]
    acl("PUT", entries=entries, spelling=spelling)
    plain = acl("GET")
    assert direct(plain) == {"vera@example.com": "CAN_QUERY"}
    assert acl("GET", spelling=spelling).text == plain.text
    acl("PATCH", entries=[grant("CAN_VIEW", group_name="users")], spelling=spelling)
    assert direct(acl("GET")) == {"vera@example.com": "CAN_QUERY", "users": "CAN_VIEW"}


@pytest.mark.parametrize("spelling", ["serving-endpoints", "servingendpoints"])
def test_there_are_three_levels_the_weakest_first(ask, spelling):
    answer = ask("GET", f"/api/2.0/permissions/{spelling}/{ask.get('churn').body['id']}/permissionLevels")
    assert [one["permission_level"] for one in answer.body["permission_levels"]] == LEVELS
    assert all(one["description"] for one in answer.body["permission_levels"])


def test_a_patch_sets_the_grants_it_names_and_leaves_the_others_alone(acl):
    before = direct(acl("GET"))
    answer = acl(
        "PATCH",
        entries=[grant("CAN_MANAGE", group_name="analysts"), grant("CAN_VIEW", service_principal_name=BATCH)],
    )
    assert direct(answer) == {**before, "analysts": "CAN_MANAGE", BATCH: "CAN_VIEW"}
    assert answer.text == acl("GET").text


def test_a_patch_without_entries_changes_nothing(acl):
    before = acl("GET").text
    assert acl("PATCH", entries=[]).text == before


def test_a_put_replaces_all_direct_grants_and_nothing_inherited(acl):
    answer = acl("PUT", entries=[grant("CAN_VIEW", user_name="vera@example.com")])
    assert direct(answer) == {"vera@example.com": "CAN_VIEW"}
    assert answer.body["access_control_list"][-1] == ADMINS
    assert direct(acl("PUT", entries=[])) == {}
    assert acl("GET").body["access_control_list"] == [ADMINS]


def test_a_put_without_a_list_takes_all_direct_grants_away(acl):
    assert direct(acl("GET"))
    assert direct(acl("PUT")) == {}


def test_a_put_that_leaves_out_the_caller_locks_the_caller_out(ask, acl):
    object_id = ask.create("fresh", user="ben@example.com").body["id"]
    entries = [grant("CAN_VIEW", user_name="vera@example.com")]
    assert acl("PUT", id=object_id, entries=entries, user="ben@example.com").status == 200
    refused = acl("PUT", id=object_id, entries=entries, user="ben@example.com")
    assert (refused.status, refused.code) == (403, "PERMISSION_DENIED")
    assert ask.get("fresh", user="ben@example.com").status == 403
    # An administrator can let the creator in again.
    acl("PATCH", id=object_id, entries=[grant("CAN_MANAGE", user_name="ben@example.com")])
    assert ask.get("fresh", user="ben@example.com").body["permission_level"] == "CAN_MANAGE"


def test_an_administrator_keeps_access_whatever_is_put(ask, acl):
    acl("PUT", entries=[])
    assert ask.get("churn").body["permission_level"] == "CAN_MANAGE"


def test_a_grant_to_a_group_is_one_to_its_members(ask, acl):
    acl("PUT", entries=[grant("CAN_QUERY", group_name="analysts")])
    assert ask.get("churn", user="vera@example.com").body["permission_level"] == "CAN_QUERY"
    assert ask.get("churn", user="quentin@example.com").status == 403


def test_the_highest_of_ones_own_grant_and_those_of_ones_groups_counts(ask, acl):
    acl("PUT", entries=[grant("CAN_VIEW", user_name="vera@example.com"), grant("CAN_QUERY", group_name="users")])
    assert ask.get("churn", user="vera@example.com").body["permission_level"] == "CAN_QUERY"
    acl("PATCH", entries=[grant("CAN_MANAGE", user_name="vera@example.com")])
    assert ask.get("churn", user="vera@example.com").body["permission_level"] == "CAN_MANAGE"


def test_administrators_may_have_a_direct_grant_beside_the_inherited_one(acl):
    acl("PUT", entries=[grant("CAN_VIEW", group_name="admins")])
    (admins,) = acl("GET").body["access_control_list"]
    assert admins["all_permissions"] == [
        {"permission_level": "CAN_VIEW", "inherited": False},
        *ADMINS["all_permissions"],
    ]


def test_what_is_read_can_be_written_back(acl):
    # Also the creator of the documentation's example, who is no user of this workspace's clients.
    before = acl("GET", "unity-model-endpoint")
    entries = [
        {**{key: entry[key] for key in entry if key.endswith("_name") and key != "display_name"}, **one}
        for entry in before.body["access_control_list"]
        for one in entry["all_permissions"]
        if not one.pop("inherited")
    ]
    assert {"user_name": "customer@example.com", "permission_level": "CAN_MANAGE"} in entries
    assert acl("PUT", "unity-model-endpoint", entries).text == before.text


REFUSED = {
    "a level there is not": ([grant("CAN_FLY", user_name="vera@example.com")], 400, "CAN_FLY"),
    "no level": ([{"user_name": "vera@example.com"}], 400, "permission_level is required"),
    "a level that is no word": ([{"user_name": "vera@example.com", "permission_level": 3}], 400, "permission_level"),
    "nobody": ([{"permission_level": "CAN_VIEW"}], 400, "exactly one"),
    "two at once": ([grant("CAN_VIEW", user_name="vera@example.com", group_name="users")], 400, "exactly one"),
    "somebody twice": ([grant(level, group_name="users") for level in LEVELS], 400, "twice"),
    "an unknown user": ([grant("CAN_VIEW", user_name="eve@example.com")], 404, "UserName(eve@example.com)"),
    "an unknown group": ([grant("CAN_VIEW", group_name="crew")], 404, "GroupName(crew)"),
    "a person as a principal": (
        [grant("CAN_VIEW", service_principal_name="vera@example.com")],
        404,
        "ServicePrincipalName(vera@example.com)",
    ),
    "no objects": (["vera@example.com"], 400, "access_control_list[0]"),
    "no list": ({"user_name": "vera@example.com"}, 400, "access_control_list must be a list"),
}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("case", REFUSED)
def test_a_list_at_fault_is_refused_as_a_whole(acl, method, case):
    entries, status, words = REFUSED[case]
    before = acl("GET").text
    if isinstance(entries, list):
        entries = [grant("CAN_MANAGE", user_name="quentin@example.com"), *entries]
        words = words.replace("[0]", "[1]")
    answer = acl(method, entries=entries)
    code = "INVALID_PARAMETER_VALUE" if status == 400 else "RESOURCE_DOES_NOT_EXIST"
    assert (answer.status, answer.code) == (status, code)
    assert words in answer.body["message"]
    assert acl("GET").text == before


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
@pytest.mark.parametrize("wrong", ["churn", "0" * 32, "nope"])
def test_an_endpoint_goes_by_its_id_here_and_not_by_its_name(acl, method, wrong):
    answer = acl(method, id=wrong, entries=None if method == "GET" else [])
    assert (answer.status, answer.code) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_an_endpoint_that_takes_the_name_of_a_deleted_one_has_permissions_of_its_own(ask, acl):
    old = ask.create("fresh").body["id"]
    acl("PATCH", id=old, entries=[grant("CAN_MANAGE", user_name="vera@example.com")])
    ask.delete("fresh")
    ask.create("fresh")
    assert acl("GET", id=old).status == 404
    assert direct(acl("GET", "fresh")) == {"ada@example.com": "CAN_MANAGE"}


def test_a_ready_made_endpoint_has_no_permissions_to_look_at(ask, acl):
    hidden = ask.mock._world.endpoint("databricks-llama").id
    assert acl("GET", id=hidden).status == 404


@given(st.data())
@settings(SAME_MOCK, max_examples=30)
def test_grants_are_what_the_writes_before_say_and_never_more(ask, acl, data):
    ask.mock.reset()
    object_id = ask.create("fresh").body["id"]
    expected = {"ada@example.com": "CAN_MANAGE"}
    for _ in range(data.draw(st.integers(1, 6))):
        method = data.draw(st.sampled_from(["PUT", "PATCH"]))
        chosen = data.draw(st.lists(st.sampled_from(PRINCIPALS), unique_by=str, max_size=4))
        entries = [grant(data.draw(st.sampled_from(LEVELS)), **principal) for principal in chosen]
        named = {next(iter(entry.values())): entry["permission_level"] for entry in entries}
        expected = named if method == "PUT" else {**expected, **named}
        assert direct(acl(method, id=object_id, entries=entries)) == expected
    assert direct(acl("GET", id=object_id)) == expected
