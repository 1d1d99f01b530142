"""Handles that travel: what a handle is in another process, where neither its connection nor its token exists.

A pickled handle says which workspace it means and how that was opened, and nothing that proves who is asking. Where it
is used again, the connection is made from what that process has: its environment, its configuration file, its runtime.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.login.resolve import Target, find_target

from .write_guard import Guard

if TYPE_CHECKING:
    from .session import Session


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A workspace as another process can find it.

    Attributes
    ----------
    connection
        What the connection was called.
    profile
        The profile that it was opened with; None when it was another way.
    mock
        Whether it is the embedded workspace of the process that the reference comes from.
    guard
        What the connection refused; it goes on refusing.
    """

    connection: str
    host: str
    profile: str | None
    mock: bool
    guard: Guard

    @classmethod
    def to(cls, session: Session) -> Reference:
        """Return the reference to a workspace."""
        return cls(session.name, session.host, session.profile, session.is_mock, session.guard)

    def session(self) -> Session:
        """Return the connection: the open one of that name and address, else one made from what is at hand here.

        Raises
        ------
        ConfigError
            When this process has no credential for that address.
        """
        return _revive(self)

    def __str__(self) -> str:
        return self.host.split("://", 1)[-1]

    def target(self) -> Target:
        """Return what this process has to connect to the workspace with.

        Raises
        ------
        ConfigError
            When that is nothing.
        """
        reasons = []
        ways: list[dict[str, Any]] = [{"profile": self.profile}] if self.profile else []
        for way in (*ways, {}, {"host": self.host}):
            try:
                found = find_target(**way)
            except ConfigError as error:
                reasons.append(error.message)
                continue
            # Whatever is found must be for the same workspace: rows must not go to another one.
            if found is not None and found.host == self.host:
                return found
        raise ConfigError(
            f"A handle of {self} came here from another process, and there is no credential for it here: "
            f"{reasons[-1] if reasons else 'none was found.'}",
            hint=_MOCK_HINT if self.mock else _HINT,
        )


_HINT = (
    "Handles are pickled without their token. Set DATABRICKS_HOST and DATABRICKS_TOKEN where the workers run, or "
    "connect by a profile that they have, too: sw.connect(profile=…)."
)
_MOCK_HINT = (
    "Give the workers the embedded workspace's environment before they start: os.environ.update(ws.mock.env()). It is "
    "there as long as the process that it belongs to."
)


def revived_by(revive: Callable[[Reference], Session]) -> None:
    """Say what connects again; told by the module that opens connections, whose endpoints are handles."""
    global _revive
    _revive = revive


_revive: Callable[[Reference], Session]


class Handle:
    """Something of a workspace that can be pickled: the base of :class:`Endpoint`."""

    def __init__(self, workspace: Session | Reference, name: str) -> None:
        self._workspace = workspace
        self.name = name

    @property
    def workspace(self) -> Session:
        """The workspace; in another process than the handle's own it is connected to when it is first needed.

        Raises
        ------
        ConfigError
            When a process that a handle was sent to has no credential for it.
        """
        if isinstance(self._workspace, Reference):
            self._workspace = self._workspace.session()
        return self._workspace

    @property
    def elsewhere(self) -> Reference | None:
        """Where the handle comes from while it is not connected in this process; None once it is."""
        return self._workspace if isinstance(self._workspace, Reference) else None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.elsewhere or Reference.to(self.workspace), self.name)
