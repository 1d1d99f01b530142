"""What a log viewer and its page say to each other."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from serving_widgets.widgets.core.contract import (
    EndpointBody,
    ErrorFields,
    LinkState,
    NoArgs,
    Ops,
    RecipePicture,
    SavedFile,
    Snapshot,
    TextPiece,
)
from serving_widgets.workspace.logs.log_feed import Sort as Sort


class EntityChoice(TypedDict):
    name: str
    # Versions of the configuration that serve it, the newest first.
    versions: list[int]
    # Earlier versions that may have served it.
    older: list[int]
    # It is on its way and serves nothing yet.
    pending: bool


class LogFinding(TypedDict):
    code: str
    title: str
    meaning: str
    remedy: str
    # The number of the line that shows it.
    number: int
    line: str


class LogPicture(TypedDict):
    # Which log this is: lines of one key belong together.
    key: str
    state: LinkState
    # Host time of the last good look.
    seen: int | None
    problem: ErrorFields | None
    # The service had no lines when last asked.
    empty: bool
    # Lines have come that are still being read in the kernel.
    reading: bool
    first: int
    total: int
    # By level; "plain" is none.
    counts: dict[str, int]
    gaps: int
    # Short ids; the first is "" and stands for none.
    replicas: list[str]
    findings: list[LogFinding]


class LinePart(TypedDict):
    """Consecutive lines: a character of marks and one of replicas for each."""

    begin: int
    text: str
    marks: str
    replicas: str


class LogBody(EndpointBody):
    entities: list[EntityChoice]
    entity: str | None
    # The version of the configuration; null: the present one.
    version: int | None
    sort: Sort
    follow: bool
    # The lines that show this log in a cell.
    recipe: RecipePicture
    log: LogPicture
    # The last lines, so that a new view has something to draw.
    tail: LinePart | None


class LogViewerState(Snapshot, LogBody):
    """The state of `log_viewer`."""


class OpenLogArgs(TypedDict):
    """What is left out stays as it is."""

    sort: NotRequired[Sort]
    entity: NotRequired[str | None]
    version: NotRequired[int | None]


class LinesArgs(TypedDict):
    begin: int
    end: int


class LinesSent(TypedDict):
    first: int


class FollowArgs(TypedDict):
    on: bool


class SearchArgs(TypedDict):
    text: str
    regex: bool
    exact: bool
    levels: list[int]
    # Only the lines that something begins with.
    heads: bool


class SearchDone(TypedDict):
    count: int
    total: int


class FoundNumbers(TypedDict):
    numbers: list[int]


class CompareBuildsArgs(TypedDict):
    entity: str
    version: int | None


class PackageChangePicture(TypedDict):
    name: str
    before: str | None
    after: str | None


class Compared(TypedDict):
    changes: list[PackageChangePicture]


class LogOps(Ops):
    open: tuple[OpenLogArgs, None]
    lines: tuple[LinesArgs, LinesSent, LinePart]
    follow: tuple[FollowArgs, None]
    search: tuple[SearchArgs, SearchDone, FoundNumbers]
    save: tuple[NoArgs, SavedFile, TextPiece]
    compare: tuple[CompareBuildsArgs, Compared]
