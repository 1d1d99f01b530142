"""What a recording must not hold: secrets, and, unless they are to be kept, names of people, ids and hosts.

A name is replaced by the same pseudonym wherever it stands, and one of the same form, so that what is read from a
recording fits together: the id in an endpoint is the id in the path of its permissions.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

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
_DISPLAY_OF_A_CREATOR = "creator_display_name"
#: What a member of a group refers to where it is a person or a program; the last part is its id.
_REFERENCE = re.compile(r"((?:.*/)?(?:Users|ServicePrincipals)/)(\d+)")
#: What is asked for where people are looked up by their names.
_LOOKED_UP = re.compile(r'displayName eq "(.*)"', re.DOTALL)
_DIRECTORY_OF_PEOPLE = re.compile(r".*/scim/v2/(?:Users|ServicePrincipals)")
_MEMBER_OF_A_DIRECTORY = re.compile(r"(.*/scim/v2/\w+/)(\d{4,})")
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
    secrets : iterable of str
        Secrets that are known beforehand; those in what is recorded are learnt as they come.

    Attributes
    ----------
    counts : Counter of str
        How much was replaced: different names, by kind, and places where a secret was.

    Examples
    --------
    >>> Masking().text("ada@corp.com asked adb-1.2.azuredatabricks.net, then ada@corp.com again")
    'person-1@example.com asked workspace-1.example.com, then person-1@example.com again'
    """

    def __init__(self, *, keep_names: bool = False, host: str = "", secrets: Iterable[str] = ()) -> None:
        self._keep_names = keep_names
        self._host = host
        self._secrets: set[str] = set()
        self._learn(secrets)
        self._known: dict[tuple[str, str], str] = {}
        self._people: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def body(self, data: bytes | None) -> bytes | None:
        """Return a body without what it must not hold; one that is not text becomes a note of its size."""
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
        try:
            return self._json(data, text, value)
        except RecursionError:
            return f"{len(data)} bytes that are nested too deeply".encode()

    def _json(self, data: bytes, text: str, value: Any) -> bytes:
        self._learn(secrets_in(value))
        shown = redacted(value)
        if shown != value:
            self._count_hidden(text, compact(shown))
        masked = self._value(shown)
        # As it came where nothing was to be taken out: numbers are not written anew.
        return data if masked == value else compact(masked).encode("utf-8", "surrogatepass")

    def _learn(self, secrets: Iterable[str]) -> None:
        # A log has a key of several lines in as many lines.
        parts = {part for each in secrets for part in (each, *map(str.strip, each.splitlines()))}
        self._secrets.update(part for part in parts if len(part) >= _SHORTEST)

    def path(self, path: str) -> str:
        """Return the path of a request without what it must not hold, also where it is percent-encoded."""
        place, mark, query = path.partition("?")
        member = _MEMBER_OF_A_DIRECTORY.fullmatch(place)
        if member is not None and not self._keep_names:
            place = member[1] + self._pseudonym("ids", member[2], str)
        place = self.text(place)
        if not mark:
            return place
        pairs = parse_qsl(query, keep_blank_values=True)
        shown = [(self.text(name), self._asked(place, value)) for name, value in pairs]
        # As it came where nothing was to be taken out.
        return f"{place}?{query if shown == pairs else urlencode(shown)}"

    def _asked(self, place: str, value: str) -> str:
        by_name = _LOOKED_UP.fullmatch(value)
        if by_name is None or self._keep_names or not _DIRECTORY_OF_PEOPLE.fullmatch(place):
            return self.text(value)
        return f'displayName eq "{self._person(by_name[1], by_name[1])}"'

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
            if not self._keep_names and (person := _REFERENCE.fullmatch(str(value.get("$ref", "")))) is not None:
                return self._member(value, person)
            return {self.text(str(key)): self._value(each, str(key), mine) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(each, name, owner) for each in value]
        if not isinstance(value, str):
            return value
        if not self._keep_names:
            if name == _DISPLAY_OF_A_CREATOR:
                return self._person(value, value)
            if owner and (name in _DISPLAY or name in _NAME_PARTS):
                return self._person(owner, value if name in _DISPLAY else "")
            if _NUMBERS.match(name) and value.isdecimal() and len(value) > 3:
                return self._pseudonym("ids", value, str)
        return self.text(value)

    def _member(self, value: Mapping[str, Any], person: re.Match[str]) -> dict[str, Any]:
        """Return a person in a list of members, which has a name, an id, and the id in a reference."""
        masked = {self.text(str(key)): self._value(each, str(key)) for key, each in value.items()}
        masked["$ref"] = person[1] + self._pseudonym("ids", person[2], str)
        if isinstance(value.get("display"), str):
            masked["display"] = self._person(value["display"], value["display"])
        return masked

    def _person(self, owner: str, shown: str) -> str:
        """Return the pseudonym of a person's name: the same wherever the same name is shown."""
        if shown and shown in self._people:
            return self._known.setdefault(("names", owner), self._people[shown])
        name = self._pseudonym("names", owner, lambda number: f"Person {number}")
        if shown:
            self._people[shown] = self._people[name] = name
        return name

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
