"""Completion of ``%serving`` lines. What it offers is known already; see :mod:`.syntax.known_names`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from serving_widgets.line import LineError, Token, quote, tokenise

from .syntax.known_names import KnownNames

if TYPE_CHECKING:
    from serving_widgets.magic.syntax.grammar import Command, Option

# A line magic, also on the right of an assignment; or the first line of a cell magic.
_MAGIC = re.compile(r"\s*(?:[^%=]+=\s*)?(%{1,2})serving(\s+)(.*)\Z", re.DOTALL)


def matcher(shell: Any) -> Any:
    """Return the matcher for an IPython shell's completer."""

    @context_matcher(identifier="serving_widgets")  # type: ignore[untyped-decorator]
    def serving_matcher(context: CompletionContext) -> SimpleMatcherResult:
        match = _MAGIC.fullmatch(context.text_until_cursor)
        if match is None or (match[1] == "%%" and context.cursor_line > _first_line(context.full_text)):
            return {"completions": []}
        fragment, offers = complete(match[3], shell.user_ns)
        return {
            "completions": [SimpleCompletion(offer, type="keyword") for offer in offers],
            "suppress": True,
            "ordered": True,
            "matched_fragment": fragment,
        }

    return serving_matcher


def complete(text: str, names: Iterable[str] = ()) -> tuple[str, list[str]]:
    """Return the word at the end of a line and what it may become.

    Parameters
    ----------
    text
        The line after ``%serving``, up to the cursor.
    names
        The variables that there are.

    Examples
    --------
    >>> complete("st")
    ('st', ['status', 'stop', 'start'])
    """
    from .registry import COMMANDS, command

    try:
        tokens = tokenise(text)
    except LineError:
        return "", []
    begun = tokens.pop() if tokens and tokens[-1].end == len(text) else None
    fragment = "" if begun is None else text[begun.start :]
    if begun is not None and begun.is_variable:
        own = sorted(name for name in names if not name.startswith("_"))
        return fragment, _matching([f"${name}" for name in own], fragment)
    if begun is not None and (begun.quoted or begun.is_json):
        return fragment, []
    if not tokens and not fragment.startswith("-"):
        return fragment, _matching(COMMANDS, fragment)
    if not tokens or tokens[0].is_option:
        return fragment, _matching(_offers(command(""), tokens, fragment), fragment)
    if tokens[0].text not in COMMANDS:
        return fragment, []
    offers = _offers(command(tokens[0].text), tokens[1:], fragment)
    return fragment, _matching(offers, fragment)


def _offers(command: Command, tokens: Sequence[Token], fragment: str) -> Iterator[str]:
    options = {flag: option for option in command.all_options for flag in option.spellings}
    pending, used, words, workspace = _walk(tokens, options)
    known = KnownNames(workspace, words[0] if words else None)
    if pending is not None:
        yield from map(quote, pending.type.offers(known) if pending.type else ())
        return
    places = command.arguments[len(words) :] or [each for each in command.arguments[-1:] if each.repeated]
    if not fragment.startswith("-") and places:
        yield from map(quote, places[0].type.offers(known))
    for flag, option in options.items():
        if option.repeated or option.name not in used:
            yield flag


def _walk(tokens: Sequence[Token], options: dict[str, Option]) -> tuple[Option | None, set[str], list[str], str | None]:
    """Return the option that waits for its value, the options given, the arguments given, and ``--workspace``."""
    pending: Option | None = None
    used: set[str] = set()
    words: list[str] = []
    workspace = None
    for token in tokens:
        if pending is not None:
            workspace = token.text if pending.name == "workspace" else workspace
            pending = None
        elif token.is_option:
            option = options.get(token.text)
            if option is not None:
                used.add(option.name)
                pending = option if option.type is not None and not option.optional else None
        else:
            words.append(token.text)
    return pending, used, words, workspace


def _matching(offers: Iterable[str], fragment: str) -> list[str]:
    return [offer for offer in offers if offer.startswith(fragment)]


def _first_line(text: str) -> int:
    """Return the number of the first line that holds anything: where a cell magic must stand."""
    return next((number for number, line in enumerate(text.split("\n")) if line.strip()), 0)
