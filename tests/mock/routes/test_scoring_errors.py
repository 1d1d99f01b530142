"""Refusals of the scoring server carry MLflow 3.17's classification, and its content types are those of MLflow."""

import json

import pytest

pytest.importorskip("mlflow")

COLUMNS = {
    "inputs": [
        {"type": "long", "name": "a", "required": True},
        {"type": "string", "name": "s", "required": False},
    ],
    "params": [{"name": "t", "type": "double", "default": 0.5, "shape": None}],
}
TENSOR = {"inputs": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]}
NESTED = {
    "inputs": [
        {"type": "array", "items": {"type": "long"}, "name": "v", "required": True},
        {"type": "object", "properties": {"k": {"type": "long", "required": True}}, "name": "o", "required": True},
    ]
}
BODIES = [
    *((COLUMNS, body) for body in ([], {"x": 1}, {"dataframe_split": []}, {"dataframe_records": 1})),
    (COLUMNS, {"dataframe_split": {"data": [[1]], "columns": ["a", "b"]}}),
    *((COLUMNS, {"dataframe_records": [row]}) for row in ({"b": 1}, {"a": "x"})),
    *((COLUMNS, {"dataframe_records": [{"a": 1}], "params": params}) for params in ({"t": "x"}, [1])),
    *((COLUMNS, {"inputs": inputs}) for inputs in ({"a": ["x"]}, {"b": [1]}, {"a": [1.5]})),
    *((COLUMNS, {"instances": rows}) for rows in ([{"a": 1}, {"a": 1, "s": "b"}], [[1], [2, 3]])),
    *((TENSOR, {"inputs": inputs}) for inputs in ([[1, 2]], [["a", "b", "c"]], [[1, 2], [3]], {"a": 1})),
    (TENSOR, {"dataframe_split": {"data": [[1, 2]], "columns": ["a", "b"]}}),
    (TENSOR, {"dataframe_records": []}),
    *((NESTED, {"dataframe_records": [row]}) for row in ({"v": [1], "o": {}}, {"v": 1, "o": {"k": 1}})),
    *((NESTED, {"inputs": [row]}) for row in ({"v": [1], "o": {"k": 1, "z": 2}}, {"v": [1]})),
]
CONTENT_TYPES = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json ;charset=UTF-8",
    "application/json; format=pandas-split",
    "application/json; charset=latin-1",
    "application/json;",
    "APPLICATION/JSON",
    "text/plain",
]


@pytest.fixture(scope="module")
def server():
    """Return MLflow's scoring server as a function of a signature, a body and a content type."""
    import mlflow.pyfunc.scoring_server as scoring
    from mlflow.exceptions import MlflowException
    from mlflow.models.model import Model
    from mlflow.models.signature import ModelSignature
    from mlflow.pyfunc import PyFuncModel

    class Constant:
        def predict(self, data, params=None):
            return [1]

    def answer(signature, body, content_type="application/json"):
        described = Model()
        described.signature = ModelSignature.from_dict({key: json.dumps(value) for key, value in signature.items()})
        described.add_flavor("python_function", loader_module="none", python_version="3.11")
        model = PyFuncModel(described, Constant(), predict_fn="predict")
        schema = described.get_input_schema()
        try:
            answered = scoring.invocations(json.dumps(body).encode(), content_type, model, schema)
        except MlflowException as error:
            told = json.loads(error.serialize_as_json())
            return error.get_http_status_code(), [told[key] for key in ("error_code", "error_class", "sqlstate")]
        return answered.status, []

    return answer


@pytest.mark.parametrize(("signature", "body"), BODIES)
def test_a_body_is_refused_with_the_codes_of_mlflow(ask, server, signature, body):
    status, codes = server(signature, body)
    ask.mock.serve("scored", lambda rows: [1], signature=signature)
    answer = ask.query("scored", body)
    shown = [answer.body[key] for key in ("error_code", "error_class", "sqlstate") if key in answer.body]
    assert (answer.status, shown) == (status, codes)


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_a_content_type_is_taken_if_mlflow_takes_it(ask, server, content_type):
    body = {"dataframe_records": [{"a": 1}]}
    ask.mock.serve("scored", lambda rows: [1], signature=COLUMNS)
    headers = {"Authorization": f"Bearer {ask.mock.token}", "Content-Type": content_type}
    path = "/serving-endpoints/scored/invocations"
    assert (
        ask.raw("POST", path, content=json.dumps(body), headers=headers).status
        == server(COLUMNS, body, content_type)[0]
    )


@pytest.mark.parametrize("leave", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_a_model_that_exits_is_answered_at_once_and_frees_its_thread(ask, leave):
    def exits(rows):
        raise leave

    ask.mock.serve("exits", exits)
    ask.mock.serve("good", lambda rows: [1])
    for _ in range(20):
        answer = ask.query("exits", {"dataframe_records": [{"a": 1}]})
        assert (answer.status, answer.code) == (400, "BAD_REQUEST")
        assert type(leave).__name__ in answer.body["stack_trace"]
    assert ask.query("good", {"dataframe_records": [{"a": 1}]}).body == {"predictions": [1]}


def test_columns_with_numbers_for_names_have_a_schema(ask):
    columns = [{"type": "long", "name": number, "required": True} for number in range(2)]
    ask.mock.serve("numbered", lambda rows: [row[0] + row[1] for row in rows], signature={"inputs": columns})
    assert ask.query("numbered", {"dataframe_split": {"columns": [0, 1], "data": [[2, 3]]}}).body == {
        "predictions": [5]
    }
    schema = ask("GET", f"{ask.control}/numbered/openapi").text
    # Numbers, as the model's signature has them: by these names it is asked.
    assert '"enum":[0,1]' in schema
