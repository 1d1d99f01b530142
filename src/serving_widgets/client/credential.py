"""The one object that a token lives in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, NoReturn

from serving_widgets.api.envelope import mask
from serving_widgets.api.errors import ConfigError


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
    __slots__ = ("_headers", "_renewable", "_scrub", "_source")

    def __init__(self, token: str) -> None:
        self._source = "token hidden"
        fault = _fault_in(token)
        if fault is not None:
            # A traceback that shows local variables must not show this one.
            del token
            raise ConfigError(f"The token {fault}.", hint="Copy it again from the workspace's user settings.")
        self._headers: Callable[[], Mapping[str, str]] = lambda: {"Authorization": f"Bearer {token}"}
        self._scrub: Callable[[bytes], bytes] = lambda data: data.replace(token.encode(), b"***")
        self._renewable = False

    @classmethod
    def from_provider(cls, headers: Callable[[], Mapping[str, str]], *, source: str = "provider") -> Credential:
        """Return a credential that asks for its headers before each request.

        Parameters
        ----------
        headers : callable
            Gives all headers of a request's authentication, such as ``databricks.sdk.core.Config(…).authenticate``. It
            may block: it is called on a thread of its own. It is asked once more when the service answers 401.
        source : str
            What it is, in a word.
        """
        credential = cls.__new__(cls)
        credential._headers = headers
        credential._scrub = bytes
        credential._renewable = True
        credential._source = source
        return credential

    @property
    def renewable(self) -> bool:
        """Whether asking again may give something better."""
        return self._renewable

    async def sign(self, headers: MutableMapping[str, str]) -> tuple[str, ...]:
        """Put the credential on a request's headers and return the names of those that it set.

        Raises
        ------
        ConfigError
            When no headers could be had.
        """
        if not self._renewable:
            headers.update(self._headers())
            return ("Authorization",)
        names, fault = await asyncio.to_thread(self._sign_from_provider, headers)
        if fault is not None:
            raise ConfigError(
                f"The credential ({self._source}) can't be had: {fault}", hint="Log in again, then connect again."
            )
        return names

    def scrub(self, data: bytes) -> bytes:
        """Return what came back without the token, should somebody have said it back."""
        return self._scrub(data)

    def redact(self, text: str) -> str:
        """Return a text without this token, and without anything that looks like one."""
        return mask(self._scrub(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass"))

    def _sign_from_provider(self, headers: MutableMapping[str, str]) -> tuple[tuple[str, ...], str | None]:
        try:
            given = self._headers()
            headers.update(given)
            return tuple(given), None
        except Exception as error:
            # Not chained: the frames of whoever makes tokens have tokens in their local variables.
            return (), mask(" ".join(str(error).split()) or type(error).__name__)

    def __repr__(self) -> str:
        return f"<Credential: {self._source}>"

    __str__ = __repr__

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Credential can be neither copied nor pickled: its token stays in this one object")


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
