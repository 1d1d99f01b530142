"""What a permissions editor and its page say to each other."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from serving_widgets.api.permissions.access_control_list import PrincipalKind as PrincipalKind
from serving_widgets.widgets.core.contract import (
    EndpointBody,
    ErrorFields,
    ImpactOps,
    NoArgs,
    Question,
    RecipePicture,
    Snapshot,
)


class Who(TypedDict):
    kind: PrincipalKind
    name: str


class NamedWho(Who):
    # "" where it is the name itself.
    display: str


class AccessRow(NamedWho):
    # What was granted on the endpoint itself.
    direct: str | None
    inherited: str | None
    # Where the inherited level comes from.
    origins: list[str]
    staged: bool
    # What it has on the endpoint itself once the edits are saved.
    wanted: str | None
    me: bool
    # A group of the caller's.
    mine: bool
    # What the service had against the edit of this row, in its words.
    fault: str | None


class Reason(TypedDict):
    level: str
    source: Literal["direct", "group", "inherited"]
    # The group, or where it is inherited from.
    through: str


class MatrixRow(NamedWho):
    view: Reason | None
    query: Reason | None
    manage: Reason | None


class ChangePicture(Who):
    before: str | None
    after: str | None


class ConcernPicture(TypedDict):
    code: str
    message: str


class AclBody(TypedDict):
    access_control_list: list[object]


class PlanPicture(TypedDict):
    # Names what was looked at when it is saved.
    key: str
    method: Literal["PATCH", "PUT"]
    path: str
    body: AclBody
    changes: list[ChangePicture]
    concerns: list[ConcernPicture]
    recipes: list[RecipePicture]


class OthersChange(ChangePicture):
    # What the edit that is staged for that principal would make of it.
    yours: NotRequired[str | None]


class News(TypedDict):
    # Saving was called off for it.
    refused: bool
    changes: list[OthersChange]


class Level(TypedDict):
    level: str
    says: str


class AccessPicture(TypedDict):
    # Whether the list has ever been read.
    known: bool
    unread: ErrorFields | None
    # Why nothing may be changed; null when it may.
    can: str | None
    rows: list[AccessRow]
    matrix: list[MatrixRow]
    levels: list[Level]
    # Kind → regular expression; the first that fits a name says its kind.
    forms: dict[PrincipalKind, str]
    me: NamedWho | None
    plan: PlanPicture | None
    news: News | None
    failed: ErrorFields | None
    saving: bool
    # How changes are confirmed, where a pattern says so.
    question: Question


class PermissionsBody(EndpointBody):
    access: AccessPicture


class PermissionsState(Snapshot, PermissionsBody):
    """The state of `permissions_editor`."""


class GrantArgs(TypedDict):
    principal: str
    level: str


class StageArgs(TypedDict):
    principal: Who
    # Null takes it away.
    level: str | None


class WhoArgs(TypedDict):
    principal: Who


class SavePlanArgs(TypedDict):
    plan: str
    confirm: bool
    # The name as it was typed, where that confirms it.
    typed: NotRequired[str]


class Saved(TypedDict):
    outcome: Literal["saving", "saved", "changed", "failed"]


class NamesArgs(TypedDict):
    text: str


class CopyArgs(TypedDict):
    name: str
    replace: bool


class ImportArgs(TypedDict):
    json: str
    replace: bool


class Exported(TypedDict):
    file: str
    text: str


class Taken(TypedDict):
    """How many grants there were, and how many edits came of them."""

    grants: int
    staged: int


class PermissionsOps(ImpactOps):
    add: tuple[GrantArgs, Who]
    stage: tuple[StageArgs, None]
    unstage: tuple[WhoArgs, None]
    discard: tuple[NoArgs, None]
    seen: tuple[NoArgs, None]
    save: tuple[SavePlanArgs, Saved]
    names: tuple[NamesArgs, list[str]]
    copy_from: tuple[CopyArgs, Taken]
    export: tuple[NoArgs, Exported]
    import_: tuple[ImportArgs, Taken]
