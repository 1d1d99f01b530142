"""What a result looks like without a front end: aligned text, and HTML without script, style or class.

Everything here is a pure function of what it is given. Times are absolute and in UTC; nothing carries an address, a
port or an id of this process: a notebook run twice shows the same bytes. Whatever comes from a service is text, and
stays text.
"""

from .access import access_table
from .cards import Card, status_card
from .differences import differences_table
from .endpoints import endpoints_table, kind_words, served, status_words
from .messages import Message, message, problem_html
from .requests import RequestCard
from .table import Table
from .text import escape, plain, utc

__all__ = [
    "Card",
    "Message",
    "RequestCard",
    "Table",
    "access_table",
    "differences_table",
    "endpoints_table",
    "escape",
    "kind_words",
    "message",
    "plain",
    "problem_html",
    "served",
    "status_card",
    "status_words",
    "utc",
]
