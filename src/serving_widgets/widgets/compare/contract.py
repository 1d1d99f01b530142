"""What a comparison and its page say to each other."""

from __future__ import annotations

from typing import TypedDict

from serving_widgets.widgets.core.contract import ErrorFields, Ops, Snapshot


class SideHeading(TypedDict):
    name: str
    # What its workspace is called, where the two are of different ones.
    where: str
    colour: str | None


class ComparedRow(TypedDict):
    what: str
    left: str | None
    right: str | None


class ComparedSection(TypedDict):
    """What differs and what is the same of one subject, such as tags."""

    title: str
    differs: list[ComparedRow]
    same: list[ComparedRow]


class CompareBody(TypedDict):
    left: SideHeading
    right: SideHeading
    sections: list[ComparedSection]
    # What could not be read, and so was not compared.
    notes: list[str]
    # Whether both sides were ever read.
    known: bool
    unread: ErrorFields | None


class CompareState(Snapshot, CompareBody):
    """The state of `endpoint_compare`."""


class CompareOps(Ops):
    pass
