"""Where a connection's settings come from: arguments, a profile, the environment, the configuration file.

The order is the official SDK's (databricks-sdk for Python, ``config.py``): what is given wins, then the environment,
then the file. The file is read only when a profile is named or nothing else is there.
"""

from __future__ import annotations

import configparser
import dataclasses
import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from serving_widgets.api.errors import ConfigError
from serving_widgets.client import Credential

#: The line that opens a workspace that was found by itself for writing.
UNLOCK = "sw.connect(read_only=False)"


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A real workspace to connect to.

    Attributes
    ----------
    source
        Where the settings came from, in words.
    found
        Whether nobody named it, so that it opens read-only.
    """

    host: str
    credential: Credential
    name: str
    source: str
    found: bool = False


class Environment:
    """The environment variables that matter; shows none of them, because one holds a token."""

    __slots__ = ("_get",)

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._get = variables.get

    def get(self, name: str) -> str:
        """Return a variable that is no secret, "" where it is not set."""
        return self._get(f"DATABRICKS_{name}") or ""

    def has_token(self) -> bool:
        """Whether there is a token."""
        return bool(self._get("DATABRICKS_TOKEN"))

    def credential(self) -> Credential:
        """Return the token, in the one object that a token lives in."""
        return Credential(self._get("DATABRICKS_TOKEN") or "")


def find(
    *,
    host: str | None = None,
    credential: Credential | None = None,
    profile: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Target | None:
    """Return the workspace that the arguments, else the environment, else the file name; None when nothing does.

    Raises
    ------
    ConfigError
        When what is named can't be used, saying what is missing and the line that mends it.
    """
    env = Environment(os.environ if environ is None else environ)
    if host is not None or credential is not None:
        return _from_arguments(host, credential, env)
    if profile is not None:
        return _from_profile(profile, env, source=f"profile {profile!r}")
    if env.get("HOST") and env.has_token():
        source = "the environment (DATABRICKS_HOST, DATABRICKS_TOKEN)"
        return _target(env.get("HOST"), env.credential(), source=source, found=True)
    named = env.get("CONFIG_PROFILE")
    if named:
        return _from_profile(named, env, source=f"profile {named!r} (DATABRICKS_CONFIG_PROFILE)", found=True)
    if env.get("HOST"):
        raise ConfigError(
            "DATABRICKS_HOST is set, but there is no token for it.",
            hint="Set DATABRICKS_TOKEN, too, or name a profile: sw.connect(profile=…). "
            'Without either: sw.connect("mock").',
        )
    default = _default_profile(env)
    if default is not None:
        return _from_profile(default, env, source=f"profile {default!r} of {_file(env)}", found=True)
    return None


def _from_arguments(host: str | None, credential: Credential | None, env: Environment) -> Target:
    if not host:
        raise ConfigError("token= is given without host=.", hint='sw.connect(host="https://…", token=…)')
    if credential is not None:
        return _target(host, credential, source="the arguments")
    known = env.get("HOST")
    # A token of the environment is meant for the environment's host: it must not be sent to any other.
    if env.has_token() and (not known or _bare(known) == _bare(host)):
        return _target(host, env.credential(), source="host= and DATABRICKS_TOKEN")
    if env.has_token():
        raise ConfigError(
            f"There is no token for {_bare(host)}: DATABRICKS_TOKEN belongs to DATABRICKS_HOST, {_bare(known)}.",
            hint="Give token=…, or name a profile: sw.connect(profile=…)",
        )
    raise ConfigError(
        f"There is no token for {_bare(host)}.",
        hint="Set DATABRICKS_TOKEN, give token=…, or name a profile: sw.connect(profile=…)",
    )


def _from_profile(profile: str, env: Environment, *, source: str, found: bool = False) -> Target:
    path = _file(env)
    parser = _read(path)
    if parser is None:
        raise ConfigError(
            f"Profile {profile!r} can't be read: there is no file {path}.",
            hint="databricks configure makes one; or give host= and token=.",
        )
    if not parser.has_section(profile):
        near = difflib.get_close_matches(profile, parser.sections(), n=1)
        known = ", ".join(section for section in parser.sections() if not section.startswith("__")) or "none"
        raise ConfigError(
            f"{path} has no profile {profile!r}.",
            hint=f"Did you mean {near[0]!r}? It has: {known}." if near else f"It has: {known}.",
        )
    # Profiles do not inherit from DEFAULT, as in the official SDK. Values are read where they are used: one is a token.
    missing = [key for key in ("host", "token") if not parser.get(profile, key, fallback="")]
    if missing:
        raise ConfigError(
            f"Profile {profile!r} of {path} has no {' and no '.join(missing)}.",
            hint=f'Add it there, for example {missing[0]} = …, or give it: sw.connect(host="https://…", token=…)',
        )
    credential = Credential(parser.get(profile, "token"))
    return _target(parser.get(profile, "host"), credential, source=source, found=found, name=profile)


def _target(host: str, credential: Credential, *, source: str, found: bool = False, name: str | None = None) -> Target:
    address = _address(host)
    return Target(address, credential, name or _bare(address).split(".", 1)[0], source, found)


def _address(host: str) -> str:
    """Return the host as the official SDK writes it: with a scheme, without a trailing slash or path."""
    text = host.strip()
    if "://" not in text:
        text = f"https://{text}"
    scheme, _, rest = text.partition("://")
    place = rest.split("/", 1)[0]
    if not place or "@" in place:
        raise ConfigError(f"{host!r} is no host.", hint="It looks like https://adb-123.4.azuredatabricks.net")
    return f"{scheme.lower()}://{place}"


def _bare(host: str) -> str:
    return host.split("://", 1)[-1].split("/", 1)[0].lower()


def _file(env: Environment) -> Path:
    return Path(env.get("CONFIG_FILE") or "~/.databrickscfg").expanduser()


def _default_profile(env: Environment) -> str | None:
    parser = _read(_file(env))
    if parser is None:
        return None
    if parser.has_option("__settings__", "default_profile"):
        return parser.get("__settings__", "default_profile")
    return "DEFAULT" if parser.has_section("DEFAULT") and parser.options("DEFAULT") else None


def _read(path: Path) -> configparser.RawConfigParser | None:
    parser = configparser.RawConfigParser(default_section="\0none")
    try:
        with path.open(encoding="utf-8") as file:
            parser.read_file(file)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        reason = str(error).splitlines()[0] if not isinstance(error, configparser.Error) else type(error).__name__
        raise ConfigError(f"{path} can't be read: {reason}.", hint="Mend the file, or give host= and token=.") from None
    return parser
