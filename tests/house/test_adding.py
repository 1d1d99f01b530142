"""What CONTRIBUTING says under "Add …": each is done to the letter in a copy of the sources, with a toy."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


class Copy:
    """A copy of the sources, in which something is added."""

    def __init__(self, project, root):
        self.project, self.root = project, root
        self.package = root / "src" / "serving_widgets"
        shutil.copytree(project / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
        self.files: set[str] = set()

    def add(self, path: str, text: str) -> None:
        """Add a file."""
        file = self.root / path
        assert not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        self.files.add(path)

    def line(self, path: str, *changes: tuple[str, str]) -> None:
        """Put a line after another one."""
        file = self.root / path
        text = file.read_text()
        for after, added in changes:
            assert text.count(after) == 1, (path, after)
            text = text.replace(after, after + added)
        file.write_text(text)
        self.files.add(path)

    def js(self) -> Path:
        """Copy the front end's sources, too, and return their folder."""
        js = self.root / "js"
        shutil.copytree(self.project / "js", js, ignore=shutil.ignore_patterns("node_modules"))
        (js / "node_modules").symlink_to(self.project / "js" / "node_modules")
        return js

    def prints(self, code: str) -> str:
        """Return what a program prints that uses the copy."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("DATABRICKS_")}
        env |= {"PYTHONPATH": str(self.root / "src"), "HOME": str(self.root), "IPYTHONDIR": str(self.root)}
        command = [sys.executable, "-c", textwrap.dedent(code)]
        done = subprocess.run(command, env=env, cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.extension_manager.load_extension("serving_widgets")
shell.run_line_magic("serving", "connect mock")
"""


@pytest.fixture
def copy(project, tmp_path):
    return Copy(project, tmp_path)


def test_a_command_is_a_file_and_a_line_and_then_in_help_and_completion(copy):
    copy.add(
        "src/serving_widgets/magic/commands/look/word_count.py",
        '''
        """``%serving word-count``: the letters of a name."""

        from serving_widgets.magic.syntax.grammar import Argument, Command, Result
        from serving_widgets.magic.syntax.value_types import ENDPOINT
        from serving_widgets.render import message


        def run(call):
            return Result(len(call.endpoint().name), message("counted"))


        COMMAND = Command(
            summary="Count the letters of an endpoint's name.",
            run=run,
            arguments=(Argument("name", ENDPOINT, "The endpoint."),),
            examples=(("word-count churn", "Five."),),
        )
        ''',
    )
    copy.line("src/serving_widgets/magic/registry.py", ('    "look/budget",\n', '    "look/word-count",\n'))
    told = copy.prints(
        SHELL
        + """
print(shell.run_line_magic("serving", "word-count churn --json"))
print(shell.run_line_magic("serving", "help word-count"))
print(shell.Completer.complete(line_buffer="%serving word", cursor_pos=13)[1])
print(shell.run_line_magic("serving", "help"))
"""
    )
    assert told.startswith("5\n")
    assert told.count("Count the letters of an endpoint's name.") == 2
    assert "['word-count']" in told
    assert len(copy.files) == 2


def test_a_scenario_is_a_file_and_a_line(copy):
    copy.add(
        "src/serving_widgets/mock/scenarios/single.py",
        '''
        """The scenario of one endpoint."""

        from .scenario import Scenario


        def fill(world):
            Scenario().endpoint("only-one").fill(world)
        ''',
    )
    copy.line(
        "src/serving_widgets/mock/scenarios/__init__.py",
        ("from . import demo, empty, incident, large", ", single"),
        ('    "empty": empty.fill,\n', '    "single": single.fill,\n'),
    )
    told = copy.prints(
        """
        import serving_widgets as sw
        with sw.connect("mock", scenario="single") as ws:
            print([endpoint.name for endpoint in ws.endpoints.list()])
        """
    )
    assert told == "['only-one']\n"
    assert len(copy.files) == 2


def test_a_route_of_the_mock_is_a_file_and_its_name_in_a_list(copy):
    copy.add(
        "src/serving_widgets/mock/routes/weather.py",
        '''
        """Routes of the weather."""

        from serving_widgets.mock.app import MockRoute, reply

        ROUTES = (MockRoute("GET", "/api/2.0/weather", lambda request: reply({"sun": True})),)
        ''',
    )
    copy.line(
        "src/serving_widgets/mock/routes/__init__.py",
        ("    throughput,\n", "    weather,\n"),
        ("settings, steering, throughput", ", weather"),
    )
    told = copy.prints(
        """
        import httpx
        from serving_widgets.mock import MockWorkspace
        with MockWorkspace() as mock:
            headers = {"Authorization": f"Bearer {mock.token}"}
            print(httpx.get(mock.host + "/api/2.0/weather", headers=headers).json())
        """
    )
    assert told == "{'sun': True}\n"
    assert len(copy.files) == 2


def test_a_fault_of_the_mock_is_a_function_and_a_row(copy):
    copy.line(
        "src/serving_widgets/mock/state/fault_kinds.py",
        (
            "    return lambda value: value is None or accepts(value)\n",
            "\n\nasync def _teapot(wanted, rule, answer):\n"
            "    return Response(status_code=418) if wanted else await answer()\n",
        ),
        (
            '    "malformed": FaultKind(False, lambda value: isinstance(value, bool), "true or false", _malformed),\n',
            '    "teapot": FaultKind(False, lambda value: isinstance(value, bool), "true or false", _teapot),\n',
        ),
    )
    told = copy.prints(
        """
        import httpx
        from serving_widgets.mock import MockWorkspace
        with MockWorkspace() as mock:
            mock.faults([{"path": "*", "teapot": True}])
            print(httpx.get(mock.host + "/api/2.0/serving-endpoints").status_code)
        """
    )
    assert told == "418\n"
    assert len(copy.files) == 1


def test_a_diagnosis_rule_is_a_row_and_then_explains_a_log(copy):
    copy.line(
        "src/serving_widgets/api/logs/failures/access.py",
        (
            "ACCESS: tuple[Rule, ...] = (\n",
            """
    Rule(
        "coffee_out",
        (Sign("CoffeeError", raised("CoffeeError")),),
        "Out of coffee",
        "The machine is empty.",
        "Fill it.",
        "CoffeeError: empty",
        "Coffee is ready",
    ),
""",
        ),
    )
    told = copy.prints(
        """
        import serving_widgets as sw
        found = sw.diagnose("Traceback (most recent call last):\\nCoffeeError: empty")
        print(found[0].code, found[0].title, found[0].remedy, sep=" | ")
        """
    )
    assert told == "coffee_out | Out of coffee | Fill it.\n"
    assert len(copy.files) == 1


def test_a_way_to_log_in_is_an_object_with_a_host_and_headers_for_each_request(copy):
    told = copy.prints(
        """
        import serving_widgets as sw
        from serving_widgets.mock import MockWorkspace


        class Vault:
            def __init__(self, mock):
                self.host, self._mock, self.asked = mock.host, mock, 0

            def authenticate(self):
                self.asked += 1
                return {"Authorization": "Bearer " + self._mock.token}


        with MockWorkspace() as mock:
            vault = Vault(mock)
            ws = sw.connect(config=vault)
            print(len(ws.endpoints.list()), vault.asked > 0)
            ws.close()
        """
    )
    assert told == "10 True\n"
    assert copy.files == set()


def test_a_snippet_language_is_a_file_and_a_line_and_then_an_option(copy):
    copy.add(
        "src/serving_widgets/openapi/snippets/wget.py",
        '''
        """Snippets for wget."""

        from .request import Snippet, SnippetLanguage

        LANGUAGE = SnippetLanguage("wget", "shell", lambda request: Snippet(f"wget {request.path}", {}))
        ''',
    )
    copy.line(
        "src/serving_widgets/openapi/snippets/snippets.py",
        ("pandas_frame, serving_magic", ", wget"),
        ("    serving_magic.LANGUAGE,\n", "    wget.LANGUAGE,\n"),
    )
    told = copy.prints(
        SHELL
        + """
print(shell.run_line_magic("serving", "sample example-endpoint --code wget"))
print(shell.Completer.complete(line_buffer="%serving sample churn --code wg", cursor_pos=31)[1])
"""
    )
    assert "wget /serving-endpoints/example-endpoint/invocations" in told
    assert "['wget']" in told
    assert len(copy.files) == 2


def test_a_column_is_a_line_and_then_in_the_list_and_in_the_browser(copy):
    copy.line(
        "src/serving_widgets/api/endpoint/columns.py",
        (
            "lambda info: info.last_updated_timestamp, 88, 0, shown_from=540),\n",
            '    EndpointColumn("letters", "Letters", "number", lambda info: len(info.name), shown_from=600),\n',
        ),
    )
    told = copy.prints(
        SHELL
        + """
print(shell.run_line_magic("serving", "list churn"))
import serving_widgets as sw
browser = sw.EndpointBrowser()
browser._repr_mimebundle_()
print([column["title"] for column in browser.state["columns"] if column["shown_from"] == 600])
print([row["cells"]["letters"] for row in browser.state["rows"] if row["name"] == "churn"])
"""
    )
    assert "Letters" in told.partition("[")[0]
    assert told.endswith("['Letters']\n[5]\n")
    assert len(copy.files) == 1


def test_a_status_is_two_lines_of_one_file_and_then_has_its_words_and_its_mark_everywhere(copy):
    copy.line(
        "src/serving_widgets/api/endpoint/status.py",
        (
            '    "UPDATE_CANCELED": ("Update canceled", "failed"),\n',
            '    "UPDATE_PAUSED": ("Update paused", "paused"),\n',
        ),
        ('    "stopped": PhaseLook("square", "muted"),\n', '    "paused": PhaseLook("square", "warn"),\n'),
    )
    shutil.copytree(copy.project / "tests" / "support", copy.root / "tests" / "support")
    told = copy.prints(
        SHELL
        + """
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of
print(status_of(EndpointInfo.read({"state": {"ready": "READY", "update_state": "UPDATE_PAUSED"}})).label)
print(shell.Completer.complete(line_buffer="%serving list --status pau", cursor_pos=26)[1])
import sys
sys.path.insert(0, "tests/support")
import page_contract
print('"paused": {\\n    "shape": "square",\\n    "colour": "warn"' in "".join(page_contract.tables().values()))
"""
    )
    assert told == "Ready (Update paused)\n['paused']\nTrue\n"
    assert len(copy.files) == 1


def test_a_tab_is_a_widget_with_a_view_and_a_row_of_a_table(copy):
    if shutil.which("node") is None or not (copy.project / "js" / "node_modules").is_dir():
        pytest.skip("no node: the front end is not built")
    copy.add(
        "src/serving_widgets/widgets/panel/notes_tab.py",
        '''
        """NotesTab: what there is to note about an endpoint."""

        from serving_widgets.widgets.core.base import EndpointWidget


        class NotesTab(EndpointWidget):
            """Notes on an endpoint."""

            _kind = "notes_tab"
        ''',
    )
    copy.line(
        "src/serving_widgets/widgets/panel/tabs.py",
        (
            '    PanelTab("tags", "Tags"),\n',
            '    PanelTab("notes", "Notes", _notes),\n',
        ),
        (
            "    return SchemaExplorer(endpoint, workspace=workspace)\n",
            "\n\ndef _notes(endpoint, workspace):\n    from .notes_tab import NotesTab\n\n"
            "    return NotesTab(endpoint, workspace=workspace)\n",
        ),
    )
    js = copy.js()
    copy.add(
        "js/src/views/panel/notes_tab.tsx",
        """
        export default function NotesTab() {
          return <b>Notes</b>;
        }
        """,
    )
    subprocess.run(["node", "build.mjs"], cwd=js, check=True, capture_output=True)
    assert (copy.package / "static" / "notes_tab.js").stat().st_size < 1000
    told = copy.prints(
        SHELL
        + """
import time
import serving_widgets as sw
from serving_widgets.workspace.runtime import event_loop
panel = sw.EndpointPanel("churn", tab="notes")
event_loop.run_sync(lambda: panel._choose({"name": "notes"}, print), twin="")
print([tab["key"] for tab in panel.state["tabs"] if tab.get("child")][-1], list(panel.state["children"]))
print(shell.Completer.complete(line_buffer="%serving panel churn --tab no", cursor_pos=29)[1])
"""
    )
    assert told == "notes ['notes']\n['notes']\n"
    assert len(copy.files) == 3


def test_a_widget_is_a_class_a_line_and_a_view_and_then_in_the_built_package(copy):
    if shutil.which("node") is None or not (copy.project / "js" / "node_modules").is_dir():
        pytest.skip("no node: the front end is not built")
    copy.add(
        "src/serving_widgets/widgets/panel/name_tag.py",
        '''
        """NameTag: the name of an endpoint."""

        from serving_widgets.widgets.core.base import EndpointWidget


        class NameTag(EndpointWidget):
            """The name of an endpoint."""

            _kind = "name_tag"
        ''',
    )
    copy.line(
        "src/serving_widgets/__init__.py",
        ('    "LogViewer": ".widgets.logs.log_viewer",\n', '    "NameTag": ".widgets.panel.name_tag",\n'),
    )
    js = copy.js()
    copy.add(
        "js/src/views/panel/name_tag.tsx",
        """
        import type { EndpointViewState } from "../../kernel/contract";
        import { useView } from "../../view";

        export default function NameTag() {
          return <b>{useView<EndpointViewState>().store.state.value.name}</b>;
        }
        """,
    )
    subprocess.run(["node", "build.mjs"], cwd=js, check=True, capture_output=True)
    assert (copy.package / "static" / "name_tag.js").stat().st_size < 1000
    told = copy.prints(
        """
        import serving_widgets as sw
        with sw.connect("mock"):
            tag = sw.NameTag("churn")
            print("NameTag" in dir(sw), tag._kind, tag.state["name"])
        """
    )
    assert told == "True name_tag churn\n"
    assert len(copy.files) == 3
