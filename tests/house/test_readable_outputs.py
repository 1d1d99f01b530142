"""Whatever the package shows can be read without a kernel: every command of the table, and every widget class."""

import json
import re

import pytest
from made_notebooks import OPENED, SCRIPTS, WIDGETS, bundles, document

import serving_widgets as sw
from serving_widgets.magic.registry import COMMANDS, command
from serving_widgets.saved.freezing import freeze
from serving_widgets.saved.models import VIEW

SAMPLE = "body = %serving sample churn"
#: Command → what has to be there before (a cell), and the example of its declaration that runs on the embedded
#: workspace as it is at the start.
EXAMPLES = {
    "connect": ("", "connect mock"),
    "list": ("", "list fraud --status updating"),
    "browse": ("", "browse churn"),
    "panel": ("", "panel churn --tab config"),
    "status": ("", "status churn --live"),
    "models": ("", "models main.risk"),
    "compare": ("", "compare churn pricing"),
    "idle": ("", "idle"),
    "watch": ("", "watch"),
    "undo": ("%serving tags churn team=risk;", "undo --dry-run"),
    "wait": ("", "wait fraud-detector"),
    "create": ("", "create ads --entity main.ml.ads --version 3"),
    "update": ("%serving create ads --entity main.ml.ads --version 3 --wait", "update ads --size Medium --dry-run"),
    "stop": ("", "stop unity-model-endpoint"),
    "start": ("", "start pricing --wait"),
    "delete": ("", "delete churn --yes"),
    "logs": ("", "logs churn --build"),
    "ensure": ("", "ensure ads --entity main.ml.ads --version 4 --tag team=risk --dry-run"),
    "close": ("", "close"),
    "tutorial": ("", "tutorial"),
    "diagnose": (
        "import pathlib\n_ = pathlib.Path('build.log').write_text('ERROR: No matching distribution found for acme==9')",
        "diagnose @build.log",
    ),
    "metrics": ("", "metrics fraud-detector --entity fraud_challenger-2"),
    "bug": ("", "bug --save problem.html"),
    "report": ("", "report"),
    "permissions": ("", "permissions churn"),
    "grant": ("", "grant churn analysts view"),
    "revoke": ("", "revoke churn analysts --dry-run"),
    "tags": ("", 'tags churn team=risk owner="Ada L." --remove tier'),
    "budget": ("", "budget chat"),
    "schema": ("", "schema example-endpoint"),
    "sample": ("", "sample example-endpoint"),
    "query": (
        f"{SAMPLE}\nimport json, pathlib\n_ = pathlib.Path('churn.json').write_text(json.dumps(dict(body)))",
        "query churn @churn.json",
    ),
    "predict": (f"{SAMPLE}\nimport pandas\ndf = pandas.DataFrame(**body['dataframe_split'])", "predict churn $df"),
    "mock": ("", "mock journal --changes"),
    "help": ("", "help create"),
}
#: Commands whose result is plain text only, and why a table would say no more.
PLAIN: dict[str, str] = {}


def cells() -> list[str]:
    """Return a cell for each command, on a workspace as it is at the start, and one for each widget class."""
    shown = list(OPENED)
    for before, line in EXAMPLES.values():
        shown += [f'ws = sw.connect("mock")\n{before}', f"%serving {line}"]
    return [*shown, 'ws = sw.connect("mock")', *WIDGETS.values()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return the same notebook as two fresh kernels left it."""
    source = tmp_path_factory.mktemp("outputs") / "outputs.ipynb"
    source.write_text(json.dumps(document(*cells())))
    return [freeze(source, output_dir=source.parent / name).path for name in ("first", "second")]


@pytest.fixture(scope="module")
def outputs(runs) -> dict[str, list[dict]]:
    """Return what each cell shows, by its source."""
    notebook = json.loads(runs[0].read_text())
    return {"".join(each["source"]): bundles({"cells": [each]}) for each in notebook["cells"]}


def test_every_command_has_an_example_of_its_own_here_and_every_widget_class_a_line():
    assert set(EXAMPLES) == set(COMMANDS)
    assert set(WIDGETS) == set(sw.WIDGETS)
    assert set(PLAIN) <= set(COMMANDS)
    for name, (_, line) in EXAMPLES.items():
        assert line in [example for example, _ in command(name).examples], name


@pytest.mark.parametrize("shown", [*(f"%serving {line}" for _, line in EXAMPLES.values()), *WIDGETS.values()])
def test_it_shows_text_and_html_that_need_neither_a_kernel_nor_a_script(outputs, shown):
    (data,) = outputs[shown]
    name = shown.removeprefix("%serving ").split(" ", 1)[0]
    assert set(data) - {VIEW} == {"text/plain"} | ({"text/html"} if name not in PLAIN else set())
    assert data["text/plain"].strip()
    text = data["text/plain"] + data.get("text/html", "")
    assert not re.search(SCRIPTS, text, flags=re.IGNORECASE)
    assert not re.search(r"Loading|127\.0\.0\.1|localhost| at 0x[0-9a-f]+|IPY_MODEL_|dapi[0-9a-f]", text)
    assert (VIEW in data) is (shown in WIDGETS.values() or name in ("browse", "panel", "status"))


def test_two_fresh_kernels_show_the_same_bytes(runs):
    first, second = runs
    assert first.read_bytes() == second.read_bytes()
