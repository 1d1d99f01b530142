"""What to do about each error, whatever was asked for: the whole table, and what must never stand in it."""

import inspect
import re

import pytest

from serving_widgets.api import errors
from serving_widgets.api.hints import HINTS, entities_hint, hint_for
from serving_widgets.client.routes import ROUTES
from serving_widgets.magic.registry import COMMANDS

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.ApiError)]
STATUS = {
    "BadRequest": 400,
    "Unauthenticated": 401,
    "PermissionDenied": 403,
    "NotFound": 404,
    "ResourceConflict": 409,
    "TooManyRequests": 429,
    "Cancelled": 499,
    "InternalError": 500,
    "NotImplementedByService": 501,
    "TemporarilyUnavailable": 503,
    "DeadlineExceeded": 504,
}
EVERY = [(cls, action) for cls in CLASSES for action in ROUTES]


def hint(cls, action, said="", status=None):
    lineage = [each.__name__ for each in cls.__mro__]
    of_class = next((STATUS[name] for name in lineage if name in STATUS), 418)
    asked = (action, ROUTES[action].kind)
    return hint_for(lineage, status or of_class, asked=asked, said=said, endpoint="churn")


@pytest.mark.parametrize(("cls", "action"), EVERY, ids=lambda each: getattr(each, "__name__", each))
def test_every_error_of_every_action_has_a_hint_that_can_be_followed(cls, action):
    text = hint(cls, action)
    assert len(text) > 20
    assert text[0].isupper() or text.startswith(("%serving status churn", "churn "))
    assert text.endswith((".", "--wait"))
    assert not re.search("[{}]", text)
    # A line that is named is one that there is.
    assert all(command in COMMANDS for command in re.findall(r"%serving (\w+)", text))
    if ROUTES[action].kind == "read":
        # Nothing that a look does can be corrected, repeated by accident or waited for to end.
        assert not re.search("%serving wait|Correct what|carried out|fewer rows|still be going on", text)
    if ROUTES[action].kind == "query":
        assert "%serving wait" not in text
    if action in ("list", "me", "create"):
        assert "%serving list" not in text


def test_every_row_is_one_that_something_leads_to():
    reached = set()
    for cls, action in EVERY:
        for status in (None, 413, 415, 502):
            for said in ("", *(re.sub(r"\\b|\(|\)\??|\?", "", row.said).split("|")[0] for row in HINTS if row.said)):
                text = hint(cls, action, said, status)
                reached |= {row for row in HINTS if row.text.format(name="churn", NAME="churn") == text}
    assert not [row for row in HINTS if row not in reached]


@pytest.mark.parametrize(
    ("cls", "action", "said", "expected"),
    [
        (errors.BadRequest, "query", "Endpoint churn is not ready to receive queries.", "%serving wait churn"),
        (errors.NotFound, "query", "churn is not yet ready", "%serving wait churn"),
        (errors.TemporarilyUnavailable, "openapi", "Endpoint churn is not ready", "%serving wait churn"),
        (errors.BadRequest, "query", "Endpoint churn is stopped; start it first.", "%serving start churn --wait"),
        (errors.BadRequest, "update", "churn is stopped; start it before updating it.", "%serving start churn --wait"),
        (errors.InvalidState, "stop", "Endpoint churn is already stopped.", "nothing to stop"),
        (errors.InvalidState, "start", "Endpoint churn is not stopped.", "nothing to start"),
        (errors.ResourceConflict, "stop", "Endpoint churn is currently updating.", "%serving wait churn"),
        (errors.ResourceConflict, "get", "Endpoint churn is currently updating.", "Try again."),
        (errors.ResourceConflict, "logs", "", "Try again."),
        (errors.ResourceConflict, "set_permissions", "", "%serving permissions churn"),
        (errors.EndpointNotFound, "query_entity", "", "Check the name of the entity"),
        (errors.BadRequest, "query", "an unexpected error while evaluating the model.", "The model raised an error"),
        (
            errors.BadRequest,
            "create",
            "This workspace has 3 endpoints, and its quota is 3.",
            "A quota of the workspace",
        ),
        (errors.NotFound, "model", "", "%serving models"),
        (errors.NotFound, "group", "", "no such user, group or service principal"),
        (errors.NotFound, "openapi", "", "logged without a signature"),
        (errors.PermissionDenied, "model_versions", "", "EXECUTE on the model"),
        (errors.PermissionDenied, "users", "", "may not look people up"),
        (errors.PermissionDenied, "update", "", "the owners of its models"),
        (errors.ResourceConflict, "create", "", "until the endpoint that had it is gone"),
        (errors.AlreadyExists, "update", "", "%serving wait churn"),
        (errors.BadRequest, "stop", "", "Its state or kind may not allow it"),
        (errors.ResourceExhausted, "grant", "", "Wait a minute"),
        (errors.InvalidState, "get", "", "%serving status churn shows its state"),
        (errors.ResourceDoesNotExist, "logs", "", "Check the name of the entity"),
        (errors.ResourceDoesNotExist, "get", "", "Check the spelling"),
        (errors.ResourceDoesNotExist, "create", "", "Check names and versions of the models"),
        (errors.InvalidParameterValue, "logs", "Served entity x has no logs: it is external.", "container"),
        (errors.InternalError, "query", "", "%serving logs churn"),
        (errors.Cancelled, "stop", "", "look at churn before"),
        (errors.PermissionDenied, "get", "Invalid access token.", "The token may be wrong or expired."),
        (errors.NotFound, "list", "Model serving is not enabled for your shard.", "serving is off"),
    ],
)
def test_the_hint_is_about_what_was_asked_and_what_was_said(cls, action, said, expected):
    assert expected in hint(cls, action, said)


def test_where_the_endpoint_is_not_known_a_line_says_where_its_name_goes():
    assert "%serving wait NAME" in hint_for(["ResourceConflict"], 409, asked=["stop", "write"])


def test_the_entities_are_named_or_that_there_are_none():
    assert entities_hint("churn", ["churn-3", "churn-4"]) == "churn has churn-3, churn-4."
    assert entities_hint("churn", []) == "churn serves nothing yet."
