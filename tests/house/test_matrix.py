"""The environments of the lowest and the newest versions: what is put into them."""

import sys
import tomllib

import matrix
import pytest


def test_the_lowest_versions_are_those_that_the_project_allows(project):
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = dict(each.split("==") for each in matrix.lowest(declared))
    needed = [*declared["dependencies"], *declared["optional-dependencies"]["lab"]]
    assert set(versions) >= {each.partition(">=")[0].partition("[")[0] for each in needed}
    assert "pytest" not in versions
    # pandas before 2.2.2 does not import with the numpy that pip takes beside it.
    assert tuple(map(int, versions["pandas"].split("."))) >= (2, 2, 2)


def test_a_python_that_is_named_is_found_and_what_is_none_is_told():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert list(matrix.interpreters([sys.executable])) == [version]
    with pytest.raises(SystemExit, match="is not a Python"):
        matrix.interpreters(["/nowhere/python3"])
