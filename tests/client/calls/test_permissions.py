"""Permissions and tags: what is sent, what comes out, and what became of a write whose answer was lost."""

import json

import httpx
import pytest

from serving_widgets.api import errors
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.permissions.access_control_list import AccessControlList, Principal
from serving_widgets.client.http.write_verification import check_grants, check_tags

ADA = Principal("user", "ada@example.com")
ANALYSTS = Principal("group", "analysts")
ID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def acl(**levels):
    """The JSON of a list with direct grants, and that of the administrators."""
    direct = [
        {
            "user_name" if "@" in name else "group_name": name,
            "all_permissions": [{"permission_level": level, "inherited": False}],
        }
        for name, level in levels.items()
    ]
    admins = {"group_name": "admins", "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": True}]}
    return {"object_id": f"/serving-endpoints/{ID}", "access_control_list": [*direct, admins]}


def tagged(**tags):
    return {"name": "churn", "state": {}, "tags": [{"key": key, "value": value} for key, value in tags.items()]}


# ---- permissions


def test_the_list_goes_by_the_id(ask):
    found, service = ask("get_permissions", ID, script=[acl(analysts="CAN_VIEW")])
    assert service.requests[0].url.path == f"/api/2.0/permissions/serving-endpoints/{ID}"
    assert found.direct == {ANALYSTS: "CAN_VIEW"}
    assert found.raw == acl(analysts="CAN_VIEW")


@pytest.mark.parametrize(
    ("id", "code"), [(None, "no_id"), ("", "no_id"), ("churn/../x", "invalid_id"), (7, "invalid_id")]
)
@pytest.mark.parametrize("method", ["get_permissions", "get_permission_levels", "update_permissions"])
def test_an_endpoint_without_an_id_has_no_permissions_and_nothing_is_sent(ask, method, id, code):
    grants = ({},) if method == "update_permissions" else ()
    error, service = ask(method, id, *grants, name="databricks-llama", script=[{}])
    assert isinstance(error, errors.ActionRefused)
    assert (error.code, error.endpoint) == (code, "databricks-llama")
    assert "databricks-llama" in error.message
    assert service.requests == []


@pytest.mark.parametrize(("method", "verb"), [("update_permissions", "PATCH"), ("set_permissions", "PUT")])
def test_grants_are_sent_flat_and_the_list_comes_back(ask, method, verb):
    grants = {ADA: "CAN_MANAGE", ANALYSTS: "CAN_QUERY"}
    found, service = ask(method, ID, grants, script=[acl(**{"ada@example.com": "CAN_MANAGE", "analysts": "CAN_QUERY"})])
    assert [request.method for request in service.requests] == [verb]
    assert json.loads(service.bodies[0]) == {
        "access_control_list": [
            {"user_name": "ada@example.com", "permission_level": "CAN_MANAGE"},
            {"group_name": "analysts", "permission_level": "CAN_QUERY"},
        ]
    }
    assert found.direct == grants


@pytest.mark.parametrize("method", ["update_permissions", "set_permissions"])
def test_a_yes_without_the_list_is_followed_by_a_look_at_it(ask, method):
    found, service = ask(method, ID, {ANALYSTS: "CAN_VIEW"}, script=[{}, acl(analysts="CAN_VIEW")])
    assert [request.method for request in service.requests][1:] == ["GET"]
    assert found.direct == {ANALYSTS: "CAN_VIEW"}


@pytest.mark.parametrize("loss", [httpx.ReadError, 502, httpx.Response(200, text="<html>")])
@pytest.mark.parametrize("method", ["update_permissions", "set_permissions"])
def test_grants_whose_answer_was_lost_are_looked_for(ask, method, loss):
    found, service = ask(method, ID, {ANALYSTS: "CAN_VIEW"}, script=[loss, acl(analysts="CAN_VIEW")])
    assert [request.method for request in service.requests][1:] == ["GET"]
    assert found.direct == {ANALYSTS: "CAN_VIEW"}


@pytest.mark.parametrize("method", ["update_permissions", "set_permissions"])
def test_grants_that_do_not_show_are_never_sent_again(ask, method):
    script = [httpx.ReadError, acl(analysts="CAN_QUERY")]
    error, service = ask(method, ID, {ANALYSTS: "CAN_VIEW"}, name="churn", script=script)
    assert isinstance(error, errors.OutcomeUnknown)
    assert [request.method for request in service.requests][1:] == ["GET"] * 3
    assert "the group analysts has CAN_QUERY instead of CAN_VIEW" in error.message
    assert "permissions of churn was sent, but its answer was lost" in error.message
    assert error.endpoint == "churn"


def test_an_error_names_the_id_where_no_name_is_known(ask):
    error, _ = ask("get_permissions", ID, script=[404])
    assert f"Couldn't read the permissions of the endpoint with the id {ID}" in error.message


def test_only_a_put_takes_grants_away():
    wanted = {ADA: "CAN_MANAGE"}
    more = AccessControlList.read(acl(**{"ada@example.com": "CAN_MANAGE", "analysts": "CAN_VIEW"}))
    assert check_grants(more, wanted, alone=False).applied is True
    left = check_grants(more, wanted, alone=True)
    assert (left.applied, left.seen) == (False, "the group analysts still has CAN_VIEW")
    assert check_grants(AccessControlList.read(acl(**{"ada@example.com": "CAN_MANAGE"})), wanted, alone=True).applied
    assert check_grants(AccessControlList.read(acl()), {}, alone=True).applied


def test_the_levels_come_with_what_the_service_says_about_them(ask):
    said = {"permission_levels": [{"permission_level": "CAN_VIEW", "description": "Can look"}, {}, 3]}
    levels, service = ask("get_permission_levels", ID, script=[said])
    assert [(level.level, level.description) for level in levels] == [("CAN_VIEW", "Can look")]
    assert service.requests[0].url.path.endswith(f"/{ID}/permissionLevels")
    assert ask("get_permission_levels", ID, script=[{}])[0] == ()


# ---- tags


def test_tags_are_added_and_taken_away_in_one_request(ask):
    tags, service = ask("patch_tags", "churn", {"team": "growth", "hot": None}, ["old"], script=[tagged(team="growth")])
    assert service.seen == [("PATCH", "tags")]
    assert json.loads(service.bodies[0]) == {
        "add_tags": [{"key": "team", "value": "growth"}, {"key": "hot"}],
        "delete_tags": ["old"],
    }
    assert [(tag.key, tag.value) for tag in tags] == [("team", "growth")]


def test_the_older_answer_to_tags_is_a_bare_list(ask):
    tags, _ = ask("patch_tags", "churn", {"team": "growth"}, script=[httpx.Response(200, json=[{"key": "team"}])])
    assert [tag.key for tag in tags] == ["team"]


def test_a_yes_without_tags_is_followed_by_a_look_at_the_endpoint(ask):
    tags, service = ask("patch_tags", "churn", {"team": "growth"}, script=[{}, tagged(team="growth")])
    assert service.seen == [("PATCH", "tags"), ("GET", "churn")]
    assert [tag.key for tag in tags] == ["team"]


def test_a_tag_to_be_added_and_deleted_at_once_is_refused_here(ask):
    error, service = ask("patch_tags", "churn", {"team": "growth"}, ["team"], script=[{}])
    assert isinstance(error, errors.ActionRefused)
    assert "team of churn can't be added and deleted at once" in error.message
    assert service.requests == []


def test_tags_whose_answer_was_lost_are_looked_for_and_never_sent_again(ask):
    tags, service = ask(
        "patch_tags", "churn", {"team": "growth"}, ["old"], script=[httpx.ReadError, tagged(team="growth")]
    )
    assert service.seen == [("PATCH", "tags"), ("GET", "churn")]
    assert [tag.key for tag in tags] == ["team"]
    script = [httpx.ReadError, tagged(team="other", old="1")]
    error, service = ask("patch_tags", "churn", {"team": "growth"}, ["old"], script=script)
    assert isinstance(error, errors.OutcomeUnknown)
    assert "on churn team is not set, old is still set" in error.message
    assert [method for method, _ in service.seen].count("PATCH") == 1


@pytest.mark.parametrize(
    ("there", "add", "delete", "applied"),
    [
        ({"a": "1"}, {"a": "1"}, [], True),
        ({"a": "2"}, {"a": "1"}, [], False),
        ({}, {"a": "1"}, [], False),
        ({"a": ""}, {"a": None}, [], True),
        ({"b": "1"}, {"a": None}, [], False),
        ({"b": "1"}, {}, ["a"], True),
        ({"a": "1"}, {}, ["a"], False),
    ],
)
def test_a_change_of_tags_shows_by_what_is_there_and_what_is_not(there, add, delete, applied):
    assert check_tags(EndpointInfo.read(tagged(**there)), "churn", add, delete).applied is applied


def test_no_endpoint_has_no_tags():
    assert check_tags(None, "churn", {}, []).applied is False
