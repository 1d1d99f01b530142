"""One call of a command: its values, the cell's body, the workspace."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError, NotFound, ServingError
from serving_widgets.api.suggest import nearest
from serving_widgets.line import LineError
from serving_widgets.magic.syntax.grammar import Result
from serving_widgets.magic.syntax.usage_error import UsageError
from serving_widgets.magic.syntax.variables import fill_in

from .connection_text import opening_words, tell_of_switch

if TYPE_CHECKING:
    from serving_widgets.magic.syntax.grammar import Command
    from serving_widgets.magic.syntax.parsing import Parsed
    from serving_widgets.render.stack import Displayable
    from serving_widgets.workspace import Endpoint, Workspace
    from serving_widgets.workspace.changes.dry_run import Request
    from serving_widgets.workspace.session.session import Session


@dataclasses.dataclass(frozen=True, slots=True)
class MagicSettings:
    """The settings of ``%config ServingMagics``, which hold for every line.

    Attributes
    ----------
    display
        ``"auto"``, ``"widget"`` or ``"static"``: what to show.
    read_only
        Whether a connection opens read-only where the line does not say.
    protect
        Patterns of names that no connection may change, or how lines ask before they do.
    """

    display: str = "auto"
    read_only: bool = False
    protect: Sequence[str] | Mapping[str, str] = ()


class CommandCall:
    """One call of a command.

    Attributes
    ----------
    shell
        The IPython shell.
    settings
        The settings of ``%config ServingMagics``.
    display
        ``"auto"``, ``"widget"`` or ``"static"``: what to show.
    as_json
        Whether the result shall be JSON.
    used
        The workspace that the call has used; None as long as it has used none.
    line
        The line as it was written, ``%serving`` included.
    cell
        The cell's body under ``%%serving``, else None.
    """

    def __init__(
        self,
        name: str,
        command: Command,
        parsed: Parsed,
        shell: Any,
        names: Mapping[str, Any],
        *,
        line: str = "",
        cell: str | None = None,
        settings: MagicSettings = MagicSettings(),
    ) -> None:
        self.shell = shell
        self.settings = settings
        self.line = line
        self.cell = cell
        self.as_json = parsed.values["json"]
        # Data comes of what is there: no widget has to be made for it.
        self.display = "static" if self.as_json else settings.display
        self.used: Workspace | None = None
        #: The variables of the caller.
        self.names = names
        self._name, self._command, self._parsed = name, command, parsed

    def __getitem__(self, name: str) -> Any:
        """Return the value of an argument or option; None where it was not given."""
        return self._parsed.values[name]

    def __contains__(self, name: str) -> bool:
        """Whether the command has an argument or option of that name."""
        return name in self._parsed.values

    def given(self, name: str) -> bool:
        """Whether the line says something about an argument or option."""
        return name in self._parsed.places

    def refuse_with(self, options: Iterable[str], message: str, hint: str) -> None:
        """Refuse each of some options; ``{}`` in the message stands for its flag.

        Raises
        ------
        UsageError
            When the line has one of them.
        """
        for option in options:
            if self.given(option):
                raise self.problem(message.format(f"--{option.replace('_', '-')}"), at=option, hint=hint)

    def save(
        self, write: Callable[[Path], object], example: str, *, otherwise: Path | None = None, option: str = "save"
    ) -> None:
        """Write the file that ``--save`` or another option names, or another one where it names none.

        Raises
        ------
        UsageError
            When it can't be written.
        """
        named = str(self[option] or otherwise)
        try:
            write(Path(named).expanduser())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not a path"
            hint = f"Name a file in a folder that exists: --{option} {example}"
            raise self.problem(f"{named} can't be written: {reason}.", at=option, hint=hint) from None
        except ConfigError as error:
            raise self.problem(error.message, at=option, hint=error.hint) from None

    def has_body(self) -> bool:
        """Whether the cell has a body that says something."""
        return bool(self.cell and self.cell.strip())

    def problem(self, message: str, *, at: str = "", hint: str = "") -> UsageError:
        """Return a problem that points at an argument or option; at the end of the line where it was not given."""
        fault = LineError(message, self.line, self._parsed.places.get(at, len(self.line)))
        return UsageError(message, fault=fault, usage=self.usage(), hint=hint)

    def usage(self) -> str:
        """Return the usage line that stands below a problem."""
        return self._command.usage(self._name)

    def body(self) -> Any:
        """Return the value of the JSON in the cell's body, variables filled in.

        Raises
        ------
        UsageError
            When it is not JSON.
        """
        hint = "The body below the line is JSON, in which $name stands for a variable's value."
        try:
            return fill_in(self.cell or "", self.names)
        except LineError as error:
            raise UsageError(error.message, fault=error, usage=self.usage(), hint=hint) from None

    # The workspace --------------------------------------------------------------------------------------------------

    def workspace(self) -> Workspace:
        """Return the workspace that the line means: the one named, the handle's own, else the active one.

        Where none is open yet, one is opened as ``connect()`` does, and the output says which.
        """
        self.used = self._workspace()
        return self.used

    def opening(
        self, *, read_only: bool | None = None, protect: Sequence[tuple[str, str]] | None = None
    ) -> dict[str, Any]:
        """Return the arguments of ``connect`` that say what may be changed: the line's, else those of the settings."""
        if read_only is None and self.settings.read_only:
            read_only = True
        settled = self.settings.protect
        strengths = settled if isinstance(settled, Mapping) else dict.fromkeys(settled, "refuse")
        # The first pattern that fits decides, and no line takes back what the settings protect.
        return {
            "read_only": read_only,
            "protect": {**strengths, **{k: how for k, how in protect or () if k not in strengths}},
        }

    def _workspace(self) -> Workspace:
        from serving_widgets.workspace import active, open_found, workspace

        named = self["workspace"] if "workspace" in self._parsed.values else None
        own = getattr(self._parsed.values.get("name"), "workspace", None)
        if named is not None:
            chosen = workspace(named)
            if own is not None and own is not chosen:
                raise self.problem(
                    f"The handle belongs to {own.name}, not to {named}.", at="workspace", hint="Leave --workspace out."
                )
            return chosen
        if own is not None:
            return own  # type: ignore[no-any-return]
        opened = active()
        if opened is None:
            opened = open_found(**self.opening())
            print(opening_words(opened))
        tell_of_switch()
        return opened

    def named(self) -> str:
        """Return the endpoint's name, also where a variable holds a handle."""
        value = self["name"]
        return value if isinstance(value, str) else str(value.name)

    def handle(self) -> Endpoint:
        """Return the endpoint's handle without asking whether the endpoint exists."""
        from serving_widgets.workspace import Endpoint

        return Endpoint(self.workspace(), self.named())

    def dry_run(self, action: str, *config: Any, **fields: Any) -> Result:
        """Return the request of an action on the endpoint, which is not sent."""
        endpoint = self.handle()
        return dry_run_result(endpoint.plan(action, *config, **fields), endpoint.workspace, action, endpoint.name)

    def endpoint(self) -> Endpoint:
        """Return the endpoint, looked at now.

        Raises
        ------
        NotFound
            When there is none of that name; the hint tells a name that is near.
        """
        opened, name = self.workspace(), self.named()
        try:
            return opened.endpoints.get(name)
        except NotFound as error:
            near = nearest(name, (each for each in opened.watcher.names() if each != name))
            if near is not None:
                error.hint = f"Did you mean {near}? %serving list shows the endpoints that you may see."
            raise

    def mock(self) -> Workspace:
        """Return the embedded workspace that the line means: the active one, or else the last one opened.

        Raises
        ------
        ConfigError
            When none is open.
        """
        from serving_widgets.workspace import active, connections

        if self["workspace"] is not None:
            candidates = [self.workspace()]
        else:
            candidates = [opened for opened in (*connections().values(), active()) if opened is not None]
        for opened in reversed(candidates):
            if opened.is_mock:
                self.used = opened
                return opened
        raise ConfigError("No mock workspace is open.", hint="Open one: %serving connect mock", code="no_mock")


def dry_run_result(request: Request, opened: Session, action: str, name: str, *parts: Displayable | None) -> Result:
    """Return a planned request to display below what else there is to see, and why it would be refused as things are.

    An endpoint of which there is no fresh picture is looked at: what its state does not allow is to be told.
    """
    from serving_widgets.render import message
    from serving_widgets.render.stack import Stack
    from serving_widgets.workspace.changes.dry_run import outlook_words

    seen = opened.watcher.store.get(name)
    if action != "create" if seen is None else not seen.fresh:
        from serving_widgets.workspace.runtime.event_loop import run_sync

        # Where it can't be looked at, sending the request tells why.
        with contextlib.suppress(ServingError):
            run_sync(lambda: opened.watcher.look(name), twin="ep.aio.refresh()")
    refused = opened.outlook(action, name)
    card = request.card()
    return Result(
        card,
        Stack(*parts, card, message(outlook_words(refused)) if refused else None),
        data={"method": card.method, "path": card.path, "body": card.body, "refused": refused or None},
    )
