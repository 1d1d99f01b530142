"""The examples in docstrings hold, in every module that has some."""

import doctest
import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
#: Modules whose examples need an open workspace, a kernel or a file: they are read, and not run.
READ_ONLY = {
    "client.calls.endpoints",
    "client.calls.permissions",
    "client.calls.queries",
    "mock.serving.pyfunc",
    "saved.cleaning",
    "saved.freezing",
    "saved.tutorials",
    "widgets.browser.endpoint_browser",
    "widgets.core.front_end_models",
    "widgets.logs.log_viewer",
    "widgets.panel.endpoint_controls",
    "widgets.panel.endpoint_panel",
    "widgets.panel.status_badge",
    "widgets.permissions.permissions_editor",
    "widgets.schema.schema_explorer",
    "workspace.changes.config_draft",
    "workspace.changes.staged_tags",
    "workspace.connect",
    "workspace.handles.endpoint",
    "workspace.handles.endpoints",
    "workspace.handles.permissions",
    "workspace.logs.log_text",
    "workspace.metrics.metric_frame",
    "workspace.queries.answer_stream",
    "workspace.queries.query_methods",
    "workspace.queries.query_result",
    "workspace.queries.schema_methods",
    "workspace.report.report_methods",
    "workspace.report.serving_report",
    "workspace.scoring.job",
    "workspace.scoring.predict_methods",
}
MODULES = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SOURCE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.removeprefix("serving_widgets.") not in READ_ONLY]
)
def test_the_examples_of_a_module_hold(module):
    results = doctest.testmod(importlib.import_module(module))
    assert results.failed == 0
    assert results.attempted > 0
