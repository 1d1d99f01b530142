"""Where a connection's settings come from: arguments, a profile, the environment, the file, the service's own runtime.

The order is the official SDK's (databricks-sdk for Python, ``config.py``): what is given wins, then the environment,
then the file, which is read only when a profile is named or nothing else is there. In one point it is stricter: sources
are not mixed, because a secret of one must not go to the host of another. And it refuses less: where a source holds
several methods of logging in, the first in the SDK's order is used, and the explanation says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from serving_widgets.api.errors import ConfigError
from serving_widgets.client import Credential

from . import sdk
from .profiles import ConfigFile
from .report import ARGUMENTS, ENVIRONMENT, FILE, ON_RUNTIME, PROFILE, RUNTIME, add_line, needs_sdk
from .settings import LoginSettings, address_from, has_ambient_login, of_environment, placed

_OTHERWISE = 'Or set DATABRICKS_TOKEN and write sw.connect(host="https://…"), or name a profile: sw.connect(profile=…).'
_GIVEN: Mapping[str, str] = MappingProxyType({ARGUMENTS: "what is given comes first"})
_NOTHING: Mapping[str, str] = MappingProxyType({})
# Where a profile is named in the environment, too, the SDK would fill in from it what else is missing.
_HOST_ARGUMENT = "The argument host"
_NO_PROFILE: Mapping[str, str] = MappingProxyType({"profile": ""})


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A real workspace to connect to.

    Attributes
    ----------
    source
        Where the settings came from, in words.
    origin
        The same as one of the names in :mod:`.explain`.
    notes
        What there is to say of a source, by its name.
    profile
        The profile that they came from, None where they came from elsewhere.
    found
        Whether it was not named, so that it opens read-only.
    """

    host: str
    credential: Credential
    name: str
    source: str
    origin: str = ARGUMENTS
    notes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    profile: str | None = None
    found: bool = False


def find_target(
    *,
    host: str | None = None,
    credential: Credential | None = None,
    profile: str | None = None,
    config: Any = None,
    environ: Mapping[str, str] | None = None,
) -> Target | None:
    """Return the workspace that the arguments, else the environment, else the file name; None when nothing does.

    Raises
    ------
    ConfigError
        When what is named can't be used, saying what is missing and the line that mends it.
    """
    env = of_environment(environ)
    file = ConfigFile(env.get("config_file"))
    if config is not None:
        return _from_config(config)
    if host is not None or credential is not None:
        return _from_arguments(host, credential, env, environ)
    if profile is not None:
        return _from_profile(profile, file, environ, source=f"profile {profile!r}", origin=PROFILE)
    if env.usable:
        return _from_environment(env)
    named = env.get("config_profile")
    if named:
        source = f"profile {named!r} (DATABRICKS_CONFIG_PROFILE)"
        return _from_profile(named, file, environ, source=source, origin=FILE, place=env.spell("profile"))
    if env.located:
        return _from_host_alone(env, environ)
    default = file.default
    if default is not None:
        source, place = f"profile {default!r} of {file.name}", f"{file.name}, default_profile of [__settings__]"
        return _from_profile(default, file, environ, source=source, origin=FILE, place=place)
    version = env.get("runtime_version")
    return _from_runtime(version) if version else None


def _from_config(config: Any) -> Target:
    if not sdk.is_config(config):
        inner = ", for example config=client.config" if sdk.is_config(getattr(config, "config", None)) else ""
        raise ConfigError(
            f"config= takes a databricks.sdk.core.Config, not {type(config).__name__}.",
            hint=f"sw.connect(config=databricks.sdk.core.Config(…)){inner}",
        )
    credential = sdk.credential_of(config)
    profile = getattr(config, "profile", None) or None
    about: dict[str, Any] = {"name": profile, "profile": profile, "notes": _GIVEN}
    return _target(config.host, credential, source=f"config= ({credential.kind})", place="The argument config", **about)


def _from_arguments(
    host: str | None, credential: Credential | None, env: LoginSettings, environ: Mapping[str, str] | None
) -> Target:
    if not host:
        raise ConfigError(
            "token= is given without host=.",
            hint='Set DATABRICKS_TOKEN instead, and write sw.connect(host="https://…").',
        )
    if credential is not None:
        return _target(host, credential, source="the arguments", place=_HOST_ARGUMENT, notes=_GIVEN)
    # Before any sentence names it: what was meant for a host may be a token.
    address_from(host, _HOST_ARGUMENT)
    known = env.get("host")
    # A secret of the environment is meant for the environment's host: it must not be sent to any other.
    if (not known or _bare(known) == _bare(host)) and set(env.missing) <= {env.spell("host")}:
        said = " and ".join(name for name in env.taken if name != env.spell("host"))
        notes = {ARGUMENTS: f"host= is given, and {said} is for it", ENVIRONMENT: f"{said} is used, for host="}
        return _from_settings(
            env, source=f"host= and {said}", given={"host": host, **_NO_PROFILE}, isolated=False, notes=notes
        )
    fault = f"There is no token for {_bare(host)}"
    if sdk.installed() and has_ambient_login(environ):
        return _by_sdk(lambda: {"host": host}, source="host=", fault=fault)
    if env.has("token"):
        fault += f": DATABRICKS_TOKEN belongs to DATABRICKS_HOST, {_bare(known)}"
    raise ConfigError(f"{fault}.", hint="Set DATABRICKS_TOKEN for it, or name a profile: sw.connect(profile=…).")


def _from_environment(env: LoginSettings) -> Target:
    notes = {ENVIRONMENT: env.conflict} if env.conflict else {}
    source = f"the environment ({', '.join(env.taken)})"
    return _from_settings(
        env, source=source, given=_NO_PROFILE, isolated=False, origin=ENVIRONMENT, notes=notes, found=True
    )


def _from_host_alone(env: LoginSettings, environ: Mapping[str, str] | None) -> Target:
    lacking = " and no ".join(env.missing).replace("DATABRICKS_TOKEN", "token")
    fault = f"DATABRICKS_HOST is set, but there is no {lacking} for it"
    if not env.method and sdk.installed() and has_ambient_login(environ):
        about: dict[str, Any] = {"origin": ENVIRONMENT, "found": True}
        return _by_sdk(env.values, source="DATABRICKS_HOST", fault=fault, given=_NO_PROFILE, isolated=False, **about)
    raise ConfigError(
        f"{fault}.",
        hint=f"Set {' and '.join(env.missing)}, too, or name a profile: sw.connect(profile=…). "
        'Without either: sw.connect("mock").',
    )


def _from_profile(
    profile: str, file: ConfigFile, environ: Mapping[str, str] | None, *, source: str, origin: str, place: str = ""
) -> Target:
    if place and profile not in file.profiles:
        raise placed(file.unknown(profile), place)
    settings = file.settings(profile)
    given = {"profile": profile, "config_file": str(file.path)}
    about: dict[str, Any] = {"origin": origin, "name": profile, "profile": profile, "found": origin == FILE}
    if settings.usable:
        notes = {origin: settings.conflict} if settings.conflict else {}
        return _from_settings(settings, source=source, given=given, notes=notes, **about)
    fault = f"Profile {profile!r} of {file.name} has no {' and no '.join(settings.missing)}"
    if settings.located and not settings.method and sdk.installed() and has_ambient_login(environ):
        return _by_sdk(settings.values, source=source, fault=fault, given=given, **about)
    raise ConfigError(
        f"{fault}.",
        hint=f'{add_line(settings, profile, file)}, or set DATABRICKS_TOKEN and write sw.connect(host="https://…").',
    )


def _from_runtime(version: str) -> Target:
    if not sdk.installed():
        raise ConfigError(
            "This notebook runs on the service, but reading its credentials needs databricks-sdk.",
            hint=f'%{sdk.INSTALL}, or, for the embedded workspace: sw.connect("mock")',
            code="extra_missing",
        )
    return _by_sdk(
        dict,
        source=f"the service's own runtime ({ON_RUNTIME} {version})",
        fault="The credentials of this notebook couldn't be obtained",
        isolated=False,
        apart=False,
        origin=RUNTIME,
        found=True,
    )


def _from_settings(
    settings: LoginSettings, *, source: str, given: Mapping[str, str], isolated: bool = True, **about: Any
) -> Target:
    """Return the target of settings that are complete: a token as it is, all else by the SDK."""
    host, place = given.get("host") or settings.get("host"), settings.place("host")
    place = _HOST_ARGUMENT if given.get("host") else place
    if settings.method == "pat":
        return _target(
            host,
            settings.credential(),
            source=source,
            place=place,
            workspace=(settings.get("workspace_id"), settings.place("workspace_id")),
            **about,
        )
    if host:
        # Before the SDK sends a secret there.
        address_from(host, place)
    lack = needs_sdk(settings)
    if lack:
        raise ConfigError(f"{_capital(source)}: {lack}.", hint=sdk.INSTALL, code="extra_missing")
    fault = f"{_capital(source)}: {settings.method} did not work"
    return _by_sdk(
        settings.values,
        source=source,
        fault=fault,
        given=given,
        auth_type=settings.get("auth_type") or settings.method,
        isolated=isolated,
        **about,
    )


def _by_sdk(
    values: Callable[[], Mapping[str, str]],
    *,
    source: str,
    fault: str,
    given: Mapping[str, str] = _NOTHING,
    auth_type: str = "",
    isolated: bool = True,
    apart: bool = True,
    **about: Any,
) -> Target:
    try:
        config = sdk.configured(values, auth_type=auth_type, isolated=isolated, apart=apart, **given)
    except ConfigError as error:
        said = f"{fault}. {error.message}"
    else:
        credential = sdk.credential_of(config)
        return _target(config.host, credential, source=f"{source}, {config.auth_type}", place=_capital(source), **about)
    raise ConfigError(said, hint=f"Log in again, for example with databricks auth login. {_OTHERWISE}")


def _target(
    host: str,
    credential: Credential,
    *,
    source: str,
    place: str,
    name: str | None = None,
    workspace: tuple[str, str] = ("", ""),
    **about: Any,
) -> Target:
    """Return a target; ``place`` is where its host stands, ``workspace`` a workspace's id and where that stands."""
    address = address_from(host, place)
    meant, its_place = workspace if workspace[0] else (_workspace_in(host), place)
    if meant and not credential.renewable:
        credential = _for_workspace(credential, meant, its_place)
    short = _bare(address).split(".", 1)[0]
    # An address of numbers has no part that would be a name.
    return Target(address, credential, name or (_bare(address) if short.isdecimal() else short), source, **about)


def _for_workspace(credential: Credential, workspace_id: str, place: str) -> Credential:
    try:
        return credential.for_workspace(workspace_id)
    except ConfigError as error:
        fault = error
    raise placed(fault, place)


def _workspace_in(host: str) -> str:
    """Return the workspace that an address names as ``?o=``, "" where it names none."""
    return next(iter(parse_qs(urlsplit(host.strip()).query).get("o", ())), "")


def _bare(host: str) -> str:
    return host.split("://", 1)[-1].split("/", 1)[0].lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
