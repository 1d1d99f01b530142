"""``%serving ensure``: an endpoint as it is wanted."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.config_options import BODY
from serving_widgets.magic.shared.new_endpoint import NEW, wanted_endpoint
from serving_widgets.magic.shared.prompt import YES, ask_if_protected
from serving_widgets.magic.shared.waiting import WAIT_UNTIL_READY, waited
from serving_widgets.magic.syntax.grammar import Argument, Command, Result
from serving_widgets.magic.syntax.value_types import NEW_ENDPOINT


def run(call: CommandCall) -> Any:
    """Find out what differs, and change that; or show the requests that it takes."""
    from serving_widgets.render import message, status_card
    from serving_widgets.render.stack import Stack
    from serving_widgets.workspace.changes.dry_run import outlook_words
    from serving_widgets.workspace.changes.ensure import intend
    from serving_widgets.workspace.runtime.event_loop import run_sync

    config, fields = wanted_endpoint(call)
    opened, name, twin = call.workspace(), call.named(), "ws.endpoints.aio.ensure(…)"
    intent = run_sync(lambda: intend(opened, name, config, fields), twin=twin)
    if intent.found.fixed:
        intent.show()
    parts, steps = intent.parts(), intent.steps()
    if call["dry_run"]:
        requests = [request.card() for request in intent.requests()]
        refused = next(filter(None, (opened.outlook(action, name) for action, _ in steps)), None)
        outlook = message(outlook_words(refused)) if refused else None
        data = [{"method": each.method, "path": each.path, "body": each.body} for each in requests]
        return Result(requests, Stack(*parts, *requests, outlook), data={"requests": data, "refused": refused})
    if steps:
        ask_if_protected(call, steps[0][0], f"Change {name}?", kept=f"{name} was not changed")
    for action, step in steps:
        run_sync(step, twin=twin, **opened.writes.told(name, action))
    endpoint = waited(call, call.handle())
    card = status_card(endpoint.info, where=opened.where, status=endpoint.status)
    return Result(endpoint, Stack(*parts, card))


COMMAND = Command(
    summary="Create an endpoint, or change only what differs from what you name.",
    about="What you do not name stays as it is, tags included. A second run changes nothing. What "
    "can't be changed once an endpoint exists is refused before anything is sent.",
    run=run,
    see_also=("create", "update"),
    writes=True,
    body=BODY,
    arguments=(Argument("name", NEW_ENDPOINT, "The endpoint, new or existing."),),
    options=(*NEW, *WAIT_UNTIL_READY, YES),
    examples=(
        ("ensure ads --entity main.ml.ads --version 3 --wait", "Created the first time, left alone the second."),
        ("ensure ads --entity main.ml.ads --version 4 --tag team=risk --dry-run", "Show what differs."),
        ("ensure ads --config @ads.json", "As a file describes it."),
    ),
)
