"""Snippets for the official SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .python_literals import literal
from .request import Snippet, SnippetLanguage, SnippetRequest


def _sdk(request: SnippetRequest) -> Snippet:
    typed = None if request.entity else _sdk_arguments(request.payload)
    if typed is None:
        body = literal(request.payload, indent=0, used=60)
        code = (
            "from databricks.sdk import WorkspaceClient\n\n"
            "w = WorkspaceClient()\n"
            f'print(w.api_client.do("POST", {literal(request.path)}, body={body}))'
        )
        return Snippet(code)
    arguments, names = typed
    imports = f"from databricks.sdk.service.serving import {', '.join(names)}\n" if names else ""
    code = (
        f"from databricks.sdk import WorkspaceClient\n{imports}\n"
        "w = WorkspaceClient()\n"
        "response = w.serving_endpoints.query(\n"
        f"    name={literal(request.endpoint)},\n"
        + "".join(f"    {name}={text},\n" for name, text in arguments)
        + ")\n"
        "print(response.as_dict())"
    )
    return Snippet(code)


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


LANGUAGE = SnippetLanguage("databricks-sdk", "python", _sdk)
