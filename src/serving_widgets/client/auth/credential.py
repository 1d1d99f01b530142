"""The one object that a token lives in."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, NoReturn

from serving_widgets.api.error_body import mask
from serving_widgets.api.errors import ConfigError

#: The header that says which workspace of a host is meant.
WORKSPACE_ID = "X-Databricks-Workspace-Id"
#: Shorter texts are no secrets: taking each of them out of an answer would spoil it.
_SHORTEST = 6
#: Tokens of a provider that answers are cleared of: the latest, for a slow answer may repeat an older one.
_REMEMBERED = 8


class Credential:
    """What proves who is asking: a token, or something that gives a fresh one each time.

    It shows nothing of itself: not by ``repr``, ``str`` or ``vars``, and it can be neither copied nor pickled.

    Parameters
    ----------
    token : str
        A personal access token or an OAuth access token.

    Raises
    ------
    ConfigError
        When the token is empty or has characters that no token has.

    Examples
    --------
    >>> Credential("dapi0123456789abcdef")
    <Credential: token hidden>
    """

    # The token is held by the functions only, so that whoever goes through attributes finds no text.
    __slots__ = ("__weakref__", "_headers", "_kind", "_renewed", "_secrets", "_source")

    def __init__(self, token: str) -> None:
        self._source = "token hidden"
        self._kind = "token"
        fault = _fault_in(token)
        if fault is not None:
            # A traceback that shows local variables must not show this one.
            del token
            raise ConfigError(f"The token {fault}.", hint="Copy it again from the workspace's user settings.")
        self._headers: Callable[[], Mapping[str, str]] = lambda: {"Authorization": f"Bearer {token}"}
        self._secrets: Callable[[], tuple[bytes, ...]] = lambda: (token.encode(),)
        self._renewed: Callable[[], Mapping[str, str]] | None = None

    @classmethod
    def from_provider(
        cls,
        headers: Callable[[], Mapping[str, str]],
        *,
        renewed: Callable[[], Mapping[str, str]] | None = None,
        known: Callable[[], tuple[bytes, ...]] = tuple,
        source: str = "provider",
    ) -> Credential:
        """Return a credential that asks for its headers before each request.

        Parameters
        ----------
        headers : callable
            Gives all headers of a request's authentication, such as ``databricks.sdk.core.Config(…).authenticate``. It
            may block: it is called on a thread of its own.
        renewed : callable, optional
            Gives them anew when the service answered 401, past what ``headers`` may have kept; ``headers`` itself
            unless given. It is asked once a request.
        known : callable, optional
            Gives what else is secret, such as the password that a token is had for: an answer may quote it.
        source : str
            What it is, in a word: the SDK's name of the method.
        """
        latest: deque[bytes] = deque(maxlen=_REMEMBERED)

        def remembered(given: Mapping[str, str]) -> Mapping[str, str]:
            latest.extend(secret for secret in _secrets_in(given) if secret not in latest)
            return given

        credential = cls.__new__(cls)
        credential._headers = lambda: remembered(headers())
        credential._renewed = lambda: remembered((renewed or headers)())
        credential._secrets = lambda: (*latest, *known())
        credential._source = credential._kind = source
        return credential

    def for_workspace(self, workspace_id: str) -> Credential:
        """Return the same token for one of the workspaces that share a host, as the official SDK names it.

        Raises
        ------
        ConfigError
            When it is not a workspace's id.
        """
        if not re.fullmatch(r"[0-9A-Za-z-]{1,64}", workspace_id):
            raise ConfigError(
                "The workspace_id is not the id of a workspace.", hint="It is a number, as 1234567890123456."
            )
        mine = self._headers
        twin = Credential.__new__(Credential)
        twin._kind, twin._source, twin._secrets, twin._renewed = self._kind, self._source, self._secrets, self._renewed
        twin._headers = lambda: {**mine(), WORKSPACE_ID: workspace_id}
        return twin

    @property
    def kind(self) -> str:
        """``"token"`` for a fixed one, else the method that gives them, such as ``"oauth-m2m"``."""
        return self._kind

    @property
    def renewable(self) -> bool:
        """Whether asking again may give something better."""
        return self._renewed is not None

    async def sign(self, headers: MutableMapping[str, str]) -> tuple[str, ...]:
        """Put the credential on a request's headers and return the names of those that it set.

        Raises
        ------
        ConfigError
            When no headers could be had.
        """
        if self._renewed is None:
            given = self._headers()
            headers.update(given)
            return tuple(given)
        return await self._sign_apart(self._headers, headers)

    async def renew(self, headers: MutableMapping[str, str]) -> tuple[str, ...]:
        """Sign a request again that was refused with this signature; no names mean that there is no other.

        Raises
        ------
        ConfigError
            When no headers could be had.
        """
        return () if self._renewed is None else await self._sign_apart(self._renewed, headers)

    def scrub(self, data: bytes) -> bytes:
        """Return what came back without the token, should an answer quote it."""
        return _without(data, self._secrets())

    def scrubber(self) -> Callable[[bytes, bool], bytes]:
        """Return what scrubs an answer that comes in pieces, however they are cut.

        It takes a piece, and whether it is the last, and keeps back what may be the beginning of a secret.
        """
        kept = b""

        def scrub(piece: bytes, last: bool) -> bytes:
            nonlocal kept
            secrets = self._secrets()
            data = _without(kept + piece, secrets)
            size = 0 if last else _begun(data, secrets)
            data, kept = data[: len(data) - size], data[len(data) - size :]
            return data

        return scrub

    def redact(self, text: str) -> str:
        """Return a text without this token, and without anything that looks like one."""
        return mask(self.scrub(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass"))

    async def _sign_apart(
        self, give: Callable[[], Mapping[str, str]], headers: MutableMapping[str, str]
    ) -> tuple[str, ...]:
        names, fault = await asyncio.to_thread(_sign_from, give, headers)
        if fault is not None:
            fault = self.redact(fault)
            raise ConfigError(
                f"The credential ({self._source}) couldn't be obtained: {fault}",
                hint="Log in again, then connect again.",
            )
        return names

    def __repr__(self) -> str:
        return f"<Credential: {self._source}>"

    __str__ = __repr__

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Credential can be neither copied nor pickled: its token stays in this one object")


def _sign_from(
    give: Callable[[], Mapping[str, str]], headers: MutableMapping[str, str]
) -> tuple[tuple[str, ...], str | None]:
    """Put what a provider gives on the headers; return the names of what is new, all or none, and what went wrong."""
    try:
        given = give()
        if all(headers.get(name) == value for name, value in given.items()):
            return (), None
        headers.update(given)
        return tuple(given), None
    except Exception as error:
        # Not chained: the frames of whoever makes tokens have tokens in their local variables.
        return (), mask(" ".join(str(error).split()) or type(error).__name__)


def _secrets_in(headers: Mapping[str, str]) -> Iterator[bytes]:
    """Return what of a signature is secret: the token within Authorization, and whole headers that are tokens."""
    for name, value in headers.items():
        if name.lower() == "authorization":
            yield value.rpartition(" ")[2].encode()
        elif "token" in name.lower():
            yield value.encode()


def _without(data: bytes, secrets: tuple[bytes, ...]) -> bytes:
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            data = data.replace(secret, b"***")
    return data


def _begun(data: bytes, secrets: tuple[bytes, ...]) -> int:
    """Return how many bytes at the end of data may be the beginning of a secret."""
    longest = max((len(secret) for secret in secrets if len(secret) >= _SHORTEST), default=1)
    for size in range(min(longest - 1, len(data)), 0, -1):
        if any(len(secret) >= _SHORTEST and secret.startswith(data[-size:]) for secret in secrets):
            return size
    return 0


def _fault_in(token: object) -> str | None:
    if not isinstance(token, str):
        return f"is {'missing' if token is None else 'not text'}"
    if not token.strip():
        return "is empty"
    if token != token.strip():
        return "has spaces or line breaks around it"
    if any(not "!" <= character <= "~" for character in token):
        return "has spaces, line breaks or accented letters in it"
    return None
