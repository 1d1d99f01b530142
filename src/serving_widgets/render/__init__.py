"""What a result looks like without a front end: aligned text, and HTML without script, style or class.

Everything here is a pure function of what it is given. Times are absolute and in UTC; nothing carries an address, a
port or an id of this process: a notebook run twice shows the same bytes. Whatever comes from a service is text, and
stays text.
"""

from .blocks.messages import Message, message, problem_html
from .blocks.table import Table
from .blocks.text import escape, plain, utc
from .cards import Card, status_card
from .config_diff import differences_table
from .endpoints import endpoints_table, status_words
from .permissions import access_table
from .requests import RequestCard

__all__ = [
    "Card",
    "Message",
    "RequestCard",
    "Table",
    "access_table",
    "differences_table",
    "endpoints_table",
    "escape",
    "message",
    "plain",
    "problem_html",
    "status_card",
    "status_words",
    "utc",
]
