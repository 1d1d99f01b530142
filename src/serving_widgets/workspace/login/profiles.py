"""The configuration file of the official SDK: profiles by name, and the one that is used where none is named."""

from __future__ import annotations

import configparser
from pathlib import Path

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.suggest import nearest

from .settings import LoginSettings

_RESERVED = "__settings__"
_DEFAULT = "DEFAULT"


class ConfigFile:
    """``~/.databrickscfg``, or the file that ``DATABRICKS_CONFIG_FILE`` names.

    Parameters
    ----------
    name
        The file's name as a person writes it; the usual one unless given.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name or "~/.databrickscfg"
        self._parser: configparser.RawConfigParser | None = None
        self._read = False

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.name).expanduser()

    @property
    def exists(self) -> bool:
        """Whether there is such a file.

        Raises
        ------
        ConfigError
            When there is, but it can't be read. So do all that follow.
        """
        return self._sections() is not None

    @property
    def profiles(self) -> list[str]:
        """The names of its profiles."""
        parser = self._sections()
        return [] if parser is None else [name for name in parser.sections() if name != _RESERVED]

    @property
    def default(self) -> str | None:
        """The profile that is used where none is named."""
        parser = self._sections()
        if parser is None:
            return None
        chosen = parser.get(_RESERVED, "default_profile", fallback="").strip()
        if chosen:
            return chosen
        return _DEFAULT if parser.has_section(_DEFAULT) and parser.options(_DEFAULT) else None

    def settings(self, profile: str) -> LoginSettings:
        """Return a profile's settings. It inherits nothing from DEFAULT, as in the official SDK.

        Raises
        ------
        ConfigError
            When there is no such profile.
        """
        parser = self._sections()
        if parser is None:
            raise ConfigError(
                f"Profile {profile!r} can't be read: there is no file {self.name}.",
                hint="databricks auth login makes one; or give host= and token=.",
            )
        if profile not in self.profiles:
            raise ConfigError(f"{self.name} has no profile {profile!r}.", hint=self._known(profile))
        # Values are read where they are used: some are secrets.
        return LoginSettings(lambda name: parser.get(profile, name, fallback=""), names=parser.options(profile))

    def _known(self, profile: str) -> str:
        near = nearest(profile, self.profiles)
        known = f"It has: {', '.join(self.profiles) or 'none'}."
        return f"Did you mean {near!r}? {known}" if near else known

    def _sections(self) -> configparser.RawConfigParser | None:
        if not self._read:
            self._parser, self._read = _parse(self.name, self.path), True
        return self._parser


def _parse(name: str, path: Path) -> configparser.RawConfigParser | None:
    parser = configparser.RawConfigParser(default_section="\0none")
    try:
        with path.open(encoding="utf-8-sig") as file:
            parser.read_file(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except (UnicodeDecodeError, configparser.Error) as error:
        reason = type(error).__name__
    else:
        return parser
    # Raised out here, so that it is not chained: what a parser says quotes the line, which may hold a token.
    raise ConfigError(f"{name} can't be read: {reason}.", hint="Fix the file, or give host= and token=.")
