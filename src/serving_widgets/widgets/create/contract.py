"""What the form that creates an endpoint and its page say to each other."""

from __future__ import annotations

from typing import TypedDict

from serving_widgets.widgets.core.contract import (
    ErrorFields,
    NoArgs,
    Ops,
    RecipePicture,
    Shown,
    Snapshot,
    VersionChoice,
)


class TagPair(TypedDict):
    key: str
    value: str


class NewDraft(TypedDict):
    name: str
    # The model is typed, not picked.
    typing: bool
    catalog: str
    schema: str
    # Its full name.
    model: str
    # A number, or an alias.
    version: str
    size: str
    type: str
    to_zero: bool
    tags: list[TagPair]
    policy: str


class SizeChoice(TypedDict):
    key: str
    means: str


class CreateBody(TypedDict):
    draft: NewDraft
    # What is wrong with the name; "" for one that may be taken.
    name_fault: str
    # What keeps it from being sent.
    faults: list[str]
    catalogs: list[str]
    schemas: list[str]
    models: list[str]
    versions: list[VersionChoice]
    # Why the registry can't be read.
    unread: str
    reading: bool
    sizes: list[SizeChoice]
    types: list[str]
    request: Shown | None
    recipe: RecipePicture | None
    # Says which request is meant, so that no other one is sent.
    mark: str
    sending: bool
    problem: ErrorFields | None
    created: str | None
    # The model of the panel of what was created.
    panel: str | None


class CreateState(Snapshot, CreateBody):
    """The state of `create_endpoint`."""


class NewFieldArgs(TypedDict):
    field: str
    value: str | bool | list[TagPair]


class CreateArgs(TypedDict):
    mark: str


class CreateOps(Ops):
    edit: tuple[NewFieldArgs, None]
    create: tuple[CreateArgs, None]
    again: tuple[NoArgs, None]
