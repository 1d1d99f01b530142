"""What an endpoint browser and its page say to each other."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from serving_widgets.api.endpoint.columns import ColumnKind as ColumnKind
from serving_widgets.widgets.core.contract import (
    ActOps,
    Delta,
    ErrorFields,
    Facts,
    NameArgs,
    NoArgs,
    Phase,
    Picture,
    RecipePicture,
    ShortStatus,
    Snapshot,
)

ManyAction: TypeAlias = Literal["stop", "start"]


class Row(Facts):
    name: str
    status: ShortStatus
    busy: str | None
    # What the caller may do with it, where the list tells.
    permission: str | None
    # By the column's key, for those columns that no other member is about.
    cells: dict[str, str | float | list[str] | None]


class BrowserColumn(TypedDict):
    key: str
    title: str
    kind: ColumnKind
    width: int
    # It takes no part of the room that is left.
    fixed: NotRequired[bool]
    # Pixels from which it is shown; null: only when asked for.
    shown_from: int | None


class RowTab(TypedDict):
    """A tab that the menu of a row leads to."""

    key: str
    label: str


class OpenPanel(TypedDict):
    name: str
    model: str


class BrowserBody(TypedDict):
    columns: list[BrowserColumn]
    tabs: list[RowTab]
    total: int
    # The first rows by name; the rest is asked for with `rows`.
    rows: list[Row]
    selected: str | None
    # The widget that shows the open endpoint, and of which endpoint it is.
    panel: OpenPanel | None
    # The model of the form that creates an endpoint, while it is open.
    creating: str | None


class BrowserState(Snapshot, BrowserBody):
    """The state of `endpoint_browser`."""


class RowChange(TypedDict):
    """A row that the page has, with those members of it that look different now."""

    name: str
    to: dict[str, object]


class BrowserDelta(Delta):
    upsert: NotRequired[list[Row]]
    changed: NotRequired[list[RowChange]]
    remove: NotRequired[list[str]]


class RowsSent(TypedDict):
    rev: int
    total: int


class RowsChunk(RowsSent):
    rows: list[Row]
    done: int


class Caller(TypedDict):
    # As endpoints name their creator; null where the service does not say.
    user: str | None


class SelectArgs(TypedDict):
    name: str | None
    tab: NotRequired[str]


class IdleArgs(TypedDict):
    # Only endpoints that were not changed for so many service hours.
    hours: float


class IdleRow(TypedDict):
    """An endpoint that may not be worth what it takes."""

    name: str
    reasons: list[str]
    evidence: str
    stoppable: bool


class IdleFound(TypedDict):
    rows: list[IdleRow]
    recipe: RecipePicture


class FormArgs(TypedDict):
    on: bool


class VisibleArgs(TypedDict):
    view: str
    names: list[str]


class ManyArgs(TypedDict):
    action: ManyAction
    names: list[str]


class Outlook(TypedDict):
    """An endpoint before several are acted on; `why` says why it can't be one of them."""

    name: str
    label: str
    phase: Phase
    why: str | None
    # Of the last minute; null where they are not told.
    requests: float | None


class ManyPlan(TypedDict):
    rows: list[Outlook]
    recipe: RecipePicture | None


class ManyStep(TypedDict):
    name: str
    state: Literal["doing", "done", "refused", "failed"]
    problem: ErrorFields | None


class ManyDone(TypedDict):
    """Names by what became of them."""

    done: list[str]
    refused: list[str]
    failed: list[str]


class BrowserOps(ActOps):
    rows: tuple[NoArgs, RowsSent, RowsChunk]
    select: tuple[SelectArgs, None]
    creating: tuple[FormArgs, None]
    visible: tuple[VisibleArgs, None]
    plan_many: tuple[ManyArgs, ManyPlan]
    act_many: tuple[ManyArgs, ManyDone, ManyStep]
    idle: tuple[IdleArgs, IdleFound]
    me: tuple[NoArgs, Caller]
    picture: tuple[NameArgs, Picture]
