"""What to do about an error of the service: by its class, by what was asked for, and by what the service said. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

#: What may be asked for that is about one served entity.
OF_AN_ENTITY = ("query_entity", "logs", "build_logs")


class Hint(NamedTuple):
    """One row of the table.

    Attributes
    ----------
    errors
        Names of classes, which stand for what is derived from them, too, or statuses.
    asked
        Actions as the client's routes name them, or their kinds: "read", "write", "query".
    text
        What to do. ``{name}`` is the endpoint; ``{NAME}`` is it in a line to copy.
    said
        What the service has to have said, as a regular expression in small letters.
    """

    errors: str
    asked: str
    text: str
    said: str = ""


_WAIT = "Another change of {name} is in progress. Wait for it to end, or follow it with %serving wait {NAME}."
_LATER = "Wait a minute and try again."
_REPORT = "If it keeps happening, pass the request id on to the workspace's administrator."
_TOKEN = "The token may be wrong or expired. Create a new one in the workspace's user settings and connect again."  # noqa: S105 – a sentence
_CORRECT = "Correct what the service objects to, then send the request again."
_READY = "Wait until {name} is ready: %serving wait {NAME}. If its update failed, its build log tells why."
_RIGHTS = "Ask someone who manages {name} for the permission, or check that the token belongs to the right user."
_ADDRESS = "Check the address: this host may not be a workspace, or may have no model serving."
_ACCESS = "It may have been deleted, or made again under its name: %serving status {NAME} shows it as it is now."
_REGISTRY, _DIRECTORY = "models model model_versions", "users groups group user service_principal service_principals"
_QUOTA = "A quota of the workspace is used up. Stop or delete what is not needed, or ask the administrator."
_ENTITIES = "Check the name of the entity: %serving status {NAME} shows which there are."

#: The first row that fits is taken: what the service's own words give away, then classes, the narrower ones first.
HINTS: tuple[Hint, ...] = (
    Hint(
        "*",
        "*",
        "Model serving is off in this workspace. Ask the workspace's administrator to enable it.",
        said="not enabled for your shard",
    ),
    Hint("400 401 403", "*", _TOKEN, said="access token"),
    Hint("413", "write", "Make the request smaller: leave out what need not change."),
    Hint("413", "*", "Send fewer rows at a time: the limit is 16 MB for custom models and 4 MB for all others."),
    Hint("415", "query", "Send the body as JSON."),
    Hint("502", "read query", _LATER),
    # The endpoint's state is in the way.
    Hint(
        "400 404 409 503", "query openapi metrics", _READY, said=r"\bnot (yet )?ready\b|\bstill being (created|built)\b"
    ),
    Hint(
        "400 404 409 503",
        "query update openapi metrics",
        "Start it and wait: %serving start {NAME} --wait",
        said=r"\bis (stopped|suspended)\b",
    ),
    Hint(
        "400 409", "stop", "There is nothing to stop. Start it with %serving start {NAME}.", said=r"\balready stopped\b"
    ),
    Hint(
        "400 409",
        "start",
        "There is nothing to start: %serving status {NAME} shows its state.",
        said=r"\bnot stopped\b",
    ),
    Hint("400 409", "write query", _WAIT, said=r"\bcurrently updating\b|\bupdate (is )?(already )?in progress\b"),
    Hint(
        "400 500",
        "query",
        "The model raised an error. Check the request, %serving schema {NAME}, and the model's log, %serving logs "
        "{NAME}.",
        said=r"\bevaluating the model\b",
    ),
    Hint("400 403 429", "create update start", _QUOTA, said=r"\bquota\b"),
    Hint(
        "400",
        "logs build_logs",
        "Only what runs in a container of the workspace has logs, such as custom models.",
        said=r"\bno logs\b|\bcontainer\b",
    ),
    # What is not there.
    Hint("NotFound", " ".join(OF_AN_ENTITY), _ENTITIES),
    Hint("NotFound", "permissions grant set_permissions levels", _ACCESS),
    Hint("NotFound", "list me", _ADDRESS),
    Hint(
        "NotFound",
        _REGISTRY,
        "Check the full name, CATALOG.SCHEMA.MODEL: %serving models lists the models that this user may see.",
    ),
    Hint("NotFound", _DIRECTORY, "There may be no such user, group or service principal, or this user may not see it."),
    Hint(
        "NotFound",
        "openapi",
        "%serving status {NAME} shows whether it is there and ready. A model that was logged without a signature has "
        "no schema.",
    ),
    Hint("NotFound", "create", "Check names and versions of the models, and that you may use them."),
    Hint(
        "NotFound",
        "*",
        "Check the spelling; %serving list shows the endpoints that this user may see.",
    ),
    # What is not allowed.
    Hint("Unauthenticated", "*", _TOKEN),
    Hint("PermissionDenied", "list me", "Check that the token belongs to the right user, and what it is limited to."),
    Hint(
        "PermissionDenied",
        "create",
        "Ask the workspace's administrator for the right to create endpoints, and the models' owners for theirs.",
    ),
    Hint(
        "PermissionDenied",
        "update",
        "Ask someone who manages {name} for the permission, and the owners of its models for the right to use them.",
    ),
    Hint(
        "PermissionDenied",
        _REGISTRY,
        "Ask the model's owner for EXECUTE on the model, and for USE on its catalog and schema.",
    ),
    Hint(
        "PermissionDenied",
        _DIRECTORY,
        "This user may not look people up. Give an e-mail address, a group's name or an application id as it is.",
    ),
    Hint("PermissionDenied", "*", _RIGHTS),
    # What collides.
    Hint("AlreadyExists ResourceAlreadyExists", "create", "Choose another name, or update the endpoint that has it."),
    Hint("ResourceConflict", "create", "Choose another name, or wait until the endpoint that had it is gone."),
    Hint("ResourceConflict", "read query", f"Try again. {_REPORT}"),
    Hint(
        "ResourceConflict",
        "grant set_permissions",
        "The permissions may have been changed meanwhile: look at them, %serving permissions {NAME}, and repeat it.",
    ),
    Hint("ResourceConflict", "*", _WAIT),
    # What is wrong with the request.
    Hint("InvalidState", "create", _CORRECT),
    Hint("InvalidState", "list me " + _REGISTRY + " " + _DIRECTORY, f"Try again. {_REPORT}"),
    Hint("InvalidState", "*", "%serving status {NAME} shows its state. Try again when it allows this."),
    Hint(
        "BadRequest",
        "grant set_permissions",
        "Check names and levels: %serving permissions {NAME} shows what there is.",
    ),
    Hint("BadRequest", "stop start delete", "Its state or kind may not allow it: %serving status {NAME} shows both."),
    Hint("BadRequest", "write query", _CORRECT),
    Hint("BadRequest", "*", f"There is nothing in the request to correct. {_REPORT}"),
    # What is too much.
    Hint(
        "ResourceExhausted",
        "create update start",
        _QUOTA,
    ),
    Hint(
        "TooManyRequests",
        "query",
        "Too many requests reach {name}. Wait a minute and try again, send fewer at a time, or give it more capacity.",
    ),
    Hint("TooManyRequests", "*", "The workspace limits how often it is asked. Wait a minute and try again."),
    # What went wrong over there.
    Hint("Cancelled", "write", "It may have been carried out: look at {name} before you repeat it."),
    Hint("Cancelled", "*", "Send it again if it is still wanted."),
    Hint(
        "NotImplementedByService", "*", "This workspace doesn't offer it. It may be a preview that has to be enabled."
    ),
    Hint("TemporarilyUnavailable", "*", _LATER),
    Hint("DeadlineExceeded", "read", _LATER),
    Hint(
        "DeadlineExceeded",
        "query",
        "Send fewer rows at a time. An endpoint that has scaled to zero needs a while to wake up.",
    ),
    Hint("DeadlineExceeded", "*", "It may still be running: look at {name} before you send it again."),
    Hint("InternalError", "query", f"The log of the model may tell more: %serving logs {{NAME}}. {_REPORT}"),
    Hint("*", "*", _REPORT),
)


def hint_for(
    errors: Iterable[str], status: int, *, asked: Iterable[str] = (), said: str = "", endpoint: str | None = None
) -> str:
    """Return what to do about an error.

    Parameters
    ----------
    errors
        The names of its class and of those that it is derived from.
    status
        The HTTP status.
    asked
        What was asked for: the action, and its kind.
    said
        What the service said.
    endpoint
        The endpoint that it was about; None where that is not known.

    Examples
    --------
    >>> hint_for(["NotFound"], 404, asked=["logs", "read"], endpoint="churn")
    'Check the name of the entity: %serving status churn shows which there are.'
    """
    of_error, of_asked, lowered = {"*", str(status), *errors}, {"*", *asked}, said.lower()
    row = next(
        row
        for row in HINTS
        if of_error.intersection(row.errors.split())
        and of_asked.intersection(row.asked.split())
        and re.search(row.said, lowered)
    )
    return row.text.format(name=endpoint or "the endpoint", NAME=endpoint or "NAME")


def entities_hint(endpoint: str, entities: Iterable[str]) -> str:
    """Return which served entities there are instead of the one that is not there."""
    known = ", ".join(entities)
    return f"{endpoint} has {known}." if known else f"{endpoint} serves nothing yet."
