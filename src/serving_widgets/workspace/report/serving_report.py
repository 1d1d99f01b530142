"""A report on endpoints, made of what was read: as a page, as Markdown, and as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serving_widgets._version import __version__
from serving_widgets.api.errors import ConfigError
from serving_widgets.api.pseudonyms import Pseudonymizer
from serving_widgets.render.blocks.table import Table
from serving_widgets.render.blocks.text import utc
from serving_widgets.render.report.content import ReportContent, ReportSection
from serving_widgets.render.report.data_block import ReportDataError, read_data

from .chapters import attention_table, changes_table, chapter_of, overview_table
from .comparing import changes_between, comparable
from .document_file import DocumentFile, PathLike

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.permissions.access_control_list import AccessControlList
    from serving_widgets.workspace.session.session import Session

    from .reading import EndpointFacts


class ServingReport(DocumentFile):
    """A report on endpoints: one file to hand over to those who have no kernel.

    Secrets are in none of its forms. Unless names were kept, e-mail addresses, people's names, hosts and ids are
    replaced by pseudonyms, which are the same in each report on one workspace.

    Attributes
    ----------
    content
        What it says.
    replaced : str
        What was replaced by pseudonyms, in words; "" where nothing was.

    Examples
    --------
    >>> report = ws.report()
    >>> report.save("serving.html")
    PosixPath('serving.html')
    """

    def __init__(self, content: ReportContent, where: str, *, replaced: str = "") -> None:
        super().__init__(content, where)
        self.replaced = replaced

    @property
    def data(self) -> Mapping[str, Any]:
        """What a later report is compared with, as plain JSON data."""
        return self.content.data

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each endpoint: name, status, what it serves, requests, last change, remarks."""
        table = next(block for block in self.content.front[-1].blocks if isinstance(block, Table))
        return table.to_frame()


def read_report(path: PathLike) -> dict[str, Any]:
    """Return the data of an earlier report.

    Raises
    ------
    ConfigError
        When the file is not a report that can be compared with.
    """
    file = Path(path).expanduser()
    hint = "Give a report that was written before, as .html or .md; leave it out the first time."
    try:
        return read_data(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror or error}.", hint=hint) from None
    except ValueError as error:
        why = str(error) if isinstance(error, ReportDataError) else "it is not text"
        raise ConfigError(f"Nothing can be compared with {file}: {why}.", hint=hint) from None


def make_report(
    session: Session,
    facts: Sequence[EndpointFacts],
    *,
    whole: bool,
    since: Mapping[str, Any] | None = None,
    keep_names: bool = False,
) -> ServingReport:
    """Return the report of what was read.

    Parameters
    ----------
    whole
        Whether it is all endpoints of the workspace.
    since
        The data of an earlier report.

    Raises
    ------
    ConfigError
        When the earlier report is of another workspace.
    """
    hide, key = pseudonymizer(session, facts, keep_names=keep_names), _key(session)
    facts = [each if each.log is None else dataclasses.replace(each, log=each.log.changed(hide.text)) for each in facts]
    at = round(session.clock.now() * 1000)
    where = hide.text(session.label)
    # An earlier report with names is compared by pseudonyms, where this one has them, and the other way round.
    strict = hide if not keep_names else pseudonymizer(session, facts)
    kept = {each.info.name: comparable(each) for each in facts}
    data = {
        "workspace": where,
        "workspace_id": Pseudonymizer(key).pseudonym(key, "host"),
        "made": at,
        "names": "kept" if keep_names else "replaced",
        "whole": whole,
        "endpoints": hide.value(kept),
    }
    front = [ReportSection("Needs attention", (attention_table(facts),))]
    if since is not None:
        front.append(ReportSection("What has changed", (_changes(data, since, strict),)))
    front.append(ReportSection("All endpoints" if whole else "Endpoints", (overview_table(facts),)))
    many = "1 endpoint" if len(facts) == 1 else f"{len(facts)} endpoints"
    one = facts[0].info.name if len(facts) == 1 and not whole else ""
    content = ReportContent(
        f"Report on {one or 'serving endpoints'}",
        (f"{many} of {session.label}, as seen at {utc(at)}.",),
        tuple(front),
        tuple(map(chapter_of, facts)),
        data=data,
    ).mapped(hide.text)
    said = f"Replaced by pseudonyms: {hide.summary()}." if hide.summary() else ""
    names = "Names were kept." if keep_names else said
    below = ("Secrets are hidden.", names, f"Made by serving-widgets {__version__}.")
    return ServingReport(
        ReportContent(content.title, content.said, content.front, content.chapters, below, data),
        session.where,
        replaced=hide.summary(),
    )


def pseudonymizer(session: Session, facts: Sequence[EndpointFacts], *, keep_names: bool = False) -> Pseudonymizer:
    """Return what takes secrets and names out of all that is told of some endpoints."""
    configs = [each.info for each in facts]
    entities = [
        entity
        for info in configs
        for config in (info.config, info.pending_config)
        if config is not None
        for entity in config.entities
    ]
    names = [info.name for info in configs]
    names += [name for entity in entities for name in (entity.name, entity.entity_name, entity.workload_size) if name]
    people = [name for info in configs for name in (info.creator_display_name, info.creator) if name]
    people += [name for each in facts if each.acl is not None for name in people_of(each.acl)]
    return Pseudonymizer(
        _key(session),
        configs=[info.raw for info in configs],
        people=people,
        keep=names,
        keep_names=keep_names,
    )


def people_of(acl: AccessControlList) -> list[str]:
    """Return the names of those who are no groups."""
    entries = [entry for entry in acl.entries if entry.principal.kind != "group"]
    return [name for entry in entries for name in (entry.display_name, entry.principal.name) if name]


def _key(session: Session) -> str:
    # The embedded workspace has another address each time.
    return session.label if session.is_mock else session.host


def _changes(data: Mapping[str, Any], since: Mapping[str, Any], strict: Pseudonymizer) -> Table:
    made = utc(since.get("made"))
    if since.get("workspace_id") != data["workspace_id"]:
        raise ConfigError(
            f"The earlier report, of {made}, is of another workspace: {since.get('workspace') or 'an unknown one'}.",
            hint="Give one of this workspace, or leave it out.",
        )
    before, now = since.get("endpoints"), data["endpoints"]
    if since.get("names") != data["names"]:
        before, now = strict.value(before), strict.value(now)
    both = since.get("whole") is True and data["whole"] is True
    return changes_table(changes_between(before if isinstance(before, Mapping) else {}, now, whole=both), made)
