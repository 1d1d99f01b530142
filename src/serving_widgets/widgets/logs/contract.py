"""What a log viewer and its page say to each other."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from serving_widgets.widgets.core.contract import (
    EndpointBody,
    ErrorFields,
    LinkState,
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
    # The numbers of the lines, where they are not consecutive.
    numbers: NotRequired[list[int]]


class LogBody(EndpointBody):
    entities: list[EntityChoice]
    entity: str | None
    # The version of the configuration; null: the present one.
    version: int | None
    # Entities whose lines stand between those of the entity.
    beside: list[str]
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
    beside: NotRequired[list[str]]


class LinesArgs(TypedDict):
    begin: int
    end: int
    # Only these.
    numbers: NotRequired[list[int]]


class LinesSent(TypedDict):
    first: int


class FollowArgs(TypedDict):
    on: bool


class SearchArgs(TypedDict):
    text: str
    regex: bool
    exact: bool
    levels: list[int]
    replica: NotRequired[str | None]
    # In seconds since the epoch.
    since: NotRequired[float | None]
    until: NotRequired[float | None]
    # Only the lines that something begins with.
    heads: NotRequired[bool]
    # Lines before and after each that are found with it.
    context: NotRequired[int]
    # The line from which nearness counts.
    near: NotRequired[int]


class SearchDone(TypedDict):
    count: int
    total: int


class FoundLines(TypedDict):
    """Numbers of lines: by turns how many are not found, and how many are; counted from `after` on."""

    runs: list[int]
    after: int
    # The line nearest to where one is, told before all are known.
    nearest: NotRequired[int]


class LevelCounts(TypedDict):
    """How many things there are of each level, of a replica and in a range of time."""

    counts: dict[str, int]


class HistogramPicture(TypedDict):
    # When the first bar begins, in seconds since the epoch, and how many seconds each takes.
    begin: float
    step: float
    # Of each bar how many things there are of each level, by number.
    bars: list[list[int]]


class HistogramAnswer(TypedDict):
    histogram: HistogramPicture | None


class ErrorGroupPicture(TypedDict):
    text: str
    count: int
    # The number of the line that begins the last of them.
    last: int


class ErrorGroupsAnswer(TypedDict):
    groups: list[ErrorGroupPicture]


class UnitArgs(TypedDict):
    line: int


class UnitText(TypedDict):
    # A traceback, or another thing, without what stands before its lines.
    text: str


class SaveLogArgs(TypedDict):
    # Only what is shown.
    shown: NotRequired[SearchArgs]


class CompareBuildsArgs(TypedDict):
    entity: str
    version: int | None


class PackageChangePicture(TypedDict):
    name: str
    # The failure names it.
    blamed: bool
    before: str | None
    after: str | None


class Compared(TypedDict):
    changes: list[PackageChangePicture]


class LogOps(Ops):
    open: tuple[OpenLogArgs, None]
    lines: tuple[LinesArgs, LinesSent, LinePart]
    follow: tuple[FollowArgs, None]
    search: tuple[SearchArgs, SearchDone, FoundLines]
    histogram: tuple[SearchArgs, HistogramAnswer]
    levels: tuple[SearchArgs, LevelCounts]
    groups: tuple[SearchArgs, ErrorGroupsAnswer]
    unit: tuple[UnitArgs, UnitText]
    save: tuple[SaveLogArgs, SavedFile, TextPiece]
    link: tuple[SearchArgs, RecipePicture]
    compare: tuple[CompareBuildsArgs, Compared]
