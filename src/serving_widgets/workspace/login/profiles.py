"""The configuration file of the official SDK: profiles by name, and the one that is used where none is named."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from serving_widgets.api.error_body import looks_like_secret
from serving_widgets.api.errors import ConfigError
from serving_widgets.api.suggest import nearest

from .settings import LoginSettings

_RESERVED = "__settings__"
_DEFAULT = "DEFAULT"
#: Settings whose values have neither quotes nor spaces, so that these show a value that can't be meant.
_PLAIN = ("host", "token", "client_id", "client_secret", "workspace_id")


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
    def usable(self) -> list[str]:
        """The names of the profiles that are complete; the service's own command line writes an empty DEFAULT."""
        return [name for name in self.profiles if not self._faults(name) and self._settings(name).usable]

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
            When there is no such profile, or a value in it is written so that it can't be meant.
        """
        if profile not in self.profiles:
            raise self.unknown(profile)
        for name, fault in self._faults(profile).items():
            raise ConfigError(
                f"{self.name}, {self._place(profile, name)}: the value of {name} in [{profile}] {fault}.",
                hint="Write the value alone on its line, and a comment on a line of its own.",
            )
        return self._settings(profile)

    def unknown(self, profile: str) -> ConfigError:
        """Return the error for a profile that there is not."""
        if not self.exists:
            return ConfigError(
                f"Profile {profile!r} can't be read: there is no file {self.name}.",
                hint="databricks auth login makes one; or give host= and token=.",
            )
        shown = "of that name: it looks like a token" if looks_like_secret(profile) else repr(profile)
        return ConfigError(f"{self.name} has no profile {shown}.", hint=self._known(profile))

    def _settings(self, profile: str) -> LoginSettings:
        parser = self._sections()
        assert parser is not None
        # Values are read where they are used: some are secrets.
        return LoginSettings(
            lambda name: parser.get(profile, name, fallback=""),
            names=parser.options(profile),
            place=lambda name: f"{self.name}, {self._place(profile, name)}, [{profile}]",
        )

    def _faults(self, profile: str) -> dict[str, str]:
        """Return what is wrong with how settings are written, by their names."""
        parser = self._sections()
        said = {name: parser.get(profile, name, fallback="") or "" for name in _PLAIN} if parser is not None else {}
        return {name: fault for name, value in said.items() for fault in [_fault_in(value)] if fault}

    def _place(self, profile: str, name: str) -> str:
        section = ""
        for number, line in enumerate(self.path.read_text(encoding="utf-8-sig").splitlines(), start=1):
            if line.startswith("["):
                section = line.strip()[1:-1]
            elif section == profile and re.split("[=:]", line, maxsplit=1)[0].strip().lower() == name:
                return f"line {number}"
        return "one line"

    def _known(self, profile: str) -> str:
        near = nearest(profile, self.profiles)
        known = f"It has: {', '.join(self.profiles) or 'none'}."
        return f"Did you mean {near!r}? {known}" if near else known

    def _sections(self) -> configparser.RawConfigParser | None:
        if not self._read:
            self._parser, self._read = _parse(self.name, self.path), True
        return self._parser


def _fault_in(value: str) -> str:
    """Return what is wrong with how a value is written, "" where nothing is."""
    if "\n" in value:
        return "goes on in the next line, because that is indented"
    if value[:1] in ("'", '"'):
        return "has quotes around it"
    return "has a comment after it" if re.search(r"\s[#;]", value) else ""


def _parse(name: str, path: Path) -> configparser.RawConfigParser | None:
    parser = configparser.RawConfigParser(default_section="\0none")
    try:
        with path.open(encoding="utf-8-sig") as file:
            parser.read_file(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    except configparser.Error as error:
        reason = _reason(error)
    else:
        return parser
    # Raised out here, so that it is not chained: what a parser says quotes the line, which may hold a token.
    raise ConfigError(f"{name} can't be read: {reason}.", hint="Fix the file, or give host= and token=.")


def _reason(error: configparser.Error) -> str:
    """Return what is wrong with a file, and where; never the line itself, which may hold a token."""
    if isinstance(error, configparser.DuplicateSectionError):
        return f"[{error.section}] appears twice, the second time in line {error.lineno}"
    if isinstance(error, configparser.DuplicateOptionError):
        return f"{error.option} is there twice in [{error.section}], the second time in line {error.lineno}"
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno} stands before the first profile; one begins with its name, as [DEFAULT]"
    if isinstance(error, configparser.ParsingError) and error.errors:
        return f"line {error.errors[0][0]} is neither a profile's name, as [dev], nor a setting, as host = …"
    return "it is not a configuration file"
