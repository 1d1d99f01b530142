"""A request as code that sends it: for a shell, for Python, for a notebook.

Never with a token in it: host and token are read from ``DATABRICKS_HOST`` and ``DATABRICKS_TOKEN``, where the official
clients look for them, too.
"""

from __future__ import annotations

from typing import Any

from . import ai_query, curl, databricks_sdk, http_clients, mlflow_client, pandas_frame, serving_magic
from .request import Snippet, SnippetLanguage, SnippetRequest

#: Every language, in the order in which they are shown; a new one is a module and a line here.
LANGUAGES: tuple[SnippetLanguage, ...] = (
    curl.LANGUAGE,
    http_clients.HTTPX,
    http_clients.REQUESTS,
    mlflow_client.LANGUAGE,
    databricks_sdk.LANGUAGE,
    pandas_frame.LANGUAGE,
    serving_magic.LANGUAGE,
    ai_query.LANGUAGE,
)


def render(language: str, endpoint: str, payload: Any, *, entity: str | None = None, url: str = "") -> Snippet:
    """Return code that sends a request.

    Parameters
    ----------
    language : str
        What to write it for: the name of one of :data:`LANGUAGES`, or its option.
    endpoint : str
        The endpoint's name.
    payload : Any
        The body.
    entity : str, optional
        The served entity to ask; None for the endpoint as a whole.
    url : str
        The endpoint's own address, where it is route-optimized; "" where it is asked at the workspace's.

    Raises
    ------
    ValueError
        When there is no such language.

    Examples
    --------
    >>> print(render("mlflow", "churn", {"inputs": [1.0]}))
    from mlflow.deployments import get_deploy_client
    <BLANKLINE>
    client = get_deploy_client("databricks")
    print(client.predict(endpoint='churn', inputs={'inputs': [1.0]}))
    """
    known = next((each for each in LANGUAGES if language in (each.name, each.option)), None)
    if known is None:
        names = ", ".join(each.name for each in LANGUAGES)
        raise ValueError(f"there is no language {language!r}; there are {names}")
    return known.write(SnippetRequest(payload, endpoint, entity, url))
