"""A request as code that sends it: for a shell, for Python, for a notebook.

Never with a token in it: host and token are read from ``DATABRICKS_HOST`` and ``DATABRICKS_TOKEN``, where the official
clients look for them, too.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote as quoted

from serving_widgets.line import quote

from .python_literals import literal

Target = Literal["curl", "httpx", "requests", "mlflow", "databricks-sdk", "pandas", "%serving"]
TARGETS: tuple[Target, ...] = ("curl", "httpx", "requests", "mlflow", "databricks-sdk", "pandas", "%serving")
#: Bodies longer than this come from a file, in bytes: shells take no lines of any length, people neither.
LONGEST = 8 * 1024
#: The file that a long body comes from.
FILE = "payload.json"
#: Seconds that a query may take: an endpoint that is scaled to zero has to start first.
TIMEOUT = 300


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code that sends a request.

    Attributes
    ----------
    target : str
        What it is for: one of :data:`TARGETS`.
    language : str
        ``"shell"``, ``"python"`` or ``"ipython"``.
    code : str
        The code.
    files : mapping
        What has to stand in files beside it, by their names.
    """

    target: Target
    language: str
    code: str
    files: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class _Ask:
    payload: Any
    endpoint: str
    entity: str | None
    url: str

    @property
    def path(self) -> str:
        part = f"/served-models/{quoted(self.entity, safe='')}" if self.entity else ""
        return f"/serving-endpoints/{quoted(self.endpoint, safe='')}{part}/invocations"

    @property
    def text(self) -> str:
        return json.dumps(self.payload, ensure_ascii=False)


def render(target: Target, endpoint: str, payload: Any, *, entity: str | None = None, url: str = "") -> Snippet:
    """Return code that sends a request.

    Parameters
    ----------
    target
        What to write it for.
    endpoint
        The endpoint's name.
    payload
        The body.
    entity
        The served entity to ask; None for the endpoint as a whole.
    url
        The endpoint's own address, where it is route-optimized; "" where it is asked at the workspace's.

    Examples
    --------
    >>> print(render("mlflow", "churn", {"inputs": [1.0]}))
    from mlflow.deployments import get_deploy_client
    <BLANKLINE>
    client = get_deploy_client("databricks")
    print(client.predict(endpoint='churn', inputs={'inputs': [1.0]}))
    """
    if target not in _WRITERS:
        raise ValueError(f"there is no target {target!r}; there are {', '.join(TARGETS)}")
    return _WRITERS[target](_Ask(payload, endpoint, entity, url))


def _curl(ask: _Ask) -> Snippet:
    long = len(ask.text.encode("utf-8", "replace")) > LONGEST
    # Single quotes keep all of JSON as it is; what stands in quotes in it is the shell's business to undo.
    body = f"@{FILE}" if long else shlex.quote(ask.text)
    address = shlex.quote(ask.url) if ask.url else f'"$DATABRICKS_HOST"{shlex.quote(ask.path)}'
    code = (
        f"curl --fail-with-body --silent --show-error --max-time {TIMEOUT} {address} \\\n"
        '  --header "Authorization: Bearer $DATABRICKS_TOKEN" \\\n'
        "  --header 'Content-Type: application/json' \\\n"
        f"  --data-binary {body}"
    )
    return Snippet("curl", "shell", code, {FILE: ask.text} if long else {})


def _http(library: Literal["httpx", "requests"]) -> Callable[[_Ask], Snippet]:
    def write(ask: _Ask) -> Snippet:
        address = literal(ask.url) if ask.url else f'os.environ["DATABRICKS_HOST"] + {literal(ask.path)}'
        body = literal(ask.payload, indent=4, used=6)
        code = (
            f"import os\n\nimport {library}\n\n"
            f"response = {library}.post(\n"
            f"    {address},\n"
            '    headers={"Authorization": "Bearer " + os.environ["DATABRICKS_TOKEN"]},\n'
            f"    json={body},\n"
            f"    timeout={TIMEOUT},\n"
            ")\n"
            "response.raise_for_status()\n"
            "print(response.json())"
        )
        return Snippet(library, "python", code)

    return write


def _mlflow(ask: _Ask) -> Snippet:
    # Its client puts the name between two parts of the path, so that a served entity can be named with it.
    name = f"{ask.endpoint}/served-models/{ask.entity}" if ask.entity else ask.endpoint
    used = len(f"print(client.predict(endpoint={name!r}, inputs=))")
    code = (
        "from mlflow.deployments import get_deploy_client\n\n"
        'client = get_deploy_client("databricks")\n'
        f"print(client.predict(endpoint={name!r}, inputs={literal(ask.payload, used=used)}))"
    )
    return Snippet("mlflow", "python", code)


def _sdk(ask: _Ask) -> Snippet:
    typed = None if ask.entity else _sdk_arguments(ask.payload)
    if typed is None:
        body = literal(ask.payload, indent=0, used=60)
        code = (
            "from databricks.sdk import WorkspaceClient\n\n"
            "w = WorkspaceClient()\n"
            f'print(w.api_client.do("POST", {literal(ask.path)}, body={body}))'
        )
        return Snippet("databricks-sdk", "python", code)
    arguments, names = typed
    imports = f"from databricks.sdk.service.serving import {', '.join(names)}\n" if names else ""
    code = (
        f"from databricks.sdk import WorkspaceClient\n{imports}\n"
        "w = WorkspaceClient()\n"
        "response = w.serving_endpoints.query(\n"
        f"    name={literal(ask.endpoint)},\n" + "".join(f"    {name}={text},\n" for name, text in arguments) + ")\n"
        "print(response.as_dict())"
    )
    return Snippet("databricks-sdk", "python", code)


#: What the official SDK's ``query`` takes as it is; of other members it knows nothing, and would lose them.
_PLAIN = frozenset(
    {"dataframe_records", "inputs", "instances", "prompt", "input", "max_tokens", "n", "stop", "temperature"}
)
_ROLES = frozenset({"assistant", "system", "user"})


def _sdk_arguments(payload: Any) -> tuple[list[tuple[str, str]], list[str]] | None:
    """Return the arguments of ``query`` and the names to import; None where it can't take the whole request."""
    if not isinstance(payload, Mapping):
        return None
    arguments: list[tuple[str, str]] = []
    names: list[str] = []
    for key, value in payload.items():
        if key in _PLAIN and value:
            arguments.append((key, literal(value, indent=4, used=len(key) + 2)))
        elif key == "dataframe_split" and _is_whole_split(value):
            names.append("DataframeSplitInput")
            parts = "".join(f"        {name}={literal(value[name], indent=8, used=len(name) + 2)},\n" for name in value)
            arguments.append((key, f"DataframeSplitInput(\n{parts}    )"))
        elif key == "messages" and _are_plain_messages(value):
            names += ["ChatMessage", "ChatMessageRole"]
            said = [(each["role"].upper(), literal(each["content"])) for each in value]
            parts = "".join(f"        ChatMessage(role=ChatMessageRole.{who}, content={what}),\n" for who, what in said)
            arguments.append((key, f"[\n{parts}    ]"))
        else:
            return None
    return arguments, names


def _is_whole_split(value: Any) -> bool:
    # Its class leaves out what is empty.
    return isinstance(value, Mapping) and value.keys() == {"columns", "data"} and all(value.values())


def _are_plain_messages(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(each, Mapping)
            and each.keys() == {"role", "content"}
            and each["role"] in _ROLES
            and isinstance(each["content"], str)
            and each["content"]
            for each in value
        )
    )


def _pandas(ask: _Ask) -> Snippet:
    head = f"ep = sw.workspace().endpoints.get({literal(ask.endpoint)})\n"
    table = _table(ask.payload)
    if table is None:
        entity = f", entity={literal(ask.entity)}" if ask.entity else ""
        code = (
            "import serving_widgets as sw\n\n"
            f"{head}print(ep.query({literal(ask.payload, used=18 + len(entity))}{entity}).json)"
        )
        return Snippet("pandas", "python", code)
    key, columns, rows = table
    more = f", entity={literal(ask.entity)}" if ask.entity else ""
    if ask.payload.get("params"):
        more += f", params={literal(ask.payload['params'])}"
    more += "" if key == "dataframe_split" else f", format={literal(key)}"
    # Columns of numbers and nothing would become floats.
    kept = ", dtype=object" if any(None in row for row in rows) else ""
    code = (
        "import pandas as pd\n\nimport serving_widgets as sw\n\n"
        f"{head}"
        "df = pd.DataFrame(\n"
        f"    {literal(rows, indent=4, used=1)},\n"
        f"    columns={literal(columns, indent=4, used=9)}{kept},\n"
        ")\n"
        f"print(ep.predict(df{more}))"
    )
    return Snippet("pandas", "python", code)


def _table(payload: Any) -> tuple[str, list[str], list[list[Any]]] | None:
    """Return key, columns and rows of a request with a table; None where it has none that a DataFrame holds."""
    if not isinstance(payload, Mapping) or payload.keys() - {"dataframe_split", "dataframe_records", "params"}:
        return None
    split = payload.get("dataframe_split")
    if isinstance(split, Mapping) and isinstance(split.get("columns"), list) and isinstance(split.get("data"), list):
        rows, names = split["data"], split["columns"]
        if rows and all(isinstance(row, list) and len(row) == len(names) for row in rows):
            return "dataframe_split", names, rows
    records = payload.get("dataframe_records")
    if isinstance(records, list) and records and all(isinstance(row, Mapping) for row in records):
        names = list(records[0])
        if all(list(row) == names for row in records):
            return "dataframe_records", names, [list(row.values()) for row in records]
    return None


def _magic(ask: _Ask) -> Snippet:
    entity = f" --entity {quote(ask.entity)}" if ask.entity else ""
    if len(ask.text.encode("utf-8", "replace")) > LONGEST:
        code = f"%serving query {quote(ask.endpoint)} @{FILE}{entity}"
        return Snippet("%serving", "ipython", code, {FILE: ask.text})
    return Snippet("%serving", "ipython", f"%%serving query {quote(ask.endpoint)}{entity}\n{ask.text}")


_WRITERS: Mapping[str, Callable[[_Ask], Snippet]] = {
    "curl": _curl,
    "httpx": _http("httpx"),
    "requests": _http("requests"),
    "mlflow": _mlflow,
    "databricks-sdk": _sdk,
    "pandas": _pandas,
    "%serving": _magic,
}
