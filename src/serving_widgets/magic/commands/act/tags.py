"""``%serving tags``: the tags of an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.suggest import did_you_mean
from serving_widgets.magic.running.call import CommandCall, dry_run_result
from serving_widgets.magic.shared.prompt import YES, ask_if_protected
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.value_types import ENDPOINT, OBJECT, of_known
from serving_widgets.magic.syntax.variables import PAIR, RawToken, value_of

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.render import Table
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.changes.staged_tags import Retagging


def run(call: CommandCall) -> Any:
    """Show the tags, or change some and show what changed; or show the request."""
    wanted = _wanted(call)
    endpoint = call.endpoint()
    if not wanted and not call["remove"]:
        if call["dry_run"]:
            hint = f"For example: %serving tags {endpoint.name} team=risk --dry-run"
            raise call.problem("There is no tag to set and none to remove.", at="dry_run", hint=hint)
        return _shown(endpoint)
    return _changed(call, endpoint, wanted)


class Tags(dict[str, str]):
    """The tags of an endpoint by key, also as a table."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint.tags)
        self._name, self._where = endpoint.name, endpoint.workspace.where

    def table(self) -> Table:
        """Return them as something to display."""
        from serving_widgets.render.tags import tags_table

        return tags_table(self, self._name, where=self._where)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: ``tag`` and ``value``."""
        return self.table().to_frame()


def _shown(endpoint: Endpoint) -> Result:
    tags = Tags(endpoint)
    return Result(tags, tags.table())


def _changed(call: CommandCall, endpoint: Endpoint, wanted: Mapping[str, str]) -> Result:
    from serving_widgets.render import message
    from serving_widgets.render.tags import tag_changes_table
    from serving_widgets.workspace.changes.staged_tags import retag
    from serving_widgets.workspace.runtime.event_loop import run_sync

    workspace, before = endpoint.workspace, Tags(endpoint)
    staged = _staged(call, endpoint, wanted)
    if not staged:
        return Result(before, message(f"The tags of {endpoint.name} are already as wanted ({workspace.where})."))
    if call["dry_run"]:
        after = {key: value for key, value in {**before, **wanted}.items() if key not in staged.gone}
        table = tag_changes_table(before, after, endpoint.name, where=workspace.where)
        request = staged.request(where=workspace.where)
        return dry_run_result(request, workspace, "tags", endpoint.name, table)
    question = f"Change the tags of {endpoint.name}?"
    ask_if_protected(call, "tags", question, kept=f"The tags of {endpoint.name} were not changed")
    told = workspace.writes.told(endpoint.name, "tags")
    run_sync(lambda: retag(workspace, staged), twin="ep.aio.set_tags(…)", **told)
    return Result(Tags(endpoint), tag_changes_table(before, endpoint.tags, endpoint.name, where=workspace.where))


def _staged(call: CommandCall, endpoint: Endpoint, wanted: Mapping[str, str]) -> Retagging:
    from serving_widgets.workspace.changes.staged_tags import Retagging

    staged = Retagging(endpoint.name)
    for key, value in wanted.items():
        staged = staged.set(endpoint.info, key, value)
    for key in call["remove"]:
        if key in wanted:
            raise call.problem(f"Tag {key!r} is to be set and to be removed.", at="remove", hint="Leave one out.")
        if key not in endpoint.tags:
            known = ", ".join(sorted(endpoint.tags)) or "none"
            hint = did_you_mean(key, endpoint.tags, f"Its tags: {known}.")
            raise call.problem(f"{endpoint.name} has no tag {key!r}.", at="remove", hint=hint)
        staged = staged.remove(endpoint.info, key)
    return staged


def _wanted(call: CommandCall) -> dict[str, str]:
    """Return the tags to set, by key; "" makes a key alone."""
    wanted: dict[str, str] = {}
    for key, value in (pair for given in call["tag"] for pair in given):
        if key in wanted:
            raise call.problem(f"Tag {key!r} is given twice.", at="tag", hint="Leave one out.")
        if not key.strip() or not isinstance(value, str | None):
            raise call.problem("Tags are texts by keys.", at="tag", hint=_AS_JSON)
        wanted[key] = value or ""
    return wanted


def _read_tags(written: RawToken) -> list[tuple[str, Any]]:
    """Return the tags of ``key=value``, or of an object: JSON, ``@file`` or ``$variable``."""
    token = written.token
    if token.is_json or token.is_variable or (token.text.startswith("@") and not token.quoted):
        return [*OBJECT.read(value_of(token, written.line, written.names)).items()]
    return [PAIR.read(written)]


_AS_JSON = 'For example: {"team": "risk", "pii": null}'


COMMAND = Command(
    summary="Show, set and remove the tags of an endpoint.",
    about="Tags that are not named stay. pii= sets a key without a value; team=$name takes a variable's value; "
    "a key that contains an equals sign is given as JSON. If another user changed one of the same tags "
    "meanwhile, nothing is sent. It takes "
    "CAN_MANAGE on the endpoint to change them.",
    run=run,
    see_also=("list", "status"),
    writes=True,
    arguments=(
        Argument("name", ENDPOINT, "The endpoint."),
        Argument(
            "tag",
            ValueType(PAIR.word, _read_tags, lambda known: [f"{key}=" for key in known.tags()], raw=True),
            "A tag to set, or several as JSON, @file or $variable.",
            required=False,
            repeated=True,
        ),
    ),
    options=(
        Option(
            ("--remove",), "The key of a tag to remove.", of_known("KEY", lambda known: known.tags()), repeated=True
        ),
        YES,
    ),
    examples=(
        ("tags churn", "Its tags."),
        ('tags churn team=risk owner="Ada L." --remove tier', "Set two, and remove one."),
        ("tags churn team=risk --dry-run", "Show what would change, and the request."),
    ),
)
