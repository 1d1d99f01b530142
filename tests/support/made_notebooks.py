"""Notebooks made for a test, and what there is in one."""

import json
from pathlib import Path

from serving_widgets.saved.models import STATE, VIEW

SCRIPTS = r"<script|<style|\son\w+=|javascript:"

#: A line for each widget class, that shows one of the demo workspace.
WIDGETS = {
    "CreateEndpoint": 'sw.CreateEndpoint("ads")',
    "EndpointCompare": 'sw.EndpointCompare("churn", "pricing")',
    "EndpointBrowser": "sw.EndpointBrowser()",
    "EndpointControls": 'sw.EndpointControls("pricing")',
    "EndpointPanel": 'sw.EndpointPanel("fraud-detector")',
    "LogViewer": 'sw.LogViewer("churn")',
    "PermissionsEditor": 'sw.PermissionsEditor("churn")',
    "SchemaExplorer": 'sw.SchemaExplorer("example-endpoint")',
    "StatusBadge": 'sw.StatusBadge("churn")',
}
#: What comes before any of them.
OPENED = ["%load_ext serving_widgets", 'import serving_widgets as sw\nws = sw.connect("mock")']


def cell(source: str, tags: list[str] | None = None) -> dict:
    """Return a code cell that was not run yet."""
    metadata = {"tags": tags} if tags else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def document(*sources: str | dict) -> dict:
    """Return a notebook of code cells."""
    cells = [cell(each) if isinstance(each, str) else each for each in sources]
    for number, each in enumerate(cells):
        each["id"] = f"c{number}"
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def write(path: Path, *sources: str | dict) -> Path:
    """Write a notebook of code cells."""
    path.write_text(json.dumps(document(*sources), indent=1) + "\n")
    return path


def bundles(notebook: dict) -> list[dict]:
    """Return what the notebook's outputs show, each by mime type, texts whole."""
    outputs = [output for each in notebook["cells"] for output in each.get("outputs", [])]
    return [
        {mime: "".join(value) if isinstance(value, list) else value for mime, value in output["data"].items()}
        for output in outputs
        if "data" in output
    ]


def models(notebook: dict) -> dict:
    """Return the widget models that the notebook stores."""
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def views(notebook: dict) -> list[dict]:
    """Return the bundles that show a widget."""
    return [data for data in bundles(notebook) if VIEW in data]


def page_of(path: Path, kind: str) -> str:
    """Return what ``jupyter nbconvert --to`` makes of a notebook: "html" or "markdown"."""
    # It takes seconds to import, which not every test of notebooks has to wait for.
    from nbconvert import get_exporter

    return get_exporter(kind)().from_filename(str(path))[0]
