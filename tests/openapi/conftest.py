"""Documents that nobody here wrote, and some that a framework makes."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "documents"


@pytest.fixture(scope="session")
def foreign():
    """Return the text of every foreign document, by its file's name."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.*")) if path.suffix in (".json", ".yaml")}


@pytest.fixture(scope="session")
def suite():
    """Return the groups of cases of the JSON Schema test suite, by file."""
    folder = FOLDER / "json-schema-test-suite"
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
