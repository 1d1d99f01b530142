"""The official SDK's ``Config``: every method of logging in that it has, as a :class:`Credential`.

The SDK comes with the extra ``databricks`` and is imported when it is needed. It blocks, so only connecting calls
it here; each request's headers are asked for on a thread of their own.
"""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from serving_widgets._version import __version__
from serving_widgets.api.error_body import mask
from serving_widgets.api.errors import ConfigError
from serving_widgets.client import Credential
from serving_widgets.client.auth.credential import WORKSPACE_ID
from serving_widgets.client.auth.log_filter import keep_out_of_logs
from serving_widgets.workspace.runtime.event_loop import SLICE

from .sdk_fields import FIELDS

if TYPE_CHECKING:
    from databricks.sdk.core import Config

    _Made = tuple[Config | None, str, BaseException | None]

#: The line that brings the SDK.
INSTALL = 'pip install "serving-widgets[databricks]"'
#: Seconds for one request of the SDK's own, and for all tries of it. Its defaults keep a notebook waiting for five
#: minutes where a host can't be reached.
HTTP_TIMEOUT, RETRY_TIMEOUT = 10, 2
#: Seconds for setting up a login altogether: some methods, and older versions of the SDK, wait without a limit of their
#: own. In a browser a person has to find the password first.
LONGEST, LONGEST_BY_HAND = 30.0, 300.0

# With these, asking for a new token in earnest would open a page in the browser: the SDK renews by itself.
_INTERACTIVE = frozenset({"external-browser"})


class Configured(Protocol):
    """What is used of ``databricks.sdk.core.Config``."""

    host: str

    def authenticate(self) -> dict[str, str]:
        """Return the headers that sign a request."""
        ...


def installed() -> bool:
    """Whether the SDK can be imported."""
    try:
        return importlib.util.find_spec("databricks.sdk") is not None
    except ImportError:
        return False


def configured(
    values: Callable[[], Mapping[str, str]],
    *,
    auth_type: str = "",
    isolated: bool = True,
    apart: bool = True,
    **settings: str,
) -> Config:
    """Return a ``Config`` made of some settings.

    Parameters
    ----------
    values
        Returns the settings, secrets included.
    auth_type
        The method to use; the first in the SDK's order unless given, also where there are several.
    isolated
        Whether to leave out what else the environment holds: a secret of one source must not go to the host of another.
    apart
        Whether to do it on a thread that may be left behind; the service's runtime knows some threads only.
    **settings
        More of them.

    Raises
    ------
    ConfigError
        When the login fails, in this time, or the SDK is not installed.
    """
    if not installed():
        raise ConfigError("databricks-sdk is not installed.", hint=INSTALL, code="extra_missing")
    limit = LONGEST_BY_HAND if auth_type in _INTERACTIVE else LONGEST
    made, fault, interrupted = _in_time(lambda: _make(values, auth_type, isolated, settings), limit if apart else None)
    if interrupted is not None:
        raise interrupted
    if made is None:
        raise ConfigError(fault)
    return made


def credential_of(config: Configured) -> Credential:
    """Return a credential that has a ``Config`` sign each request, with all its headers.

    The ``Config`` itself is left as it is: what a refused token makes necessary happens to a copy.
    """
    own: Any = config.copy() if hasattr(config, "copy") else config
    method = str(getattr(own, "auth_type", None) or "provider")

    def headers() -> dict[str, str]:
        given = dict(own.authenticate())
        workspace = getattr(own, "workspace_id", None)
        # As the SDK's own clients do: a host may stand for several workspaces.
        return {**given, WORKSPACE_ID: str(workspace)} if workspace else given

    def renewed() -> dict[str, str]:
        # Until its time is up by the local clock the SDK gives out the token that it has; this makes it log in again.
        if hasattr(own, "init_auth") and own is not config and method not in _INTERACTIVE:
            own.init_auth()
        return headers()

    return Credential.from_provider(headers, renewed=renewed, known=lambda: _secrets_of(own), source=method)


def _secrets_of(config: Any) -> tuple[bytes, ...]:
    """Return what a ``Config`` holds that is secret."""
    fields = config.attributes() if hasattr(config, "attributes") else ()
    held = (getattr(config, each.name, None) for each in fields if getattr(each, "sensitive", False))
    return tuple(value.encode() for value in held if isinstance(value, str))


def is_config(value: object) -> bool:
    """Whether a value can be used as a ``Config``."""
    return callable(getattr(value, "authenticate", None)) and isinstance(getattr(value, "host", None), str)


def _in_time(make: Callable[[], _Made], limit: float | None) -> _Made:
    if limit is None:
        return make()
    made: list[_Made] = []
    worker = threading.Thread(target=lambda: made.append(make()), name="serving-widgets-login", daemon=True)
    worker.start()
    end = time.monotonic() + limit
    while worker.is_alive() and time.monotonic() < end:
        worker.join(SLICE)  # short, so that Ctrl-C is heard on every system
    return made[0] if made else (None, f"It took longer than {limit:g} s.", None)


def _make(
    values: Callable[[], Mapping[str, str]], auth_type: str, isolated: bool, settings: Mapping[str, str]
) -> _Made:
    """Return the ``Config``, or what is wrong; frames that hold secrets have ended by the time it is raised."""
    from databricks.sdk.core import Config

    given: dict[str, Any] = {}
    # While it logs in, the SDK logs what it is answered.
    unsaid = Credential.from_provider(dict, known=lambda: tuple(_secret(each).encode() for each in Config.attributes()))

    def _secret(field: Any) -> str:
        return str(given.get(field.name) or "") if field.sensitive else ""

    keep_out_of_logs(unsaid)
    try:
        given = {**_blanks(Config, isolated), **values(), **settings}
        # A method has to be named here: where there are several the SDK would refuse to choose, but see _order.
        given["auth_type"] = auth_type or "default"
        return (
            Config(
                **given,
                credentials_strategy=_order(auth_type),
                product="serving-widgets",
                product_version=__version__,
                http_timeout_seconds=HTTP_TIMEOUT,
                retry_timeout_seconds=RETRY_TIMEOUT,
            ),
            "",
            None,
        )
    except Exception as error:
        return None, _words(error, map(_secret, Config.attributes())), None
    except BaseException as interrupted:
        interrupted.__cause__ = interrupted.__context__ = None
        return None, "", interrupted.with_traceback(None)


def _order(auth_type: str) -> Any:
    from databricks.sdk.core import DefaultCredentials

    class Order:
        """The SDK's own order, tried with the method that is wanted or else with each."""

        def __init__(self) -> None:
            self._methods: Any = DefaultCredentials()

        def auth_type(self) -> str:
            return str(self._methods.auth_type())

        def __call__(self, config: Any) -> Any:
            config.auth_type = auth_type
            return self._methods(config)

    return Order()


def _blanks(config: type[Config], isolated: bool) -> dict[str, Any]:
    """Return nothing for settings of the environment: what is given as an argument is not looked up there.

    For all of them where they are of another source, else for those that are not used.
    """
    names = {each.name: each for each in config.attributes()}
    return {
        name: "" if each.transform is str else False
        for name, each in names.items()
        if each.env
        and (isolated or (name in FIELDS and not FIELDS[name].used))
        and each.transform in (str, bool)
        and any(os.environ.get(variable) for variable in (each.env, *getattr(each, "env_aliases", ())))
    }


def _words(error: Exception, secrets: Iterable[str]) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    for secret in filter(None, secrets):
        said = said.replace(secret, "***")
    # The SDK lists its settings behind what it says; where they come from is told better elsewhere.
    said = said.partition(". Config:")[0].partition(". Env:")[0].removeprefix("default auth: ")
    if "Invalid URL 'None'" in said:
        return "The host does not say where to log in: it can't be reached, or it is not a workspace."
    trust = " databricks-sdk trusts what REQUESTS_CA_BUNDLE names." if "CERTIFICATE_VERIFY" in said else ""
    return mask(f"databricks-sdk says: {said.rstrip('.')}.{trust}")
