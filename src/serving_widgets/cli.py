"""The ``serving-widgets`` command: tutorials, an embedded workspace for other processes, notebooks, recordings."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ._version import __version__
from .magic.registry import ON_SHELL, suggestion

if TYPE_CHECKING:
    # It has no public name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of this process.

    Returns
    -------
    int
        Exit status: 0 after Ctrl-C or SIGTERM of ``mock``, 1 if the workspace could not start; 1 if a notebook could
        not be frozen or cleaned, ``clean --check`` or ``recording check`` found something, or the tutorials could
        not be copied or opened. Wrong arguments exit with 2. Commands of ``%serving``: see
        :func:`serving_widgets.magic.command_line.run`.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in ON_SHELL:
        from .magic import command_line

        return command_line.run(words)
    known = parser()
    if words and words[0][:1] not in ("-", "") and words[0] not in (own := _names(known)):
        names = [*ON_SHELL, *own]
        hint = suggestion(words[0], names, f"The commands are {', '.join(names)}.")
        known.error(f"there is no command {words[0]!r}. {hint}")
    arguments = known.parse_args(words)
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, which help and the reference read."""
    made = argparse.ArgumentParser(
        prog="serving-widgets",
        description="Databricks Model Serving in a notebook.",
        epilog=f"Commands of %serving, for a workspace: {', '.join(ON_SHELL)}. COMMAND --help explains each.",
    )
    made.add_argument("--version", action="version", version=__version__)
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _declare_tutorial(commands)
    _declare_mock(commands)
    _declare_freeze(commands)
    _declare_clean(commands)
    _declare_recording(commands)
    _declare_conformance(commands)
    return made


def _names(known: argparse.ArgumentParser) -> list[str]:
    # argparse has no public way to ask.
    (commands,) = (action for action in known._actions if isinstance(action, argparse._SubParsersAction))
    return list(commands.choices)


def _declare_tutorial(commands: Commands) -> None:
    tutorial = commands.add_parser(
        "tutorial",
        help="copy the tutorial notebooks to a folder and open JupyterLab on the quick start",
        description="Copy the tutorial notebooks to a folder, where no file is replaced, and open JupyterLab on the "
        "quick start. It needs no account: the notebooks use the embedded workspace.",
    )
    tutorial.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("serving-widgets-tutorial"),
        metavar="FOLDER",
        help="where to copy them; serving-widgets-tutorial in the current folder unless given",
    )
    tutorial.add_argument("--no-open", action="store_true", help="copy them and open nothing")
    tutorial.set_defaults(run=_tutorial)


def _declare_mock(commands: Commands) -> None:
    mock = commands.add_parser(
        "mock",
        help="serve an embedded workspace until Ctrl-C",
        description="Serve an embedded workspace on loopback until Ctrl-C or SIGTERM.",
    )
    mock.add_argument("--port", type=_port, default=0, help="port to listen on; 0, the default, for any free one")
    mock.add_argument(
        "--connection-file",
        type=Path,
        metavar="FILE",
        help="write the address and tokens to FILE (mode 0600) once it listens, and remove FILE at the end",
    )
    mock.add_argument(
        "--scenario", default="demo", help="what the workspace holds: demo, empty, large, large:N or incident"
    )
    mock.add_argument(
        "--recording", type=Path, metavar="FILE", help="start in the state of the workspace that FILE is a recording of"
    )
    mock.add_argument("--speed", type=float, default=60.0, metavar="N", help="service seconds per second (60)")
    mock.add_argument(
        "--clock",
        choices=("manual", "scaled"),
        default="scaled",
        help="scaled: time runs N times faster; manual: it stands until POST /_mock/advance",
    )
    mock.set_defaults(run=_mock)


def _declare_freeze(commands: Commands) -> None:
    freeze = commands.add_parser(
        "freeze",
        help="run notebooks and keep their widgets, to be read without a kernel",
        description="Run each notebook in a fresh kernel, in its own folder, and store its outputs and what its "
        "widgets show. Connections of serving-widgets to real workspaces are read-only meanwhile; other clients are "
        "not held back. Nothing is written where a cell fails.",
    )
    freeze.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK", help="a notebook's file")
    freeze.add_argument("--output-dir", type=Path, metavar="DIR", help="write to DIR, and leave the notebooks alone")
    freeze.add_argument("--timeout", type=_seconds, default=600.0, metavar="S", help="seconds a cell may take (600)")
    freeze.add_argument("--allow-changes", action="store_true", help="let the notebooks change real workspaces")
    freeze.set_defaults(run=_freeze)


def _declare_clean(commands: Commands) -> None:
    clean = commands.add_parser(
        "clean",
        help="repair what notebooks store of widgets, without running them",
        description="Repair widget metadata that GitHub refuses, and drop what no output shows, views whose model is "
        "missing, and timing. Sources, texts and tables stay as they are.",
    )
    clean.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK", help="a notebook's file")
    clean.add_argument("--all", action="store_true", help="drop all widgets; the tables beside them stay")
    clean.add_argument("--check", action="store_true", help="change nothing; exit with 1 if something needs repair")
    clean.set_defaults(run=_clean)


def _declare_recording(commands: Commands) -> None:
    recording = commands.add_parser(
        "recording",
        help="look at what sw.connect(record=FILE) wrote",
        description="Show the exchanges of a recording, or look for possible secrets in it before you share it.",
    )
    recording.add_argument(
        "what",
        choices=("show", "check", "conformance"),
        help="show: a line for each exchange; check: look for secrets; conformance: look for what "
        "serving-widgets does not know",
    )
    recording.add_argument("file", type=Path, metavar="FILE", help="the recording")
    recording.set_defaults(run=_recording)


def _declare_conformance(commands: Commands) -> None:
    conformance = commands.add_parser(
        "conformance",
        help="call the read-only routes of a real workspace, and report what serving-widgets does not know",
        description="Call every read-only route for a few endpoints, record the answers without secrets and "
        "with pseudonyms, and report fields, values and shapes that serving-widgets does not know. Nothing is changed.",
    )
    conformance.add_argument("--profile", metavar="NAME", help="a profile of ~/.databrickscfg; else what is set up")
    conformance.add_argument("--mock", action="store_true", help="ask the embedded workspace instead")
    conformance.add_argument("--endpoints", type=_count, default=5, metavar="N", help="how many to ask about (5)")
    conformance.add_argument(
        "--recording",
        type=Path,
        default=Path("conformance.recording"),
        metavar="FILE",
        help="where to record; conformance.recording in the current folder unless given",
    )
    conformance.set_defaults(run=_conformance)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of endpoints; give 1 or more")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    # Not a number is not greater, either.
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time; give a number of seconds")
    return seconds


def _tutorial(arguments: argparse.Namespace) -> int:
    from .saved.commands import tutorial

    return tutorial(arguments)


def _recording(arguments: argparse.Namespace) -> int:
    from .recording import command

    return command.run(arguments.what, arguments.file)


def _conformance(arguments: argparse.Namespace) -> int:
    from .api.errors import ServingError
    from .recording import command
    from .workspace import connect
    from .workspace.conformance import read_everything

    target = "mock" if arguments.mock else None
    try:
        with connect(target, profile=arguments.profile, read_only=True, record=arguments.recording) as opened:
            print(f"Asking {opened.label}, reads only:", flush=True)
            read_everything(opened, most=arguments.endpoints, told=lambda name: print(f"  {name}", flush=True))
    except ServingError as error:
        print(f"serving-widgets: {error}", file=sys.stderr)
        return 1
    return command.conformance(arguments.recording)


def _freeze(arguments: argparse.Namespace) -> int:
    from .saved.commands import freeze

    return freeze(arguments)


def _clean(arguments: argparse.Namespace) -> int:
    from .saved.commands import clean

    return clean(arguments)


def _mock(arguments: argparse.Namespace) -> int:
    try:
        _serve(arguments)
    except (OSError, ValueError) as error:
        print(f"serving-widgets: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(arguments: argparse.Namespace) -> None:
    from .mock import MockWorkspace, Scenario, connection_file

    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    file: Path | None = arguments.connection_file
    scenario = arguments.scenario if arguments.recording is None else Scenario.from_recording(arguments.recording)
    mock = MockWorkspace(scenario, arguments.speed, arguments.clock, arguments.port)
    with mock:
        if file is None:
            _say(*(f"export {name}={value}" for name, value in mock.env().items()))
            ended.wait()
            return
        connection = mock.connection()
        connection_file.write(file, connection)
        try:
            _say(f"Listening on {mock.host}; tokens are in {file}")
            ended.wait()
        finally:
            connection_file.remove(file, connection)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
