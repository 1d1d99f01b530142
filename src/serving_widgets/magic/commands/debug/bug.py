"""``%serving bug``: what helps whoever looks into a problem, in a file to look at before it is sent."""

from __future__ import annotations

from pathlib import Path

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Command, Option, Result
from serving_widgets.magic.syntax.value_types import FILE

#: Where it is written unless the line says otherwise.
_FILE = "serving-bug.md"


def run(call: CommandCall) -> Result:
    """Collect, write, and show what was written."""
    from serving_widgets.workspace import active
    from serving_widgets.workspace.report.bug_report import last_error, make_bug_report, unused

    call.used = active()
    report = make_bug_report(call.used, last_error(), keep_names=call["keep_names"] is True)
    # One that was written before may have been written on since.
    call.save(report.save, _FILE, otherwise=unused(Path(_FILE)))
    return Result(
        report, report, data={"file": str(report.path), "recording": report.recording and str(report.recording)}
    )


COMMAND = Command(
    summary="Collect what helps with a problem into a file, to look at before you send it to anyone.",
    about="The file has the versions of this package and of those it works with, what kinds of hosts notebook "
    "and workspace are, the last error with the id of its request, where the connection's settings came from, "
    "and the requests of "
    "the last minute: method, path, status and time. What was said in them is in a recording beside it, which "
    "connect --replay opens. Secrets are hidden in both; e-mail addresses, hosts and ids become pseudonyms. Nothing is "
    "sent.",
    run=run,
    see_also=("report", "logs"),
    connects=False,
    options=(
        Option(("--save",), f"Where to write it: .md or .html; {_FILE} unless given.", FILE),
        Option(("--keep-names",), "Keep e-mail addresses, people's names, hosts and ids."),
    ),
    examples=(
        ("bug", "Write it, and show it."),
        ("bug --save problem.html", "The same as a page."),
    ),
)
