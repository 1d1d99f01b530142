"""The log of an image's build: the environment's YAML, conda's lines, pip's lines, how the image came about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from .failures import Failure
from .lines import BOLD, ENVIRONMENT, GREEN, PLAIN, hash32
from .packages import Package, packages_of

_CONDA_PACKAGES = (
    ("ca-certificates", "2024.12.14", "hbcca054_0", 153),
    ("ld_impl_linux-64", "2.43", "h712a8e2_2", 654),
    ("libsqlite", "3.48.0", "hee588c1_1", 831),
    ("openssl", "3.4.0", "h7b32b05_1", 2_800),
    ("pip", "24.2", "pyh8b19718_1", 1_200),
    ("python", "3.11.11", "h9e4cc4f_1_cpython", 29_200),
    ("setuptools", "75.8.0", "pyhff2d567_0", 757),
    ("wheel", "0.45.1", "pyhd8ed1ab_1", 62),
)
_STEPS = ("Preparing", "Verifying", "Executing")
_BAR = 40


@lru_cache(maxsize=64)
def build_log(model: str, version: str, failure: Failure | None) -> str:
    """Return the whole log of a build; a line ends with a line feed.

    Parameters
    ----------
    model, version : str
        What the image is for. The packages depend on nothing else.
    failure : Failure, optional
        What went wrong, if it is a failure of the build.
    """
    failure_of_build = failure if failure is not None and failure.stage == "build" else None
    packages = packages_of(model, version)
    return "".join(f"{line}\n" for line in _lines(model, version, packages, failure_of_build))


def _lines(model: str, version: str, packages: tuple[Package, ...], failure_of_build: Failure | None) -> Iterator[str]:
    requirements = f"/tmp/condaenv.{hash32(model, version):08x}.requirements.txt"  # noqa: S108 - a line of the log
    wanted = _wanted(packages, failure_of_build)
    yield from _environment(wanted)
    if failure_of_build is not None and failure_of_build.name == "conda_unsolvable":
        yield from failure_of_build.lines
        return
    yield from _conda()
    yield "Installing pip dependencies: ...working... Ran pip subprocess with arguments:"
    yield f"['{ENVIRONMENT}/bin/python', '-m', 'pip', 'install', '-U', '-r', '{requirements}', '--exists-action=b']"
    yield "Pip subprocess output:"
    if failure_of_build is None or failure_of_build.name == "no_privilege":
        yield from _pip(packages, requirements)
    else:
        yield from failure_of_build.lines
        yield ""
        yield "failed"
        yield ""
        yield "CondaEnvException: Pip failed"
        yield ""
        yield "Failed to build the container image."
        return
    if failure_of_build is not None:
        yield from failure_of_build.lines
        yield "Failed to build the container image."
        return
    yield from _image(model, version)


def _wanted(packages: tuple[Package, ...], failure_of_build: Failure | None) -> list[str]:
    blamed = failure_of_build.requirements if failure_of_build is not None else ()
    names = {one.partition("==")[0] for one in blamed}
    kept = [f"{one.name}=={one.version}" for one in packages if one.direct and one.name not in names]
    return sorted([*kept, *blamed])


def _environment(wanted: list[str]) -> Iterator[str]:
    yield "channels:"
    yield "- conda-forge"
    yield "dependencies:"
    yield "- python=3.11.11"
    yield "- pip<=24.2"
    yield "- pip:"
    yield from (f"  - {one}" for one in wanted)
    yield "name: mlflow-env"


def _conda() -> Iterator[str]:
    yield "Collecting package metadata (repodata.json): ...working... done"
    yield "Solving environment: ...working... done"
    yield ""
    yield "Downloading and Extracting Packages: ...working..."
    for name, version, build, size in _CONDA_PACKAGES:
        shown = f"{name}-{version}"[:20]
        yield f"{shown:<20} | {_size(size):>8} | {'#' * 10} | 100%"
        yield f"  {name}-{version}-{build}"
    yield "done"
    yield from (f"{step} transaction: ...working... done" for step in _STEPS)


def _pip(packages: tuple[Package, ...], requirements: str) -> Iterator[str]:
    place = 0
    for one in packages:
        wheel = f"{one.name.replace('-', '_')}-{one.version}-{_TAGS[one.compiled]}.whl"
        if one.direct:
            place += 1
            yield f"Collecting {one.name}=={one.version} (from -r {requirements} (line {place}))"
        else:
            yield f"Collecting {one.name}"
        yield f"  Downloading {wheel} ({_size(one.size_kb)})"
        if one.size_kb > 1000:
            size = f"{one.size_kb / 1000:.1f}"
            speed = 20 + hash32(one.name, one.version) % 900 / 10
            # pip draws its bars in colour even where nobody sees them move.
            yield f"     {GREEN}{'━' * _BAR}{PLAIN} {size}/{size} MB {BOLD}{speed:.1f} MB/s{PLAIN} eta 0:00:00"
    yield f"Installing collected packages: {', '.join(one.name for one in packages)}"
    yield f"Successfully installed {' '.join(f'{one.name}-{one.version}' for one in packages)}"
    yield ""
    yield "done"


def _image(model: str, version: str) -> Iterator[str]:
    tag = f"{model.rsplit('.', 1)[-1].lower()}:{version or 'latest'}"
    seconds = hash32(model, version, "image") % 400 / 10
    yield "Downloading model artifacts"
    yield "Validating the model's dependencies: no conflicts found"
    yield "#9 [5/5] COPY model /model"
    yield "#9 DONE 0.4s"
    yield "#10 exporting to image"
    yield f"#10 exporting layers {seconds + 20:.1f}s done"
    yield f"#10 writing image sha256:{''.join(f'{hash32(model, version, part):08x}' for part in range(8))} done"
    yield f"#10 naming to serving-images/{tag} done"
    yield f"#10 DONE {seconds + 20.6:.1f}s"
    yield f"Pushing serving-images/{tag}"
    for layer in range(4):
        size = hash32(model, version, layer) % 9000 / 10 + 12
        yield f"{hash32(model, layer, 'layer'):08x}{layer:04x}: Pushed {size:.1f}MB"
    yield "Container image creation finished successfully"


def _size(kilobytes: int) -> str:
    return f"{kilobytes / 1000:.1f} MB" if kilobytes > 1000 else f"{kilobytes} kB"


_TAGS = {
    True: "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
    False: "py3-none-any",
}
