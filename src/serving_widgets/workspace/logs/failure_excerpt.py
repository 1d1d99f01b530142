"""The last lines of the log that tells why a deployment failed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.failed_entity import find_failed_entity
from serving_widgets.api.errors import ServingError, WaitFailed
from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.api.logs.log_lines import without_escapes
from serving_widgets.line import quote

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.client import Client

#: Lines of the log that an error shows.
LINES = 5
#: Host seconds that the log may take: the error itself must not wait for it longer.
PATIENCE = 5.0


async def with_last_words(failed: WaitFailed, client: Client, info: EndpointInfo) -> WaitFailed:
    """Return the error with the end of the failing entity's log, as far as that can be had soon; on the loop thread."""
    found = find_failed_entity(info)
    if found is None:
        return failed
    entity = found.entity
    version = info.pending_config.config_version if info.pending_config else None
    reads = [("build log", client.build_logs), ("server log", client.server_logs)]
    if found.sort == "server":
        reads.reverse()
    try:
        async with asyncio.timeout(PATIENCE):
            for words, read in reads:
                text = await read(info.name, entity, version, timeout=PATIENCE)
                lines = _last(text)
                if lines:
                    return WaitFailed(
                        "\n".join([failed.message, f"The end of the {words} of {entity}:", *(f"  {x}" for x in lines)]),
                        label=failed.label,
                        reason=failed.reason,
                        log_lines=lines,
                        hint="\n".join(filter(None, [_advice(text), failed.hint, _whole(info.name, entity, words)])),
                    )
    except (ServingError, TimeoutError):
        # The log is a courtesy: what it was asked for is the error that is at hand already.
        return failed
    return failed


def _advice(text: str) -> str:
    found = diagnose(text)
    return f"{found[0].title}: {found[0].meaning} {found[0].remedy}" if found else ""


def _whole(name: str, entity: str, words: str) -> str:
    line = f"%serving logs {name}{' --build' if words == 'build log' else ''} --entity {quote(entity)}"
    return f"The whole {words}: {line}"


def _last(text: str) -> tuple[str, ...]:
    lines = [without_escapes(line).rstrip() for line in text[-20_000:].splitlines()]
    return tuple(line for line in lines if line)[-LINES:]
