"""How the front end's code comes to the page: each file once per kernel, and only when something needs it."""

import base64
import re
import zlib

import pytest
from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances

import serving_widgets as sw
from serving_widgets.line import tokenise
from serving_widgets.magic.registry import command
from serving_widgets.magic.syntax.parsing import parse
from serving_widgets.widgets.core import bundle, front_end_models
from serving_widgets.widgets.core.packed_bundle import packed


@pytest.fixture
def opened(comms):
    """Return the state that a model was opened with, by what a trait says of it."""

    def state(reference):
        return comms[reference.removeprefix("IPY_MODEL_")].messages[0][1]["state"]

    return state


@pytest.fixture
def carried(comms):
    """Return the codes on the page, sorted."""
    return lambda: sorted(
        data["state"]["code"]
        for each in comms.values()
        for kind, data in each.messages
        if kind == "comm_open" and "code" in data["state"]
    )


def test_every_widget_names_the_runtime_and_its_own_part(ws, opened):
    for widget, part in ((sw.EndpointBrowser(), "endpoint_browser.js"), (sw.StatusBadge("churn"), "status_badge.js")):
        assert opened(widget._runtime)["code"] == packed("runtime.js")
        assert opened(widget._part)["code"] == packed(part)
        assert opened(widget._part)["hash"] == bundle.digest(part)


def test_a_part_comes_with_the_first_widget_of_its_kind_and_only_once(ws, carried):
    for name in ("churn", "pricing"):
        sw.StatusBadge(name)
    assert carried() == sorted([packed("runtime.js"), packed("status_badge.js")])
    for _ in range(2):
        sw.EndpointBrowser()
    files = ("runtime.js", "status_badge.js", "endpoint_browser.js")
    assert carried() == sorted(map(packed, files))


def test_runtime_and_part_are_made_again_after_close_all(ws, opened):
    before = sw.StatusBadge("churn")
    gone = {before._runtime, before._part}
    Widget.close_all()
    after = sw.StatusBadge("churn")
    assert gone.isdisjoint({after._runtime, after._part})
    assert opened(after._part)["code"] == packed("status_badge.js")


def test_what_carries_code_has_no_view_and_no_layout(ws, opened):
    badge = sw.StatusBadge("churn")
    for reference in (badge._runtime, badge._part):
        assert opened(reference)["_view_name"] is None
        assert "layout" not in opened(reference)


def test_the_runtime_alone_hears_the_heartbeat(ws, monkeypatch, until):
    beats = []
    monkeypatch.setattr(ws.watcher.leases, "beat", beats.append)
    badge = sw.StatusBadge("churn")
    for reference, view in ((badge._part, "to the part"), (badge._runtime, "to the runtime")):
        model = _instances[reference.removeprefix("IPY_MODEL_")]
        message = {"method": "custom", "content": {"id": "b", "op": "beat", "args": {"views": [view, 7]}}}
        model._handle_msg({"content": {"data": message}, "buffers": []})
    assert until(lambda: beats)
    assert beats == [["to the runtime"]]


def test_the_page_can_exchange_no_code(ws):
    badge = sw.StatusBadge("churn")
    before = badge._part
    message = {"method": "update", "state": {"_part": "IPY_MODEL_other"}, "buffer_paths": []}
    badge._handle_msg({"content": {"data": message}, "buffers": []})
    assert badge._part == before


def test_every_widget_of_the_package_has_its_part():
    for name in sw.WIDGETS:
        assert "serving-widgets:runtime" in bundle.read(f"{getattr(sw, name)._kind}.js")


def test_what_a_notebook_keeps_of_the_built_files_is_those_files_at_half_their_size():
    names = ["runtime.js", *(f"{getattr(sw, name)._kind}.js" for name in sw.WIDGETS)]
    for name in names:
        kept = packed(name)
        (text,) = re.findall(r'atob\("([^"]+)"\)', kept)
        assert zlib.decompress(base64.b64decode(text)).decode() == bundle.read(name)
        # The loader puts the runtime's address where it finds this name first.
        assert kept.count("serving-widgets:runtime") == 1
    assert sum(len(packed(name)) for name in names) <= sum(len(bundle.read(name)) for name in names) / 2


def test_a_file_that_was_not_built_is_named_with_the_line_that_builds_it():
    with pytest.raises(sw.ConfigError, match=r"static/no_such_view\.js.*\n.*npm run build"):
        bundle.read("no_such_view.js")


def test_the_line_that_an_empty_browser_offers_is_one_that_the_magic_takes():
    (line,) = re.findall(r"%serving (create [^\"`]+)", bundle.read("endpoint_browser.js"))
    name, *rest = tokenise(line)
    values = parse(name.text, command(name.text), rest, line, {}).values
    assert (values["name"], values["entity"], values["version"]) == ("my-endpoint", "main.default.my_model", "1")


def test_a_hidden_model_takes_no_state_from_the_page(ws):
    front_end_models.reference(front_end_models.RUNTIME)
    carrier = front_end_models._carriers[front_end_models.RUNTIME]
    before = carrier.code
    carrier._handle_msg({"content": {"data": {"method": "update", "state": {"code": "evil()", "_esm": "evil()"}}}})
    assert carrier.code == before
    assert "evil" not in carrier._esm
