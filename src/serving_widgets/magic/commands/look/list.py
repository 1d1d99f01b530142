"""``%serving list``: the endpoints as a table."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from serving_widgets.api.endpoint.columns import KINDS, served
from serving_widgets.api.endpoint.status import PHASES
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, ValueType
from serving_widgets.magic.syntax.value_types import TEXT, choice
from serving_widgets.magic.syntax.variables import PAIR, RawToken

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.render import Table
    from serving_widgets.workspace import Endpoint


def run(call: CommandCall) -> Any:
    """Ask for the endpoints and return those that were meant."""
    opened = call.workspace()
    if call.display == "widget":
        from serving_widgets.widgets.browser.endpoint_browser import EndpointBrowser

        return EndpointBrowser(workspace=opened)
    everything = opened.endpoints.list()
    meant = [
        endpoint
        for endpoint in everything
        if (not call["status"] or endpoint.status.phase in call["status"])
        and (not call["kind"] or endpoint.kind in call["kind"])
        and all(_has_tag(endpoint, tag) for tag in call["tag"])
        and (call["text"] is None or _matches(endpoint, call["text"]))
    ]
    return Listing(meant, opened.where, left_out=len(everything) - len(meant), whole=call["all"])


class Listing(Sequence["Endpoint"]):
    """Handles of endpoints by name, shown as a table of at most 200 rows unless ``whole``."""

    def __init__(self, endpoints: Sequence[Endpoint], where: str, left_out: int = 0, *, whole: bool = False) -> None:
        self._endpoints = tuple(endpoints)
        self._where, self._left_out, self._whole = where, left_out, whole

    @property
    def names(self) -> list[str]:
        """The endpoints' names."""
        return [endpoint.name for endpoint in self._endpoints]

    def __len__(self) -> int:
        return len(self._endpoints)

    @overload
    def __getitem__(self, index: int) -> Endpoint: ...
    @overload
    def __getitem__(self, index: slice) -> Listing: ...
    def __getitem__(self, index: int | slice) -> Endpoint | Listing:
        if isinstance(index, slice):
            part = self._endpoints[index]
            return Listing(part, self._where, self._left_out + len(self) - len(part), whole=self._whole)
        return self._endpoints[index]

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: ``name``, ``status``, ``kind``, ``serves``, ``creator``, ``updated`` (in UTC)."""
        return self._table(whole=True).to_frame()

    def __repr__(self) -> str:
        return repr(self._table(whole=self._whole))

    def _repr_html_(self) -> str:
        return self._table(whole=self._whole)._repr_html_()

    def _table(self, *, whole: bool) -> Table:
        from serving_widgets.render import endpoints_table
        from serving_widgets.render.blocks.table import MOST

        others = "1 other endpoint is" if self._left_out == 1 else f"{self._left_out} other endpoints are"
        note = f"{others} not shown." if self._left_out else ""
        infos = [endpoint.info for endpoint in self]
        most = None if whole else MOST
        return endpoints_table(infos, where=self._where, note=note, most=most, rest=f"{_REST} {note}".rstrip())


_REST = "the same line with --all shows them, to_frame() has them as a DataFrame."


def _matches(endpoint: Endpoint, text: str) -> bool:
    """Whether a text, or a pattern with ``*``, is in what a table shows of an endpoint, or in a tag."""
    wanted = text.lower()
    pattern = wanted if any(c in wanted for c in "*?") else f"*{wanted}*"
    said = [endpoint.name, endpoint.info.creator or "", *map(served, endpoint.entities)]
    said += [f"{key}={value}" for key, value in endpoint.tags.items()]
    return any(fnmatch.fnmatchcase(each.lower(), pattern) for each in said)


def _has_tag(endpoint: Endpoint, wanted: tuple[str, str | None]) -> bool:
    key, value = wanted
    return key in endpoint.tags and (value is None or endpoint.tags[key] == value)


def _read_tag(written: RawToken) -> tuple[str, str | None]:
    """Return the key of a tag, and its value where that is to be so, too."""
    return PAIR.read(written) if "=" in written.token.text else (TEXT.read(written.token.text), None)


COMMAND = Command(
    summary="List the endpoints as a table.",
    run=run,
    see_also=("browse", "status"),
    arguments=(
        Argument(
            "text", TEXT, "What the name, model, creator or a tag contains; * stands for anything.", required=False
        ),
    ),
    options=(
        Option(
            ("--status",),
            "Only those in this phase, or in one of these.",
            choice("PHASE", tuple(PHASES)),
            repeated=True,
        ),
        Option(
            ("--kind",),
            "Only those of this kind, or of one of these.",
            choice("KIND", tuple(KINDS)),
            repeated=True,
        ),
        Option(
            ("--tag",),
            "Only those with this tag, or with this value of it; given twice, with both.",
            ValueType("KEY[=VALUE]", _read_tag, lambda known: known.tags(), raw=True),
            repeated=True,
        ),
        Option(("--all",), "Show all of them, not only the first 200."),
    ),
    examples=(
        ("list", "All endpoints that you may view."),
        ("list fraud --status updating", "Those that have fraud in their name or model, and are being updated."),
        ("list --status failed --status updating", "Those that need attention."),
        ("list --tag team=risk -o mine", "Those of a team, kept in a variable."),
        ("list 'team=risk*'", "Those with a tag that begins like this."),
    ),
)
