"""``%serving connect``: open a workspace, switch, and see why it is this one."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.error_body import looks_like_secret
from serving_widgets.api.errors import ConfigError
from serving_widgets.line import quote
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.running.connection_text import (
    connection_card,
    looked_for,
    open_names,
    overview,
    tell_of_switch,
)
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.value_types import NUMBER, PROTECTION, TEXT, choice, of_known


def run(call: CommandCall) -> Result:
    """Open a workspace, switch to one that is open, or show which are, and show what it is."""
    from serving_widgets.workspace import activate, connect, settled
    from serving_widgets.workspace.runtime.display import show

    given = [option.name for option in COMMAND.options if call.given(option.name)]
    target = call["target"]
    if target is None and not given:
        try:
            opened = settled(**call.opening())
        except ConfigError:
            show(looked_for())
            raise
        call.used = opened
        tell_of_switch()
        return Result(opened, overview(opened))
    if call["switch"] and target is None:
        raise call.problem("Switch to which connection?", at="switch", hint="%serving connect shows which are open.")
    if call["switch"] and target not in open_names():
        raise call.problem(f"No connection called {target} is open.", at="target", hint=f"%serving connect {target}")
    given = [name for name in given if name != "switch"]
    if target is not None and (target != "mock" or call["switch"]):
        if given:
            flag = f"--{given[0].replace('_', '-')}"
            hint = f"Switch first, or open it again under this name: %serving connect … --name {quote(target)}"
            raise call.problem(f"{flag} belongs to opening a connection; {target} is open.", at=given[0], hint=hint)
        opened = call.used = activate(target)
        return Result(opened, connection_card(opened))
    opened = connect(
        target,
        host=call["host"],
        profile=call["profile"],
        scenario=call["scenario"],
        speed=call["speed"],
        clock=call["clock"],
        name=call["name"],
        record=call["record"],
        replay=call["replay"],
        keep_names=call["keep_names"],
        history=call["history"] or "kernel",
        **call.opening(read_only=call["read_only"], protect=call["protect"]),
    )
    call.used = opened
    return Result(opened, connection_card(opened))


def _read_target(value: Any) -> str:
    name = getattr(value, "name", value) if not isinstance(value, str) else value
    if not isinstance(name, str):
        raise BadValueError(f"{value!r} can't be connected to.", "Give mock, or the name of an open connection.")
    if name in open_names():
        return "mock" if name.lower() == "mock" else name
    if name.lower() == "mock":
        return "mock"
    if looks_like_secret(name):
        raise BadValueError(
            "This looks like a token, which does not belong in a notebook: it would be saved with it.",
            "If it is one, revoke it now. Set DATABRICKS_TOKEN where Jupyter starts, or use --profile.",
            secret=True,
        )
    if "." in name:
        raise BadValueError(f"{name!r} can't be connected to.", f"Is it a host? %serving connect --host {name}")
    others = ", ".join(each for each in open_names() if each != "mock")
    raise BadValueError(
        f"{name!r} can't be connected to.",
        f"Did you mean %serving connect mock, or %serving connect --profile {name}?"
        + (f" Open are: {others}." if others else ""),
    )


COMMAND = Command(
    summary="Open a workspace, switch to an open one, or show which are open and why this one is active.",
    about="Without arguments it shows what is open, where the settings come from, and for each other source the line "
    "that would choose it. Where nothing is open yet, it opens what the environment names, else the default profile, "
    "else the mock, a workspace embedded in this process. A real workspace found in this way opens read-only; "
    "--no-read-only allows changes.",
    run=run,
    see_also=("status", "mock"),
    connects=False,
    arguments=(
        Argument(
            "target",
            ValueType("mock|NAME", _read_target, lambda known: dict.fromkeys(("mock", *known.connections()))),
            "The embedded workspace, or an open connection to switch to.",
            required=False,
        ),
    ),
    options=(
        Option(("--profile",), "A profile of ~/.databrickscfg.", TEXT),
        Option(("--host",), "The address of a workspace; its token comes from DATABRICKS_TOKEN.", TEXT),
        Option(("--switch",), "Switch to the open connection of that name; without it, mock opens a fresh one."),
        Option(("--name",), "What to call the connection.", TEXT),
        Option(("--read-only",), "Refuse every change, or allow changes.", negatable=True),
        Option(
            ("--protect",),
            "Names that may not be changed, such as 'prod-*'; or how lines ask before they change them: 'prod-*=typed' "
            "wants the name, 'dev-*=click' a yes, 'test-*=none' asks nothing.",
            PROTECTION,
            repeated=True,
        ),
        Option(
            ("--scenario",),
            "What the mock holds.",
            of_known("SCENARIO", lambda _: ("demo", "empty", "large")),
        ),
        Option(("--speed",), "How many seconds pass in the mock in one second.", NUMBER),
        Option(("--record",), "Write each request and answer to a new file, without secrets.", TEXT),
        Option(("--keep-names",), "Keep people, ids and hosts in the recording as they are."),
        Option(("--replay",), "Answer from a recording instead of a workspace.", TEXT),
        Option(("--history",), "Remember changes for undo in a file that outlives the kernel: file, or a path.", TEXT),
        Option(("--clock",), "Who moves the mock's clock.", choice("CLOCK", ("demo", "scaled", "manual"))),
    ),
    refused={
        "--token": (
            "A token doesn't belong in a notebook: it would be saved and shared with it.",
            "Set DATABRICKS_TOKEN where Jupyter starts, or use --profile. If this token is real, revoke it now.",
        )
    },
    examples=(
        ("connect mock", "Open the embedded workspace."),
        ("connect mock --scenario demo --speed 60 --clock demo --name tutorial", "Open it with settings of your own."),
        ("connect --profile dev --protect 'prod-*'", "Open a real one, and refuse changes to some of its endpoints."),
        ("connect mock --protect '*=typed'", "Have the name typed before any endpoint is changed."),
        ("connect --replay dev.recording", "Look at what was recorded, without a workspace."),
        ("connect", "Show what is open, and why this workspace is the active one."),
    ),
)
