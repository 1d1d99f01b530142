"""The reports of a workspace, and of one endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from serving_widgets.workspace.runtime.event_loop import hop, off_loop
from serving_widgets.workspace.runtime.synchronous import call_progress, synchronous
from serving_widgets.workspace.session.handle import Handle

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

    from .document_file import PathLike
    from .serving_report import ServingReport


async def reported(
    session: Session, names: list[str] | None, path: PathLike | None, since: PathLike | None, keep_names: bool
) -> ServingReport:
    """Read, make the report, and write it where a path is given."""
    from .document_file import document_path
    from .reading import read_facts
    from .serving_report import make_report, read_report

    if path is not None:
        document_path(path)
    before = read_report(since) if since is not None else None
    with call_progress("Report", unit="endpoints") as bar:
        told: Callable[[str], None] = lambda name: bar.update(1, name)  # noqa: E731
        facts = await hop(lambda: read_facts(session, names, told), meanwhile=bar.draw)
    report = await off_loop(
        lambda: make_report(session, facts, whole=names is None, since=before, keep_names=keep_names)
    )
    if path is not None:
        await off_loop(report.save, path)
    return report


class ReportingAio:
    """The awaitable twin of :class:`Reporting`."""

    _endpoint: Handle

    async def report(
        self, path: PathLike | None = None, *, since: PathLike | None = None, keep_names: bool = False
    ) -> ServingReport:
        """Return a report on this endpoint, and write it to a file where one is named; see :meth:`Workspace.report`.

        Parameters
        ----------
        path : str or path-like, optional
            Where to write it: ``.html`` for a page, ``.md`` for Markdown.
        since : str or path-like, optional
            A report that was written before, to tell what has changed since.
        keep_names : bool, default False
            Keep e-mail addresses, people's names, hosts and ids instead of replacing them by pseudonyms.

        Raises
        ------
        NotFound
            When there is no such endpoint.
        ConfigError
            When ``path`` ends otherwise, or nothing can be compared with ``since``. Nothing was written.

        Examples
        --------
        >>> ep.report("churn.html").path
        PosixPath('churn.html')
        """
        endpoint = self._endpoint
        return await reported(endpoint.workspace, [endpoint.name], path, since, keep_names)


class Reporting(Handle):
    """A handle that can be reported on."""

    report = synchronous(ReportingAio.report, "ep")


class ReportingWorkspaceAio:
    """The awaitable twins of a workspace's own calls."""

    def __init__(self, workspace: Session) -> None:
        self._workspace = workspace

    async def report(
        self,
        path: PathLike | None = None,
        *,
        names: Iterable[str] | None = None,
        since: PathLike | None = None,
        keep_names: bool = False,
    ) -> ServingReport:
        """Return a report on the endpoints, and write it to a file where one is named: a page or Markdown.

        It tells what needs attention, what has changed since an earlier report, and of each endpoint its state,
        configuration, last update, failure and diagnosis, traffic and metrics, permissions and why, and schema. The
        page runs no script, fetches nothing, and can be printed. Secrets are in none of its bytes.

        Parameters
        ----------
        path : str or path-like, optional
            Where to write it: ``.html`` for a page, ``.md`` for Markdown; a file that is there is replaced.
        names : iterable of str, optional
            The endpoints; all that the caller may view unless given.
        since : str or path-like, optional
            A report that was written before, to tell what has changed since. It may be the file that ``path`` names.
        keep_names : bool, default False
            Keep e-mail addresses, people's names, hosts and ids instead of replacing them by pseudonyms.

        Returns
        -------
        ServingReport
            Its beginning shows itself; ``html``, ``markdown`` and ``data`` are the whole, ``save(…)`` writes it.

        Raises
        ------
        NotFound
            When there is no endpoint of a name that is given.
        ConfigError
            When ``path`` ends otherwise, or nothing can be compared with ``since``. Nothing was written.

        Examples
        --------
        >>> ws.report("serving.html", since="last-week.html").path
        PosixPath('serving.html')
        """
        wanted = None if names is None else list(names)
        return await reported(self._workspace, wanted, path, since, keep_names)
