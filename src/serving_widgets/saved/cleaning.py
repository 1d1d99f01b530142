"""Cleaning: what in a notebook's file no reader needs, or what keeps others from showing it. Nothing is run."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .counted_words import count
from .files import read, write
from .models import STATE, VIEW, outputs, reachable_models, shown_model, widget_metadata

#: What ``metadata.widgets`` may hold beside the models, by the name of what it is.
_VERSION = {"version_major": 2, "version_minor": 0}


@dataclasses.dataclass(frozen=True, slots=True)
class CleanResult:
    """What is wrong with a notebook, and what mending it comes to.

    Attributes
    ----------
    path
        The notebook.
    faults
        What was found, in words; () where nothing was.
    saved
        Bytes by which the file gets smaller.
    """

    path: Path
    faults: tuple[str, ...]
    saved: int

    def told(self, *, check: bool) -> str:
        """Return the line that a terminal shows."""
        if not self.faults:
            return f"{self.path}: nothing to repair."
        size = f"{abs(self.saved):,} bytes {'smaller' if self.saved >= 0 else 'larger'}"
        return f"{self.path}: {'; '.join(self.faults)} – {'would be ' if check else ''}{size}."


def clean(path: Path, *, everything: bool = False, check: bool = False) -> CleanResult:
    """Mend a notebook's file: widget metadata, views without a model, timing.

    Sources, tables and texts stay as they are, byte for byte.

    Parameters
    ----------
    path
        The notebook; it is not touched where there is nothing to mend.
    everything
        Whether to drop all widgets, so that every front end shows the tables beside them.
    check
        Whether only to tell what is wrong.

    Raises
    ------
    ServingError
        When the file is not a notebook.

    Examples
    --------
    >>> print(clean(Path("old.ipynb")).told(check=False))
    old.ipynb: dropped the state of 3 models that no output shows – 12,402 bytes smaller.
    """
    notebook = read(path)
    document, faults = cleaned_document(notebook.document, everything=everything)
    if not faults:
        return CleanResult(path, (), 0)
    text = notebook.spelled(document)
    if not check:
        write(path, text)
    return CleanResult(path, tuple(faults), len(notebook.text.encode()) - len(text.encode()))


def cleaned_document(document: Mapping[str, Any], *, everything: bool = False) -> tuple[dict[str, Any], list[str]]:
    """Return a notebook as it should be, and what that changed, in words."""
    new: dict[str, Any] = copy.deepcopy(dict(document))
    faults = [*_mend_state(new, everything), *_drop_views(new, everything), *_drop_models(new), *_drop_timing(new)]
    return new, faults


def _mend_state(document: dict[str, Any], everything: bool) -> Iterator[str]:
    metadata = document.get("metadata", {})
    if "widgets" not in metadata:
        return
    before, models = metadata["widgets"], _models(metadata["widgets"])
    if everything:
        del metadata["widgets"]
        yield f"dropped the state of all {count(len(models), 'model')}" if models else "dropped empty widget metadata"
        return
    if models == _kept_models(before):
        return
    if models:
        metadata["widgets"] = widget_metadata(models)
        yield f"put {count(len(models), 'model')} where GitHub looks for the state of widgets"
    else:
        del metadata["widgets"]
        yield "dropped widget metadata that held no models"


def _drop_views(document: dict[str, Any], everything: bool) -> Iterator[str]:
    models = _kept_models(document.get("metadata", {}).get("widgets")) or {}
    dropped = 0
    for output in list(outputs(document["cells"])):
        _, missing = reachable_models(models, [shown_model(output)])
        if missing or everything:
            del output["data"][VIEW]
            if isinstance(output.get("metadata"), dict):
                output["metadata"].pop(VIEW, None)
            dropped += 1
    # An output that was a view and nothing else shows nothing any more.
    for cell in document["cells"] if dropped else ():
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if output.get("data") != {}]
    if dropped:
        yield f"dropped {count(dropped, 'widget view')}{'' if everything else ' whose model is not in the notebook'}"


def _drop_models(document: dict[str, Any]) -> Iterator[str]:
    widgets = document.get("metadata", {}).get("widgets")
    models = _kept_models(widgets)
    if models is None:
        return
    needed, _ = reachable_models(models, map(shown_model, outputs(document["cells"])))
    spare = models.keys() - set(needed)
    if not spare:
        return
    for name in spare:
        del models[name]
    if not models:
        del document["metadata"]["widgets"]
    yield f"dropped the state of {count(len(spare), 'model')} that no output shows"


def _drop_timing(document: dict[str, Any]) -> Iterator[str]:
    timed = [cell["metadata"] for cell in document["cells"] if "execution" in cell.get("metadata", {})]
    for metadata in timed:
        del metadata["execution"]
    if timed:
        yield f"dropped the timing of {count(len(timed), 'cell')}"


def _kept_models(widgets: Any) -> dict[str, Any] | None:
    """Return the models of widget metadata that is as it should be, the dictionary itself; None of any other."""
    part = widgets.get(STATE) if isinstance(widgets, dict) and len(widgets) == 1 else None
    if not isinstance(part, dict) or {key: part[key] for key in part if key != "state"} != _VERSION:
        return None
    models: Any = part.get("state")
    if not isinstance(models, dict) or not models or not all(map(_is_model, models.values())):
        return None
    return models


def _models(widgets: Any) -> dict[str, Any]:
    """Return whatever models there are, wherever a front end puts them: below ``state``, beside it, or at the top."""
    found: dict[str, Any] = {}
    places = [widgets, *(widgets.values() if isinstance(widgets, dict) else ())]
    places += [place.get("state") for place in places if isinstance(place, dict) and not _is_model(place)]
    for place in places:
        if isinstance(place, dict) and not _is_model(place):
            found.update({name: model for name, model in place.items() if _is_model(model)})
    return found


def _is_model(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("state"), dict):
        return False
    return all(isinstance(value.get(key), str) for key in ("model_name", "model_module", "model_module_version"))
