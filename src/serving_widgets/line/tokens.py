r"""Take a line apart.

The rules, the same in line and cell magics:

- White space separates tokens.
- ``'…'`` is literal. ``"…"`` knows the escapes of JSON, and ``\UXXXXXXXX``. Inside a word a quote is a
  mere character: ``don't``; but after the first ``=`` it quotes the rest of the word: ``owner="Ada L."``.
- ``{…}`` and ``[…]`` at the start of a token is JSON and stays whole, strings in it respected.
- ``--option=value`` is two tokens, the second one *joined*, so that a value may be quoted or JSON.
- A ``;`` that ends the line is a token of its own.
- ``#`` at the start of a token begins a comment, which ends the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import LineError

#: What may follow a backslash within ``"…"`` and means one character.
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_CLOSES = {"{": "}", "[": "]"}
_OPTION = re.compile(r"--[A-Za-z][A-Za-z0-9-]*(?==)")
_END = re.compile(r"\s*;?(?:\s*|\s+#.*)\Z", re.DOTALL)
_UNICODE = {"u": 4, "U": 8}
#: A word up to a quoted value, as of a tag.
_QUOTED_VALUE = re.compile(r"""[^\s='"$@-][^\s='"]*=(?=['"])""")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a line.

    Attributes
    ----------
    text
        The word as it is meant: without its quotes, escapes resolved.
    start, end
        Where it stands in the line, quotes included: ``line[start:end]``.
    quoted
        It was quoted, so it is neither an option nor a variable nor JSON.
    joined
        It is the value after the ``=`` of the option before it.
    literal
        Where in ``text`` that begins which was quoted after a ``=``: it names no variable. None where nothing was.
    """

    text: str
    start: int
    end: int
    quoted: bool = False
    joined: bool = False
    literal: int | None = None

    @property
    def is_json(self) -> bool:
        """It is an object or a list, written bare."""
        return not self.quoted and self.text[:1] in _CLOSES

    @property
    def is_variable(self) -> bool:
        """It is ``$…``, written bare."""
        return not self.quoted and self.text.startswith("$")

    @property
    def is_option(self) -> bool:
        """It is ``-x`` or ``--word``, written bare. A negative number is a value."""
        return not self.quoted and not self.joined and re.match(r"-(?:-|[A-Za-z])", self.text) is not None


def tokenise(text: str) -> list[Token]:
    """Return the tokens of a line.

    Raises
    ------
    LineError
        A quote or bracket is never closed, an escape is unknown, or something sticks to a closing quote.

    Examples
    --------
    >>> [token.text for token in tokenise('''create my-ads --tag="team a" {"served_entities": []}''')]
    ['create', 'my-ads', '--tag', 'team a', '{"served_entities": []}']
    """
    tokens: list[Token] = []
    at, joined = 0, False
    while True:
        if not joined:
            at = _skip_space(text, at)
        if not joined and text[at : at + 1] in ("", "#"):
            return tokens
        option = None if joined else _OPTION.match(text, at)
        if option:
            tokens.append(Token(option.group(), at, option.end()))
            at, joined = option.end() + 1, True
            continue
        tokens.append(_read(text, at, joined))
        at, joined = tokens[-1].end, False


def _read(text: str, at: int, joined: bool) -> Token:
    first = text[at : at + 1]
    if first == "'":
        return _finished(text, Token(*_literal(text, at), quoted=True, joined=joined))
    if first == '"':
        return _finished(text, Token(*_escaped(text, at), quoted=True, joined=joined))
    if first in _CLOSES:
        end = _json_end(text, at)
        return _finished(text, Token(text[at:end], at, end, joined=joined))
    pair = _QUOTED_VALUE.match(text, at)
    if pair:
        read = _literal if text[pair.end()] == "'" else _escaped
        value, _, end = read(text, pair.end())
        return _finished(text, Token(pair[0] + value, at, end, joined=joined, literal=len(pair[0])))
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    if text[at:end].endswith(";") and end - at > 1 and _END.match(text, end):
        end -= 1
    return Token(text[at:end], at, end, joined=joined)


def _literal(text: str, at: int) -> tuple[str, int, int]:
    end = text.find("'", at + 1)
    if end < 0:
        raise LineError("This quote is never closed.", text, at)
    return text[at + 1 : end], at, end + 1


def _escaped(text: str, at: int) -> tuple[str, int, int]:
    parts: list[str] = []
    i = at + 1
    while i < len(text):
        character = text[i]
        if character == '"':
            return "".join(parts), at, i + 1
        if character != "\\":
            parts.append(character)
            i += 1
            continue
        code = text[i + 1 : i + 2]
        if code in ESCAPES and code:
            parts.append(ESCAPES[code])
            i += 2
        elif code in _UNICODE:
            digits = text[i + 2 : i + 2 + _UNICODE[code]]
            parts.append(_character(digits, _UNICODE[code], text, i))
            i += 2 + _UNICODE[code]
        elif code:
            raise LineError(rf"There is no escape \{code}. For a backslash write \\, or quote with '…'.", text, i)
        else:
            break
    raise LineError("This quote is never closed.", text, at)


def _character(digits: str, wanted: int, text: str, at: int) -> str:
    if len(digits) == wanted and re.fullmatch(r"[0-9A-Fa-f]+", digits) and int(digits, 16) <= 0x10FFFF:
        return chr(int(digits, 16))
    raise LineError(f"This escape needs {wanted} hexadecimal digits of a character.", text, at)


def _json_end(text: str, at: int) -> int:
    waiting: list[tuple[str, int]] = []
    string: int | None = None
    i = at
    while i < len(text):
        character = text[i]
        if string is not None:
            if character == "\\":
                i += 1
            elif character == '"':
                string = None
        elif character == '"':
            string = i
        elif character in _CLOSES:
            waiting.append((_CLOSES[character], i))
        elif character in "}]":
            wanted, _ = waiting.pop()
            if character != wanted:
                raise LineError(f"Here '{wanted}' is wanted, not '{character}'.", text, i)
            if not waiting:
                return i + 1
        i += 1
    if string is not None:
        raise LineError("This quote is never closed.", text, string)
    wanted, opened = waiting[-1]
    raise LineError(f"This bracket is never closed: '{wanted}' is missing.", text, opened)


def _finished(text: str, token: Token) -> Token:
    """Return the token, provided that a space, the end or a last ``;`` follows it."""
    if token.end == len(text) or text[token.end].isspace() or _END.match(text, token.end):
        return token
    raise LineError("A space is missing here.", text, token.end)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
