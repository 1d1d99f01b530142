"""Write a word so that a line carries it unchanged."""

from __future__ import annotations

from .tokens import ESCAPES

_SAFE = frozenset("_-./:@%+,=~*^&<>()|!#")
_NOT_FIRST = frozenset("-%!,=#")
_SHORT = {value: f"\\{code}" for code, value in ESCAPES.items() if value != "/"}


def quote(text: str) -> str:
    r"""Return the text as one token: bare where that is safe, else within ``'…'``, else within ``"…"``.

    Whatever the text is, ``tokenise(quote(text))`` is one token with this text. The result is free of line breaks and
    characters that do not print, since IPython would split a line magic at them.

    Examples
    --------
    >>> quote("my-ads-model"), quote("two words"), quote("don't stop")
    ('my-ads-model', "'two words'", '"don\'t stop"')
    """
    if text and text[0] not in _NOT_FIRST and all(c.isalnum() or c in _SAFE for c in text):
        return text
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_escape(character) for character in text) + '"'


def _escape(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
