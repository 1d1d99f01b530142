"""The house: which room may import which, drawn from every import statement, those inside functions included."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

import house
import pytest
from house import Arrow, arrows, room_of

# A room imports only from rooms further down its chain; the pure ones (api, openapi, line, render) do no I/O.
PURE = {"api", "openapi", "line", "render"}
MAY_IMPORT: dict[str, set[str]] = {
    "api": set(),
    "line": set(),
    "mock": set(),
    "_version": set(),
    "openapi": {"api", "line"},
    "recording": {"api"},
    "render": {"api"},
    "client": {"api", "_version"},
    "workspace": {"client", "recording", *PURE, "_version"},
    "widgets": {"workspace", "client", *PURE, "_version"},
    "magic": {"saved", "widgets", "workspace", "client", *PURE, "_version"},
    "saved": {"api"},
    "cli": {"magic", "workspace", "recording", "saved", "api", "_version"},
    "testing": {"magic", "widgets", "workspace", "client", *PURE, "_version"},
    "__init__": {"magic", "widgets", "workspace", "client", *PURE, "_version"},
}
# Doors to the mock and to the package's own front door: only inside a function, so that nobody pays who does not ask.
LAZY = {("workspace/connect.py", "mock"), ("cli.py", "mock"), ("testing.py", "mock")}
# Modules looked up by name: the package's and the client's public names, and a command's own file; and what a notebook
# that is frozen is asked in its kernel, which is another process.
BY_NAME = {
    *("__init__.py", "client/__init__.py", "magic/registry.py", "saved/running.py"),
    "workspace/scoring/distributed/engines.py",
}
FRONT_DOOR_IS_LAZY = "__init__.py"
#: What the front door may read at once.
TABLES = {"_version"}
MOST_LINES = 450
MOST_MODULES = 14


def faults(arrow: Arrow) -> Iterator[str]:
    """What is wrong with an arrow from one room to another, in words."""
    where = f"{arrow.file}:{arrow.line} imports {arrow.room}"
    room = room_of(arrow.file)
    if arrow.room == room:
        return
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
def sources() -> dict[str, str]:
    return house.sources()


def test_every_import_follows_an_arrow_of_the_house(sources):
    drawn = [arrow for file, text in sources.items() for arrow in arrows(text, file, sources)]
    wrong = [fault for arrow in drawn for fault in faults(arrow)]
    assert not wrong, "\n".join(wrong)


def test_no_arrow_between_sub_rooms_leads_back(sources):
    circles = [" → ".join([*way, way[0]]) for way in house.circles(house.places(sources))]
    assert not circles, "\n".join(circles)


def test_contributing_shows_the_house_as_it_is():
    shown = house.CONTRIBUTING.read_text(encoding="utf-8").partition(house.BEGIN)[2].partition(house.END)[0]
    assert shown.strip() == house.picture().strip(), (
        "see whether the new arrow is meant; then: python tests/support/house.py"
    )


def test_no_folder_holds_more_modules_than_one_can_survey(sources):
    folders = Counter(str(PurePosixPath(file).parent) for file in sources if not file.endswith("__init__.py"))
    assert not {folder: count for folder, count in folders.items() if count > MOST_MODULES}


def test_imports_by_name_are_made_where_a_table_asks_for_them(sources):
    found = {file for file, text in sources.items() if "import_module" in text or "__import__" in text}
    assert found <= BY_NAME, "arrows of these imports are not drawn"


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
    assert [arrow.room for arrow in arrows(source, file) if arrow.room != room_of(file)] == rooms


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


def test_a_circle_is_found_however_long_it_is():
    drawn = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set()}
    assert house.circles(drawn) == [["a", "b", "c"]]


def test_an_import_for_types_only_is_an_arrow_too():
    source = "if TYPE_CHECKING:\n    from ..session.session import Session"
    files = {"workspace/runtime/display.py": source, "workspace/session/session.py": ""}
    assert house.places(files)["workspace/runtime"] == {"workspace/session"}
