"""What an endpoint panel and its page say to each other."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from serving_widgets.widgets.core.contract import (
    ActOps,
    EndpointBody,
    ErrorFields,
    ImpactPicture,
    NoArgs,
    RecipePicture,
    Shown,
    Snapshot,
    VersionChoice,
)

Source: TypeAlias = Literal["active", "pending"]


class Line(TypedDict):
    field: str
    left: str | None
    right: str | None
    changed: bool


class Group(TypedDict):
    left: str | None
    right: str | None
    lines: list[Line]


class DraftPart(TypedDict):
    key: str
    name: str
    model: str
    version: str | None
    size: str | None
    type: str | None
    to_zero: bool | None
    percent: int
    added: bool
    edited: list[str]


class DraftPicture(TypedDict):
    source: Source
    # The configurations that there are to begin with, where that is a question.
    sources: list[Source]
    parts: list[DraftPart]
    # What keeps it from being sent.
    faults: list[str]
    # What others changed meanwhile.
    notes: list[str]
    changes: list[Group]
    request: Shown
    recipe: RecipePicture
    # Says which draft is meant, so that no other one is deployed.
    mark: str
    sending: bool
    problem: ErrorFields | None
    sizes: list[str]
    types: list[str]


class ConfigPicture(TypedDict):
    active: int | None
    pending: int | None
    # What became of the pending one.
    fate: Literal["", "running", "failed"]
    groups: list[Group]
    can: str | None
    # Versions by model.
    known: dict[str, list[VersionChoice]]
    # Why the registry can't be read; "" where it can, or was not needed.
    unread: str
    draft: DraftPicture | None


class TagRow(TypedDict):
    key: str
    # Null: no such tag.
    before: str | None
    after: str | None
    staged: bool


class TagsPicture(TypedDict):
    rows: list[TagRow]
    can: str | None
    request: Shown | None
    recipe: RecipePicture | None
    mark: str
    sending: bool
    problem: ErrorFields | None


class BudgetPicture(TypedDict):
    policy: str | None
    source: str
    change: str


class PanelTabPicture(TypedDict):
    key: str
    # Where it is another word than the key.
    label: NotRequired[str]
    # Another widget fills it.
    child: NotRequired[bool]
    # That widget goes when another tab is looked at.
    transient: NotRequired[bool]
    # The tab whose widget it shows a part of, beside that tab itself.
    part_of: NotRequired[str]
    # "always" or "opened": it stays for an endpoint that was deleted, if at all.
    of_deleted: NotRequired[str]


class PanelBody(EndpointBody):
    tab: str
    tabs: list[PanelTabPicture]
    # Tab → what its widget's model is called.
    children: dict[str, str]
    budget: BudgetPicture | None
    tags: TagsPicture | None
    config: ConfigPicture | None


class PanelState(Snapshot, PanelBody):
    """The state of `endpoint_panel`."""


class TabArgs(TypedDict):
    name: str


class TagArgs(TypedDict):
    key: str


class TagSetArgs(TagArgs):
    value: str


class MarkArgs(TypedDict):
    mark: str
    # As of `act`.
    confirm: NotRequired[str]


class DraftArgs(TypedDict):
    source: NotRequired[Source]


class PartArgs(TypedDict):
    key: str


class EditArgs(PartArgs):
    field: str
    value: str | bool


class AddArgs(TypedDict):
    model: str
    version: str


class ShareArgs(TypedDict):
    percents: dict[str, int]


class SplitArgs(TypedDict):
    """The entity that gets all traffic."""

    to: str


class PanelOps(ActOps):
    tab: tuple[TabArgs, None]
    tag_set: tuple[TagSetArgs, None]
    tag_remove: tuple[TagArgs, None]
    tag_undo: tuple[TagArgs, None]
    tags_discard: tuple[NoArgs, None]
    tags_save: tuple[MarkArgs, ImpactPicture | None]
    draft: tuple[DraftArgs, None]
    draft_discard: tuple[NoArgs, None]
    draft_edit: tuple[EditArgs, None]
    draft_add: tuple[AddArgs, None]
    draft_remove: tuple[PartArgs, None]
    draft_share: tuple[ShareArgs, None]
    draft_split: tuple[SplitArgs, None]
    deploy: tuple[MarkArgs, ImpactPicture | None]
