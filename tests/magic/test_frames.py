"""What a command shows as a table it also gives as one."""

import pandas as pd
import pytest

from serving_widgets.api.endpoint.models import EndpointInfo

# Line → the columns that its value's table has.
VALUES = {
    "list": ["name", "status", "kind", "serves", "creator", "updated"],
    "list nobody-has-this": ["name", "status", "kind", "serves", "creator", "updated"],
    "permissions churn": ["principal", "kind", "level", "direct", "inherited"],
    "tags churn": ["tag", "value"],
    "tags churn team=x": ["tag", "value"],
    "logs churn --compare churn_model-3": ["package", "what", "before", "after"],
    "logs unity-model-endpoint": ["time", "replica", "level", "text"],
    "schema example-endpoint": ["path", "format", "name", "part", "type", "required", "default", "description"],
    "help": ["section", "line", "meaning"],
    "help stop": ["section", "line", "meaning"],
    "": ["section", "line", "meaning"],
}
# Line → the columns of the first table that it shows.
SHOWN = {
    "connect": ["name", "workspace", "changes", "active", "to_switch_to_it"],
    "permissions churn": ["principal", "name", "kind", "level", "granted_here", "inherited"],
    "mock journal": ["no", "method", "path", "status", "user"],
    "schema example-endpoint": ["name", "part", "type", "required", "default", "description"],
}


@pytest.mark.parametrize("line", VALUES)
def test_a_value_with_a_table_gives_it_as_a_frame(line, run, shell, workspace):
    assert run(f"x = %serving {line}").error is None
    frame = shell.user_ns["x"].to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame) == VALUES[line]


@pytest.mark.parametrize("line", SHOWN)
def test_what_is_shown_gives_its_first_table(line, run, workspace):
    assert list(run(f"%serving {line}").value.to_frame()) == SHOWN[line]


def test_a_list_has_moments_with_their_zone_to_the_millisecond(run, shell, workspace):
    run("%serving list -o found")
    frame = shell.user_ns["found"].to_frame()
    assert str(frame["updated"].dtype) == "datetime64[us, UTC]"
    told = EndpointInfo.read(workspace.endpoints.get("churn").info.raw).last_updated_timestamp
    assert frame.set_index("name")["updated"]["churn"] == pd.Timestamp(told, unit="ms", tz="UTC")


def test_numbers_of_a_table_are_numbers(run, workspace):
    run("%serving list")
    frame = run("%serving mock journal").value.to_frame()
    assert frame["status"].tolist() == [200] * len(frame)
    assert frame["no"].sum() > 0


def test_tags_are_a_dictionary_all_the_same(run, shell, workspace):
    run("%serving tags churn -o tags")
    assert shell.user_ns["tags"] == workspace.endpoints.get("churn").tags


def test_columns_of_every_path_are_told_apart(run, shell, workspace):
    run("%serving schema fraud-detector -o schema")
    frame = shell.user_ns["schema"].to_frame()
    assert frame["path"].nunique() > 1
    assert set(frame["required"]) <= {True, False}
