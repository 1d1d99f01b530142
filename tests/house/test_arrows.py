"""The house: which room may import which, drawn from every import statement, those inside functions included."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = "serving_widgets"

# A room imports only from rooms further down its chain; the pure ones (api, openapi, line, render) do no I/O.
PURE = {"api", "openapi", "line", "render"}
MAY_IMPORT: dict[str, set[str]] = {
    "api": set(),
    "line": set(),
    "mock": set(),
    "_version": set(),
    "openapi": {"api", "line"},
    "render": {"api"},
    "client": {"api", "_version"},
    "workspace": {"client", *PURE, "_version"},
    "widgets": {"workspace", "client", *PURE, "_version"},
    "magic": {"widgets", "workspace", "client", *PURE, "_version"},
    "saved": {"api"},
    "cli": {"saved", "_version"},
    "testing": {"magic", "widgets", "workspace", "client", *PURE, "_version"},
    "__init__": {"magic", "widgets", "workspace", "client", *PURE, "_version"},
}
# Doors to the mock and to the package's own front door: only inside a function, so that nobody pays who does not ask.
LAZY = {("workspace/connect.py", "mock"), ("cli.py", "mock"), ("testing.py", "mock")}
# Modules looked up by name: the package's and the client's public names, and a command's own file; and what a notebook
# that is frozen is asked in its kernel, which is another process.
BY_NAME = {"__init__.py", "client/__init__.py", "widgets/__init__.py", "magic/registry.py", "saved/running.py"}
FRONT_DOOR_IS_LAZY = "__init__.py"
#: What the front door may read at once: data that imports nothing, as the test below holds.
TABLES = {"_version", "widgets"}
MOST_LINES = 450


class Arrow(NamedTuple):
    """One import of one room by a file of another."""

    file: str
    line: int
    room: str
    at_import: bool


def room_of(file: str) -> str:
    """Name the room that a file (relative to the package) stands in."""
    return file.split("/")[0].removesuffix(".py")


def rooms_named(node: ast.Import | ast.ImportFrom, file: str) -> Iterator[str]:
    """Rooms of ours that an import statement reaches, resolved from where the file stands."""
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    else:
        base = [PACKAGE, *file.split("/")[:-1]][: len(file.split("/")) + 1 - node.level] if node.level else []
        stem = ".".join([*base, *([node.module] if node.module else [])])
        modules = [f"{stem}.{alias.name}" for alias in node.names]
    for module in modules:
        parts = module.split(".")
        if parts[0] == PACKAGE:
            yield parts[1] if len(parts) > 1 else "__init__"


def arrows(source: str, file: str) -> list[Arrow]:
    """Every arrow that leaves a file's room."""
    found: list[Arrow] = []

    def walk(node: ast.AST, at_import: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                rooms = [room for room in rooms_named(child, file) if room != room_of(file)]
                found.extend(Arrow(file, child.lineno, room, at_import) for room in rooms)
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            typing_only = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
            walk(child, at_import and not inside and not typing_only)

    walk(ast.parse(source), True)
    return found


def faults(arrow: Arrow) -> Iterator[str]:
    """What is wrong with an arrow, in words."""
    where = f"{arrow.file}:{arrow.line} imports {arrow.room}"
    room = room_of(arrow.file)
    if arrow.room == "__init__":
        if room != "__init__":
            yield f"{where}: the package's front door looks into every room, so no room may come in through it"
    elif arrow.room == "mock":
        if (arrow.file, "mock") not in LAZY:
            yield f"{where}: only {', '.join(sorted(file for file, _ in LAZY))} may open the mock"
        elif arrow.at_import:
            yield f"{where} on import: the mock is opened inside a function, by those who ask for it"
    elif arrow.room not in MAY_IMPORT.get(room, set()):
        yield f"{where}: {room} may import {', '.join(sorted(MAY_IMPORT.get(room, set()))) or 'nothing of ours'}"
    elif arrow.file == FRONT_DOOR_IS_LAZY and arrow.at_import and arrow.room not in TABLES:
        yield f"{where} on import: `%load_ext` must stay cheap; look it up in __getattr__"


@pytest.fixture(scope="module")
def sources(project: Path) -> dict[str, str]:
    base = project / "src" / PACKAGE
    return {path.relative_to(base).as_posix(): path.read_text() for path in sorted(base.rglob("*.py"))}


def test_every_import_follows_an_arrow_of_the_house(sources):
    wrong = [fault for file, text in sources.items() for arrow in arrows(text, file) for fault in faults(arrow)]
    assert not wrong, "\n".join(wrong)


def test_imports_by_name_are_made_where_a_table_asks_for_them(sources):
    found = {file for file, text in sources.items() if "import_module" in text or "__import__" in text}
    assert found <= BY_NAME, "arrows of these imports are not drawn"


def test_the_table_of_widgets_imports_nothing_of_ours_before_a_widget_is_asked_for(sources):
    statements = ast.parse(sources["widgets/__init__.py"]).body
    modules = {node.module for node in statements if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names}
    assert modules <= {"__future__", "importlib", "typing"}


def test_every_room_has_its_arrows_written_down(sources):
    assert {room_of(file) for file in sources} <= set(MAY_IMPORT)


def test_no_file_has_grown_into_two_rooms(sources):
    long = {file: len(text.splitlines()) for file, text in sources.items() if len(text.splitlines()) > MOST_LINES}
    assert not long


@pytest.mark.parametrize(
    ("file", "source", "rooms"),
    [
        ("api/endpoint/status.py", "from serving_widgets.client import Client", ["client"]),
        ("api/endpoint/status.py", "import serving_widgets.client.http as http", ["client"]),
        ("api/endpoint/status.py", "from ...client import Client", ["client"]),
        ("api/endpoint/status.py", "from ... import client", ["client"]),
        ("api/endpoint/status.py", "from serving_widgets import mock, api", ["mock"]),
        ("api/endpoint/status.py", "from .models import EndpointInfo", []),
        ("api/endpoint/status.py", "from . import models", []),
        ("magic/commands/list.py", "from ...workspace.connect import workspace", ["workspace"]),
        ("magic/commands/list.py", "from ..grammar import Command", []),
        ("cli.py", "from .mock import MockWorkspace", ["mock"]),
        ("cli.py", "from . import mock", ["mock"]),
        ("api/endpoint/status.py", "def f():\n    from serving_widgets.workspace import connect", ["workspace"]),
        ("api/endpoint/status.py", "class C:\n    if True:\n        import serving_widgets", ["__init__"]),
        ("api/endpoint/status.py", "import json, http.client", []),
    ],
)
def test_arrows_are_seen_however_the_import_is_written(file, source, rooms):
    assert [arrow.room for arrow in arrows(source, file)] == rooms


@pytest.mark.parametrize(
    ("file", "source", "allowed"),
    [
        ("magic/run.py", "from ..widgets import EndpointBrowser", True),
        ("magic/run.py", "from ..api.status import status_of", True),
        ("widgets/badge.py", "from ..magic import grammar", False),
        ("openapi/samples/sample.py", "from ...line import quote", True),
        ("openapi/samples/sample.py", "from ...render import Table", False),
        ("render/blocks/table.py", "from ...workspace import workspace", False),
        ("mock/server.py", "from ..api.status import status_of", False),
        ("mock/server.py", "from .._version import __version__", False),
        ("client/http.py", "from ..line import quote", False),
        ("workspace/connect.py", "def f():\n    from ..mock import MockWorkspace", True),
        ("workspace/connect.py", "from ..mock import MockWorkspace", False),
        ("workspace/connect.py", "if TYPE_CHECKING:\n    from ..mock import MockWorkspace", True),
        ("workspace/handles.py", "def f():\n    from ..mock import MockWorkspace", False),
        ("__init__.py", "from ._version import __version__", True),
        ("__init__.py", "from .workspace import connect", False),
        ("__init__.py", "def __getattr__(name):\n    from .workspace import connect", True),
    ],
)
def test_the_rules_allow_what_they_say(file, source, allowed):
    wrong = [fault for arrow in arrows(source, file) for fault in faults(arrow)]
    assert (not wrong) is allowed, wrong
