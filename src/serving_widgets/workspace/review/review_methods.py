"""What a workspace offers before and after changes: undo, copies, idle endpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ConfigError
from serving_widgets.render import Table, message
from serving_widgets.workspace.runtime.display import show
from serving_widgets.workspace.runtime.event_loop import hop, off_loop
from serving_widgets.workspace.runtime.found_list import FoundList
from serving_widgets.workspace.session.change_history import ChangeRecord
from serving_widgets.workspace.watch.activity import SeenChange

from .changes_seen import changes_seen
from .idle import IdleEndpoint, find_idle
from .stop_timer import StopTimer, stop_after
from .undo import UndoPlan, change_to_undo, plan_undo, told_to_try_again, undo, what_changed, words_of

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


class ReviewingAio:
    """The awaitable twins of a workspace's calls about changes."""

    _workspace: Session

    async def undo(
        self, number: int | None = None, *, endpoint: str | None = None, dry_run: bool = False
    ) -> ChangeRecord:
        """Undo the last change made through this connection, and show the requests that it takes.

        What can be undone are stops, starts, updates, changes of tags and permissions, and deletions, as long as
        no one else changed the same thing since. Each call undoes one more change.

        Parameters
        ----------
        number : int, optional
            The change, as ``ep.history`` numbers them; the newest unless given.
        endpoint : str, optional
            The newest change of this endpoint.
        dry_run : bool, default False
            Show the exact requests, secrets redacted, and send nothing.

        Returns
        -------
        ChangeRecord
            What was undone.

        Raises
        ------
        ActionRefused
            When there is nothing to undo, the endpoint was changed since, or it can't be: the error says which.

        Examples
        --------
        >>> ep.set_tags({"team": "risk"}).tags["team"]
        'risk'
        >>> ws.undo().action
        The change of tags of churn was undone – mock workspace (demo):
        PATCH /api/2.0/serving-endpoints/churn/tags
        'tags'
        """
        change = await off_loop(change_to_undo, self._workspace, endpoint, number)
        if dry_run:
            show_undo(await hop(lambda: plan_undo(self._workspace, change)))
            return change
        told = self._workspace.writes.told(change.endpoint, f"undo of the {change.action} of")
        with told_to_try_again():
            planned = await hop(lambda: undo(self._workspace, change), **told)
        show(message(undone_words(planned, self._workspace.where)))
        return change

    async def idle(self, hours: float = 24.0) -> FoundList[IdleEndpoint]:
        """Return endpoints that may not be worth what they take, each with reasons and evidence.

        That are endpoints which are always on and get no requests, which use less than a tenth of a size that is not
        the smallest, or whose last update failed. The service tells the last minute only; what this process measured
        before counts, too, and the evidence says over what time it was.

        Parameters
        ----------
        hours : float, default 24
            Only endpoints that were not changed for so many service hours.

        Examples
        --------
        >>> [each.name for each in ws.idle(hours=1) if "failed" in each.reasons]
        ['churn']
        """
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not hours >= 0:
            raise ConfigError(f"hours={hours!r} is not a number of hours.", hint="For example hours=24.")
        return await hop(lambda: find_idle(self._workspace, hours))

    async def changes(self, since: float | str | datetime | None = None) -> FoundList[SeenChange]:
        """Look now, and return what changed since the connection was opened: the newest first.

        States, updates and failures, traffic, tags, endpoints created and deleted, as far as this process saw them; and
        the permissions of endpoints whose permissions were looked at before. The service has no feed of events: what
        was taken back between two looks is not seen.

        Parameters
        ----------
        since : float, str or datetime, optional
            Only what was seen in these service seconds, in a time such as ``"10m"``, or since a moment.

        Examples
        --------
        >>> _ = ws.changes()
        >>> _ = ws.endpoints.get("pricing").start()
        >>> [str(each) for each in ws.changes(since="10m")]
        ['pricing: Not ready (Stopped) → Not ready (Updating)']
        """
        return await hop(lambda: changes_seen(self._workspace, since))

    async def stop_after(self, name: str, minutes: float | None) -> StopTimer | None:
        """Have an endpoint that was made through this connection stopped after a time, with a notice before.

        The timer lives in this kernel only: where that ends before, the endpoint goes on.

        Parameters
        ----------
        name : str
            The endpoint's name.
        minutes : float or None
            Service minutes from now; None takes the timer back.

        Raises
        ------
        ActionRefused
            When it was not made here, or can't be stopped.

        Examples
        --------
        >>> _ = ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
        >>> timer = ws.stop_after("ads", 30)
        >>> ws.stop_after("ads", None).outcome
        'cancelled'
        """
        return await hop(lambda: stop_after(self._workspace, name, minutes))


def history_of(workspace: Session, endpoint: str | None = None) -> FoundList[ChangeRecord]:
    """Return what was changed through a connection, the newest first."""
    changes = workspace.history.of(endpoint)
    rows = [
        (
            each.number,
            datetime.fromtimestamp(each.at, UTC),
            each.endpoint,
            each.action,
            what_changed(each),
            "yes" if each.undone else "",
        )
        for each in changes
    ]
    note = "" if rows else "Nothing was changed through this connection yet."
    columns = ("No", "When (UTC)", "Endpoint", "Action", "What", "Undone")
    return FoundList(changes, Table(columns, rows, f"Changes – {workspace.where}", note))


def show_undo(planned: UndoPlan) -> None:
    """Show what taking a change back would send."""
    for request in planned.requests:
        show(request.card())
    if planned.notes:
        show(message("\n".join(planned.notes)))


def undone_words(planned: UndoPlan, where: str) -> str:
    """Return what was undone, and what of it does not come back."""
    sent = "\n".join(f"{each.method} {each.path}" for each in planned.requests)
    first = f"The {words_of(planned.change)} was undone – {where}:\n{sent or 'nothing had to be sent'}"
    return "\n\n".join([first, *planned.notes])
