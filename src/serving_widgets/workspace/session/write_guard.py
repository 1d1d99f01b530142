"""What a workspace refuses by itself: read-only workspaces and protected names, before anything is sent."""

from __future__ import annotations

import dataclasses
import fnmatch
import os
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from serving_widgets.api.endpoint.actions import Refusal, why_not
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import DELETED
from serving_widgets.api.errors import ActionRefused, ConfigError
from serving_widgets.api.read_only_env import READ_ONLY_VARIABLE, is_read_only

#: Actions that change nothing, so that a read-only workspace and a protected name allow them.
READS = frozenset({"query"})

#: Codes of the refusals that are the connection's own.
_OWN = frozenset({"read_only", "protected"})

# Once locked, always locked: a notebook that took the variable out of its environment would be what it protects from.
_locked = is_read_only(os.environ)


#: How a line or a widget asks before it changes an endpoint: by its name to be typed, by a yes, or not at all; "" where
#: no pattern says so.
Question = Literal["", "typed", "click", "none"]
QUESTIONS = get_args(Question)[1:]


@dataclasses.dataclass(frozen=True, slots=True)
class Guard:
    """The workspace's own refusals.

    Attributes
    ----------
    read_only
        Why nothing may be changed; None when it may.
    unlock
        The line that makes the workspace writable.
    protect
        Patterns of names, as in a shell, whose endpoints may not be changed.
    questions
        Patterns, each with how a change is asked about: one of :data:`QUESTIONS`.
    """

    read_only: str | None = None
    unlock: str = ""
    protect: tuple[str, ...] = ()
    questions: tuple[tuple[str, Question], ...] = ()

    def question(self, name: str) -> Question:
        """Return how changes of an endpoint are asked about; "" where no pattern says so."""
        return next((kind for pattern, kind in self.questions if fnmatch.fnmatchcase(name, pattern)), "")

    def refusal(self, action: str, name: str) -> Refusal | None:
        """Return why this workspace does not let ``action`` be done to ``name``, None when it does."""
        if action in READS:
            return None
        if self.read_only is not None:
            return Refusal("read_only", self.read_only, f"To change things: {self.unlock}")
        for pattern in self.protect:
            if fnmatch.fnmatchcase(name, pattern):
                return Refusal(
                    "protected",
                    f"{name} is protected by the pattern {pattern!r}.",
                    "Connect again without that pattern in protect=[…] to change it.",
                )
        return None

    def why_not(self, action: str, info: EndpointInfo, *, deleted: bool = False) -> Refusal | None:
        """Return why ``action`` can't be done to an endpoint as last seen, None when it can."""
        if deleted:
            return Refusal("deleted", f"{info.name} {DELETED.label.lower()}: there is nothing left to {action}.", "")
        return self.refusal(action, info.name) or why_not(action, info)


#: The patterns whose endpoints may not be changed, and those that are asked about, each with how.
Protection = tuple[tuple[str, ...], tuple[tuple[str, Question], ...]]


def protection(protect: object) -> Protection:
    """Return the patterns whose endpoints may not be changed, and those that are asked about, each with how.

    Raises
    ------
    ConfigError
        When it is neither a list of patterns nor a dictionary of how to ask.
    """
    if isinstance(protect, Mapping):
        wrong = [kind for kind in protect.values() if kind not in (*QUESTIONS, "refuse")]
        if wrong:
            known = ", ".join((*QUESTIONS, "refuse"))
            raise ConfigError(f"protect= has no strength {wrong[0]!r}.", hint=f"There are {known}.")
        refused = tuple(str(pattern) for pattern, kind in protect.items() if kind == "refuse")
        return refused, tuple((str(pattern), kind) for pattern, kind in protect.items() if kind != "refuse")
    if isinstance(protect, str) or not isinstance(protect, Sequence) or not all(isinstance(p, str) for p in protect):
        raise ConfigError("protect= takes a list of patterns.", hint='For example protect=["prod-*"].')
    return tuple(protect), ()


def locked(guard: Guard) -> Guard:
    """Return the guard of a connection to a real workspace: it refuses every change where the process may make none."""
    global _locked
    _locked = _locked or is_read_only(os.environ)
    if not _locked:
        return guard
    return dataclasses.replace(
        guard,
        read_only=f"No real workspace may be changed by this process: {READ_ONLY_VARIABLE} is set, "
        "as serving-widgets freeze does.",
        unlock=f"unset {READ_ONLY_VARIABLE} and restart the kernel, or, when freezing, add --allow-changes.",
    )


def refused(refusal: Refusal, action: str, name: str) -> ActionRefused:
    """Return the error that a refusal becomes where the action was called for."""
    # What a connection forbids could be taken for the service's word; a state that does not allow it speaks for itself.
    message = f"{refusal.message} Nothing was sent." if refusal.code in _OWN else refusal.message
    return ActionRefused(message, action=action, endpoint=name, hint=refusal.hint, code=refusal.code)
