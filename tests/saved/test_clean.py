"""``serving-widgets clean``: what nobody can show goes, and everything else stays as it is, byte for byte."""

import copy
import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_notebooks import document, write

from serving_widgets import cli
from serving_widgets.saved.cleaning import clean, cleaned_document
from serving_widgets.saved.models import STATE, VIEW, number_models, outputs, shown_model, widget_metadata

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def model(**state) -> dict:
    return {"model_module": "m", "model_module_version": "1", "model_name": "AnyModel", "state": state}


def view(name: object) -> dict:
    """Return an output that shows a model, with the table that is there without one."""
    data = {VIEW: {"model_id": name, "version_major": 2, "version_minor": 0}}
    data |= {"text/html": "<table></table>", "text/plain": "a table"}
    return {"data": data, "metadata": {VIEW: {}}, "output_type": "display_data"}


def notebook(*outputs: dict, widgets: object = None) -> dict:
    made = document("1")
    made["cells"][0]["outputs"] = list(outputs)
    if widgets is not None:
        made["metadata"]["widgets"] = widgets
    return made


def mimes(made: dict) -> list[list[str]]:
    return [list(output["data"]) for output in made["cells"][0]["outputs"]]


SHAPE = "is not a notebook: its cells or its metadata are not what they should be"
TABLES = ["text/html", "text/plain"]
A, B = model(layout="IPY_MODEL_b"), model(width="1px")


@pytest.mark.parametrize(
    ("before", "widgets", "kept", "faults"),
    [
        (
            notebook(view("a"), widgets=widget_metadata({"a": A, "b": B})),
            widget_metadata({"a": A, "b": B}),
            [[VIEW, *TABLES]],
            [],
        ),
        (
            notebook(view("a"), widgets=widget_metadata({"a": A, "b": B, "c": B})),
            widget_metadata({"a": A, "b": B}),
            [[VIEW, *TABLES]],
            ["dropped the state of 1 model that no output shows"],
        ),
        (
            notebook(view("a"), view("b"), widgets=widget_metadata({"a": A})),
            None,
            [TABLES, TABLES],
            [
                "dropped 2 widget views whose model is not in the notebook",
                "dropped the state of 1 model that no output shows",
            ],
        ),
        (
            notebook(view("b"), widgets={STATE: {"b": B}}),
            widget_metadata({"b": B}),
            [[VIEW, *TABLES]],
            ["put 1 model where GitHub looks for the state of widgets"],
        ),
        (
            notebook(view("b"), widgets={"b": B}),
            widget_metadata({"b": B}),
            [[VIEW, *TABLES]],
            ["put 1 model where GitHub looks for the state of widgets"],
        ),
        (
            notebook(view("b"), widgets={STATE: {"state": {"b": B}}}),
            widget_metadata({"b": B}),
            [[VIEW, *TABLES]],
            ["put 1 model where GitHub looks for the state of widgets"],
        ),
        (
            notebook(view("b"), widgets={STATE: {"version_major": 2, "version_minor": 0}}),
            None,
            [TABLES],
            [
                "dropped widget metadata that held no models",
                "dropped 1 widget view whose model is not in the notebook",
            ],
        ),
        (notebook(widgets=[]), None, [], ["dropped widget metadata that held no models"]),
        (notebook(view(None)), None, [TABLES], ["dropped 1 widget view whose model is not in the notebook"]),
        (notebook(view(7), widgets=widget_metadata({"7": B})), widget_metadata({"7": B}), [[VIEW, *TABLES]], []),
    ],
    ids=[
        "right",
        "model nobody shows",
        "model without what it refers to",
        "no state key",
        "models at the top",
        "no version",
        "no models",
        "no object",
        "view of nothing",
        "frozen",
    ],
)
def test_what_is_wrong_is_mended_and_said(before, widgets, kept, faults):
    after, told = cleaned_document(before)
    assert told == faults
    assert after["metadata"].get("widgets") == widgets
    assert mimes(after) == kept


def test_all_drops_every_widget_and_leaves_the_tables():
    after, told = cleaned_document(notebook(view("a"), widgets=widget_metadata({"a": A, "b": B})), everything=True)
    assert "widgets" not in after["metadata"]
    assert mimes(after) == [TABLES]
    assert after["cells"][0]["outputs"][0]["metadata"] == {}
    assert told == ["dropped the state of all 2 models", "dropped 1 widget view"]


def test_an_output_that_was_a_view_and_nothing_else_goes_with_it():
    alone = view("gone")
    alone["data"] = {VIEW: alone["data"][VIEW]}
    after, _ = cleaned_document(notebook(alone, view("gone")))
    assert mimes(after) == [TABLES]


def test_timing_goes():
    before = notebook()
    before["cells"][0]["metadata"] = {"execution": {"iopub.status.busy": "2026-01-12T09:00:00"}, "tags": ["kept"]}
    after, told = cleaned_document(before)
    assert after["cells"][0]["metadata"] == {"tags": ["kept"]}
    assert told == ["dropped the timing of 1 cell"]


@pytest.mark.parametrize(
    "spelling",
    [
        {"indent": 1, "ensure_ascii": False},
        {"indent": 4, "ensure_ascii": True},
        {"indent": "\t"},
        {"separators": (",", ":")},
        {},
    ],
)
@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
def test_what_is_not_mended_keeps_its_spelling(tmp_path, spelling, end):
    made = notebook(view("a"))
    made["cells"][0]["source"] = "print('é …')"
    made["zebra"] = {"b": 1, "a": [1.5, None]}
    text = json.dumps(made, **spelling) + end
    if end == "\r\n":
        text = text.replace("\n", "\r\n").replace("\r\r\n", "\r\n")
    path = tmp_path / "one.ipynb"
    path.write_bytes(text.encode())
    assert clean(path).faults
    after = copy.deepcopy(made)
    del after["cells"][0]["outputs"][0]["data"][VIEW]
    after["cells"][0]["outputs"][0]["metadata"] = {}
    expected = json.dumps(after, **spelling) + end
    if end == "\r\n":
        expected = expected.replace("\n", "\r\n").replace("\r\r\n", "\r\n")
    assert path.read_bytes() == expected.encode()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_there_is_nothing_to_mend_in_what_is_shipped(path, capsys):
    assert cli.main(["clean", "--check", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: nothing to repair.\n"


def test_a_check_changes_nothing_says_what_is_wrong_and_fails(tmp_path, capsys):
    path = tmp_path / "wrong.ipynb"
    path.write_text(json.dumps(notebook(view("gone"))))
    before = path.read_bytes()
    assert cli.main(["clean", "--check", str(path)]) == 1
    told = capsys.readouterr().out
    assert told.startswith(f"{path}: dropped 1 widget view whose model is not in the notebook – would be ")
    assert told.endswith(" bytes smaller.\n")
    assert path.read_bytes() == before
    assert cli.main(["clean", str(path)]) == 0
    assert f"{len(before) - len(path.read_bytes()):,} bytes smaller" in told
    assert cli.main(["clean", "--check", str(path)]) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't be read: no such file or directory"),
        (b"# Title", "is not a notebook: it is not JSON"),
        (b"\xff\xfe", "is not a notebook: it is not UTF-8 (byte 0)"),
        (b"[]", "is not a notebook: it does not say which nbformat it has"),
        (b'{"name": "package"}', "is not a notebook: it does not say which nbformat it has"),
        (b'{"nbformat": 3, "worksheets": []}', "has nbformat 3, and only 4 is known here"),
        (b'{"nbformat": 5, "cells": []}', "has nbformat 5, and only 4 is known here"),
        (b'{"nbformat": 4, "cells": [1]}', SHAPE),
        (
            b'{"nbformat": 4, "cells": [{"outputs": {}}]}',
            SHAPE,
        ),
        (
            b'{"nbformat": 4, "metadata": [], "cells": []}',
            SHAPE,
        ),
    ],
)
@pytest.mark.parametrize("command", ["clean", "freeze"])
def test_what_is_no_notebook_is_named_and_the_others_are_done(tmp_path, capsys, command, content, said):
    bad, good = tmp_path / "bad.ipynb", tmp_path / "good.ipynb"
    if content is not None:
        bad.write_bytes(content)
    good.write_text(json.dumps(document()))
    others = [str(good)] if command == "clean" else []
    assert cli.main([command, str(bad), *others]) == 1
    told = capsys.readouterr()
    assert f"serving-widgets: {bad} {said}" in told.err
    assert told.out == "".join(f"{each}: nothing to repair.\n" for each in others)


# Notebooks as they may lie around: right, half right, and wrong.
names = st.sampled_from(["a", "b", "c", "1", "2"])
references = names.map("IPY_MODEL_{}".format) | st.text(max_size=3) | st.none()
some_models = st.builds(
    lambda state: model(**state),
    st.dictionaries(st.sampled_from(["layout", "children", "state"]), references | st.lists(references, max_size=2)),
)
rubbish = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names | st.just("state"), inner, max_size=2),
    max_leaves=5,
)
states = st.dictionaries(names, some_models | rubbish, max_size=5)
metadata = st.one_of(
    rubbish,
    states,
    states.map(lambda state: {STATE: state}),
    states.map(lambda state: {STATE: {"state": state}}),
    states.map(lambda state: {STATE: {"state": state, "version_major": 2, "version_minor": 0}}),
)
plain = st.fixed_dictionaries(
    {"name": st.just("stdout"), "output_type": st.just("stream"), "text": st.text(max_size=5)}
)
some_outputs = st.lists(plain | (names | st.integers(1, 2) | st.none()).map(view), max_size=3)
some_cells = st.lists(st.tuples(st.text(max_size=8), some_outputs, st.booleans()), max_size=3)


@st.composite
def notebooks(draw):
    cells = draw(some_cells)
    made = document(*[source for source, _, _ in cells])
    for each, (_, some, timed) in zip(made["cells"], cells, strict=True):
        each["outputs"] = some
        each["metadata"] |= {"execution": {"iopub.status.busy": "x"}} if timed else {}
    if draw(st.booleans()):
        made["metadata"]["widgets"] = draw(metadata)
    return made


def without_widgets(made: dict) -> dict:
    """Return all that cleaning may not touch."""
    rest = copy.deepcopy(made)
    rest["metadata"].pop("widgets", None)
    for each in rest["cells"]:
        each["metadata"].pop("execution", None)
        for output in each["outputs"]:
            if "data" in output:
                output["data"].pop(VIEW, None)
                output["metadata"].pop(VIEW, None)
    return rest


@given(notebooks(), st.booleans())
def test_cleaning_twice_is_cleaning_once_and_touches_nothing_else(made, everything):
    before = copy.deepcopy(made)
    after, faults = cleaned_document(made, everything=everything)
    assert made == before
    assert cleaned_document(after, everything=everything) == (after, [])
    assert (after != before) is bool(faults)
    assert without_widgets(after) == without_widgets(before)
    nbformat.validate(after)
    # Whatever is shown now can be drawn, and whatever is stored is shown.
    models = after["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    seen = [shown_model(output) for output in outputs(after["cells"])]
    assert set(seen) <= set(models)
    assert bool(models) is bool(seen)
    assert not (everything and seen)


@given(notebooks())
def test_models_that_get_numbers_stay_what_they_are(made):
    after, _ = cleaned_document(made)
    models = after["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    kept = number_models(models, after["cells"])
    assert len(kept) == len(models)
    after["metadata"] |= {"widgets": widget_metadata(kept)} if kept else {}
    assert cleaned_document(after) == (after, [])
    nbformat.validate(after)


def test_what_can_not_be_read_or_written_is_an_error_of_its_file_alone(tmp_path, capsys):
    deep, half, other = (write(tmp_path / f"{name}.ipynb", "1") for name in ("deep", "half", "other"))
    for path, more in ((deep, "[" * 100_000 + "]" * 100_000), (half, r'"ä\ud800"')):
        text = path.read_text().replace('"metadata": {}', f'"metadata": {{"execution": {{}}, "more": {more}}}')
        path.write_text(text, encoding="utf-8")
    before = half.read_bytes()
    assert cli.main(["clean", *map(str, (deep, half, other))]) == 1
    told = capsys.readouterr()
    assert f"serving-widgets: {deep} is nested too deeply." in told.err
    assert f"serving-widgets: {half} holds half a character, U+D800" in told.err
    assert told.out == f"{other}: nothing to repair.\n"
    assert half.read_bytes() == before
