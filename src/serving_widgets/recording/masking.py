"""What a recording must not hold: secrets, and, unless they are to be kept, names of people, ids and hosts.

A name is replaced by the same pseudonym wherever it stands, and one of the same form, so that what is read from a
recording fits together: the id in an endpoint is the id in the path of its permissions.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from serving_widgets.api.redaction import HIDDEN, redacted, secrets_in
from serving_widgets.api.secret_texts import hide_secrets

from .exchange import compact

#: Shorter values of secret fields are not looked for elsewhere: taking each of them out of a text would spoil it.
_SHORTEST = 6

_EMAIL = re.compile(r"[A-Za-z0-9][\w.+%-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])")
_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")
_HOST = re.compile(
    r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:azuredatabricks\.net|databricks\.azure\.(?:us|cn)|(?:cloud\.|gcp\.)?databricks\.(?:com|us|mil))\b"
)
_PLACEHOLDER = re.compile(r"person-\d+@example\.com|[\w-]+-\d+\.example\.com|0{8}-0000-4000-8000-\d{12}|0{16}\d{16}")

#: Members that hold a person's name, and the members beside them that say whose it is.
_DISPLAY = ("display_name", "displayName")
_OWNERS = ("user_name", "userName", "service_principal_name", "applicationId")
#: Members that are numbers of people and workspaces where they are texts of digits.
_NUMBERS = re.compile(r"^(id|value|user_id|org_id|creator_user_id|workspace_id)$")
_NAME_PARTS = frozenset({"givenName", "familyName", "formatted"})


class Masking:
    """Takes secrets and names out of what is recorded; from one thread at a time.

    Parameters
    ----------
    keep_names : bool
        Whether e-mail addresses, names of people, ids and hosts stay.
    host : str
        The workspace's own host, which is replaced whatever its form.

    Attributes
    ----------
    counts : Counter of str
        How much was replaced: different names, by kind, and places where a secret was.

    Examples
    --------
    >>> Masking().text("ada@corp.com asked adb-1.2.azuredatabricks.net, then ada@corp.com again")
    'person-1@example.com asked workspace-1.example.com, then person-1@example.com again'
    """

    def __init__(self, *, keep_names: bool = False, host: str = "") -> None:
        self._keep_names = keep_names
        self._host = host
        self._secrets: set[str] = set()
        self._known: dict[tuple[str, str], str] = {}
        self.counts: Counter[str] = Counter()

    def body(self, data: bytes | None) -> bytes | None:
        """Return a body without what it must not hold; one that is no text becomes a note of its size."""
        if not data:
            return data
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return f"{len(data)} bytes that are no text".encode()
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return self.text(text).encode()
        self._secrets.update(each for each in secrets_in(value) if len(each) >= _SHORTEST)
        shown = redacted(value)
        if shown != value:
            self._count_hidden(text, compact(shown))
        masked = self._value(shown)
        # As it came where nothing was to be taken out: numbers are not written anew.
        return data if masked == value else compact(masked).encode("utf-8", "surrogatepass")

    def text(self, text: str) -> str:
        """Return a text without what it must not hold."""
        hidden = text
        for secret in sorted(self._secrets, key=len, reverse=True):
            hidden = hidden.replace(secret, HIDDEN)
        hidden = hide_secrets(hidden)
        self._count_hidden(text, hidden)
        return hidden if self._keep_names else self._without_names(hidden)

    def _count_hidden(self, before: str, after: str) -> None:
        count = sum(after.count(mark) - before.count(mark) for mark in (HIDDEN, "***"))
        if count > 0:
            self.counts["secrets"] += count

    def _without_names(self, text: str) -> str:
        if self._host and self._host in text:
            text = text.replace(self._host, self._pseudonym("hosts", self._host, _host_of))
        text = _HOST.sub(lambda found: self._pseudonym("hosts", found[0], _host_of), text)
        text = _EMAIL.sub(lambda found: self._pseudonym("e-mail addresses", found[0].lower(), _person_of), text)
        text = _UUID.sub(lambda found: self._pseudonym("ids", found[0].lower(), _uuid_of), text)
        return _HEX.sub(lambda found: self._pseudonym("ids", found[0], _hex_of), text)

    def _value(self, value: Any, name: str = "", owner: str = "") -> Any:
        if isinstance(value, Mapping):
            mine = next((str(value[key]) for key in _OWNERS if isinstance(value.get(key), str)), owner)
            return {self.text(str(key)): self._value(each, str(key), mine) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(each, name, owner) for each in value]
        if not isinstance(value, str):
            return value
        if not self._keep_names:
            if owner and (name in _DISPLAY or name in _NAME_PARTS):
                return self._pseudonym("names", owner, lambda number: f"Person {number}")
            if _NUMBERS.match(name) and value.isdecimal() and len(value) > 3:
                return self._pseudonym("ids", value, str)
        return self.text(value)

    def _pseudonym(self, kind: str, value: str, form: Callable[[int], str]) -> str:
        if _PLACEHOLDER.fullmatch(value):
            return value
        if (kind, value) not in self._known:
            self.counts[kind] += 1
            self._known[kind, value] = form(self.counts[kind])
        return self._known[kind, value]


def _host_of(number: int) -> str:
    return f"workspace-{number}.example.com"


def _person_of(number: int) -> str:
    return f"person-{number}@example.com"


def _uuid_of(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _hex_of(number: int) -> str:
    return f"{number:032d}"
