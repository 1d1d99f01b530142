"""The examples in docstrings hold, in every module that has some."""

import doctest
import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
#: Modules whose examples await a client's call, read files that are not there, or say what differs each time: they
#: are read, and not run.
READ_ONLY = {
    "client.calls.directory",
    "client.calls.endpoints",
    "client.calls.permissions",
    "client.calls.queries",
    "mock.serving.pyfunc",
    "api.pseudonyms",
    "saved.cleaning",
    "saved.files",
    "saved.freezing",
    "saved.tutorials",
    "workspace.report.report_methods",
}
MODULES = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SOURCE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.fixture
def names(tmp_path, monkeypatch):
    """Return what examples take for granted: an open workspace, and one of its endpoints."""
    import pandas as pd

    import serving_widgets as sw

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctest, "ELLIPSIS_MARKER", r"\u2026")  # as doctest compares it
    ws = sw.connect("mock", name="examples")
    yield {"sw": sw, "pd": pd, "ws": ws, "ep": ws.endpoints.get("churn")}
    ws.close()


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.removeprefix("serving_widgets.") not in READ_ONLY]
)
def test_the_examples_of_a_module_hold(module, names):
    found = importlib.import_module(module)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for example in doctest.DocTestFinder().find(found, extraglobs=names):
        names["ws"].mock.reset()
        names["ws"].watcher.store.forget()
        runner.run(example)
    assert (runner.failures, runner.tries > 0) == (0, True)
