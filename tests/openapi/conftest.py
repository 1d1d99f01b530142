"""Documents and JSON schemas to read: the project's own, and those of others where they lie beside its checkout."""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: Not part of the project: others' documents, and the JSON Schema test suite.
SHARED = Path(__file__).parents[3] / "shared" / "openapi-docs"
SUITES = {"own": HERE / "schema_cases", "published": SHARED / "json-schema-test-suite"}


@pytest.fixture(scope="session")
def documents():
    """Return the text of every document, by its file's name."""
    files = [path for folder in (HERE / "documents", SHARED) for path in sorted(folder.glob("*.*"))]
    return {path.name: path.read_bytes() for path in files if path.suffix in (".json", ".yaml")}


@pytest.fixture(scope="session", params=[name for name, folder in SUITES.items() if folder.is_dir()])
def suite(request):
    """Return a suite's name, and its groups of cases by file: the published one, and one of the same form."""
    cases = sorted(SUITES[request.param].glob("*.json"))
    return request.param, {path.name: json.loads(path.read_text(encoding="utf-8")) for path in cases}
