"""The workspace reads queries as MLflow does: the same are refused, and what is accepted gives the same values.

MLflow's own functions are asked, in the versions that are installed. Exceptions stand in `EXCEPTIONS`.
"""

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mlflow_oracle import verdict
from signatures import SAMPLES, column, param, tensor

from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.serving import query_reader

NAN, INFINITY = math.nan, math.inf
SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")


def ours(signature, body):
    """Return ``(data, params)`` as a model of the workspace gets them, or None if the body is refused."""
    try:
        return query_reader.read(Model(lambda rows: rows, signature), body)
    except ServiceError:
        return None


def theirs(signature, body):
    """Return the same of MLflow, which refuses with all sorts of exceptions."""
    try:
        data, params = verdict(signature, body)
    except Exception:  # MLflow refuses by errors of many kinds, of NumPy and pandas among them
        return None
    return data, params or {}


def disagreements(cases):
    """Return the cases where the two differ; ``repr`` tells 1 from 1.0 and True, and finds NaN the same as NaN."""
    found = []
    for signature, body in cases:
        ours_, theirs_ = (_told(read(signature, body)) for read in (ours, theirs))
        if ours_ != theirs_:
            found.append(f"{signature and signature.get('inputs')}  {body}  ours: {ours_}  MLflow: {theirs_}")
    return found


def _told(outcome):
    return None if outcome is None else repr((outcome[0], sorted(outcome[1].items())))


VALUES = [
    *(None, True, False, 0, 1, -1, 3, 200, 2**31 - 1, 2**31, 2**40, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 2**70),
    *(-(2**31) - 1, -(2**63), -(2**63) - 1, 0.0, -0.0, 1.0, 1.5, 3.7, -3.7, 0.1, 1e10, 1e19, 1e300, NAN, INFINITY),
    *("", "a", "3", " 3 ", "3.7", "1_0", "0x10", "1e3", "nan", "inf", "true", "false", "é", "٣", "a\0"),
    *("***", "aGVsbG8=", "aGVsbG8", "aGVs\nbG8=", "2024-02-29", "2023-02-29", "2024-02-29T12:30:00", "20240229"),
    *("2024-02-29 12:30", "2024-02-29T12:30:00.123456789", "2024-02-29T12:30:00Z", "2024-02-29T12:30:00+01:00"),
    *("1677-09-20", "1677-09-23", "2262-04-12", "9999-12-31", "2024-02-29T24:00", "NaT", "2024", "2024-02"),
    *([], [1], ["a"], [[1]], {}, {"a": 1}),
]
PAIRS = [
    *([1, None], [None, 1], [True, None], ["a", None], [1, 2.5], [1, True], [1, "a"], ["3", 4.7], [2**63, -1]),
    *(["2024-02-29", None], ["2024-02-29", "2024-02-29T00:00:00"], [5, "2024-02-29"], ["2024-02-29", 5], ["", "a"]),
    *(["2024-02-29T00:00:00", "2024-02-29T00:00:00.5"], ["2024-02-29T00:00:00.5", "2024-02-29T00:00:00.25"]),
    *([NAN, None], [None, None], [[1], None], [2**64, 1.5], [0, 1], ["aGVsbG8=", None], [INFINITY, "2024-02-29"]),
]
FORMS = {
    "split": lambda values: {"dataframe_split": {"columns": ["a"], "data": [[one] for one in values]}},
    "records": lambda values: {"dataframe_records": [{"a": one} for one in values]},
    "records, one empty": lambda values: {"dataframe_records": [{"a": one} for one in values] + [{}]},
    "instances": lambda values: {"instances": [{"a": one} for one in values]},
    "inputs by column": lambda values: {"inputs": {"a": values}},
    "inputs by row": lambda values: {"inputs": [{"a": one} for one in values]},
    "inputs alone": lambda values: {"inputs": values},
    "a single value": lambda values: {"inputs": {"a": values[0]}},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", SCALARS)
def test_every_value_for_every_simple_type_is_read_alike(kind, form):
    required = {"inputs": [column("a", kind)]}
    optional = {"inputs": [column("a", kind, required=False)]}
    values = [*([one] for one in VALUES), *PAIRS]
    cases = [(required, FORMS[form](one)) for one in values] + [(optional, FORMS[form](one)) for one in PAIRS]
    assert disagreements(cases) == []


_X = {"x": {"type": "long"}, "y": {"type": "string", "required": False}}
NESTED = {
    **{f"array of {kind}": {"type": "array", "items": {"type": kind}} for kind in SCALARS},
    "array of arrays": {"type": "array", "items": {"type": "array", "items": {"type": "double"}}},
    "array of objects": {"type": "array", "items": {"type": "object", "properties": _X}},
    "array of any": {"type": "array", "items": {"type": "any"}},
    "object": {"type": "object", "properties": _X},
    "object of all": {"type": "object", "properties": {k: {"type": k, "required": False} for k in SCALARS}},
    "map": {"type": "map", "values": {"type": "double"}},
    "map of arrays": {"type": "map", "values": {"type": "array", "items": {"type": "string"}}},
    "map of any": {"type": "map", "values": {"type": "any"}},
    "any": {"type": "any"},
}
NESTED_VALUES = [
    *(None, 1, "a", [], {}, [1], [0, 1], [1.5, 2.0], [1, 2.5], [True], ["a"], ["2024-02-29"], [None], [2**40], [[]]),
    *([[1.5], [2.5, 3.5]], [[1, 2]], [[1.5], []], [{"x": 1}], [{"x": 1, "y": "a"}], [{"x": 1.0}], [{}], [[1.5], 2]),
    *({"x": 1}, {"x": 1, "y": None}, {"x": None}, {"x": "1"}, {"y": "a"}, {"x": 1, "z": 1}, {"x": 1.5}, {"x": [1]}),
    *({"k": 1}, {"k": 1.5, "l": 0}, {"k": ["a", "b"]}, {"k": None}, {"k": []}, {"long": 1, "double": 0.5}),
    *({"float": 1}, {"float": 1.5}, {"integer": 1}, {"boolean": True}, {"boolean": 1}, {"binary": "aGVsbG8="}),
    *({"datetime": "2024-02-29"}, {"double": 7}, {"double": 1}, {"double": 2**64}, {"string": 1}, {"long": None}),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", NESTED)
def test_every_nested_type_is_read_alike(kind, form):
    signatures = [{"inputs": [{**NESTED[kind], "name": "a", "required": required}]} for required in (True, False)]
    values = [*([one] for one in NESTED_VALUES), [[1.5], None], [{"x": 1}, None], [None, None]]
    cases = [(signature, FORMS[form](one)) for signature in signatures for one in values]
    assert disagreements([case for case in cases if not excepted(*case)]) == []


TENSORS = [[], 5, "a", None, [1, 2], [1.5, 2], ["a", "b"], ["1", "2"], [True, False], [None, 1], [[1, 2]], [[1], [2]]]
TENSORS += [
    [[1, 2], [3, 4]],
    [[1.5, "x"]],
    [[1, 2], [3]],
    [[[1, 2], [3, 4]]],
    [[], []],
    [300, -1],
    [{"a": 1}],
    {"a": [1, 2]},
]
TENSORS += [
    {"a": [[1, 2]], "b": [1.5]},
    ["2024-02-29"],
    [2**40],
    [[1, 2], 3],
    [{"a": [1, 2], "b": 1.5}],
    [NAN],
    [[NAN, 1]],
]
DTYPES = ("float64", "float32", "float16", "int64", "int32", "int8", "uint8", "bool", "str", "bytes", "object")
SHAPES = ([-1], [-1, 1], [-1, 2], [-1, 2, 2], [-1, -1], [2])


@pytest.mark.parametrize("dtype", [*DTYPES, "datetime64[ns]"])
def test_every_tensor_is_read_alike(dtype):
    bodies = [{key: value} for key in ("inputs", "instances") for value in TENSORS]
    bodies += [{"dataframe_split": {"data": value}} for value in TENSORS]
    bodies += [
        {"dataframe_split": {"columns": ["a"], "data": [[one] for one in value or []]}} for value in TENSORS[3:14]
    ]
    cases = [({"inputs": [tensor(dtype, shape)]}, body) for shape in SHAPES for body in bodies]
    cases += [({"inputs": [tensor(dtype, [-1, 2], "a"), tensor("float64", [-1], "b")]}, body) for body in bodies]
    assert disagreements([case for case in cases if not excepted(*case)]) == []


SPLITS = [
    *({}, {"data": []}, {"columns": ["a"]}, {"data": [[1, "x"]], "more": 1}, {"data": [[1, "x"]]}, [], "a", None, 5),
    {"columns": ["a", "b"], "data": []},
    {"columns": ["b", "a", "c"], "data": [["x", 1, None]]},
    {"columns": ["a", "b"], "data": [[1, "x"], [2]]},
    {"columns": ["a", "b"], "data": [[1], [2]]},
    {"columns": ["a", "b"], "data": [[1, "x", 3]]},
    {"columns": ["a", "b"], "data": [[1, "x"], 5]},
    {"columns": ["a", "b"], "data": [[1, "x"], None]},
    {"columns": ["a", "b"], "data": [[1, "x"], "ab"]},
    {"columns": ["a", "b"], "data": [{"a": 1, "b": "x"}]},
    {"columns": ["a", "b"], "data": [{"a": 1}, {"b": "x"}]},
    {"columns": ["a", "b"], "data": {"a": [1, 2], "b": ["x", "y"]}},
    {"columns": ["a", "b"], "data": {"a": [1, 2], "b": ["x"]}},
    {"columns": ["a", "b"], "data": {"a": 1, "b": "x"}},
    {"columns": ["a", "b"], "data": {"a": 1, "b": "x"}, "index": [0, 1]},
    {"columns": ["a", "b"], "data": 5},
    {"columns": ["a", "b"], "data": None},
    {"columns": "ab", "data": [[1, "x"]]},
    {"columns": 2, "data": [[1, "x"]]},
    {"columns": ["a", "a"], "data": [[1, 2]]},
    {"columns": ["a", ["b"]], "data": [[1, 2]]},
    {"columns": [["a", "b"]], "data": [[1, "x"]]},
    {"columns": {"a": 1, "b": 2}, "data": [[1, "x"]]},
    *(
        {"columns": ["a", "b"], "data": [[1, "x"]], "index": one}
        for one in ([0], ["k"], [5, 6], [], None, 0, "k", [[7]])
    ),
    *(
        {"columns": ["a", "b"], "data": [[1, "x"], [2, "y"]], "index": one}
        for one in ([1, 0], [0, 0], [0], [], {"k": 1})
    ),
]
RECORDS = [[], [{}], [{}, {}], {}, "a", None, 5, [[]], [[1, "x"]], [1], [None], [{"a": 1}, None], [{"a": 1}, 5]]
RECORDS += [[{"a": 1, "b": "x"}, {}], [{"b": "x", "a": 1, "c": []}], [{"a": 1}, {"b": "x"}], [{"a": 1}, [["a", 2]]]]
COLUMNS = [None, 5, "a", [], {}, [1, 2], [[1, "x"]], ["x"], {"a": 1}, {"a": [1, 2]}, {"a": [1, 2], "b": ["x", "y"]}]
COLUMNS += [
    {"a": [1], "b": ["x", "y"]},
    {"a": 1, "b": "x"},
    {"a": 1, "b": ["x", "y"]},
    {"a": [[1]], "b": ["x"]},
    [{}],
    [{}, 1],
]
COLUMNS += [
    {"a": [1], "b": ["x"], "c": [[1], [2, 3]]},
    {"a": [1], "b": ["x"], "c": [1, 2, 3]},
    [{"a": 1, "b": "x"}, {"a": 2}],
]
COLUMNS += [
    [{"a": 1, "b": "x"}, 5],
    [{"a": 1, "b": "x", "c": [[1], 2]}],
    {"a": [], "b": []},
    {"a": {"k": 1}, "b": {"k": "x"}},
]
WHOLE = [
    *({}, [], [1], "a", None, 5, {"params": {}}, {"inputs": [1], "instances": [1]}, {"data": [[1]]}),
    {"dataframe_split": {"columns": ["a", "b"], "data": [[1, "x"]]}, "client_request_id": "7", "signature_name": "x"},
    {"messages": [{"role": "user", "content": "a"}]},
    {"prompt": "x", "a": 1, "b": "x"},
    {"input": "x", "a": [1, 2], "b": ["x", "y"]},
    {"input": ["x"], "a": ["1"], "b": ["x"]},
    {"input": "x", "a": [[1], [2]], "b": ["x", "y"], "inputs": [1]},
    *({"inputs": {"a": [1], "b": ["x"]}, "params": one} for one in (None, {}, 5, [], {"p": 2}, {"p": "2"}, {"q": 1})),
]
SIGNATURES = {
    "none": None,
    "parameters only": {"params": [param("p", "double", 1.0)]},
    "both required": {"inputs": [column("a", "long"), column("b", "string")], "params": [param("p", "double", 1.0)]},
    "one optional": {"inputs": [column("a", "long"), column("b", "string", required=False)]},
    "both optional": {"inputs": [column("a", "double", required=False), column("b", "string", required=False)]},
    "unnamed": {"inputs": [column(None, "long"), column(None, "string")]},
    "one unnamed": {"inputs": [column(None, "long")]},
    "unnamed array": {"inputs": [column(None, "array", items={"type": "long"})]},
    "unnamed any": {"inputs": [column(None, "any")]},
    "one": {"inputs": [column("a", "string")]},
    "any": {"inputs": [column("a", "any"), column("b", "any", required=False)]},
    "messages": {"inputs": [column("messages", "array", items={"type": "map", "values": {"type": "string"}})]},
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_bodies_of_every_form_are_read_alike(name):
    signature = SIGNATURES[name]
    bodies = [{"dataframe_split": one} for one in SPLITS] + [{"dataframe_records": one} for one in RECORDS]
    bodies += [{key: one} for key in ("inputs", "instances") for one in COLUMNS] + WHOLE
    if signature is None:
        # The parameters of a function without a signature are the exception that `EXCEPTIONS` has.
        bodies = [body for body in bodies if not (isinstance(body, dict) and body.get("params"))]
    assert disagreements([(signature, body) for body in bodies if not excepted(signature, body)]) == []


PARAMS = {
    "long": param("p", "long", 3),
    "integer": param("p", "integer", 3),
    "double": param("p", "double", 1),
    "float": param("p", "float", 0.5),
    "string": param("p", "string", "a"),
    "boolean": param("p", "boolean", True),
    "datetime": param("p", "datetime", "2024-02-29"),
    "list of long": param("p", "long", [1, 2], [-1]),
    "list of double": param("p", "double", [0.5], [-1]),
    "list of string": param("p", "string", [], [-1]),
    "object": {**param("p", "object", {"x": 1}), "properties": _X},
}


@pytest.mark.parametrize("kind", PARAMS)
def test_every_value_of_a_parameter_is_read_alike(kind):
    signature = {"inputs": [column("a", "long")], "params": [PARAMS[kind], param("other", "long", 7)]}
    lists = [[1, 2], [1, "a"], [0.5, 1], ["a", None], [[1], [2]], [[1], 2], [{"x": 1}], [True]]
    values = [*VALUES, *lists, {"x": 1}, {"x": 1, "y": "a"}, {"y": "a"}, {"x": 1.0}]
    bodies = [{"inputs": {"a": [1]}, "params": {"p": value, "unheard": 1}} for value in values]
    assert disagreements([(signature, body) for body in [*bodies, {"inputs": {"a": [1]}}]]) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_body_written_by_hand_is_accepted_by_mlflow_and_by_the_workspace(name):
    sample = SAMPLES[name]
    assert theirs(sample.signature, sample.body) == (sample.data, sample.params)
    assert ours(sample.signature, sample.body) == (sample.data, sample.params)
    for body in sample.refused:
        assert (theirs(sample.signature, body), ours(sample.signature, body)) == (None, None), body


# Mutations of good bodies, and whatever else JSON can be.

_leaves = (
    st.sampled_from([one for one in VALUES if not isinstance(one, list | dict)]) | st.integers() | st.text(max_size=3)
)
_json = st.recursive(
    _leaves,
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["a", "x", "y", "k"]), below, max_size=3)
    ),
    max_leaves=6,
)


def _places(value, path=()):
    """Yield the way to each part of a JSON value."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        yield from _places(one, (*path, key))


def _changed(value, path, change):
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _changed(value[path[0]], path[1:], change)
    return copy


def _dropped(value):
    if isinstance(value, dict):
        return dict(itertools.islice(value.items(), 1, None))
    return value[1:] if isinstance(value, list) else None


def _as_other_formats(body):
    """Yield a body of rows in each of the formats that can hold rows."""
    yield body
    split = body.get("dataframe_split")
    rows = [dict(zip(split["columns"], row, strict=True)) for row in split["data"]] if split else None
    rows = body.get("dataframe_records", rows)
    if rows:
        names = list(dict.fromkeys(name for row in rows for name in row))
        yield {"dataframe_split": {"columns": names, "data": [[row.get(name) for name in names] for row in rows]}}
        yield from ({key: rows} for key in ("dataframe_records", "instances", "inputs"))
        yield {"inputs": {name: [row.get(name) for row in rows] for name in names}}


@st.composite
def _bodies(draw, sample):
    candidates = [form for body in (sample.body, *sample.refused) for form in _as_other_formats(body)]
    body = draw(st.sampled_from(candidates))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(_places(body))))
        if draw(st.integers(0, 3)) == 0:
            body = _changed(body, path, _dropped)
        else:
            other = draw(_json)
            body = _changed(body, path, lambda _, other=other: other)
    return body


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
def test_bodies_at_random_are_read_alike(name, data):
    sample = SAMPLES[name]
    body = data.draw(_bodies(sample))
    assume(not excepted(sample.signature, body))
    assert disagreements([(sample.signature, body)]) == []


# Where the workspace differs on purpose, and why.

EXCEPTIONS = {
    "dates in words": (
        "pandas guesses at any way to write a date; the workspace takes ISO 8601 alone, all of a column in one form",
        {"inputs": [column("a", "datetime")]},
        {"dataframe_records": [{"a": "Jan 1 2024"}]},
        None,
    ),
    "parameters without a signature": (
        "MLflow drops them; a Python function that is served without a signature is no logged model, and gets them",
        None,
        {"inputs": [1], "params": {"p": 1}},
        ([1], {"p": 1}),
    ),
    "texts with a missing one in an array": (
        "pandas on PyArrow cuts every text to its first letter then; the workspace leaves texts whole",
        {"inputs": [column("a", "array", items={"type": "string"})]},
        {"dataframe_records": [{"a": ["abc", None]}]},
        ([{"a": ["abc", "nan"]}], {}),
    ),
    "a label twice": (
        "pandas gives a data frame for a column then, and what comes of it depends on the number of rows",
        {"inputs": [column("a", "any")]},
        {"dataframe_split": {"columns": ["a", "a"], "data": [[1, 2], [3, 4]]}},
        None,
    ),
}


def _texts_with_none(value):
    if isinstance(value, dict):
        return any(map(_texts_with_none, value.values()))
    if not isinstance(value, list):
        return False
    missing = any(one is None or one != one for one in value)
    return (missing and any(isinstance(one, str) for one in value)) or any(map(_texts_with_none, value))


def _dates(value):
    if isinstance(value, dict | list):
        return any(map(_dates, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and value not in VALUES


def _labels_twice(value):
    split = value.get("dataframe_split") if isinstance(value, dict) else None
    labels = split.get("columns") if isinstance(split, dict) else None
    return isinstance(labels, list) and len(set(map(repr, labels))) < len(labels)


def excepted(signature, body):
    """Return whether a body is of a kind that `EXCEPTIONS` has."""
    text = repr(signature)
    return (
        ("'array'" in text and _texts_with_none(body))
        or ("'datetime'" in text and _dates(body))
        or ("'any'" in text and _labels_twice(body))
    )


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_where_the_workspace_differs_from_mlflow_on_purpose(name):
    reason, signature, body, expected = EXCEPTIONS[name]
    assert reason
    assert ours(signature, body) == expected
    if "PyArrow" not in reason:
        assert theirs(signature, body) != expected
