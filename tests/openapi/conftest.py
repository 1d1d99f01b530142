"""Documents that nobody here wrote, and some that a framework makes."""

import json
from pathlib import Path

import pytest

#: Not part of the project: others' documents, kept beside its checkout where somebody keeps them.
FOLDER = Path(__file__).parents[3] / "shared" / "openapi-docs"


@pytest.fixture(scope="session")
def folder():
    """Return where documents of others are, and skip where there are none."""
    if not FOLDER.is_dir():
        pytest.skip("beside this checkout: there is no folder of OpenAPI documents by others")
    return FOLDER


@pytest.fixture(scope="session")
def foreign(folder):
    """Return the text of every foreign document, by its file's name."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.*")) if path.suffix in (".json", ".yaml")}


@pytest.fixture(scope="session")
def suite(folder):
    """Return the groups of cases of the JSON Schema test suite, by file."""
    cases = sorted((folder / "json-schema-test-suite").glob("*.json"))
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in cases}
