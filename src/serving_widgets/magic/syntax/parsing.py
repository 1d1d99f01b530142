"""From the tokens of a line to the values of a command's arguments and options."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from serving_widgets.api.suggest import nearest
from serving_widgets.line import LineError, Token

from .grammar import BadValueError, Command, Option, ValueType
from .usage_error import UsageError
from .variables import RawToken, value_of

#: How other magics name a variable.
_IN_BRACES = re.compile(r"\{[A-Za-z_]\w*\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed:
    """The values of a line.

    Attributes
    ----------
    values
        By the names of arguments and options. What was not given is None, a switch False, a repeated option [].
    places
        Where in the line a value was written, by the same names.
    """

    values: Mapping[str, Any]
    places: Mapping[str, int]


def parse(name: str, command: Command, tokens: Sequence[Token], line: str, names: Mapping[str, Any]) -> Parsed:
    """Return the values that a line gives to a command.

    Parameters
    ----------
    name
        The command's name.
    tokens
        The tokens after the command's name.
    line
        The whole line, in which the tokens have their places.
    names
        The variables of the caller.

    Raises
    ------
    UsageError
        When the line does not fit the command.
    """
    return _Parser(name, command, line, names).parse(tokens)


class _Parser:
    def __init__(self, name: str, command: Command, line: str, names: Mapping[str, Any]) -> None:
        self.name, self.command, self.line, self.names = name, command, line, names
        self.values: dict[str, Any] = {}
        self.places: dict[str, int] = {}
        self.options = {flag: option for option in command.all_options for flag in option.spellings}

    def parse(self, tokens: Sequence[Token]) -> Parsed:
        for token in tokens:
            if token.is_option and token.text in self.command.refused:
                self._fail(self.command.refused[token.text][0], token.start, self.command.refused[token.text][1])
        waiting = list(tokens)
        places = list(self.command.arguments)
        while waiting:
            token = waiting.pop(0)
            if token.is_option:
                self._option(token, waiting)
                continue
            if not places:
                self._fail(f"{token.text!r} is unexpected here.", token.start, self._on_excess(token))
            argument = places[0] if places[0].repeated else places.pop(0)
            take = self._add if argument.repeated else self._take
            take(argument.name, self._read(argument.type, token), token)
        missing = next(
            (argument for argument in places if argument.required and argument.name not in self.values), None
        )
        if missing is not None:
            self._fail(f"{missing.type.word} is missing: {_lower(missing.help)}", len(self.line), self._example())
        return Parsed(self._with_absent(), self.places)

    def _option(self, token: Token, waiting: list[Token]) -> None:
        option = self.options.get(token.text)
        if option is None:
            # Without the dashes, which make any two of them alike. A word in a usage line often begins as the one that
            # was meant: --time for --timeout.
            near = nearest(token.text.lstrip("-"), [flag[2:] for flag in self.options if flag.startswith("--")])
            lists = f"%serving help {self.name}".rstrip() + " lists the options."
            hint = lists if near is None else f"Did you mean --{near}?"
            # What follows may be a token that was meant to be hidden: the line is shown up to here.
            self.line = self.line[: token.end] + (" …" if self.line[token.end :].strip() else "")
            name = token.text.partition("=")[0]
            self._fail(f"{self.name or '%serving'} has no option {name}.", token.start, hint)
        if option.name in self.values and not option.repeated:
            self._fail(f"{token.text} is given twice.", token.start, "Leave one out.")
        follows = waiting[0] if waiting else None
        if option.type is None:
            if follows is not None and follows.joined:
                self._fail(f"{token.text} is a switch and takes no value.", follows.start, f"Write {token.text} alone.")
            self._take(option.name, token.text != option.opposite, token)
            return
        if option.optional and not (follows is not None and (follows.joined or follows.text[:1] in _VALUES)):
            self._take(option.name, True, token)
            return
        if follows is None or follows.is_option:
            at = len(self.line) if follows is None else follows.start
            self._fail(f"{token.text} needs a value: {option.type.word}.", at, self._with_value(option))
        self._take_option(option, self._read(option.type, waiting.pop(0)), token)

    def _take_option(self, option: Option, value: Any, token: Token) -> None:
        (self._add if option.repeated else self._take)(option.name, value, token)

    def _add(self, name: str, value: Any, token: Token) -> None:
        self.values.setdefault(name, []).append(value)
        self.places.setdefault(name, token.start)

    def _take(self, name: str, value: Any, token: Token) -> None:
        self.values[name] = value
        self.places[name] = token.start

    def _read(self, type: ValueType, token: Token) -> Any:
        try:
            if type.raw:
                return type.read(RawToken(token, self.line, self.names))
            return type.read(value_of(token, self.line, self.names))
        except LineError as error:
            if _IN_BRACES.fullmatch(token.text) and not token.quoted:
                self._fail(
                    f"{token.text} is not allowed as a value here.",
                    token.start,
                    f"Write ${token.text[1:-1]} for a variable's value.",
                )
            if error.line == self.line:
                self._fail(error.message, error.column, self._example())
            self._fail(error.message, token.start, self._example(), inner=error)
        except BadValueError as error:
            if error.secret:
                self.line = f"{self.line[: token.start]}{'•' * (token.end - token.start)}{self.line[token.end :]}"
            self._fail(str(error), token.start, error.hint or self._example())

    def _with_absent(self) -> dict[str, Any]:
        values: dict[str, Any] = {each.name: [] if each.repeated else None for each in self.command.arguments}
        for option in self.command.all_options:
            switch = option.type is None and not option.negatable
            values[option.name] = [] if option.repeated else False if switch else None
        return values | self.values

    def _on_excess(self, token: Token) -> str:
        bare = f"--{token.text}"
        if bare in self.options:
            return f"Did you mean {bare}?"
        return "Quote words that belong together: 'two words'." if self.command.arguments else self._example()

    def _with_value(self, option: Option) -> str:
        return f"Write {option.flags[0]} and then the value. {_sentence(option.help)}"

    def _example(self) -> str:
        line = self.command.examples[0][0] if self.command.examples else f"help {self.name}"
        return f"For example: %serving {line}"

    def _fail(self, message: str, column: int, hint: str, *, inner: LineError | None = None) -> NoReturn:
        fault = inner or LineError(message, self.line, column)
        raise UsageError(message, fault=fault, usage=self.command.usage(self.name), hint=hint) from None


#: How a value begins that may be left out: JSON, a file, a variable.
_VALUES = tuple("{[@$")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
