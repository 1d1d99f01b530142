"""What CONTRIBUTING says under "Add …": each is done to the letter in a copy of the sources, with a toy."""

import os
import shutil
import subprocess
import sys
import textwrap

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
    js = copy.root / "js"
    shutil.copytree(copy.project / "js", js, ignore=shutil.ignore_patterns("node_modules"))
    (js / "node_modules").symlink_to(copy.project / "js" / "node_modules")
    copy.add(
        "js/src/views/panel/name_tag.tsx",
        """
        import type { EndpointState } from "../../protocol";
        import { useView } from "../../view";

        export default function NameTag() {
          return <b>{useView<EndpointState>().store.state.value.name}</b>;
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
