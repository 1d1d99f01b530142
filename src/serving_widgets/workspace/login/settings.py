"""Settings by the official SDK's names: what each is called in the environment, and which of them are enough to log in.

Names and order are those of databricks-sdk for Python (``config.py``, ``credentials_provider.py``), so that what works
there works here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping

from serving_widgets.api.errors import ConfigError
from serving_widgets.client import Credential
from serving_widgets.client.names import address_of

from .sdk_fields import ALIASES, FIELDS, LOGIN

#: Setting → environment variable; in a file's profile a setting goes by its own name.
VARIABLES: Mapping[str, str] = {name: field.variable for name, field in FIELDS.items() if field.use == LOGIN}
#: Method → the settings that it needs beside a host, in the order in which the SDK tries them.
METHODS: Mapping[str, tuple[str, ...]] = {
    "pat": ("token",),
    "basic": ("username", "password"),
    "metadata-service": ("metadata_service_url",),
    "oauth-m2m": ("client_id", "client_secret"),
    "env-oidc": ("oidc_token_env",),
    "file-oidc": ("oidc_token_filepath",),
    "azure-client-secret": ("azure_client_id", "azure_client_secret"),
    "google-credentials": ("google_credentials",),
    "google-id": ("google_service_account",),
}
#: Programs and variables that log in by themselves: where one is, the SDK may do with a host alone.
_PROGRAMS = ("az", "databricks")
_AMBIENT = ("DATABRICKS_OIDC_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_ACCESSTOKEN", "DATABRICKS_RUNTIME_VERSION")


class LoginSettings:
    """The settings that one source holds; shows none of them, because some are secrets.

    Parameters
    ----------
    get
        Returns a setting by the SDK's name for it; None or "" where it is not set.
    spell
        Returns what a setting is called in this source.
    names
        The names of all settings that it may hold.
    place
        Returns where a setting stands, for errors about it; what it is called unless given.
    """

    __slots__ = ("_get", "_names", "place", "spell")

    def __init__(
        self,
        get: Callable[[str], str | None],
        spell: Callable[[str], str] = str,
        names: Iterable[str] = VARIABLES,
        place: Callable[[str], str] | None = None,
    ) -> None:
        self._get = get
        self._names = tuple(names)
        self.spell = spell
        self.place = place or spell

    def get(self, name: str) -> str:
        """Return a setting that is not a secret, "" where it is not set."""
        return self._get(name) or ""

    def has(self, *names: str) -> bool:
        """Whether all these are set."""
        return all(bool(self._get(name)) for name in names)

    def credential(self) -> Credential:
        """Return the token, in the one object that a token lives in.

        Raises
        ------
        ConfigError
            When it is none, saying where it stands.
        """
        try:
            return Credential(self._get("token") or "")
        except ConfigError as error:
            fault = error
        raise placed(fault, self.place("token"))

    def values(self) -> dict[str, str]:
        """Return all settings that are used, secrets included: for the SDK, and never for a variable."""
        known = (name for name in self._names if name in FIELDS and FIELDS[name].used)
        return {name: self._get(name) or "" for name in known if self.has(name)}

    @property
    def located(self) -> bool:
        """Whether they say where the workspace is."""
        return self.has("host") or self.has("azure_workspace_resource_id")

    @property
    def method(self) -> str:
        """The method of logging in: the one asked for, else the first that is complete, else ""."""
        return self.get("auth_type") or next((name for name in METHODS if self.has(*METHODS[name])), "")

    @property
    def usable(self) -> bool:
        """Whether they say where the workspace is and how to log in."""
        return self.located and bool(self.method) and not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """What else would have to be set, as this source calls it."""
        begun = next((name for name in METHODS if any(map(self.has, METHODS[name]))), "pat")
        wanted = (*(() if self.located else ("host",)), *METHODS.get(self.method or begun, ()))
        return tuple(self.spell(name) for name in wanted if not self.has(name))

    @property
    def present(self) -> tuple[str, ...]:
        """What is set, as this source calls it."""
        return tuple(self.spell(name) for name in VARIABLES if self.has(name))

    @property
    def taken(self) -> tuple[str, ...]:
        """What is set and is used, as this source calls it."""
        used = ("host", *METHODS.get(self.method, ()), *(("auth_type",) if self.has("auth_type") else ()))
        return tuple(self.spell(name) for name in used if self.has(name))

    @property
    def conflict(self) -> str:
        """Why one method was taken where there are several; "" where there is one."""
        others = [name for name in METHODS if name != self.method and self.has(*METHODS[name])]
        if not others:
            return ""
        chooser = self.spell("auth_type")
        if self.has("auth_type"):
            return f"{self.method} is used, not {' or '.join(others)}, as {chooser} says"
        return (
            f"{self.method} is used, because it comes before {' and '.join(others)} in the SDK's order; "
            f"{chooser} = {others[0]} would choose the other"
        )

    def __repr__(self) -> str:
        return f"<Settings: {', '.join(self.present) or 'none'}>"


def of_environment(variables: Mapping[str, str] | None = None) -> LoginSettings:
    """Return the settings of the environment, or of other variables instead."""
    get = (os.environ if variables is None else variables).get
    names = {name: field.variable for name, field in FIELDS.items()}

    def value(name: str) -> str | None:
        spellings = (names.get(name) or f"DATABRICKS_{name.upper()}", *ALIASES.get(name, ()))
        return next(filter(None, map(get, spellings)), None)

    return LoginSettings(value, lambda name: names.get(name) or f"DATABRICKS_{name.upper()}")


def address_from(host: str, place: str) -> str:
    """Return where requests go, from a host that stands somewhere.

    Raises
    ------
    ConfigError
        When it is none, saying where it stands.
    """
    try:
        return address_of(host)
    except ConfigError as error:
        fault = error
    raise placed(fault, place)


def placed(fault: ConfigError, place: str) -> ConfigError:
    """Return an error about a setting with where that stands before it.

    Examples
    --------
    >>> placed(ConfigError("The token is empty."), "DATABRICKS_TOKEN").message
    'DATABRICKS_TOKEN: the token is empty.'
    """
    message = f"{place}: {fault.message[:1].lower()}{fault.message[1:]}"
    return ConfigError(message, hint=fault.hint, code=fault.code)


def has_ambient_login(variables: Mapping[str, str] | None = None) -> bool:
    """Whether something is around that may log in by itself, such as the command line of Azure or of the service."""
    get = (os.environ if variables is None else variables).get
    return any(get(name) for name in _AMBIENT) or any(shutil.which(name) for name in _PROGRAMS)
