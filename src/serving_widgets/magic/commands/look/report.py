"""``%serving report``: a file on endpoints to hand over to those who have no kernel."""

from __future__ import annotations

from pathlib import Path

from serving_widgets.line import quote
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, FILE


def run(call: CommandCall) -> Result:
    """Read the endpoints, and show the beginning of the report, or write all of it."""
    opened = call.workspace()
    for each in call["names"]:
        if not isinstance(each, str) and each.workspace is not opened:
            hint = f"Say which workspace is meant: --workspace {quote(each.workspace.name)}"
            raise call.problem(f"{each.name} belongs to {each.workspace.name}.", at="names", hint=hint)
    names = [each if isinstance(each, str) else each.name for each in call["names"]]
    since = Path(call["since"]).expanduser() if call.given("since") else None
    report = opened.report(names=names or None, since=since, keep_names=call["keep_names"] is True)
    if call.given("save"):
        call.save(report.save, "serving.html")
    return Result(report, report, data=report.data)


COMMAND = Command(
    summary="Write a report on endpoints to a file, or show its beginning.",
    about="It tells what needs attention (failed, idle, always on), what has changed since an earlier report, and of "
    "each endpoint its state, configuration, last update, failure and diagnosis, traffic and metrics, permissions and "
    "why, and schema. A page (.html) runs no script, fetches nothing and can be printed; Markdown (.md) fits a pull "
    "request. Secrets are in neither. E-mail addresses, people's names, hosts and ids become pseudonyms, the same in "
    "each report on a workspace.",
    run=run,
    see_also=("list", "status", "bug"),
    arguments=(
        Argument("names", ENDPOINT, "The endpoints; all that you may view unless given.", False, repeated=True),
    ),
    options=(
        Option(("--save",), "Write it: .html for a page, .md for Markdown.", FILE),
        Option(("--since",), "An earlier report, to tell what has changed since.", FILE),
        Option(("--keep-names",), "Keep e-mail addresses, people's names, hosts and ids."),
    ),
    examples=(
        ("report", "What needs attention, and all endpoints."),
        ("report --save serving.html", "The whole as a page."),
        ("report churn fraud-detector --save serving.md", "Two endpoints, for a pull request."),
        ("report --since serving.html --save serving.html", "Again, with what has changed since."),
    ),
)
