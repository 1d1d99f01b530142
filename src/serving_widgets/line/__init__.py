"""The words of a ``%serving`` line: take it apart, put it together. Pure text; imports nothing else of this package."""

from .errors import LineError
from .quoting import quote
from .tokens import Token, tokenise

__all__ = ["LineError", "Token", "quote", "tokenise"]
