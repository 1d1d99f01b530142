"""Snippets for the deployments client of MLflow."""

from __future__ import annotations

from .python_literals import literal
from .request import Snippet, SnippetLanguage, SnippetRequest


def _mlflow(request: SnippetRequest) -> Snippet:
    # Its client puts the name between two parts of the path, so that a served entity can be named with it.
    name = f"{request.endpoint}/served-models/{request.entity}" if request.entity else request.endpoint
    used = len(f"print(client.predict(endpoint={name!r}, inputs=))")
    code = (
        "from mlflow.deployments import get_deploy_client\n\n"
        'client = get_deploy_client("databricks")\n'
        f"print(client.predict(endpoint={name!r}, inputs={literal(request.payload, used=used)}))"
    )
    return Snippet(code)


LANGUAGE = SnippetLanguage("mlflow", "python", _mlflow)
