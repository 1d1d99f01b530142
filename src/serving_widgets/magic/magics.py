"""The magic itself: ``%serving`` and ``%%serving``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets
from IPython.core.magic import Magics, line_cell_magic, magics_class, needs_local_scope, no_var_expand

from serving_widgets.api.errors import ServingError
from serving_widgets.api.imported import imported
from serving_widgets.line import LineError, Token, tokenise
from serving_widgets.magic.running.cell_outputs import CellOutputs, result_use
from serving_widgets.magic.syntax.usage_error import UsageError

from .completion import matcher


@magics_class
class ServingMagics(Magics):
    """``%serving``, for model serving endpoints. ``%config ServingMagics`` shows its settings."""

    debug = traitlets.Bool(False, help="Show the traceback of an error.").tag(config=True)
    display = traitlets.Enum(
        ("auto", "widget", "static"),
        "auto",
        help="What to show: tables for list and status, widgets for browse (auto); widgets wherever there are any "
        "(widget); text and tables alone (static).",
    ).tag(config=True)

    read_only = traitlets.Bool(
        False, help="Whether connections that a line opens refuse every change, unless it says --no-read-only."
    ).tag(config=True)
    protect = traitlets.Union(
        [traitlets.List(), traitlets.Dict()],
        help="Patterns of names, such as 'prod-*', of endpoints that connections which a line opens may not change; or "
        "a dictionary of how lines ask before: {'prod-*': 'typed', 'dev-*': 'none'} (typed, click, none, refuse).",
    ).tag(config=True)

    @traitlets.validate("protect")
    def _check_patterns(self, proposal: Mapping[str, Any]) -> Any:
        wrong = next((each for each in proposal["value"] if not isinstance(each, str)), None)
        if wrong is not None:
            raise traitlets.TraitError(f"A pattern in 'protect' is text, such as 'prod-*', and not {wrong!r}.")
        return proposal["value"]

    def __init__(self, shell: Any, **settings: Any) -> None:
        super().__init__(shell, **settings)
        self._ip = shell
        self.cells = CellOutputs()
        self._matcher = matcher(shell)

    def attach(self) -> None:
        """Register with the shell."""
        self._ip.register_magics(self)
        self._ip.Completer.custom_matchers.append(self._matcher)
        self._ip.events.register("pre_run_cell", self._cell_starts)

    def detach(self) -> None:
        """Leave the shell as it was before."""
        self._ip.events.unregister("pre_run_cell", self._cell_starts)
        self._ip.Completer.custom_matchers.remove(self._matcher)
        for magics in self._ip.magics_manager.magics.values():
            magics.pop("serving", None)
        self._ip.magics_manager.registry.pop(type(self).__name__, None)
        self._ip.configurables.remove(self)

    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    def serving(self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None) -> Any:
        """Manage model serving endpoints: ``%serving help`` lists the commands."""
        names = {**self._ip.user_ns, **(local_ns or {})}
        try:
            return self._serve(line, cell, names)
        except ServingError as error:
            if self.debug:
                error._render_traceback_ = self._with_traceback(error)  # type: ignore[method-assign]
            raise

    def _serve(self, line: str, cell: str | None, names: Mapping[str, Any]) -> Any:
        from serving_widgets.magic.running.call import CommandCall, MagicSettings
        from serving_widgets.magic.syntax.grammar import Result
        from serving_widgets.magic.syntax.parsing import parse

        from .registry import command

        written = f"{'%serving' if cell is None else '%%serving'} {line}".rstrip()
        tokens, silent = _without_semicolon(_tokens(written))
        name, rest = _command_name(tokens, written)
        declared = command(name)
        parsed = parse(name, declared, rest, written, names)
        settings = MagicSettings(self.display, self.read_only, self.protect)
        call = CommandCall(name, declared, parsed, self._ip, names, line=written, cell=cell, settings=settings)
        if call.has_body() and not declared.body:
            alone = f"%serving {name}".rstrip()
            raise call.problem(f"{name or '%serving'} takes no body.", hint=f"Write {alone} with one percent sign.")
        done = declared.run(call)
        result = done if isinstance(done, Result) else Result(done, done)
        if call.as_json:
            from serving_widgets.magic.running.json_output import as_json

            where = f" – {call.used.where}" if call.used is not None else ""
            result = as_json(result, f"{written.partition(' ')[0]} {name}".rstrip() + where, call.used)
        return self._hand_over(result, call["out"], silent)

    def _hand_over(self, result: Any, variable: str | None, silent: bool) -> Any:
        if variable is not None:
            self._ip.user_ns[variable] = result.value
            return None
        becomes = result_use(self._ip)
        if becomes == "kept":
            return result.value
        if silent:
            if _is_widget(result.shown):
                result.shown.close()
            return None
        if _is_widget(result.shown):
            self.cells.add(self.shell, result.shown)
        if becomes == "shown":
            return result.shown
        from IPython.display import display

        if result.shown is not None:
            display(result.shown)  # type: ignore[no-untyped-call]
        return None

    def _cell_starts(self, _: object = None) -> None:
        self.cells.close_those_of(self._ip)

    def _with_traceback(self, error: ServingError) -> Callable[[], list[str]]:
        def render() -> list[str]:
            lines: list[str] = self._ip.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
            return lines

        return render


def _tokens(written: str) -> list[Token]:
    """Return the tokens after ``%serving``, with their places in the whole line."""
    from .registry import USAGE

    try:
        return tokenise(written)[1:]
    except LineError as error:
        hint = "'…' and \"…\" quote; an apostrophe inside a word needs no quotes. %serving help tells more."
        raise UsageError(error.message, fault=error, usage=USAGE, hint=hint) from None


def _without_semicolon(tokens: list[Token]) -> tuple[list[Token], bool]:
    silent = bool(tokens) and tokens[-1].text == ";" and not tokens[-1].quoted
    return (tokens[:-1], True) if silent else (tokens, False)


def _command_name(tokens: list[Token], written: str) -> tuple[str, list[Token]]:
    """Return the command and the tokens after it; ``--help`` and ``-h`` are the command ``help``.

    Without a command it is "": the landing page.
    """
    from .registry import COMMANDS, unknown

    if not tokens:
        return "", []
    first, rest = tokens[0], tokens[1:]
    if first.is_option and first.text in _HELP:
        return "help", rest
    if first.is_option:
        return "", tokens
    if first.text not in COMMANDS:
        raise unknown(first.text, LineError(f"There is no command {first.text!r}.", written, first.start))
    if any(token.is_option and token.text in _HELP for token in rest):
        return "help", [first]
    return first.text, rest


def _is_widget(value: Any) -> bool:
    ipywidgets = imported("ipywidgets")  # what is not imported made nothing
    return ipywidgets is not None and isinstance(value, ipywidgets.Widget)


_HELP = ("--help", "-h")
