"""``--json``: what a command shows is JSON, and what it gives is the same as plain data."""

import dataclasses
import html
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from public_calls import LINES, ROWS, forget_bug_recordings

import serving_widgets as sw
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ServingError
from serving_widgets.magic.registry import COMMANDS
from serving_widgets.magic.running.json_output import as_json, plain_data
from serving_widgets.magic.syntax.grammar import Result
from serving_widgets.render import Table
from serving_widgets.render.blocks.data import JsonBlock, json_text
from serving_widgets.workspace import Endpoint

PLAIN = (dict, list, str, int, float, bool, type(None))
WIDGET = "application/vnd.jupyter.widget-view+json"
MORE = {
    "": [""],
    "help": ["help", "help create"],
    "connect": ["connect mock --name second --scenario empty --speed 10 --clock manual"],
    "wait": ["wait fraud-detector"],
    "create": ["create ads --entity main.ml.ads --version 3", "create ads2 --entity main.ml.ads --version 3 --wait"],
    "update": ["update example-endpoint --version 3 --wait"],
    "stop": ["stop example-endpoint", "stop unity-model-endpoint --wait"],
    "start": ["start pricing --wait"],
    "delete": ["delete churn --yes"],
    "logs": [
        "logs churn --level warning --grep probe --context 2 --tail 5",
        "logs pricing",
        "logs churn --build --watch",
    ],
    "permissions": ["permissions pricing --copy-from churn"],
    "grant": ["grant churn vera@example.com CAN_QUERY"],
    "revoke": ["revoke churn analysts"],
    "tags": ["tags churn team=risk --remove tier", "tags churn team=customers"],
    "schema": ["schema databricks-llama"],
    "sample": ["sample chat"],
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.sampled_from(
        [np.int64(3), np.float32(0.5), np.bool_(True), pd.NaT, pd.NA, pd.Timestamp("2026-01-02", tz="UTC")]
    )
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.dictionaries(st.text(max_size=3), st.lists(inner, min_size=2, max_size=2), max_size=3).map(pd.DataFrame)
    ),
    max_leaves=8,
)


def is_plain(value):
    """Whether a value is made of nothing but what JSON knows, no class derived from it."""
    if isinstance(value, dict):
        return type(value) is dict and all(type(key) is str and is_plain(each) for key, each in value.items())
    if isinstance(value, list):
        return type(value) is list and all(map(is_plain, value))
    return type(value) in PLAIN


def in_page(text):
    """Return the JSON that a page shows."""
    (found,) = re.findall(r"<pre><code>(.*?)</code></pre>", text, flags=re.DOTALL)
    return json.loads(html.unescape(found))


# What is shown is what is given ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_what_a_command_shows_is_json_and_equals_what_it_gives(name, run, shell, workspace):
    token, port = workspace.mock.own_token, workspace.host.rsplit(":", 1)[1]
    lines = [line.replace("{again}", "mock --name again") for line in LINES.get(name, ())]
    for line in [*(line for line in lines if " --json" not in line), *MORE.get(name, ())]:
        workspace.mock.reset()
        workspace.watcher.store.forget()
        forget_bug_recordings()
        outcome = run(f"%serving {line} --json")
        assert outcome.error is None, outcome.text
        (shown,) = outcome.displays
        assert WIDGET not in shown.data
        value = json.loads(shown.data["text/plain"])
        assert shown.data["text/plain"] == json_text(value)
        assert in_page(shown.data["text/html"]) == value
        for said in shown.data.values():
            assert token not in said
            assert f":{port}" not in said
        for cell in (f"x = %serving {line} --json", f"%serving {line} --json -o x"):
            workspace.mock.reset()
            workspace.watcher.store.forget()
            forget_bug_recordings()
            again = run(cell)
            assert (again.error, again.text) == (None, "")
            assert is_plain(shell.user_ns["x"])
            assert shell.user_ns["x"] == value, line


@given(value=ANYTHING)
def test_whatever_a_result_holds_is_shown_as_json_that_reads_as_what_is_given(value):
    made = as_json(Result(value, value), "", None)
    assert is_plain(made.value)
    assert json.loads(repr(made.shown)) == made.value
    assert in_page(made.shown._repr_html_()) == made.value


@given(value=st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_character_of_it_is_one_that_a_terminal_or_a_page_obeys(value):
    text = json_text(value)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert not set(text) & set("\u202a\u202e\u2066\u200f\x1b\x9b")
    assert "<" not in JsonBlock(value, "<b>")._repr_html_().replace("<p>", "").replace("</p>", "").replace(
        "<pre><code>", ""
    ).replace("</code></pre>", "")


def test_the_same_line_shows_the_same_bytes(run, workspace):
    first = run("%serving list --json").text
    run("%serving status churn")
    assert run("%serving list --json").text == first


# What is what ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(run, shell, workspace):
    """Return a function that gives a line's result as data."""

    def data(line):
        run(f"%serving {line} --json -o data")
        return shell.user_ns.pop("data")

    return data


def test_an_endpoint_is_as_the_service_gave_it(data, workspace):
    assert data("status churn") == workspace.endpoints.get("churn").info.raw
    assert [each["name"] for each in data("list --status stopped")] == ["pricing"]


def test_what_may_be_a_secret_is_left_out_of_an_endpoint(workspace):
    config = {"served_entities": [{"environment_vars": {"KEY": "hunter2", "REF": "{{secrets/a/b}}"}}]}
    endpoint = Endpoint(workspace, "ads", EndpointInfo.read({"name": "ads", "config": config}))
    (entity,) = plain_data(endpoint)["config"]["served_entities"]
    assert entity == {"environment_vars": {"KEY": "•••", "REF": "{{secrets/a/b}}"}}


def test_a_connection_tells_its_name_workspace_rights_and_states(data, run):
    run("%serving connect mock --name second --protect 'prod-*' --read-only")
    assert data("connect --name third")["endpoints"] is None
    assert data("status --workspace second") == {
        "name": "second",
        "workspace": "mock workspace (demo)",
        "read_only": True,
        "protect": ["prod-*"],
        "endpoints": {"Not ready (Stopped)": 1, "Ready": 7, "Ready (Update failed)": 1, "Ready (Updating)": 1},
    }


def test_lines_of_a_log_have_time_level_and_text_as_far_as_they_are_asked_for(data):
    told = data("logs unity-model-endpoint --tail 3")
    lines = told["lines"]
    assert told["findings"] == []
    assert [set(line) for line in lines] == [{"line", "time", "replica", "level", "text"}] * 3
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)
    graver = data("logs churn --level warning --tail all")["lines"]
    assert {line["level"] for line in graver} <= {"warning", "error"}


def test_of_a_failed_build_the_findings_stand_beside_the_lines(data):
    told = data("logs churn --build --tail 1")
    (finding,) = told["findings"]
    assert len(told["lines"]) == 1
    assert set(finding) == {"code", "title", "meaning", "remedy", "line", "lines", "confidence"}
    assert finding["code"] == "version_conflict"
    assert finding == data("logs churn --build --findings")[0]


def test_a_plan_is_method_path_and_body_and_why_it_would_be_refused(data, changes):
    assert data("stop unity-model-endpoint --dry-run") == {
        "method": "POST",
        "path": "/api/2.0/serving-endpoints/unity-model-endpoint/config:stop",
        "body": None,
        "refused": None,
    }
    assert data("stop pricing --dry-run")["refused"] == "pricing is already stopped."
    assert data("tags churn team=risk --dry-run")["body"]["add_tags"] == [{"key": "team", "value": "risk"}]
    assert changes() == []


def test_what_was_done_gives_what_is_there_now(data):
    assert data("stop unity-model-endpoint")["state"]["suspend"] == "SUSPENDED"
    assert data("grant churn vera@example.com CAN_QUERY")["object_type"] == "serving-endpoint"
    assert data("tags churn team=risk")["team"] == "risk"
    assert data("delete churn --yes") == {"name": "churn", "deleted": True}


def test_answers_samples_predictions_and_documents_are_what_they_are(data, workspace):
    body = json.dumps(ROWS)
    assert list(data(f"query unity-model-endpoint {body}")) == ["predictions"]
    assert list(data("sample unity-model-endpoint --format dataframe_records")) == ["dataframe_records"]
    assert data("sample churn --code curl").startswith("curl ")
    rows = json.dumps(ROWS["dataframe_records"])
    assert [list(row) for row in data(f"predict unity-model-endpoint {rows}")] == [["prediction"]]
    document = data("schema example-endpoint")
    assert document["openapi"] == workspace.endpoints.get("example-endpoint").openapi().raw["openapi"]
    assert document["servers"] == [{"url": "http://127.0.0.1/serving-endpoints/example-endpoint"}]


def test_help_is_the_declaration(data):
    told = data("help stop")
    assert (told["name"], told["group"], told["examples"][0]["line"]) == (
        "stop",
        "act",
        "%serving stop unity-model-endpoint",
    )
    assert [each["flags"] for each in told["options"]][-1] == ["-o", "--out"]
    assert {each["name"] for each in data("help")["commands"]} == set(COMMANDS)


def test_values_of_a_frame_become_what_json_knows():
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=1)))
    frame = pd.DataFrame(
        {
            "gap": [float("nan"), 0.1],
            "at": pd.to_datetime([moment, None], utc=True),
            ("a", 1): [np.array([1, 2]), {"k": {1}}],
            "odd": [b"x", date(2026, 1, 2)],
        }
    )
    assert plain_data(frame) == [
        {"gap": None, "at": "2026-01-02T02:04:00+00:00", "a, 1": [1, 2], "odd": "b'x'"},
        {"gap": 0.1, "at": None, "a, 1": {"k": [1]}, "odd": "2026-01-02"},
    ]
    assert plain_data(MappingProxyType({1: pd.Series([1.5])})) == {"1": [1.5]}


@pytest.mark.parametrize(
    ("index", "kept"),
    [
        (pd.RangeIndex(2), {}),
        (pd.RangeIndex(2, name="row"), {"row": 0}),
        (pd.Index(["x", "y"]), {"index": "x"}),
        (pd.Index([7, 8]), {"index": 7}),
        (pd.to_datetime(["2026-01-02", "2026-01-03"]), {"index": "2026-01-02T00:00:00"}),
        (pd.MultiIndex.from_tuples([("x", 1), ("y", 2)]), {"level_0": "x", "level_1": 1}),
        (pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["who", None]), {"who": "x", "level_1": 1}),
    ],
)
def test_labels_of_rows_that_say_something_become_columns(index, kept):
    assert plain_data(pd.DataFrame({"a": [1, 2]}, index=index))[0] == {**kept, "a": 1}


def test_columns_of_the_same_name_are_all_kept():
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["a", "a", "a_2", "a"])
    assert plain_data(frame) == [{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}]
    assert plain_data(pd.DataFrame([[1, 2]], columns=["1", 1], index=pd.Index(["x"], name="1"))) == [
        {"1": "x", "1_2": 1, "1_3": 2}
    ]


def test_what_only_goes_by_the_name_of_a_known_type_is_read_by_its_shape():
    from serving_widgets.render.blocks.document import TextBlock

    assert plain_data(TextBlock("title", "text")) == {"title": "title", "text": "text"}
    stranger = dataclasses.make_dataclass("Series", ["name"])
    assert plain_data(stranger("requests")) == {"name": "requests"}


def test_a_table_becomes_a_list_of_records_with_keys_in_snake_case():
    at = datetime(2026, 1, 2, tzinfo=UTC)
    table = Table(["Granted here", "Updated (UTC)", "No.", ""], [["CAN_VIEW", at, 1, None]])
    assert plain_data(table) == [
        {"granted_here": "CAN_VIEW", "updated": "2026-01-02T00:00:00+00:00", "no": 1, "column_4": None}
    ]


def test_what_is_nested_without_end_says_so():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ServingError, match="nested too deeply"):
        as_json(Result(deep, deep), "", None)


# As any result --------------------------------------------------------------------------------------------------------


def test_a_semicolon_silences_it_and_no_setting_makes_a_widget_of_it(run, workspace):
    assert run("%serving list --json;").text == ""
    for display in ("auto", "widget", "static"):
        run(f"%config ServingMagics.display = '{display}'")
        for line in ("list", "browse churn", "panel churn", "status churn --live", "schema churn --watch"):
            (shown,) = run(f"%serving {line} --json").displays
            assert WIDGET not in shown.data
            assert json.loads(shown.data["text/plain"])


def test_a_page_says_of_which_workspace_it_is(run, workspace):
    sw.connect("mock", name="locked", read_only=True)
    (shown,) = run("%serving list --json").displays
    assert shown.data["text/html"].startswith("<p>%serving list – mock workspace (demo), read-only</p>")


def test_json_after_the_switch_is_an_argument_as_it_is_before_it(run, shell, workspace):
    assert json.loads(run("%serving tags churn --json").text) == workspace.endpoints.get("churn").tags
    for line in ('tags churn --json {"a=b": "c"}', 'tags churn {"a=b": "c"} --json'):
        assert json.loads(run(f"%serving {line}").text)["a=b"] == "c"
    grants = json.loads(run("%serving permissions churn --json").text)
    assert grants["endpoint"] == "churn"
    shell.user_ns["grants"] = grants
    assert "nothing to change" in run("%serving permissions churn --import $grants").text
