"""A table becomes a DataFrame in one way: numbers stay numbers, moments keep their zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from serving_widgets.render import Card, Table, message
from serving_widgets.render.stack import Stack


def test_columns_go_by_their_names_in_lower_case():
    table = Table(["Name", "Granted here", "Updated (UTC)", "No.", "To use it", ""], [])
    assert table.keys == ("name", "granted_here", "updated", "no", "to_use_it", "column_6")


def test_numbers_stay_numbers_and_moments_moments():
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1)))
    columns = ["Name", "Whole", "Gap", "Share", "Huge", "Mixed", "At (UTC)"]
    frame = Table(columns, [["a", 1, 1, 0.5, 2**70, "x", at], ["b", 2, None, None, 1, 2, None]]).to_frame()
    assert frame.dtypes.astype(str).tolist() == [
        *("object", "int64", "Int64", "float64", "object", "object", "datetime64[us, UTC]"),
    ]
    assert frame["at"][0] == at
    assert frame["gap"].sum() == 1
    assert frame["huge"][0] == 2**70


def test_an_empty_table_has_the_same_columns_and_its_moments_their_type():
    frame = Table(["Name", "At (UTC)"], []).to_frame()
    assert frame.dtypes.astype(str).to_dict() == {"name": "object", "at": "datetime64[us, UTC]"}
    assert len(frame) == 0


def test_a_moment_is_shown_to_the_minute_in_utc():
    at = datetime(2026, 1, 2, 0, 4, 59, tzinfo=timezone(timedelta(hours=1)))
    table = Table(["At (UTC)"], [[at]])
    assert "2026-01-01 23:04\n" in f"{table}\n"
    assert ">2026-01-01 23:04<" in table._repr_html_()
    assert table.records() == [{"at": at.astimezone(UTC)}]


def test_what_is_to_be_copied_is_code_on_a_page():
    shown = Table(["Line", "Why"], [["%serving list", "x"], ["", "y"]], code=("Line",))._repr_html_()
    assert "<code>%serving list</code>" in shown
    assert "<code>x" not in shown
    assert "<code></code>" not in shown


def test_a_card_gives_its_first_table_or_its_facts_and_a_stack_the_first_that_it_has():
    table = Table(["Name"], [["a"]])
    assert list(Card("x", [("Fact", 1)], [table]).to_frame()) == ["name"]
    assert Card("x", [("Kind", "custom")]).to_frame().to_dict("records") == [{"fact": "Kind", "said": "custom"}]
    assert list(Stack(message("x"), None, table).to_frame()) == ["name"]
    with pytest.raises(ValueError, match="no table"):
        Stack(message("x")).to_frame()
