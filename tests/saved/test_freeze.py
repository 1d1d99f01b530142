"""``serving-widgets freeze``: a notebook run by itself, and kept so that it can be read without a kernel."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from canary import guises
from made_notebooks import OPENED, WIDGETS, bundles, cell, models, page_of, views, write
from nbconvert.preprocessors import ExecutePreprocessor

from serving_widgets import cli
from serving_widgets.api.errors import ServingError
from serving_widgets.saved.cleaning import clean
from serving_widgets.saved.freezing import freeze
from serving_widgets.saved.models import VIEW, reachable_models

#: What a notebook may say to get at a real workspace for writing.
OPENINGS = [
    "ws = sw.connect(read_only=False)",
    'ws = sw.connect(host=os.environ["DATABRICKS_HOST"], token=os.environ["DATABRICKS_TOKEN"])',
    "%serving connect --no-read-only",
    'os.environ.pop("SERVING_WIDGETS_READ_ONLY")\nws = sw.connect(read_only=False)',
]


def load(path: Path) -> dict:
    return json.loads(path.read_text())


def snapshots(notebook: dict) -> list[dict]:
    return [model["state"]["state"] for model in models(notebook).values() if "_part" in model["state"]]


def test_the_same_notebook_gives_the_same_bytes_twice(frozen):
    first, second = frozen
    assert first.read_bytes() == second.read_bytes()


def test_a_frozen_notebook_is_a_valid_one_and_says_of_its_widgets_what_github_wants(frozen):
    notebook = load(frozen[0])
    nbformat.validate(notebook)
    (part,) = notebook["metadata"]["widgets"].values()
    assert (part["version_major"], part["version_minor"]) == (2, 0)
    assert set(part) == {"state", "version_major", "version_minor"}
    assert not [each for each in notebook["cells"] if "execution" in each["metadata"]]


def test_outputs_are_those_of_nbconvert_but_for_the_names_of_models(frozen, tmp_path):
    source = write(tmp_path / "few.ipynb", *OPENED, "%serving list", WIDGETS["EndpointBrowser"], "1 / 0")
    notebook = load(source)
    notebook["cells"][-1]["metadata"]["tags"] = ["raises-exception"]
    source.write_text(json.dumps(notebook))
    ours = load(freeze(source, output_dir=tmp_path / "out").path)
    executed, _ = ExecutePreprocessor(record_timing=False).preprocess(nbformat.read(source, 4))
    theirs = json.loads(nbformat.writes(executed))
    for each in (ours, theirs):
        del each["metadata"]["widgets"]
        for data in (output["data"] for one in each["cells"] for output in one["outputs"] if "data" in output):
            data.pop(VIEW, None)
    # The traceback of a plain error names the process it came from.
    for each in (ours, theirs):
        each["cells"][-1]["outputs"][0].pop("traceback")
    assert ours == theirs


def test_only_models_that_outputs_show_or_need_are_kept_each_once(frozen):
    notebook = load(frozen[0])
    kept = models(notebook)
    found, missing = reachable_models(kept, [str(data[VIEW]["model_id"]) for data in views(notebook)])
    assert (set(found), missing) == (set(kept), set())
    codes = [model["state"]["hash"] for model in kept.values() if "code" in model["state"]]
    assert len(codes) == len(set(codes)) == len(WIDGETS) + 1
    # The badge that nothing shows is not among them; the panel inside a browser is.
    kinds = [model["state"]["kind"] for model in kept.values() if model["state"].get("_part")]
    assert sorted(kinds) == sorted(
        [
            *("create_endpoint", "endpoint_browser", "endpoint_browser", "endpoint_compare", "endpoint_controls"),
            *("endpoint_panel", "endpoint_panel"),
            *("log_viewer", "log_viewer", "permissions_editor", "schema_explorer", "status_badge", "status_badge"),
        ]
    )


def test_models_go_by_numbers_in_the_order_in_which_a_reader_meets_them(frozen):
    notebook = load(frozen[0])
    shown = [data[VIEW]["model_id"] for data in views(notebook)]
    assert all(type(each) is int for each in shown)
    assert shown == sorted(shown)
    assert {str(number) for number in range(1, len(models(notebook)) + 1)} == set(models(notebook))


def test_pictures_are_whole_say_that_they_are_not_live_and_hold_nothing_of_the_run(frozen):
    pictures = snapshots(load(frozen[0]))
    assert {picture["live"] for picture in pictures} == {False}
    assert {picture["link"]["state"] for picture in pictures} == {"live"}
    text = frozen[0].read_text()
    assert not re.search(r"127\.0\.0\.1:\d|localhost|/tmp/|Bearer|\b0x[0-9a-f]{8}", text)
    assert not re.search(r"\b[0-9a-f]{32}\b", json.dumps([data.get(VIEW) for data in views(load(frozen[0]))]))


def test_a_widget_in_a_box_is_pictured_though_it_was_never_displayed_by_itself(frozen):
    notebook = load(frozen[0])
    box = next(model for model in models(notebook).values() if model["model_name"] == "VBoxModel")
    badge, log = (models(notebook)[each.removeprefix("IPY_MODEL_")]["state"] for each in box["state"]["children"])
    assert badge["state"]["endpoint"]["status"]["label"] == "Ready"
    assert log["state"]["log"]["total"] == 5000
    assert log["state"]["tail"]["text"]


def test_freezing_again_changes_nothing_and_there_is_nothing_to_clean(frozen, tmp_path):
    assert freeze(frozen[0], output_dir=tmp_path).path.read_bytes() == frozen[0].read_bytes()
    assert clean(frozen[0], check=True).faults == ()


def test_a_page_made_without_scripts_gets_the_table_of_every_widget(frozen):
    tables = sum(data.get("text/html", "").count("<table") for data in bundles(load(frozen[0])))
    page = re.sub(r"<script.*?</script>", "", page_of(frozen[0], "html"), flags=re.DOTALL)
    assert page.count("<table") == tables > 0
    assert page_of(frozen[0], "markdown").count("<table") == tables


def test_twenty_widgets_of_all_kinds_add_no_more_than_their_budget(tmp_path):
    lines = list(WIDGETS.values()) * 3
    path = freeze(write(tmp_path / "twenty.ipynb", *OPENED, *lines[:20])).path
    nbformat.validate(load(path))
    assert len(views(load(path))) == 20
    assert clean(path, everything=True, check=True).saved <= 300_000


def test_a_notebook_runs_in_its_own_folder_and_keeps_its_mode(tmp_path):
    (tmp_path / "word.txt").write_text("here")
    path = write(tmp_path / "reads.ipynb", "open('word.txt').read()")
    path.chmod(0o640)
    told = freeze(path)
    assert bundles(load(path))[0]["text/plain"] == "'here'"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert str(told) == f"{path}: ran 1 cell, no widgets to keep."
    assert sorted(each.name for each in tmp_path.iterdir()) == ["reads.ipynb", "word.txt"]


def test_cells_that_want_an_id_get_the_same_one_each_time(tmp_path):
    path = write(tmp_path / "nameless.ipynb", "1", "2")
    notebook = load(path)
    del notebook["cells"][1]["id"]
    path.write_text(json.dumps(notebook))
    made = [freeze(path, output_dir=tmp_path / name).path.read_bytes() for name in ("one", "two")]
    assert made[0] == made[1]
    assert [each["id"] for each in json.loads(made[0])["cells"]] == ["c0", "cell-00"]


@pytest.mark.parametrize(
    ("source", "number", "line"),
    [
        ("x = 1\n%serving stop chat\ny = 2", 2, "%serving stop chat"),
        ("def f():\n    raise ValueError('no')\n\nf()", 4, "f()"),
        ("x = 1\nx = = 2", 2, "x = = 2"),
        ("import os\n\nos._exit(1)", 1, "import os"),
    ],
    ids=["magic", "function", "syntax", "death"],
)
def test_a_failing_cell_is_named_with_its_line_and_nothing_is_written(tmp_path, capsys, source, number, line):
    path = write(tmp_path / "fails.ipynb", OPENED[0], cell("1 / 0", ["raises-exception"]), source)
    before = path.read_bytes()
    assert cli.main(["freeze", str(path)]) == 1
    told = capsys.readouterr().err
    assert f"{path}, cell 3, line {number} failed: {line}\n" in told
    assert "Nothing was written." in told
    assert path.read_bytes() == before


def test_other_notebooks_are_frozen_though_one_fails(tmp_path, capsys):
    paths = [write(tmp_path / f"{number}.ipynb", source) for number, source in enumerate(("1 / 0", "6 * 7"))]
    assert cli.main(["freeze", *map(str, paths)]) == 1
    assert capsys.readouterr().out == f"{paths[1]}: ran 1 cell, no widgets to keep.\n"
    assert bundles(load(paths[1]))[0]["text/plain"] == "42"


def test_a_cell_that_takes_too_long_is_named_with_the_option_that_gives_it_time(tmp_path, capsys):
    path = write(tmp_path / "slow.ipynb", "import time\ntime.sleep(60)")
    assert cli.main(["freeze", "--timeout", "1", str(path)]) == 1
    assert capsys.readouterr().err.endswith("it took longer than 1 s\nGive it more time: --timeout 2\n")


def test_a_kernel_that_is_not_there_is_named(tmp_path, capsys):
    path = write(tmp_path / "other.ipynb", "1")
    path.write_text(path.read_text().replace('"python3"', '"no-such-kernel"'))
    assert cli.main(["freeze", str(path)]) == 1
    assert "wants the kernel no-such-kernel, which is not installed" in capsys.readouterr().err


def test_a_kernel_that_ends_as_it_starts_is_an_error_of_its_notebook_alone(tmp_path):
    spec = {"argv": [sys.executable, "-c", "raise SystemExit(1)"], "display_name": "Stillborn", "language": "python"}
    (tmp_path / "kernels" / "stillborn").mkdir(parents=True)
    (tmp_path / "kernels" / "stillborn" / "kernel.json").write_text(json.dumps(spec))
    path, other = write(tmp_path / "first.ipynb", "1"), write(tmp_path / "second.ipynb", "1")
    path.write_text(path.read_text().replace('"python3"', '"stillborn"'))
    # In a process of its own, to see that its end makes no noise either.
    command = [sys.executable, "-m", "serving_widgets.cli", "freeze", str(path), str(other)]
    env = os.environ | {"JUPYTER_PATH": str(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert f"serving-widgets: {path}: the kernel did not start: Kernel died" in done.stderr
    assert "Traceback" not in done.stderr
    assert f"{other}: ran 1 cell" in done.stdout


def test_without_nbclient_the_extra_that_brings_it_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbclient", None)
    assert cli.main(["freeze", str(write(tmp_path / "one.ipynb", "1"))]) == 1
    assert "pip install 'serving-widgets[lab]'" in capsys.readouterr().err


def test_a_terminal_is_told_which_cell_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(["freeze", str(write(tmp_path / "two.ipynb", "1", "2"))]) == 0
    told = capsys.readouterr().err
    assert all(f"two.ipynb: cell {number} of 2" in told for number in (1, 2))


def test_a_notebook_that_is_frozen_changes_no_real_workspace_whatever_it_says(service, tmp_path, capsys):
    refused = [cell(f"{opening}\n%serving stop unity-model-endpoint", ["raises-exception"]) for opening in OPENINGS]
    first = 'import os\n\nos.environ.pop("SERVING_WIDGETS_READ_ONLY")\nos.environ["SERVING_WIDGETS_READ_ONLY"] = ""'
    path = write(tmp_path / "writes.ipynb", first, OPENED[0], "import serving_widgets as sw", *refused)
    assert cli.main(["freeze", str(path)]) == 0, capsys.readouterr().err
    errors = [output["evalue"] for each in load(path)["cells"][3:] for output in each["outputs"] if "evalue" in output]
    assert len(errors) == len(OPENINGS)
    assert all("No real workspace may be changed by this process" in each for each in errors)
    assert all("--allow-changes" in each for each in errors)
    assert service.changes() == []


def test_changes_happen_where_they_are_allowed_in_so_many_words(service, tmp_path):
    path = write(tmp_path / "writes.ipynb", *OPENED[:1], "import os", f"import serving_widgets as sw\n{OPENINGS[0]}")
    notebook = load(path)
    notebook["cells"].append({**cell("%serving stop unity-model-endpoint"), "id": "last"})
    path.write_text(json.dumps(notebook))
    freeze(path, allow_changes=True)
    assert [each for each in service.changes() if each.endswith("config:stop")] != []


def test_a_lock_that_the_environment_had_before_is_not_taken_off_by_an_option(tmp_path, capsys, monkeypatch):
    path = write(tmp_path / "one.ipynb", "1")
    before = path.read_bytes()
    monkeypatch.setenv("SERVING_WIDGETS_READ_ONLY", "1")
    assert cli.main(["freeze", "--allow-changes", str(path)]) == 1
    told = capsys.readouterr().err
    assert "--allow-changes lets notebooks change real workspaces, and SERVING_WIDGETS_READ_ONLY is set" in told
    assert "Nothing was run." in told
    with pytest.raises(ServingError, match="SERVING_WIDGETS_READ_ONLY is set"):
        freeze(path, allow_changes=True)
    assert path.read_bytes() == before


def test_notebooks_of_the_same_name_are_not_written_over_each_other(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    paths = [write(tmp_path / name / "same.ipynb", "1") for name in ("a", "b")]
    out = tmp_path / "out"
    assert cli.main(["freeze", *map(str, paths), "--output-dir", str(out)]) == 1
    assert f"{paths[0]} and {paths[1]} would both be written to {out / 'same.ipynb'}." in capsys.readouterr().err
    assert not out.exists()


def test_the_token_of_a_real_workspace_is_in_nothing_that_is_kept(service, tmp_path):
    lines = ["%serving connect", "%serving list", "ws = sw.workspace()", "ws", "vars(ws)", *WIDGETS.values()]
    lines += ["%serving sample churn --code curl", cell("%serving stop chat", ["raises-exception"])]
    path = freeze(write(tmp_path / "real.ipynb", OPENED[0], "import serving_widgets as sw", *lines)).path
    assert len(views(load(path))) == len(WIDGETS)
    pages = [path.read_bytes(), *(page_of(path, kind).encode() for kind in ("html", "markdown"))]
    for guise in guises(service.token):
        assert not [page for page in pages if guise in page]


def test_each_model_is_a_line_of_the_file_and_stays_one_when_it_is_cleaned(frozen, tmp_path):
    text = frozen[0].read_text()
    kept = load(frozen[0])["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert len(re.findall(r'\n +"\w+": \{"model_module":.*\}\},?(?=\n)', text)) == len(kept) > 0
    copy = tmp_path / "timed.ipynb"
    copy.write_text(text.replace('"metadata": {}', '"metadata": {"execution": {"iopub.status.busy": "x"}}', 1))
    clean(copy)
    assert copy.read_text() == text
