"""What is handed to others without secrets, and with pseudonyms for people, hosts and ids. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from .redaction import HIDDEN, redacted, secrets_in
from .secret_texts import hide_secrets

#: Characters that a secret has at least to be looked for in other texts: what is shorter, such as ``true``, is a word.
SHORTEST = 6


class Pseudonymizer:
    """Takes secrets out of texts and JSON values, and puts pseudonyms in the place of names.

    The same name gets the same pseudonym wherever the key is the same, so that two files of one workspace can be
    compared. Whoever does not know the key can't find out whether a pseudonym stands for a name that he guesses.

    Parameters
    ----------
    key : str
        What pseudonyms are derived with: the address of the workspace.
    configs : iterable of mapping, optional
        JSON objects of the service; what in them may be a secret is taken out of every text.
    people : iterable of str, optional
        Names of people that can't be told by their form, as e-mail addresses can.
    keep : iterable of str, optional
        Texts that are no secrets even where a variable has them as its value: the names of what is served.
    keep_names : bool, default False
        Whether e-mail addresses, names of people, hosts and ids stay. Secrets never do.

    Attributes
    ----------
    replaced : dict of str to set of str
        The pseudonyms that were given, by the sort of what they stand for.

    Examples
    --------
    >>> made = Pseudonymizer("https://adb-1.azuredatabricks.net")
    >>> made.text("password=hunter22 of ada@example.com")
    'password=••• of user-d9e3eef1'
    >>> made.summary()
    '1 e-mail address'
    """

    def __init__(
        self,
        key: str,
        *,
        configs: Iterable[Mapping[str, Any]] = (),
        people: Iterable[str] = (),
        keep: Iterable[str] = (),
        keep_names: bool = False,
    ) -> None:
        self._key = key.encode()
        self.keep_names = keep_names
        kept = set(keep)
        found = {text for config in configs for text in secrets_in(config)} - kept
        # A log has a key of several lines in as many lines.
        found |= {line.strip() for text in found for line in text.splitlines()} - kept
        self._secrets = _any_of(form for text in found if len(text) >= SHORTEST for form in _forms(text))
        # Addresses and ids are known by their form.
        named = (name for name in people if len(name) >= 3 and "@" not in name and not _ID.fullmatch(name))
        self._people = _any_of(named, words=True)
        self.replaced: dict[str, set[str]] = {}

    def text(self, text: str) -> str:
        """Return a text without secrets, and with pseudonyms."""
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        text = hide_secrets(text)
        if self.keep_names:
            return text
        text = _EMAIL.sub(lambda found: self.pseudonym(found[0].replace("%40", "@"), "user"), text)
        if self._people is not None:
            text = self._people.sub(lambda found: self.pseudonym(found[0], "person"), text)
        text = _HOST.sub(self._host, text)
        return _ID.sub(lambda found: self.pseudonym(found[0], "id"), text)

    def value(self, value: Any) -> Any:
        """Return a JSON value so, its keys included; what stands under the name of a secret is hidden."""
        return self._each(redacted(value))

    def pseudonym(self, name: str, sort: str) -> str:
        """Return what stands for a name of a sort: ``"user"``, ``"person"``, ``"host"`` or ``"id"``."""
        digest = hmac.new(self._key, f"{sort}:{name.lower()}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        made = f"{sort}-{digest[:_DIGITS]}"
        self.replaced.setdefault(sort, set()).add(made)
        return made

    def summary(self) -> str:
        """Return what was replaced, in words; "" where nothing was."""
        counts = (
            (len(self.replaced[sort]), one, many) for sort, (one, many) in _SORTS.items() if sort in self.replaced
        )
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts)

    def _each(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._each(each) for key, each in value.items()}
        return [self._each(each) for each in value] if isinstance(value, list | tuple) else value

    def _host(self, found: re.Match[str]) -> str:
        name = found["host"].lower()
        if name in _PUBLIC or _MADE.fullmatch(name):
            return found[0]
        # The port of an embedded workspace is another one each time.
        local = name in _LOOPBACK
        return f"{found['scheme'] or ''}{'localhost' if local else self.pseudonym(name, 'host')}"


_DIGITS = 8
_SORTS = {
    "user": ("e-mail address", "e-mail addresses"),
    "person": ("person's name", "people's names"),
    "host": ("host", "hosts"),
    "id": ("id", "ids"),
}
_MADE = re.compile(rf"(?:{'|'.join(_SORTS)})-[0-9a-f]{{{_DIGITS}}}")
_LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
#: Hosts that everyone knows: that a log names them says nothing about whose it is.
_PUBLIC = frozenset(
    {
        "api.anthropic.com",
        "api.cohere.ai",
        "api.openai.com",
        "docs.databricks.com",
        "github.com",
        "huggingface.co",
        "learn.microsoft.com",
        "mlflow.org",
        "pip.pypa.io",
        "www.mlflow.org",
    }
)
# Each begins where a name can begin, and not within one: a log of one long line must not take long.
_PART = r"[^\s@<>\"'(),:;/\\=|\[\]{}`•]"
_EMAIL = re.compile(rf"(?<!{_PART}){_PART}+(?:(?:(?<=%40)|@){_PART}+)+", re.IGNORECASE)
_HOST = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]{1,20}://(?:•••@)?)?(?P<host>(?(scheme)(?:\[[0-9a-f:.]+\]|[^\s/:?#\"'<>()\[\],;]+)"
    r"|(?:(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+(?:azuredatabricks\.net|databricks\.(?:com|us|net|azure\.us|azure\.cn))\b"
    r"|(?<![\w.])(?<!==)\d{1,3}(?:\.\d{1,3}){3}(?![\w.]))))(?P<port>:\d+)?",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,128}|\d{15,20}|(?<=:)\d{12}(?=:))(?![0-9a-z])",
    re.IGNORECASE,
)


def _forms(secret: str) -> set[str]:
    """Return a secret in the forms in which a log or an address may have it."""
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret, safe="")}


def _any_of(texts: Iterable[str], *, words: bool = False) -> re.Pattern[str] | None:
    # The longest first: a secret may begin with another one.
    found = sorted({text for text in texts if text}, key=lambda text: (-len(text), text))
    if not found:
        return None
    pattern = "|".join(map(re.escape, found))
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)" if words else pattern)
