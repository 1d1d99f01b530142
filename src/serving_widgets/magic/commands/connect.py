"""``%serving connect``: open a workspace."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.call import Call
from serving_widgets.magic.connection import connection_card
from serving_widgets.magic.grammar import Argument, Command, Kind, Option, Result, Unfit
from serving_widgets.magic.kinds import NUMBER, PATTERN, TEXT, choice, of_known


def run(call: Call) -> Result:
    """Open a workspace and show what was opened."""
    from serving_widgets.workspace import connect

    opened = connect(
        call["target"],
        host=call["host"],
        profile=call["profile"],
        scenario=call["scenario"],
        speed=call["speed"],
        clock=call["clock"],
        name=call["name"],
        read_only=call["read_only"],
        protect=call["protect"],
    )
    return Result(opened, connection_card(opened))


def _read_target(value: Any) -> str:
    if isinstance(value, str) and value.lower() == "mock":
        return "mock"
    if isinstance(value, str) and "." in value:
        raise Unfit(f"{value!r} is nothing to connect to.", f"Is it a host? %serving connect --host {value}")
    raise Unfit(
        f"{value!r} is nothing to connect to.",
        f"Did you mean %serving connect mock, or %serving connect --profile {value}?",
    )


COMMAND = Command(
    summary="Open a workspace and make it the active one.",
    about="Without arguments: what the environment names, else the default profile, else the mock, a workspace "
    "embedded in this process. A real workspace found in this way opens read-only; --no-read-only allows changes.",
    run=run,
    connects=False,
    arguments=(
        Argument("target", Kind("mock", _read_target, lambda _: ("mock",)), "The embedded workspace.", required=False),
    ),
    options=(
        Option(("--profile",), "A profile of ~/.databrickscfg.", TEXT),
        Option(("--host",), "The address of a workspace; its token comes from DATABRICKS_TOKEN.", TEXT),
        Option(("--name",), "What to call the connection.", TEXT),
        Option(("--read-only",), "Refuse every change, or allow changes.", negatable=True),
        Option(("--protect",), "Names that may not be changed, such as 'prod-*'.", PATTERN, repeated=True),
        Option(
            ("--scenario",),
            "What the mock holds.",
            of_known("SCENARIO", lambda _: ("demo", "empty", "large")),
        ),
        Option(("--speed",), "How many seconds pass in the mock in one second.", NUMBER),
        Option(("--clock",), "Who moves the mock's clock.", choice("CLOCK", ("demo", "scaled", "manual"))),
    ),
    refused={
        "--token": (
            "A token does not belong into a notebook: it would be saved and shared with it.",
            "Set DATABRICKS_TOKEN where Jupyter starts, or use --profile. If this token is real, revoke it now.",
        )
    },
    examples=(
        ("connect mock", "Open the embedded workspace."),
        ("connect mock --scenario demo --speed 60 --clock demo --name tutorial", "Say how it shall be."),
        ("connect --profile dev --protect 'prod-*'", "Open a real one, some endpoints of which are safe."),
    ),
)
