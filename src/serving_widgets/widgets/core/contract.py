"""What kernel and page say to each other, whatever the widget. The front end's types are made from it.

Times are epoch milliseconds: service time unless a comment says host time. ``python tests/support/page_contract.py``
writes ``contract.d.ts`` for each room's ``contract.py``.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from serving_widgets.api.endpoint.status import Phase as Phase
from serving_widgets.api.errors import ErrorFields as ErrorFields
from serving_widgets.workspace.session.write_guard import Question as Question

Action: TypeAlias = Literal["stop", "start", "delete"]
LinkState: TypeAlias = Literal["loading", "live", "stale", "error"]


class ShortStatus(TypedDict):
    label: str
    phase: Phase
    note: str


class StatusPicture(ShortStatus):
    reason: str
    done: int | None
    total: int | None


class LinkPicture(TypedDict):
    state: LinkState
    # Host time of the last good look.
    seen: int | None
    problem: ErrorFields | None


class ClockPicture(TypedDict):
    # Service time at the moment `taken`.
    at: int
    # Host time.
    taken: int
    # Service seconds per host second.
    rate: float


class WorkspacePicture(TypedDict):
    name: str
    label: str
    host: str
    # What the connection is marked with, beside its name.
    colour: str | None
    mock: bool
    # Why nothing may be written, with the line that unlocks it; null when writing is allowed.
    read_only: str | None


class Header(TypedDict):
    live: bool
    workspace: WorkspacePicture
    link: LinkPicture
    clock: ClockPicture


class Reopening(TypedDict):
    """What it takes to open a connection and a widget again in a fresh kernel, beside what the snapshot says."""

    # The class of the widget.
    widget: str
    args: dict[str, object]
    # Of an embedded workspace.
    scenario: str | None
    profile: str | None
    protect: dict[str, str]


class Snapshot(Header):
    rev: int
    # Null: the view can't be opened again by itself.
    again: NotRequired[Reopening | None]


class Facts(TypedDict):
    kind: str
    # Its served entities, as a list shows them.
    entities: list[str]
    creator: str
    created: int | None
    updated: int | None
    # "team: risk", or the key alone.
    tags: list[str]
    url: str
    console: str | None


class StepPicture(TypedDict):
    entity: str
    version: str
    state: str
    phase: Phase
    message: str
    started: float | None
    ended: float | None


class EtaPicture(TypedDict):
    """When a running update may end, as earlier ones tell: service times."""

    median: float
    low: float
    high: float
    # Whose and how many.
    by: str


class UpdatePicture(TypedDict):
    started: float | None
    # Null while it runs, and where its end was not seen.
    finished: float | None
    # It has ended, whether or not its end was seen.
    over: bool
    version: int | None
    steps: list[StepPicture]
    # None where no such update was seen before.
    eta: NotRequired[EtaPicture]


class Served(TypedDict):
    name: str
    model: str
    version: str
    size: str
    state: str
    message: str
    phase: Phase
    traffic: int | None


class RecipePicture(TypedDict):
    magic: str
    python: str


class Share(TypedDict):
    entity: str
    percent: int


class Picture(TypedDict):
    name: str
    status: StatusPicture
    busy: str | None
    # Null where a view does without: there may be many badges in one notebook.
    facts: Facts | None
    id: str | None
    route_optimized: bool
    permission: str | None
    traffic: list[Share]
    update: UpdatePicture | None
    served: list[Served]
    # By action. Null: allowed. A sentence: why not.
    can: dict[str, str | None]
    recipes: dict[str, RecipePicture]
    deleted: bool


class EndpointBody(TypedDict):
    name: str
    endpoint: Picture | None


class EndpointViewState(Snapshot, EndpointBody):
    """The state of `status_badge` and of `endpoint_controls`."""


class Delta(TypedDict):
    type: Literal["delta"]
    # The revision this builds upon.
    base: int
    rev: int
    patch: NotRequired[dict[str, object]]


class AckReply(TypedDict):
    id: str
    type: Literal["ack"]


class ProgressReply(TypedDict):
    id: str
    type: Literal["progress"]
    data: object


class ResultReply(TypedDict):
    id: str
    type: Literal["result"]
    data: object


class FailureReply(TypedDict):
    id: str
    type: Literal["error"]
    error: ErrorFields


Reply: TypeAlias = AckReply | ProgressReply | ResultReply | FailureReply


class NoArgs(TypedDict):
    pass


class TextPiece(TypedDict):
    text: str


class SavedFile(TypedDict):
    name: str


class HelloArgs(TypedDict):
    view: str
    # The revision that the view has already.
    rev: NotRequired[int | None]


class ByeArgs(TypedDict):
    view: str


class ActArgs(TypedDict):
    action: Action
    name: str
    # What was asked before it is confirmed: by the name as it was typed, where that is wanted.
    confirm: NotRequired[str]


class NameArgs(TypedDict):
    name: str


class Shown(TypedDict):
    """A request, secrets left out."""

    method: str
    path: str
    text: str


class VersionChoice(TypedDict):
    """A version of a model in the registry."""

    version: str
    aliases: list[str]
    status: str
    created: int | None
    creator: str
    comment: str


class UndoPicture(TypedDict):
    """What was done last to an endpoint, and what would undo it."""

    number: int
    said: str
    # What the button that undoes it says.
    verb: str
    requests: list[Shown]
    # What does not come back.
    notes: list[str]


class UndoArgs(TypedDict):
    number: int


class EntityImpact(TypedDict):
    name: str
    requests: float | None
    percent: int


class ImpactPicture(TypedDict):
    """What a change of an endpoint would affect."""

    # Requests of the last minute; null where they are not told.
    requests: float | None
    trend: str
    entities: list[EntityImpact]
    # The first of those who can query, and how many there are.
    callers: list[str]
    total: int
    # What could not be read, and why.
    notes: list[str]
    # How changes of it are confirmed, where a pattern says so.
    question: Question


class Ops(TypedDict):
    """What every page may ask for: operation → its arguments, its result and what comes as progress."""

    hello: tuple[HelloArgs, None]
    bye: tuple[ByeArgs, None]
    refresh: tuple[NoArgs, None]


class ImpactOps(Ops):
    impact: tuple[NameArgs, ImpactPicture]
    undo_plan: tuple[NameArgs, UndoPicture]
    undo: tuple[UndoArgs, str]


class ActOps(ImpactOps):
    # Not null: nothing was done yet, for it is to be confirmed first.
    act: tuple[ActArgs, ImpactPicture | None]
