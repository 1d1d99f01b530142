"""What a build log says was installed, and how two builds differ. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .diagnosis import diagnose
from .log_lines import without_prefixes


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package that two builds have in different versions; None where a build has it not."""

    name: str
    before: str | None
    after: str | None


def packages_of(text: str) -> dict[str, str]:
    """Return the packages of a build by name, spelled as PEP 503 normalises it.

    What pip says it installed counts; where a build did not get that far, what the environment asks for. Conda's own
    packages count where pip has no other version of them.

    Examples
    --------
    >>> packages_of("Successfully installed numpy-1.26.4 scikit_learn-1.3.0")
    {'numpy': '1.26.4', 'scikit-learn': '1.3.0'}
    """
    plain = without_prefixes(text)
    found = _asked_for(plain)
    for line in _INSTALLED.findall(plain):
        found.update({_normal(name): version for name, version in _PAIR.findall(line)})
    return dict(sorted(found.items()))


def has_installed(text: str) -> bool:
    """Return whether a build got as far as to install its packages."""
    return "Successfully installed" in text


def compare_builds(before: str, after: str) -> tuple[PackageChange, ...]:
    """Return the packages that were added, removed or changed from one build log to the other, by name.

    Where one of them did not get as far as to install packages, what both environments ask for is compared: the one
    would seem to lack whatever its packages would have brought along.

    Parameters
    ----------
    before : str
        The build log of the earlier version.
    after : str
        The build log of the later one.

    Returns
    -------
    tuple of PackageChange
        Each with ``name``, ``before`` and ``after``: its versions, None where it is missing.

    Examples
    --------
    >>> compare_builds("Successfully installed a-1 b-2", "Successfully installed a-1.1 c-3")
    (PackageChange(name='a', before='1', after='1.1'), PackageChange(name='b', before='2', after=None), \
PackageChange(name='c', before=None, after='3'))
    """
    read = packages_of if has_installed(before) and has_installed(after) else _asked_for
    old, new = read(without_prefixes(before)), read(without_prefixes(after))
    return tuple(
        PackageChange(name, old.get(name), new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def failing_packages(text: str) -> tuple[str, ...]:
    r"""Return the packages of a build that the known failures in its log name, in alphabetical order.

    Examples
    --------
    >>> failing_packages("- numpy==2.1.0\nERROR: No matching distribution found for numpy==2.1.0")
    ('numpy',)
    """
    said = " ".join(f"{finding.line} {finding.meaning}" for finding in diagnose(text))
    words = {_normal(word) for word in _NAME.findall(said)}
    return tuple(name for name in packages_of(text) if name in words)


def _asked_for(plain: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pattern in (_CONDA, _WANTED):
        found.update({_normal(name): version for name, version in pattern.findall(plain)})
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_INSTALLED = re.compile(r"^.*?Successfully installed (.+)$", re.MULTILINE)
# name-1.2.3: the version begins at the last dash that a digit follows.
_PAIR = re.compile(r"(\S+?)-(\d[^\s-]*)(?=\s|$)")
# The environment's own list: "- name==1.2", and "- python=3.11.11" of conda.
_WANTED = re.compile(r"^\s*- ([A-Za-z][\w.-]*)={1,2}(\d\S*)\s*$", re.MULTILINE)
# name-1.2.3-hash_0, as conda lists what it extracts.
_CONDA = re.compile(r"^\s+([a-z_][\w.-]*?)-(\d[\w.]*)-\w+_\d+(?:_\w+)?\s*$", re.MULTILINE)
