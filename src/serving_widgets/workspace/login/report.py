"""Why this workspace: each source of settings in order, what was found there, and the line that would choose it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from serving_widgets.api.errors import ConfigError

from . import sdk
from .profiles import ConfigFile
from .settings import LoginSettings, of_environment

if TYPE_CHECKING:
    from serving_widgets.render import Table

ARGUMENTS = "arguments"
PROFILE = "profile"
ENVIRONMENT = "environment"
FILE = "configuration file"
RUNTIME = "service runtime"
EMBEDDED = "embedded workspace"

#: Set in notebooks and jobs that run on the service itself.
ON_RUNTIME = "DATABRICKS_RUNTIME_VERSION"

_COMES_FIRST = {
    "": "nothing could be opened",
    ARGUMENTS: "what is given as an argument comes first",
    PROFILE: "a profile that is given comes first",
    ENVIRONMENT: "the environment comes first",
    FILE: "the configuration file comes first",
    RUNTIME: "the service's own runtime comes first",
}


@dataclasses.dataclass(frozen=True, slots=True)
class SettingsSource:
    """One place where settings were looked for. Holds no secret.

    Attributes
    ----------
    name
        Which place.
    found
        What was there.
    used
        Whether the settings come from it.
    complete
        Whether ``connect()`` would take its settings from there, were it asked first.
    begun
        Whether there is something which is not enough for that.
    reason
        Why they do, or don't.
    line
        The one line that would have them come from it; for the source used, the line that opens it for writing where
        it is read-only. "" where no line does.
    """

    name: str
    found: str
    used: bool
    complete: bool
    reason: str
    line: str
    begun: bool = False


def explain(
    winner: str,
    *,
    given: str = "",
    profile: str | None = None,
    notes: Mapping[str, str] | None = None,
    unlock: str = "",
    environ: Mapping[str, str] | None = None,
) -> tuple[SettingsSource, ...]:
    """Return every source in the order in which they are asked.

    Parameters
    ----------
    winner
        The source that is used; "" where none could be.
    given
        The arguments that were given, as text; the profile's name is apart.
    notes
        What else there is to say of a source, by its name.
    unlock
        The line that opens for writing what is read-only.
    environ
        Variables instead of the environment's.
    """
    env = of_environment(environ)
    file = ConfigFile(env.get("config_file"))
    findings = (
        _arguments(given),
        _profile(profile, file),
        _environment(env),
        _configuration_file(env.get("config_profile"), file),
        _runtime(env.get("runtime_version")),
        _Finding(EMBEDDED, "always there", line='sw.connect("mock")'),
    )
    used = "some settings were found, but not enough of them" if any(each.begun for each in findings) else ""
    notes = {EMBEDDED: used, **(notes or {})} if winner == EMBEDDED else notes or {}
    return tuple(_as_source(finding, winner, notes, unlock) for finding in findings)


def incomplete(sources: Sequence[SettingsSource]) -> str:
    """Return what there is of settings that is not enough to open a workspace, "" where there is nothing.

    Examples
    --------
    >>> token = SettingsSource("environment", "DATABRICKS_TOKEN", False, False, "there is no DATABRICKS_HOST", "", True)
    >>> incomplete([token])
    'No workspace is completely configured (environment: DATABRICKS_TOKEN, but there is no DATABRICKS_HOST)'
    """
    begun = "; ".join(f"{each.name}: {each.found}, but {each.reason}" for each in sources if each.begun)
    return f"No workspace is completely configured ({begun})" if begun else ""


def refreshed(before: Sequence[SettingsSource]) -> tuple[SettingsSource, ...]:
    """Return the sources of an open connection as they are now; of the one that is used, why it was chosen then.

    A source that holds what it held keeps what was said of it.
    """
    winner = next((each.name for each in before if each.used), "")
    then = {each.name: each for each in before}
    return tuple(
        then[now.name] if now.name in then and (now.used or now.found == then[now.name].found) else now
        for now in explain(winner)
    )


class AvailableSettings(NamedTuple):
    """What could be opened where nothing is open yet.

    Attributes
    ----------
    source
        Where ``connect()`` would take its settings from; "" where that is the embedded workspace, or it can't.
    lacking
        What the environment lacks where it has something; "" where it has nothing, or all.
    profiles
        The profiles of the configuration file.
    """

    source: str
    lacking: str
    profiles: tuple[str, ...]


def available_settings() -> AvailableSettings:
    """Return what could be opened, without opening it."""
    real = {each.name: each for each in explain("") if each.name in (ENVIRONMENT, FILE, RUNTIME)}
    source = next((name for name, each in real.items() if each.complete), "")
    env = of_environment(None)
    lacking = real[ENVIRONMENT].reason if env.present and source != ENVIRONMENT else ""
    try:
        profiles = tuple(ConfigFile(env.get("config_file")).profiles)
    except ConfigError:
        profiles = ()
    # What the environment begins, and does not end, stops connect(): it asks no source after it.
    return AvailableSettings("" if lacking else source, lacking, profiles)


def sources_table(sources: Sequence[SettingsSource], caption: str) -> Table:
    """Return the sources of a connection as a table."""
    from serving_widgets.render import Table

    rows = [(each.name, each.found, "yes" if each.used else "no", each.reason, each.line) for each in sources]
    return Table(("Source", "Found", "Used", "Why", "To use it"), rows, caption)


@dataclasses.dataclass(frozen=True, slots=True)
class _Finding:
    """What was found in a source.

    ``lack`` says why it can't be used, ``line`` mends that, or chooses it; ``begun`` is for what is there all the same.
    """

    name: str
    found: str
    lack: str = ""
    line: str = ""
    begun: bool = False


def _as_source(finding: _Finding, winner: str, notes: Mapping[str, str], unlock: str) -> SettingsSource:
    note = notes.get(finding.name, "")
    if finding.name == winner:
        why = note or ("nothing else is configured" if winner == EMBEDDED else "the first that is complete")
        return SettingsSource(finding.name, finding.found, True, True, why, unlock)
    why = note or finding.lack or _COMES_FIRST.get(winner, "nothing was configured then")
    complete = not (note or finding.lack)
    return SettingsSource(finding.name, finding.found, False, complete, why, finding.line, finding.begun)


def _arguments(given: str) -> _Finding:
    return _Finding(
        ARGUMENTS, given or "nothing", "none was given", 'Set DATABRICKS_TOKEN, then sw.connect(host="https://…")'
    )


def _profile(profile: str | None, file: ConfigFile) -> _Finding:
    if profile is not None:
        return _Finding(PROFILE, f"{profile!r} of {file.name}")
    try:
        known = file.usable
    except ConfigError:
        known = []
    # Any that the file has will do as an example, but none that would be used anyway.
    example = next((name for name in known if name != file.default), None)
    return _Finding(PROFILE, "nothing", "none was given", f'sw.connect(profile="{example}")' if example else "")


def _environment(env: LoginSettings) -> _Finding:
    found = ", ".join(env.present) or "nothing"
    if not env.present:
        return _Finding(
            ENVIRONMENT, found, "nothing is set", "Set DATABRICKS_HOST and DATABRICKS_TOKEN where Jupyter starts"
        )
    if not env.usable:
        return _Finding(ENVIRONMENT, found, f"there is no {' and no '.join(env.missing)}", _set(env), begun=True)
    return _Finding(ENVIRONMENT, found, needs_sdk(env), sdk.INSTALL if needs_sdk(env) else "sw.connect()")


def _configuration_file(named: str, file: ConfigFile) -> _Finding:
    try:
        if not file.exists:
            return _Finding(FILE, f"no file {file.name}", "there is none", "databricks auth login")
        profile = named or file.default
        if profile is None:
            some = next(iter(file.usable), None)
            return _Finding(
                FILE,
                f"{file.name}: {', '.join(file.profiles) or 'no profile'}",
                "none of them is the default" if some else "none of them is complete",
                f'sw.connect(profile="{some}")' if some else "databricks auth login",
                begun=bool(file.profiles),
            )
        settings = file.settings(profile)
    except ConfigError as error:
        return _Finding(FILE, file.name, error.message.rstrip("."), error.hint)
    by = " (DATABRICKS_CONFIG_PROFILE)" if named else ""
    found = f"{file.name}: profile {profile!r}{by}, with {', '.join(settings.present) or 'nothing'}"
    if not settings.usable:
        return _Finding(
            FILE, found, f"it has no {' and no '.join(settings.missing)}", add_line(settings, profile, file)
        )
    lack = needs_sdk(settings)
    return _Finding(FILE, found, lack, sdk.INSTALL if lack else f'sw.connect(profile="{profile}")')


def _runtime(version: str) -> _Finding:
    if not version:
        return _Finding(RUNTIME, "not on it", "this is not a notebook of the service")
    if not sdk.installed():
        return _Finding(RUNTIME, f"{ON_RUNTIME} {version}", "databricks-sdk is not installed", f"%{sdk.INSTALL}")
    return _Finding(RUNTIME, f"{ON_RUNTIME} {version}", line="sw.connect(config=databricks.sdk.core.Config())")


def needs_sdk(settings: LoginSettings) -> str:
    """Return what is missing to log in as the settings say; "" where nothing is."""
    if settings.method == "pat" or sdk.installed():
        return ""
    return f"{settings.method} needs databricks-sdk, which is not installed"


def add_line(settings: LoginSettings, profile: str, file: ConfigFile) -> str:
    """Return the line that completes a profile."""
    return f"Add {settings.missing[0]} = … to [{profile}] of {file.name}"


def _set(env: LoginSettings) -> str:
    return f"Set {' and '.join(env.missing)} where Jupyter starts"
