"""Build logs: the environment's YAML, conda's lines, pip's lines, the making of the image."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from . import texts
from .failures import Failure
from .lines import BOLD, ENVIRONMENT, GREEN, PLAIN, hash32
from .packages import Package, packages_of

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
    broken = failure if failure is not None and failure.stage == "build" else None
    packages = packages_of(model, version)
    return "".join(f"{line}\n" for line in _lines(model, version, packages, broken))


def _lines(model: str, version: str, packages: tuple[Package, ...], failure: Failure | None) -> Iterator[str]:
    requirements = f"/tmp/condaenv.{hash32(model, version):08x}.requirements.txt"  # noqa: S108 - a line of the log
    yield from ("channels:", "- conda-forge", "dependencies:", "- python=3.11.11", "- pip<=24.2", "- pip:")
    yield from (f"  - {one}" for one in _wanted(packages, failure))
    yield "name: mlflow-env"
    if failure is not None and failure.name == "conda_unsolvable":
        yield from failure.lines
        return
    yield from texts.lines("conda")
    yield "Installing pip dependencies: ...working... Ran pip subprocess with arguments:"
    yield f"['{ENVIRONMENT}/bin/python', '-m', 'pip', 'install', '-U', '-r', '{requirements}', '--exists-action=b']"
    yield "Pip subprocess output:"
    installed = failure is None or failure.name == "no_privilege"
    if installed:
        yield from _pip(packages, requirements)
    if failure is None:
        yield from _image(model, version)
        return
    yield from failure.lines
    if not installed:
        yield from ("", "failed", "", "CondaEnvException: Pip failed", "")
    yield "Failed to build the container image."


def _wanted(packages: tuple[Package, ...], broken: Failure | None) -> list[str]:
    blamed = broken.requirements if broken is not None else ()
    names = {one.partition("==")[0] for one in blamed}
    kept = [f"{one.name}=={one.version}" for one in packages if one.direct and one.name not in names]
    return sorted([*kept, *blamed])


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
            # pip draws its bars in colour even where no terminal shows them.
            yield f"     {GREEN}{'━' * _BAR}{PLAIN} {size}/{size} MB {BOLD}{speed:.1f} MB/s{PLAIN} eta 0:00:00"
    yield f"Installing collected packages: {', '.join(one.name for one in packages)}"
    yield f"Successfully installed {' '.join(f'{one.name}-{one.version}' for one in packages)}"
    yield ""
    yield "done"


def _image(model: str, version: str) -> Iterator[str]:
    tag = f"{model.rsplit('.', 1)[-1].lower()}:{version or 'latest'}"
    seconds = hash32(model, version, "image") % 400 / 10
    digest = "".join(f"{hash32(model, version, part):08x}" for part in range(8))
    for line in texts.lines("image"):
        yield line.format(tag=tag, digest=digest, export=seconds + 20, done=seconds + 20.6)
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
