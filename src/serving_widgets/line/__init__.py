"""The words of a ``%serving`` line: take it apart, put it together. Pure text; imports nothing else of this package."""

from .delimiter import delimiter_of
from .errors import LineError
from .quoting import quote
from .tokens import Token, tokenise

__all__ = ["LineError", "Token", "delimiter_of", "quote", "tokenise"]
