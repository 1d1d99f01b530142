"""``%serving logs``: what a model server writes, and what building its container wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import BadRequest, ConfigError
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.running.json_output import log_records
from serving_widgets.magic.shared.side import SIDE, placed
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.value_types import ENDPOINT, FILE, REGEX, SECONDS, choice, of_known, whole_number

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.logs.builds import PackageChange
    from serving_widgets.api.logs.log_filter import Selection
    from serving_widgets.api.logs.log_lines import Level, LogLine
    from serving_widgets.render import Table
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.logs.log_text import LogText
    from serving_widgets.workspace.logs.read_log import Sort

#: Lines that are shown unless told otherwise.
TAIL = 50
_ALL = "all"
_FOR_A_PAGE = ("tail", "since", "level", "grep", "context", "save")
#: Levels of lines from the lowest to the highest.
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")


def run(call: CommandCall) -> Any:
    """Return the log, with a part of it to look at; or the viewer; or what two builds differ in."""
    endpoint = call.endpoint()
    sort: Sort = "build" if call["build"] or call.given("compare") else "server"
    entity = _entity(call, endpoint, sort)
    if call.given("compare"):
        return _compare(call, endpoint, entity)
    if (call["watch"] or call["side"]) and call.display != "static":
        return _viewer(call, endpoint, entity, sort)
    log = _read(endpoint, entity, sort, call["config_version"])
    if call.given("beside"):
        log = log.beside(*(_read(endpoint, _named(call, endpoint, name), sort, None) for name in call["beside"]))
    if call["findings"]:
        return _findings(call, endpoint, log)
    if call.given("save"):
        call.save(log.save, "churn.log")
    return _page(call, endpoint, log)


def _entity(call: CommandCall, endpoint: Endpoint, sort: Sort) -> str:
    from serving_widgets.workspace.logs.read_log import candidates, recommended

    if call.given("entity") and call.given("config_version"):
        return str(call["entity"])  # an older configuration may have had entities that are listed no more
    try:
        found = candidates(endpoint.info, call["entity"], sort, call["config_version"])
        return found[0] if len(found) == 1 else _read(endpoint, None, sort, call["config_version"]).entity
    except ConfigError as error:
        asked = error.code == "which_entity"
        place = "entity" if call.given("entity") else "config_version" if error.code == "no_such_version" else "name"
        raise call.problem(
            error.message,
            at=place,
            hint=f"Say which one, such as --entity {recommended(endpoint.info, sort)}" if asked else error.hint,
        ) from None


def _named(call: CommandCall, endpoint: Endpoint, name: str) -> str:
    from serving_widgets.workspace.logs.read_log import choose

    try:
        return choose(endpoint.info, name)
    except ConfigError as error:
        raise call.problem(error.message, at="beside", hint=error.hint) from None


def _read(endpoint: Endpoint, entity: str | None, sort: Sort, version: int | None) -> LogText:
    try:
        return endpoint.build_logs(entity, version) if sort == "build" else endpoint.logs(entity, version)
    except BadRequest as error:
        if endpoint.kind in ("external", "foundation"):
            error.hint = "Only what runs in a container of the workspace has logs, such as custom models."
        raise


def _viewer(call: CommandCall, endpoint: Endpoint, entity: str, sort: Sort) -> Any:
    hint = "The viewer has its own search, levels and download. Leave one of the two out."
    call.refuse_with((*_FOR_A_PAGE, "beside"), "{} is for a part of the log; --watch opens all of it.", hint)
    from serving_widgets.widgets.logs.log_viewer import LogViewer

    viewer = LogViewer(endpoint, entity, sort=sort, config_version=call["config_version"])
    return placed(call, viewer, f"{_NOUNS[sort]} of {entity}")


def _page(call: CommandCall, endpoint: Endpoint, log: LogText) -> Result:
    from serving_widgets.api.logs.diagnosis import diagnose
    from serving_widgets.api.logs.log_filter import select_lines
    from serving_widgets.api.logs.log_lines import read_lines
    from serving_widgets.render.logs import LogPage

    lines = read_lines(log.lines)
    last = call["tail"] if call.given("tail") else TAIL
    selection = select_lines(
        lines,
        level=call["level"] or "",
        pattern=call["grep"],
        context=call["context"] or 0,
        last=None if last == _ALL else last,
        since=_since(call, endpoint),
    )
    said = [
        _counts(lines) if lines else _why_empty(endpoint, log),
        _shown(call, selection, last) if lines else "",
        _others(endpoint, log),
        f"All lines were saved in {call['save']}." if call.given("save") else "",
    ]
    version = f", config version {call['config_version']}" if call.given("config_version") else ""
    title = f"{_NOUNS[log.sort]} of {log.entity} of {endpoint.name}{version} – {endpoint.workspace.where}"
    found = diagnose(log)
    page = LogPage(title, [each for each in said if each], lines, selection, found)
    data = {"lines": log_records(lines, selection.numbers), "findings": found} if call.as_json else None
    return Result(log, page, data=data)


def _findings(call: CommandCall, endpoint: Endpoint, log: LogText) -> Result:
    from serving_widgets.render import Card
    from serving_widgets.render.diagnosis import diagnosis_card

    call.refuse_with((*_FOR_A_PAGE, "watch"), "{} is for lines of the log; --findings shows none.", "Leave one out.")
    found = log.findings
    title = f"{_NOUNS[log.sort]} of {log.entity} of {endpoint.name} – {endpoint.workspace.where}"
    return Result(found, diagnosis_card(found) or Card(title, [("Found", "No failure was found in it.")]))


def _since(call: CommandCall, endpoint: Endpoint) -> datetime | None:
    if not call.given("since"):
        return None
    return datetime.fromtimestamp(endpoint.workspace.clock.now() - call["since"], UTC)


def _counts(lines: list[LogLine]) -> str:
    from serving_widgets.api.logs.log_filter import levels_of

    counts = levels_of(lines)
    grave = ", ".join(f"{_many(counts[level], level)}" for level in ("error", "warning") if counts[level])
    return f"{_many(len(lines), 'line')}; {grave}." if grave else f"{_many(len(lines), 'line')}, no error or warning."


def _shown(call: CommandCall, selection: Selection, last: int | str) -> str:
    highest = call["level"] == LEVELS[-1]
    level = f"level {call['level']}" + ("" if highest else " or higher")
    conditions = [level] if call.given("level") else []
    conditions += [f"a time in the last {call['since']:g} seconds"] if call.given("since") else []
    conditions += [f"a match of {call['grep'].pattern!r}"] if call.given("grep") else []
    if conditions and not selection.found:
        return f"None has {' and '.join(conditions)}."
    limited = last != _ALL and selection.found > int(last)
    if conditions:
        shown = f"; the last {last} are shown, --tail shows more" if limited else ""
        whole = selection.found > selection.units
        if call.given("level") and highest and len(conditions) == selection.units == 1 and whole:
            return f"{selection.found:,} lines belong to the {call['level']}, its traceback included{shown}."
        have = "has" if selection.found == 1 else "have"
        included = ", tracebacks included" if whole else ""
        return f"{_many(selection.found, 'line')} {have} {' and '.join(conditions)}{included}{shown}."
    return f"The last {last} are shown; --tail shows more." if limited else ""


def _others(endpoint: Endpoint, log: LogText) -> str:
    from serving_widgets.workspace.logs.read_log import writers_of

    names = [name for name in writers_of(endpoint.info, log.sort) if name not in log.entity.split(", ")]
    if not names:
        return ""
    have = "also has a log" if len(names) == 1 else "also have logs"
    return f"{', '.join(names)} {have}: --entity {names[0]}"


def _why_empty(endpoint: Endpoint, log: LogText) -> str:
    status = endpoint.status
    if log.sort == "build":
        return "The log is empty. It may come once the build has got further."
    if status.phase == "stopped":
        return f"The log is empty: {endpoint.name} is stopped, and a server writes only while it runs."
    if status.note:
        return f"The log is empty: {endpoint.name} is {status.note.lower()}, and a server writes only while it runs."
    return "The log is empty: no server of it has written anything yet."


# Two builds -------------------------------------------------------------------------------------------------------


def _compare(call: CommandCall, endpoint: Endpoint, entity: str) -> Result:
    from serving_widgets.api.logs.builds import compare_builds, failing_packages, has_installed
    from serving_widgets.render.builds import builds_table

    call.refuse_with((*_FOR_A_PAGE, "watch"), "{} is for one log; --compare reads two.", "Leave one out.")
    version = call["config_version"]
    other, older = _other(call, endpoint, entity)
    if (other, older) == (entity, version):
        hint = "Name the other one with --compare, or this one with --entity."
        raise call.problem(f"That is the build of {entity} twice.", at="compare", hint=hint)
    texts = []
    for name, number in ((other, older), (entity, version)):
        texts.append(_read(endpoint, name, "build", number))
        if not texts[-1]:
            hint = "A build's log can be read once the build has ended, for 30 days."
            raise call.problem(f"There is no build log of {_called(name, number)}.", at="compare", hint=hint)
    changes = compare_builds(*texts)
    table = builds_table(
        changes,
        _called(other, older),
        _called(entity, version),
        where=f"{endpoint.name}, {endpoint.workspace.where}",
        complete=all(map(has_installed, texts)),
        blamed=failing_packages(texts[1]),
    )
    return Result(Packages(changes, table), table)


class Packages(tuple["PackageChange", ...]):
    """The packages that one build has otherwise than another, also as a table."""

    _table: Table

    def __new__(cls, changes: Iterable[PackageChange], table: Table) -> Packages:
        """Return the changes with the table of them."""
        packages = super().__new__(cls, changes)
        packages._table = table
        return packages

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: ``package``, ``what``, ``before`` and ``after``."""
        return self._table.to_frame().set_axis(["package", "what", "before", "after"], axis="columns")


def _other(call: CommandCall, endpoint: Endpoint, entity: str) -> tuple[str, int | None]:
    """Return the entity of the other build, and the version of its configuration."""
    from serving_widgets.workspace.logs.read_log import entities_of

    said, info = call["compare"], endpoint.info
    names = entities_of(info)
    if said in names:
        return said, None
    if not said.isascii() or not said.isdecimal():
        hint = f"It has {', '.join(names)}. A number is a version of its configuration."
        raise call.problem(f"{endpoint.name} has no served entity {said!r}.", at="compare", hint=hint)
    number = int(said)
    configs = [config for config in (info.config, info.pending_config) if config is not None]
    known = next((config for config in configs if config.config_version == number), None)
    if known is None or entity in (each.name for each in known.entities):
        return entity, number
    model = next((each.entity_name for config in configs for each in config.entities if each.name == entity), None)
    same = [each.name for each in known.entities if each.name and each.entity_name == model]
    if len(same) != 1:
        hint = f"Name the entity: {', '.join(each.name or '' for each in known.entities)}"
        raise call.problem(f"Version {number} has no build of what {entity} serves.", at="compare", hint=hint)
    return same[0], number


def _called(entity: str, version: int | None) -> str:
    return entity if version is None else f"{entity} (version {version})"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _read_tail(value: Any) -> int | str:
    return _ALL if value == _ALL else int(_COUNT.read(value))


_NOUNS = {"server": "Server log", "build": "Build log"}
_COUNT = whole_number("NUMBER", 1, "--tail 200, or --tail all")


COMMAND = Command(
    summary="Show the end of a model server's log, or of its container's build log.",
    about="Tracebacks are shown whole, and a known failure is explained above the lines. Leave out --entity "
    "where there is only one, only one that serves, or, with --build, only one that failed. The value is "
    "the whole log: text with lines, findings, to_frame() and save(). --json gives the lines that are shown, "
    "and the findings.",
    run=run,
    see_also=("diagnose", "status", "wait"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(("--entity",), "The served entity.", of_known("ENTITY", lambda known: known.entities())),
        Option(
            ("--beside",),
            "Another entity, whose lines are merged in by time; may be given again.",
            of_known("ENTITY", lambda known: known.entities()),
            repeated=True,
        ),
        Option(
            ("--config-version",),
            "The version of its configuration; the present one unless given.",
            whole_number("NUMBER", 1, "--config-version 3"),
        ),
        Option(("--build",), "The log of building the container."),
        Option(
            ("--tail",),
            f"How many lines to show, or all; {TAIL} unless given.",
            ValueType("NUMBER", _read_tail, lambda _: (_ALL,)),
        ),
        Option(("--since",), "Only what was written in this time before now.", SECONDS),
        Option(("--level",), "Only what has this level or a higher one.", choice("LEVEL", LEVELS)),
        Option(("--grep",), "Only what matches; (?i) at its start ignores upper and lower case.", REGEX),
        Option(("--context",), "How many lines around each to show with it.", whole_number("NUMBER", 0, "--context 3")),
        Option(("--save",), "Write the whole log to a file, without escape sequences.", FILE),
        Option(
            ("--compare",),
            "The packages in which the build differs from that of another entity, or of another version.",
            of_known("ENTITY|VERSION", lambda known: (*known.entities(), *known.versions())),
        ),
        Option(("--findings",), "Only the failures that it shows, root causes first."),
        Option(("--watch",), "Open the viewer, which follows the log."),
        SIDE,
    ),
    examples=(
        ("logs unity-model-endpoint", "The last lines of the server's log."),
        ("logs churn --build", "The log of the build that failed, and what it means."),
        ("logs churn --build --findings --json", "Why it failed, as data."),
        ("logs churn --level error --grep KeyError --context 3", "Some errors, with the lines around them."),
        ("logs churn --build --compare churn_model-3", "The packages in which the failed build differs."),
        ("logs churn --since 10m --level warning", "Warnings and errors of the last ten minutes."),
        ("logs churn --save churn.log --tail 5", "Keep the whole log in a file."),
        ("logs churn -o log", "Keep it in a variable: log.to_frame()"),
    ),
)
