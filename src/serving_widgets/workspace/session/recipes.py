"""Recipes: the %serving line and the Python line that do what a button does, made here and nowhere else."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from serving_widgets.api.redaction import redacted
from serving_widgets.line import quote


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How to do an action again without the widget.

    Attributes
    ----------
    magic
        A ``%serving`` line.
    python
        A Python line, given ``import serving_widgets as sw``.
    """

    magic: str
    python: str


def recipe(action: str, name: str, *, workspace: str | None = None, **details: Any) -> Recipe:
    """Return the recipe of an action on an endpoint.

    Parameters
    ----------
    action
        One of :data:`RECIPES`.
    name
        The endpoint's name.
    workspace
        The workspace's name, where it has to be said because another one is the active one.
    **details
        What else the action is about: the keyword arguments of its function in :data:`RECIPES`. Secrets in a
        configuration are left out of both lines.

    Examples
    --------
    >>> recipe("stop", "churn")
    Recipe(magic='%serving stop churn', python='sw.workspace().endpoints.get("churn").stop()')
    >>> recipe("grant", "churn", principal="analysts", level="CAN_QUERY").magic
    '%serving grant churn analysts CAN_QUERY'
    """
    where = f" --workspace {quote(workspace)}" if workspace else ""
    chosen = f"sw.workspace({_literal(workspace)})" if workspace else "sw.workspace()"
    magic, python = RECIPES[action](quote(name), f"{chosen}.endpoints.get({_literal(name)})", **details)
    return Recipe(f"%serving {magic}{where}", python)


def _logs(
    name: str,
    handle: str,
    *,
    entity: str | None = None,
    config_version: int | None = None,
    build: bool = False,
    beside: Sequence[str] = (),
    since: float | None = None,
    level: str | None = None,
    grep: str = "",
) -> tuple[str, str]:
    magic = _words(
        f"logs {name}",
        "--build" if build else "",
        f"--entity {quote(entity)}" if entity else "",
        f"--config-version {config_version}" if config_version is not None else "",
        *(f"--beside {quote(name)}" for name in beside),
        f"--since {_duration(since)}" if since is not None else "",
        f"--level {level}" if level else "",
        f"--grep {quote(grep)}" if grep else "",
    )
    given = {"entity": entity or None, "config_version": config_version}
    method = "build_logs" if build else "logs"
    others = ", ".join(f"{handle}.{method}({_literal(name)})" for name in beside)
    return magic, f"{handle}.{method}({_keywords(given)})" + (f".beside({others})" if others else "")


def _build_logs(name: str, handle: str, **shown: Any) -> tuple[str, str]:
    return _logs(name, handle, build=True, **shown)


def _duration(seconds: float) -> str:
    """Return a time in minutes, or in seconds where it is short, rounded up."""
    return f"{math.ceil(seconds)}s" if seconds < 120 else f"{math.ceil(seconds / 60)}m"


def _grant(name: str, handle: str, *, principal: str, level: str, confirm: bool = False) -> tuple[str, str]:
    said = ", confirm=True" if confirm else ""
    magic = _words(f"grant {name} {quote(principal)} {quote(level)}", "--confirm" if confirm else "")
    return magic, f"{handle}.permissions.grant({_literal(principal)}, {_literal(level)}{said})"


def _revoke(name: str, handle: str, *, principal: str, confirm: bool = False) -> tuple[str, str]:
    said = ", confirm=True" if confirm else ""
    magic = _words(f"revoke {name} {quote(principal)}", "--confirm" if confirm else "")
    return magic, f"{handle}.permissions.revoke({_literal(principal)}{said})"


def _tags(
    name: str, handle: str, *, tags: Mapping[str, str | None] | None = None, remove: Iterable[str] = ()
) -> tuple[str, str]:
    wanted, gone = dict(tags or {}), list(remove)
    pairs = [quote(f"{key}={value or ''}") for key, value in wanted.items()]
    if any("=" in key for key in wanted):
        pairs = [_json(wanted)]
    magic = _words(f"tags {name}", *pairs, *(f"--remove {quote(key)}" for key in gone))
    if not wanted and not gone:
        return magic, f"{handle}.tags"
    given = ", ".join(filter(None, (_python(wanted) if wanted else "", f"remove={_python(gone)}" if gone else "")))
    return magic, f"{handle}.set_tags({given})"


def _create(name: str, handle: str, *, fields: Mapping[str, Any]) -> tuple[str, str]:
    flags = _flags(
        entity=fields["entity_name"],
        version=fields["entity_version"],
        size=fields["workload_size"],
        workload_type=fields["workload_type"] if fields["workload_type"] != "CPU" else None,
        budget=fields.get("budget_policy_id"),
    )
    tags = [f"--tag {quote(f'{key}={value}')}" for key, value in fields.get("tags", {}).items()]
    zero = "" if fields["scale_to_zero_enabled"] else "--no-scale-to-zero"
    endpoints, _, called = handle.rpartition(".get(")
    return _words(f"create {name}", *flags, zero, *tags), f"{endpoints}.create({called[:-1]}, {_keywords(fields)})"


def _idle(_: str, handle: str, *, hours: float) -> tuple[str, str]:
    return f"idle --hours {hours:g}", f"{handle.partition('.endpoints')[0]}.idle({hours:g})"


def _update(
    name: str, handle: str, *, config: Mapping[str, Any] | None = None, replace: bool = False
) -> tuple[str, str]:
    if config is None:
        return f"update {name}", f"{handle}.update_config(…)"
    shown = redacted(config)
    flag, said = (" --replace", ", replace=True") if replace else ("", "")
    return f"update {name} --config {_json(shown)}{flag}", f"{handle}.update_config({_python(shown)}{said})"


def _schema(name: str, handle: str, *, entity: str | None = None, format: str | None = None) -> tuple[str, str]:
    magic = _words(f"schema {name}", *_flags(entity=entity, format=format))
    called = f".operation({_literal(entity)})" if entity and not format else ""
    if format:
        called = f".format({', '.join(map(_literal, filter(None, (format, entity))))})"
    return magic, f"{handle}.openapi(){called}"


def _sample(
    name: str, handle: str, *, entity: str | None = None, format: str | None = None, rows: int | None = None
) -> tuple[str, str]:
    given = {"format": format or None, "rows": rows, "entity": entity or None}
    magic = _words(f"sample {name}", *_flags(entity=entity, format=format, rows=rows))
    return magic, f"{handle}.sample({_keywords(given)})"


def _query(
    name: str, handle: str, *, payload: Any = None, entity: str | None = None, no_check: bool = False
) -> tuple[str, str]:
    said = "$payload" if payload is None else _payload(payload)
    magic = _words(f"query {name} {said}", *_flags(entity=entity), "--no-check" if no_check else "")
    body = "payload" if payload is None else _python(payload)
    more = f", entity={_literal(entity)}" if entity else ""
    return magic, f"{handle}.query({body}{more})"


def _predict(name: str, handle: str, *, entity: str | None = None, variable: str = "df") -> tuple[str, str]:
    more = f", entity={_literal(entity)}" if entity else ""
    return _words(f"predict {name} ${variable}", *_flags(entity=entity)), f"{handle}.predict({variable}{more})"


def _metrics(name: str, handle: str, *, history: bool = False) -> tuple[str, str]:
    magic = _words(f"metrics {name}", "--history" if history else "")
    return magic, f"{handle}.metrics({'history=True' if history else ''})"


#: Action → the rest of the magic line and the Python line, given the quoted name, the handle's expression, and the
#: action's own details.
RECIPES: dict[str, Callable[..., tuple[str, str]]] = {
    "stop": lambda name, handle: (f"stop {name}", f"{handle}.stop()"),
    "start": lambda name, handle: (f"start {name}", f"{handle}.start()"),
    "delete": lambda name, handle: (f"delete {name} --yes", f"{handle}.delete()"),
    "panel": lambda name, handle: (f"panel {name}", f"sw.EndpointPanel({handle})"),
    "logs": _logs,
    "build_logs": _build_logs,
    "metrics": _metrics,
    "permissions": lambda name, handle: (f"permissions {name}", f"{handle}.permissions.list()"),
    "grant": _grant,
    "revoke": _revoke,
    "tags": _tags,
    "create": _create,
    "idle": lambda _, handle, *, hours: (
        f"idle --hours {hours:g}",
        f"{handle.partition('.endpoints')[0]}.idle({hours:g})",
    ),
    "update": _update,
    "schema": _schema,
    "sample": _sample,
    "query": _query,
    "predict": _predict,
}


def _words(*words: str) -> str:
    return " ".join(word for word in words if word)


def _flags(**given: str | int | None) -> list[str]:
    return [f"--{name.replace('_', '-')} {quote(str(value))}" for name, value in given.items() if value]


def _payload(value: Any) -> str:
    """Return a request as a token: bare where it is an object or a list, else quoted JSON."""
    text = _json(value)
    return text if isinstance(value, Mapping | list | tuple) else quote(text)


def _keywords(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={_python(value)}" for key, value in given.items() if value is not None)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # IPython would split a line at some characters that do not print.
    return text if text.isprintable() else json.dumps(value)


def _python(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(str(key))}: {_python(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_python, value))}]"
    return _literal(value) if isinstance(value, str) else repr(value)


def _literal(text: str | None) -> str:
    # A JSON string in which nothing is escaped that need not be is a Python literal of the same text.
    return json.dumps(text, ensure_ascii=False)
