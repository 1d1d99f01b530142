"""Widget models in a notebook: what its outputs show, what that refers to, and the state that is stored of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

#: The mime type of an output that shows a widget.
VIEW = "application/vnd.jupyter.widget-view+json"
#: The key in ``metadata.widgets`` that holds the models.
STATE = "application/vnd.jupyter.widget-state+json"

#: How a model's state names another model, wherever in it that is.
_REFERENCE = re.compile(r"(IPY_MODEL_|anywidget:)([\w-]+)")

#: Models by id: each a mapping with ``model_name``, ``model_module``, ``model_module_version`` and ``state``.
Models = Mapping[str, Any]


def widget_metadata(models: Models) -> dict[str, Any]:
    """Return what ``metadata.widgets`` says of models; GitHub refuses a notebook where any of it is missing."""
    return {STATE: {"state": dict(models), "version_major": 2, "version_minor": 0}}


def outputs(cells: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the outputs of cells that show a widget."""
    for cell in cells:
        for output in cell.get("outputs", ()):
            data = output.get("data")
            if isinstance(data, dict) and VIEW in data:
                yield output


def shown_model(output: Mapping[str, Any]) -> str:
    """Return the id of the model that an output shows, "" where it names none."""
    view = output["data"][VIEW]
    name = view.get("model_id") if isinstance(view, Mapping) else None
    return str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""


def reachable_models(models: Models, roots: Iterable[str]) -> tuple[list[str], set[str]]:
    """Follow references through models.

    Returns
    -------
    list of str, set of str
        The models that can be reached, each once, in the order in which a reader of the notebook meets them; and the
        names that lead nowhere.

    Examples
    --------
    >>> reachable_models({"a": {"state": {"layout": "IPY_MODEL_b"}}}, ["a"])
    (['a'], {'b'})
    """
    found: dict[str, None] = {}
    missing: set[str] = set()
    waiting = list(roots)[::-1]
    while waiting:
        name = waiting.pop()
        if name in found or name in missing:
            continue
        if name not in models:
            missing.add(name)
            continue
        found[name] = None
        waiting.extend(reversed(list(_references(models[name]["state"]))))
    return list(found), missing


def number_models(models: Models, cells: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Give models numbers in the order in which a reader meets them, and have the outputs show those.

    An output names its model by a JSON *number*, and the state by the same number as text. JupyterLab looks a model up
    as a property of an object, for which both are one. nbconvert asks Python whether the one is a key of the other,
    which it is not, and so takes the table beside the widget – which is what a page without scripts can show.
    """
    seen = list(outputs(cells))
    order, _ = reachable_models(models, map(shown_model, seen))
    names = {name: str(number) for number, name in enumerate(order, start=1)}
    for output in seen:
        name = names.get(shown_model(output))
        if name is not None:
            output["data"][VIEW] = {**output["data"][VIEW], "model_id": int(name)}
    return {names[name]: {**models[name], "state": _renamed(_said(models[name]), names)} for name in order}


def _said(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's state; a layout's without its forty traits that say null, which is what they are unsaid."""
    state: dict[str, Any] = model["state"]
    if model["model_name"] != "LayoutModel":
        return state
    return {key: value for key, value in state.items() if value is not None}


def _references(value: Any) -> Iterator[str]:
    """Yield the models that a value names, keys in their alphabetic order, which is the same in every run."""
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        if match:
            yield match[2]
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from _references(value[key])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _references(each)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        return f"{match[1]}{names.get(match[2], match[2])}" if match else value
    if isinstance(value, Mapping):
        return {key: _renamed(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(each, names) for each in value]
    return value
