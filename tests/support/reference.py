"""Makes ``notebooks/reference.ipynb`` of commands and docstrings when it is run: ``python tests/support/reference.py``.

It is a notebook without code, because JupyterLab shows one as it is meant to look, with its headings as a table of
contents, where a Markdown file opens as text.
"""

import argparse
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import docstring_parser.common as docstrings
from docstring_parser import numpydoc

import serving_widgets as sw
from serving_widgets import cli, testing
from serving_widgets.api import errors
from serving_widgets.magic.registry import COMMANDS, GROUPS, command
from serving_widgets.mock import MockWorkspace, Scenario
from serving_widgets.workspace import Endpoints
from serving_widgets.workspace.handles.permissions import Access, Permissions
from serving_widgets.workspace.logs.log_text import LogText
from serving_widgets.workspace.queries.answer_stream import AnswerStream
from serving_widgets.workspace.queries.query_result import QueryAnswer
from serving_widgets.workspace.queries.schema import RequestSample, SchemaDocument
from serving_widgets.workspace.report.serving_report import ServingReport

FILE = Path(__file__).parents[2] / "notebooks" / "reference.ipynb"

INTRODUCTION = """# Reference

Every command, every widget, and the Python behind both. It is made of the declarations that `%serving help` reads and
of the docstrings that `help(…)` shows, so it says what they say. To learn, begin with
[01-quickstart](01-quickstart.ipynb).

- [Commands](#Commands): `%serving …` and `%%serving …`
- [Widgets](#Widgets): ipywidgets, for a cell of their own or next to others
- [Python](#Python): `import serving_widgets as sw`
- [Errors](#Errors): what can go wrong, as a tree
- [Shell](#Shell): `serving-widgets …`, the embedded workspace for other programs, and notebooks that are shared
- [Tests](#Tests): the embedded workspace for tests of your own"""

COMMANDS_LEAD = """## Commands

A line begins with `%serving`, a cell with `%%serving`. `-o NAME` or `x = %serving …` keeps the result, a `;` at the end
shows nothing, `$name` stands for a variable. `%serving help COMMAND` shows the same as this page."""

WIDGETS_LEAD = """## Widgets

All take `workspace=`, a workspace or its name, and what ipywidgets knows: `layout`, `tooltip`, `tabbable`. `close()`
ends one."""

PYTHON_LEAD = """## Python

Whatever talks to a workspace has an awaitable twin of the same name under `.aio`: `await ep.aio.refresh()`,
`await ws.endpoints.aio.list()`, `await ep.permissions.aio.list()`."""

#: What the chapter on Python tells of, in order: the thing, its heading, and what its members are called by.
PYTHON: tuple[tuple[Any, str, str], ...] = (
    (sw.connect, "sw.connect", ""),
    (sw.connections, "sw.connections", ""),
    (sw.Workspace, "Workspace", "ws"),
    (Endpoints, "ws.endpoints", "ws.endpoints"),
    (sw.Endpoint, "Endpoint", "ep"),
    (Permissions, "ep.permissions", "ep.permissions"),
    (Access, "Access, as ep.permissions.list() gives it", "access"),
    (sw.Status, "Status, as ep.status gives it", "status"),
    (LogText, "LogText, as ep.logs() gives it", "log"),
    (SchemaDocument, "SchemaDocument, as ep.openapi() gives it", "document"),
    (RequestSample, "RequestSample, as ep.sample() gives it", "sample"),
    (QueryAnswer, "QueryAnswer, as ep.query(…) and %serving query give it", "answer"),
    (AnswerStream, "AnswerStream, as ep.query(…, stream=True) gives it", "stream"),
    (sw.Scoring, "Scoring, as ep.scoring(…) gives it", "scoring"),
    (ServingReport, "ServingReport, as ws.report(…) gives it", "report"),
    (sw.diagnose, "sw.diagnose", ""),
    (sw.compare_builds, "sw.compare_builds", ""),
)
FIXTURES = ("serving_mock", "serving_mock_env")
TESTS: tuple[tuple[Any, str, str], ...] = (
    (MockWorkspace, "MockWorkspace", "mock"),
    (Scenario, "Scenario", "scenario"),
)
#: Public to other modules of the package, and to nobody else.
INTERNAL = ("kind", "state", "set_state", "write", "why_not", "client", "look", "first_picture", "publish_now", "seen")


def cells() -> list[str]:
    """Return the page, a text in Markdown for each cell."""
    return [
        INTRODUCTION,
        joined(COMMANDS_LEAD, *(part for group in GROUPS for part in group_parts(group))),
        *map(command_cell, COMMANDS),
        WIDGETS_LEAD,
        *(class_cell(getattr(sw, name), f"sw.{name}", "widget", called=f"sw.{name}") for name in widgets()),
        PYTHON_LEAD,
        *(
            class_cell(thing, title, handle) if inspect.isclass(thing) else function_cell(thing, title)
            for thing, title, handle in PYTHON
        ),
        errors_cell(),
        shell_cell(),
        tests_lead(),
        *(class_cell(thing, title, handle, called=title) for thing, title, handle in TESTS),
    ]


def widgets() -> list[str]:
    """Return the names of the public widgets."""
    return sorted(sw.WIDGETS)


# Commands -------------------------------------------------------------------------------------------------------------


def group_parts(group: str) -> tuple[str, str]:
    """Return a group's name, and its commands with a link to each."""
    links = [(f"[{name}](#{name})", command(name).summary) for name in COMMANDS if COMMANDS[name] == group]
    return f"**{GROUPS[group]}**", table(("Command", "What it does"), links)


def command_cell(name: str) -> str:
    """Return a command's declaration."""
    declared = command(name)
    options = [
        (", ".join(f"`{flag}{each.value}`" for flag in each.spellings), each.help) for each in declared.all_options
    ]
    examples = [(f"`%serving {line}`", note) for line, note in declared.examples]
    return joined(
        f"### {name}",
        declared.summary,
        declared.about,
        f"Under `%%serving`: {declared.body}" if declared.body else "",
        code(wrapped(_USAGE_PARTS.findall(declared.usage(name, full=True))), "text"),
        table(("Argument", "What it is"), [(f"`{each.usage}`", each.help) for each in declared.arguments]),
        table(("Option", "What it does"), options),
        table(("Example", "What it does"), examples),
    )


def wrapped(parts: Iterable[str], width: int = 100) -> str:
    """Return a line in lines that fit, broken between its parts only."""
    lines = [""]
    for part in parts:
        if len(lines[-1]) + len(part) > width:
            lines.append("   ")
        lines[-1] += f" {part}"
    return "\n".join(lines).strip()


# Python ---------------------------------------------------------------------------------------------------------------


def function_cell(function: Any, name: str) -> str:
    """Return the page of a function."""
    return joined(f"### {name}", code(name + signature(function)), *told(function))


def class_cell(thing: type, title: str, handle: str, *, called: str = "") -> str:
    """Return the page of a class, with its public members; ``called`` is how one is made, where a user makes one."""
    names = list(members(thing))
    rows = [(member_name(thing, name), summary(defined(thing, name))) for name in names]
    return joined(
        f"### {title}",
        code(called + signature(thing.__init__)) if called else "",
        *told(thing),
        table(("Member", "What it is"), rows),
        *(part for name in names for part in member_details(thing, name, handle)),
    )


def members(thing: type) -> Iterator[str]:
    """Yield the names of a class's public members, as the class and those it builds on define them, base first."""
    bases = [base for base in reversed(thing.__mro__) if base.__module__.startswith("serving_widgets")]
    seen: dict[str, None] = {}
    for base in bases:
        seen.update(dict.fromkeys(name for name in vars(base) if not name.startswith("_")))
    for name in seen:
        value = defined(thing, name)
        told_of = isinstance(value, property | cached_property | classmethod | staticmethod) or inspect.isfunction(
            value
        )
        if told_of and name not in INTERNAL and summary(value) and not summary(value).startswith("See "):
            yield name


def member_name(thing: type, name: str) -> str:
    """Return how a member is written: a method with its arguments' names."""
    value = defined(thing, name)
    if isinstance(value, property | cached_property):
        return f"`{name}`"
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return f"`{name}({', '.join(marks.get(each.kind, '') + each.name for each in parameters(value))})`"


def member_details(thing: type, name: str, handle: str) -> Iterator[str]:
    """Yield what there is to say of a member beyond its first sentence."""
    value = defined(thing, name)
    _, *more = told(unwrapped(value))
    if more:
        called = "" if isinstance(value, property | cached_property) else code(f"{handle}.{name}{signature(value)}")
        yield joined(f"#### {handle}.{name}", called, *more)


def parameters(value: Any) -> list[inspect.Parameter]:
    """Return the parameters of a function or method, without types: those are in the text."""
    found = inspect.signature(unwrapped(value)).parameters.values()
    return [each.replace(annotation=inspect.Parameter.empty) for each in found if each.name not in ("self", "cls")]


def signature(value: Any) -> str:
    """Return the parameters with their defaults, in lines that fit."""
    whole = str(inspect.Signature(parameters(value)))
    if len(whole) <= 100:
        return whole
    parts = re.findall(r"[^,()]*(?:\([^)]*\)[^,()]*)*,?", whole[1:-1])
    return f"(\n    {wrapped(part.strip() for part in parts if part.strip())}\n)"


def told(thing: Any) -> list[str]:
    """Return a docstring in Markdown: its first sentence, and then the rest."""
    parsed = parse(thing)
    found = {kind: [meta for meta in parsed.meta if meta.args[0] == kind] for kind in (*_TABLES, "returns", "notes")}
    return [
        prose(parsed.short_description),
        *filter(None, [prose(parsed.long_description)]),
        *(
            table(heads, [(f"`{meta.args[1]}`", prose(meta.description)) for meta in found[kind]])
            for kind, heads in _TABLES.items()
            if found[kind]
        ),
        *(f"**Returns** {prose(meta.description)}" for meta in found["returns"]),
        *(prose(meta.description) for meta in found["notes"]),
        *examples(parsed),
    ]


def examples(parsed: docstrings.Docstring) -> Iterator[str]:
    """Yield the examples of a docstring as one block."""
    found = [meta for meta in parsed.meta if isinstance(meta, docstrings.DocstringExample)]
    lines = [line for meta in found for line in (meta.snippet, meta.description) if line]
    if lines:
        yield code("\n".join(lines), "pycon")


def parse(thing: Any) -> docstrings.Docstring:
    """Return the parts of a docstring."""
    return numpydoc.parse(inspect.getdoc(thing) or "")


def summary(value: Any) -> str:
    """Return the first sentence of a member's docstring."""
    return prose(parse(unwrapped(value)).short_description or "")


def unwrapped(value: Any) -> Any:
    """Return the function behind a property or method."""
    if isinstance(value, property):
        return value.fget
    if isinstance(value, cached_property):
        return value.func
    return getattr(value, "__func__", value)


def defined(thing: type, name: str) -> Any:
    """Return a member as its class defines it, without asking for its value."""
    return inspect.getattr_static(thing, name)


# Errors and tests -----------------------------------------------------------------------------------------------------


def errors_cell() -> str:
    """Return the tree of errors, with what each means."""
    for name in sw.__all__:
        getattr(sw, name)  # a class is known to be below another only once it is made
    return joined(
        "## Errors",
        "Each says what happened, and its `hint` what to do about it.",
        "\n".join(branch(errors.ServingError, 0)),
    )


def branch(error: type, depth: int) -> Iterator[str]:
    """Yield an error and those below it as a list; a private one stands for those below it."""
    if not error.__name__.startswith("_"):
        name = f"sw.{error.__name__}" if error.__name__ in sw.__all__ else error.__name__
        yield f"{'  ' * depth}- `{name}` – {summary(error)}"
        depth += 1
    for below in sorted(error.__subclasses__(), key=lambda each: each.__name__):
        if below.__name__ in sw.__all__ or below.__name__.startswith("_"):
            yield from branch(below, depth)


def shell_cell() -> str:
    """Return the commands of ``serving-widgets``, as its parser declares them."""
    (commands,) = (action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    parts = ["## Shell"]
    for name, below in commands.choices.items():
        told_of = [each for each in below._actions if not isinstance(each, argparse._HelpAction)]
        written = [f"{', '.join(each.option_strings)} {each.metavar or ''}".strip() for each in told_of]
        rows = [(f"`{words}`", each.help or "") for words, each in zip(written, told_of, strict=True)]
        parts += [f"### serving-widgets {name}", below.description or "", table(("Argument", "What it is"), rows)]
    return joined(*parts)


def tests_lead() -> str:
    """Return what the pytest plugin offers."""
    lead = "The package is a pytest plugin: a workspace for each test, whose clock stands until it is moved."
    told_of = [part for name in FIXTURES for part in (f"#### {name}", *told(getattr(testing, name)))]
    return joined("## Tests", lead, *told_of)


# Markdown -------------------------------------------------------------------------------------------------------------


def joined(*parts: str) -> str:
    """Return paragraphs below one another; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part)


def code(text: str, language: str = "python") -> str:
    """Return a block of code."""
    return f"```{language}\n{text}\n```"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; "" where it has no rows."""
    lines = [f"| {' | '.join(cell(each) for each in row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |", *lines]) if lines else ""


def cell(text: str) -> str:
    """Return text for a cell of a table, in one line; its bars don't end the cell."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def prose(text: str | None) -> str:
    """Return a docstring's text in Markdown: roles and doubled backticks become simple ones."""
    roles = re.sub(r":\w+:`~?(?:serving_widgets\.)?(?:\w+\.)*?([\w.]+)`", r"`\1`", text or "")
    return re.sub(r"``(.+?)``", r"`\1`", roles)


_USAGE_PARTS = re.compile(r"\[[^\]]*(?:\[[^\]]*\][^\]]*)?\]…?|\S+")
_TABLES = {
    "param": ("Parameter", "What it is"),
    "attribute": ("Attribute", "What it is"),
    "raises": ("Raises", "When"),
}


def notebook() -> str:
    """Return the notebook's file."""
    made = [
        {"cell_type": "markdown", "id": f"reference-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}
        for number, text in enumerate(cells())
    ]
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    return (
        json.dumps(
            {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False
        )
        + "\n"
    )


if __name__ == "__main__":
    FILE.write_text(notebook(), encoding="utf-8")
