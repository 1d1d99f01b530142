"""The last lines of the log that tells why a deployment failed."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from serving_widgets.api.diagnosis import diagnose
from serving_widgets.api.errors import ServingError, WaitFailed
from serving_widgets.api.loglines import without_escapes
from serving_widgets.line import quote

if TYPE_CHECKING:
    from serving_widgets.api.models import EndpointInfo, ServedEntity
    from serving_widgets.client import Client

#: Lines of the log that an error shows.
LINES = 5
#: Host seconds that the log may take: the error itself must not wait for it longer.
PATIENCE = 5.0

_FAILED = ("DEPLOYMENT_FAILED", "DEPLOYMENT_ABORTED")
# What the service writes where the container was built and did not start.
_SERVICE_LOG = re.compile(r"service logs?|model server", re.IGNORECASE)


async def with_last_words(failed: WaitFailed, client: Client, info: EndpointInfo) -> WaitFailed:
    """Return the error with the end of the failing entity's log, as far as that can be had soon; on the loop thread."""
    entity = _failing(info)
    if entity is None or entity.name is None:
        return failed
    message = (entity.state.deployment_state_message if entity.state else None) or ""
    version = info.pending_config.config_version if info.pending_config else None
    reads = [("build log", client.build_logs), ("server log", client.server_logs)]
    if _SERVICE_LOG.search(message):
        reads.reverse()
    try:
        async with asyncio.timeout(PATIENCE):
            for words, read in reads:
                text = await read(info.name, entity.name, version, timeout=PATIENCE)
                lines = _last(text)
                if lines:
                    return WaitFailed(
                        "\n".join(
                            [failed.message, f"The end of the {words} of {entity.name}:", *(f"  {x}" for x in lines)]
                        ),
                        label=failed.label,
                        reason=failed.reason,
                        log_lines=lines,
                        hint="\n".join(
                            filter(None, [_advice(text), failed.hint, _whole(info.name, entity.name, words)])
                        ),
                    )
    except (ServingError, TimeoutError):
        # The log is a courtesy: what it was asked for is the error that is at hand already.
        return failed
    return failed


def _failing(info: EndpointInfo) -> ServedEntity | None:
    pending = info.pending_config.entities if info.pending_config is not None else ()
    failed = [entity for entity in pending if entity.state is not None and entity.state.deployment in _FAILED]
    # One that failed by itself says more than one that was given up because of it.
    return min(failed, key=lambda entity: _FAILED.index(str(entity.state and entity.state.deployment)), default=None)


def _advice(text: str) -> str:
    found = diagnose(text)
    return f"{found[0].title}: {found[0].meaning} {found[0].advice}" if found else ""


def _whole(name: str, entity: str, words: str) -> str:
    line = f"%serving logs {name}{' --build' if words == 'build log' else ''} --entity {quote(entity)}"
    return f"The whole {words}: {line}"


def _last(text: str) -> tuple[str, ...]:
    lines = [without_escapes(line).rstrip() for line in text[-20_000:].splitlines()]
    return tuple(line for line in lines if line)[-LINES:]
