"""What the wheel and the sdist hold. The wheel here is built from the sdist, without Node, as pip does it."""

import email
import json
import re
import tarfile
import zipfile

import pytest

BUNDLE = {"serving_widgets/static/runtime.js", "serving_widgets/static/loader.js"}


@pytest.fixture(scope="module")
def wheel(archives):
    with zipfile.ZipFile(archives["wheel"]) as opened:
        yield opened


@pytest.fixture(scope="module")
def in_sdist(archives) -> set[str]:
    with tarfile.open(archives["sdist"]) as opened:
        return {name.split("/", 1)[1] for name in opened.getnames()}


def test_the_wheel_carries_the_front_end_and_the_type_marker(wheel):
    assert BUNDLE | {"serving_widgets/py.typed", "serving_widgets/_version.py"} <= set(wheel.namelist())


def test_the_wheel_holds_the_package_its_metadata_one_setting_and_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"serving_widgets"}
    (setting,) = [name for name in wheel.namelist() if name.split("/")[0].endswith(".data")]
    assert setting.endswith(".data/data/share/jupyter/lab/settings/overrides.d/serving_widgets.json")
    assert json.loads(wheel.read(setting)) == {"@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True}}


def test_the_wheel_holds_no_sources_of_the_front_end_and_no_tests(wheel):
    assert not [
        name for name in wheel.namelist() if name.endswith((".ts", ".tsx")) or re.search(r"/tests?/|/test_", name)
    ]


def test_the_wheel_holds_the_notebooks_and_their_pictures_as_tutorials(wheel, project):
    place = project / "notebooks"
    found = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.suffix in (".ipynb", ".png")}
    start = "serving_widgets/tutorials/"
    assert {name for name in found if ".ipynb_checkpoints" not in name} == {
        name.removeprefix(start) for name in wheel.namelist() if name.startswith(start)
    }


def test_every_python_module_of_the_checkout_is_in_the_wheel(wheel, project):
    modules = {path.relative_to(project / "src").as_posix() for path in (project / "src").rglob("*.py")}
    assert modules == {name for name in wheel.namelist() if name.endswith(".py")}


def test_the_texts_that_the_logs_of_the_mock_quote_are_in_the_wheel(wheel, project):
    texts = {path.relative_to(project / "src").as_posix() for path in (project / "src").rglob("*.txt")}
    assert texts
    assert texts == {name for name in wheel.namelist() if name.startswith("serving_widgets/") and name.endswith(".txt")}


def test_the_wheel_is_for_every_platform_and_names_its_licence_and_command(wheel, archives):
    assert archives["wheel"].name.endswith("-py3-none-any.whl")
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    fields = email.message_from_bytes(wheel.read(metadata))
    assert fields["License-Expression"] == "BSD-3-Clause"
    assert fields["Requires-Python"] == ">=3.11"
    (entries,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert b"serving-widgets = serving_widgets.cli:main" in wheel.read(entries)
    assert [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]


def test_the_front_end_in_the_wheel_is_the_one_of_the_checkout(wheel, project):
    built = {path.relative_to(project / "src").as_posix() for path in project.glob("src/serving_widgets/static/*")}
    assert {name for name in wheel.namelist() if "/static/" in name} == built
    for name in built:
        assert wheel.read(name) == (project / "src" / name).read_bytes()


def test_the_sdist_carries_the_front_end_and_everything_to_build_and_test_it_again(in_sdist):
    assert {f"src/{name}" for name in BUNDLE} <= in_sdist
    assert {
        "js/package-lock.json",
        "js/package.json",
        "js/build.mjs",
        "js/tsconfig.json",
        "js/hatch_build.py",
    } <= in_sdist
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci/run"} <= in_sdist
    assert "tests/packaging/test_archives.py" in in_sdist
    assert [name for name in in_sdist if name.startswith("notebooks/") and name.endswith(".ipynb")]


def test_the_sdist_carries_no_installed_packages_caches_or_history(in_sdist):
    unwanted = {"node_modules", "__pycache__", ".git", ".venv", ".ipynb_checkpoints", "dist", "build"}
    assert not [name for name in in_sdist if unwanted & set(name.split("/"))]
