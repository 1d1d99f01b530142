"""Completion of ``%serving`` lines. Whatever it offers is known already: nothing is sent or opened for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from serving_widgets.line import LineError, Token, quote, tokenise

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.magic.syntax.grammar import Command, Known, Option
    from serving_widgets.workspace import Workspace

# A line magic, also on the right of an assignment; or the first line of a cell magic.
_MAGIC = re.compile(r"\s*(?:[^%=]+=\s*)?(%{1,2})serving(\s+)(.*)\Z", re.DOTALL)
_WORKSPACES = "serving_widgets.workspace.connect"


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


class Cached:
    """What this process knows without asking anybody: the grammar's `Known`.

    Parameters
    ----------
    workspace, endpoint
        The workspace and the endpoint that the line names.
    """

    def __init__(self, workspace: str | None = None, endpoint: str | None = None) -> None:
        self._workspace, self._endpoint = workspace, endpoint

    def endpoints(self) -> Iterable[str]:
        """Return the names of the endpoints seen so far in the workspace that the line means."""
        opened = self._opened()
        return () if opened is None else opened.watcher.names()

    def connections(self) -> Iterable[str]:
        """Return the names of the open connections."""
        connect = sys.modules.get(_WORKSPACES)
        return () if connect is None else connect.connections()

    def commands(self) -> Iterable[str]:
        """Return the names of the commands."""
        from .registry import COMMANDS

        return COMMANDS

    def named(self) -> str | None:
        """Return the first word after the command."""
        return self._endpoint

    def ids(self) -> Iterable[str]:
        """Return the ids of the endpoints seen so far in the workspace that the line means."""
        opened = self._opened()
        return () if opened is None else [info.id for info in opened.watcher.seen().values() if info.id]

    def entities(self) -> Iterable[str]:
        """Return the names of the served entities of the endpoint that the line names, those on their way included."""
        from serving_widgets.workspace.logs.read_log import entities_of

        info = self._info()
        return () if info is None else entities_of(info)

    def versions(self) -> Iterable[str]:
        """Return the versions of that endpoint's configuration that are known, the newest first."""
        info = self._info()
        configs = () if info is None else (info.pending_config, info.config)
        return [str(each.config_version) for each in configs if each is not None and each.config_version is not None]

    def formats(self) -> Iterable[str]:
        """Return the formats of that endpoint, of its schema where it was read, else of all schemas of its sort."""
        from serving_widgets.workspace.queries.schema import known_formats

        opened, info = self._opened(), self._info()
        return () if opened is None or info is None else known_formats(opened, info)

    def tags(self) -> Iterable[str]:
        """Return the keys of that endpoint's tags."""
        info = self._info()
        return [] if info is None else [tag.key for tag in info.tags if tag.key]

    def principals(self) -> Iterable[str]:
        """Return who was seen in the workspace's access control lists, those of that endpoint first."""
        opened = self._opened()
        if opened is None:
            return ()
        from serving_widgets.workspace.changes.grants import known_access

        lists = known_access(opened)
        own = filter(None, [lists.get(self._endpoint or "")])
        return dict.fromkeys(entry.principal.name for acl in (*own, *lists.values()) for entry in acl.entries)

    def _opened(self) -> Workspace | None:
        connect = sys.modules.get(_WORKSPACES)  # what is not imported has opened nothing
        if connect is None:
            return None
        found: Workspace | None = (
            connect.active() if self._workspace is None else connect.connections().get(self._workspace)
        )
        return found

    def _info(self) -> EndpointInfo | None:
        opened = self._opened()
        seen = None if opened is None or self._endpoint is None else opened.watcher.store.get(self._endpoint)
        return None if seen is None or seen.deleted else seen.info


def _offers(command: Command, tokens: Sequence[Token], fragment: str) -> Iterator[str]:
    options = {flag: option for option in command.all_options for flag in option.spellings}
    pending, used, words, workspace = _walk(tokens, options)
    known: Known = Cached(workspace, words[0] if words else None)
    if pending is not None:
        yield from map(quote, pending.kind.offers(known) if pending.kind else ())
        return
    places = command.arguments[len(words) :] or [each for each in command.arguments[-1:] if each.repeated]
    if not fragment.startswith("-") and places:
        yield from map(quote, places[0].kind.offers(known))
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
                pending = option if option.kind is not None and not option.optional else None
        else:
            words.append(token.text)
    return pending, used, words, workspace


def _matching(offers: Iterable[str], fragment: str) -> list[str]:
    return [offer for offer in offers if offer.startswith(fragment)]


def _first_line(text: str) -> int:
    """Return the number of the first line that holds anything: where a cell magic must stand."""
    return next((number for number, line in enumerate(text.split("\n")) if line.strip()), 0)
