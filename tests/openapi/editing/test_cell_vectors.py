"""Text typed into a cell: what it means, and whether it is right. The page checks itself against the same table."""

import json
from pathlib import Path

import pytest

from serving_widgets.openapi.check.values import fault_of
from serving_widgets.openapi.editing.cell_values import value_of
from serving_widgets.openapi.model import Column

VECTORS = json.loads((Path(__file__).parents[2] / "support" / "cell_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{each['column']['type']}-{each['text']}" for each in VECTORS])
def test_a_text_means_what_the_shared_table_says(vector):
    said = {**vector["column"], "enum": tuple(vector["column"].get("enum", ()))}
    column = Column("c", required=True, **said)
    value = value_of(vector["text"], column)
    fault = fault_of(value, column)
    assert (fault is None) is vector["ok"]
    if fault is None:
        # As text, because a page reads 9007199254740993 as another number.
        assert json.dumps(value, ensure_ascii=False) == vector["value"]
    else:
        assert fault.code == vector["code"]


def test_the_table_has_right_and_wrong_texts_of_every_type():
    kinds = {(each["column"]["type"], each["ok"]) for each in VECTORS}
    types = {"integer", "number", "boolean", "array", "object", "string"}
    assert {(kind, ok) for kind in types for ok in (True, False)} <= kinds
