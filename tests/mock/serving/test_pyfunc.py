"""Models that were saved with MLflow answer in the embedded workspace, through MLflow."""

import builtins
import sys

import mlflow
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema

from serving_widgets.mock import MockWorkspace
from serving_widgets.mock.serving import pyfunc


class Scaled(mlflow.pyfunc.PythonModel):
    """Multiplies a column."""

    def predict(self, context, model_input: pd.DataFrame, params=None):
        assert isinstance(model_input, pd.DataFrame)
        if (model_input["x"] < 0).any():
            raise ArithmeticError("below zero")
        return model_input["x"] * params["by"] + model_input["n"]


SIGNATURE = ModelSignature(
    Schema([ColSpec("double", "x"), ColSpec("long", "n")]),
    Schema([ColSpec("double")]),
    ParamSchema([ParamSpec("by", DataType.double, 2.0)]),
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return the folder of a saved model."""
    path = tmp_path_factory.mktemp("saved") / "scaled"
    mlflow.pyfunc.save_model(
        path,
        python_model=Scaled(),
        signature=SIGNATURE,
        input_example=pd.DataFrame({"x": [1.5], "n": [3]}),
        pip_requirements=["mlflow-skinny"],
    )
    return path


@pytest.fixture
def served(ask, saved):
    """Return the way to ask a workspace in which the model is served."""
    ask.mock.serve("scaled", saved)
    return ask


def test_a_saved_model_computes(served):
    body = {"dataframe_split": {"columns": ["n", "x"], "data": [[1, 1.5], [2, 0]]}}
    answer = served.query("scaled", body)
    assert (answer.status, answer.body) == (200, {"predictions": [{"0": 4.0}, {"0": 2.0}]})
    assert answer.headers["served-model-name"] == "scaled-1"
    answer = served.query("scaled", {**body, "params": {"by": 10}})
    assert answer.body == {"predictions": [{"0": 16.0}, {"0": 2.0}]}


def test_a_path_may_be_text(ask, saved):
    ask.mock.serve("as-text", str(saved))
    assert ask.query("as-text", {"inputs": {"x": [1.0], "n": [0]}}).status == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"dataframe_records": [{"x": 1.5}]}, "Model is missing inputs ['n']"),
        ({"dataframe_records": [{"x": "a", "n": 1}]}, "Failed to convert column x to type 'float64'"),
        ({"inputs": {"x": [1.0], "n": [0]}, "params": {"by": "2"}}, "Invalid parameters found"),
        ({"instances": [1], "inputs": [1]}, "exactly one of the input fields"),
        ([1], "Received a list"),
        ({"dataframe_records": [{"x": -1.5, "n": 1}]}, "unexpected error while evaluating the model"),
    ],
)
def test_what_mlflow_refuses_is_refused_in_its_words_and_with_its_codes(served, body, words):
    answer = served.query("scaled", body)
    code = "INVALID_PARAMETER_VALUE" if words.startswith(("Model is missing", "Invalid parameters")) else "BAD_REQUEST"
    assert (answer.status, answer.code) == (400, code)
    assert answer.body["sqlstate"].startswith("KAM0")
    assert words in answer.body["message"]


def test_an_error_inside_the_model_comes_with_its_traceback(served):
    answer = served.query("scaled", {"dataframe_records": [{"x": -1.5, "n": 1}]})
    assert "ArithmeticError: below zero" in answer.body["stack_trace"]


def test_signature_parameters_and_example_come_from_the_folder(served):
    document = served("GET", "/api/2.0/serving-endpoints/scaled/openapi").body
    operation = document["paths"]["/served-models/scaled-1/invocations"]["post"]
    split, records = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert split["examples"] == [{"columns": ["x", "n"], "data": [[1.5, 3]]}]
    assert split["properties"]["params"]["properties"] == {
        "by": {"type": "number", "format": "double", "default": "2.0"}
    }
    assert records["properties"]["dataframe_records"]["items"]["required"] == ["x", "n"]


def test_a_saved_model_without_a_signature_answers_but_has_no_document(ask, tmp_path):
    def plain(model_input: pd.DataFrame):
        return model_input

    mlflow.pyfunc.save_model(tmp_path / "plain", python_model=plain, pip_requirements=["mlflow-skinny"])
    ask.mock.serve("plain", tmp_path / "plain")
    assert ask.query("plain", {"dataframe_records": [{"a": 1}]}).body == {"predictions": [{"a": 1}]}
    assert ask("GET", "/api/2.0/serving-endpoints/plain/openapi").status == 400


def test_a_folder_that_is_no_model_is_refused_with_its_path(tmp_path):
    with pytest.raises(ValueError, match=f"{tmp_path} is no saved MLflow model: it has no file named MLmodel"):
        MockWorkspace("empty").serve("nothing", tmp_path)
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    with pytest.raises(ValueError, match="MLflow can't load"):
        MockWorkspace("empty").serve("nothing", tmp_path)


def test_a_signature_beside_a_saved_model_is_refused(saved):
    with pytest.raises(ValueError, match="has its own"):
        MockWorkspace("empty").serve("twice", saved, signature={"inputs": []})


def test_without_mlflow_the_extra_is_named(saved, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "mlflow":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"serving-widgets\[mlflow\]"):
        pyfunc.load(saved)


def test_mlflow_is_imported_only_for_a_saved_model():
    import subprocess

    script = (
        "import sys\nfrom serving_widgets.mock import MockWorkspace\n"
        "with MockWorkspace() as mock: mock.serve('f', lambda rows: rows)\n"
        "print({'mlflow', 'pandas', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"
