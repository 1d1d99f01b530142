"""One method a route of the service; asynchronous only."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import httpx

from serving_widgets.api.models import EndpointInfo, read_list

from . import _json
from .credential import Credential
from .exchange import Exchange
from .reading import Reader
from .reply import Reply
from .retry import Policy
from .routes import call_of
from .timing import Surroundings, Timeouts
from .transport import USER_AGENT, Transport


class Client:
    """The service, as far as this package asks for it.

    Every method takes ``timeout``: seconds of host time for the whole call, retries included; by default
    :class:`Timeouts` decides. Cancelling the awaiting task ends the request at once.

    Parameters
    ----------
    host : str
        The workspace's address; https, or http on loopback.
    credential : Credential
        Who asks.
    timeouts : Timeouts
        The default limits.
    transport : httpx.AsyncBaseTransport, optional
        What carries the requests instead of the network.
    user_agent : str
        How the client introduces itself.
    policy : Policy
        How often requests are sent again.
    around : Surroundings
        What tells the time and sleeps.

    Examples
    --------
    >>> client = Client("https://adb-1.azuredatabricks.net", Credential("dapi0123456789abcdef"))
    >>> client
    <Client https://adb-1.azuredatabricks.net>
    """

    def __init__(
        self,
        host: str,
        credential: Credential,
        *,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 – frozen
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = USER_AGENT,
        policy: Policy = Policy(),  # noqa: B008 – frozen
        around: Surroundings = Surroundings(),  # noqa: B008 – frozen
    ) -> None:
        self._transport = Transport(host, credential, timeouts=timeouts, transport=transport, user_agent=user_agent)
        self._reader = Reader(self._transport.host)
        self._exchange = Exchange(self._transport, self._reader, timeouts=timeouts, policy=policy, around=around)
        self._timeouts = timeouts
        self._around = around

    @property
    def host(self) -> str:
        """The workspace's address."""
        return self._transport.address

    def impatient(self) -> Client:
        """Return a client on the same connections that sends each request once.

        It is for who looks again by himself, and would rather know at once that a look has failed.
        """
        twin = copy.copy(self)
        twin._exchange = Exchange(
            self._transport, self._reader, timeouts=self._timeouts, policy=Policy(attempts=1), around=self._around
        )
        return twin

    async def list_endpoints(
        self, known: Mapping[str, EndpointInfo] | None = None, *, timeout: float | None = None
    ) -> list[EndpointInfo]:
        """Return all endpoints that the user may see, in summary.

        Of those that did not change since, the objects in ``known`` (by name) are returned.
        """
        call = call_of("list")
        answer = await self._exchange.ask(call, self._exchange.deadline(call, timeout))
        body = await self._reader.object(answer, call)
        if not isinstance(body.get("endpoints", []), list | None):
            raise self._reader.unreadable(answer, call, "a list of endpoints that is no list")
        return await _json.apart(lambda: read_list(body, known), size=len(answer.body))

    async def get_endpoint(self, name: str, *, timeout: float | None = None) -> EndpointInfo:
        """Return one endpoint with all details.

        Raises
        ------
        ResourceDoesNotExist
            When there is none of that name.
        """
        return await self._exchange.get(name, self._exchange.deadline(call_of("get", name), timeout))

    async def create_endpoint(self, body: Mapping[str, Any], *, timeout: float | None = None) -> EndpointInfo:
        """Create an endpoint from the service's own request body, which has its name."""
        return _present(await self._exchange.write("create", body.get("name"), body, timeout=timeout))

    async def update_config(
        self,
        name: str,
        body: Mapping[str, Any],
        *,
        before: EndpointInfo | None = None,
        timeout: float | None = None,
    ) -> EndpointInfo:
        """Replace the configuration: ``served_entities``, ``traffic_config`` … at the top level of ``body``.

        ``before`` is the endpoint as a get showed it just now; without it there is one get first, so that a lost answer
        can be told from an update that never arrived.
        """
        return _present(await self._exchange.write("update", name, body, before=before, timeout=timeout))

    async def delete_endpoint(self, name: str, *, timeout: float | None = None) -> None:
        """Delete an endpoint."""
        await self._exchange.write("delete", name, timeout=timeout)

    async def stop_endpoint(self, name: str, *, timeout: float | None = None) -> EndpointInfo:
        """Stop an endpoint and return it as it is then."""
        return _present(await self._exchange.write("stop", name, timeout=timeout))

    async def start_endpoint(
        self, name: str, *, before: EndpointInfo | None = None, timeout: float | None = None
    ) -> EndpointInfo:
        """Start a stopped endpoint and return it as it is then."""
        return _present(await self._exchange.write("start", name, before=before, timeout=timeout))

    async def query_endpoint(
        self,
        name: str,
        payload: str | bytes | Mapping[str, Any],
        entity: str | None = None,
        *,
        timeout: float | None = None,
    ) -> Reply:
        """Send a query.

        Parameters
        ----------
        payload : str, bytes or mapping
            The body: JSON as text, or what is to be written as JSON.
        entity : str, optional
            The served entity to ask, past the sharing out of traffic.
        """
        call = call_of("query" if entity is None else "query_entity", name, entity=entity)
        deadline = self._exchange.deadline(call, timeout)
        call = call._replace(body=await self._reader.encoded(payload, call))
        return await self._reader.reply(await self._exchange.ask(call, deadline), call)

    async def aclose(self) -> None:
        """Close all connections; requests fail afterwards."""
        await self._transport.aclose()

    def __repr__(self) -> str:
        return f"<Client {self.host}>"


def _present(info: EndpointInfo | None) -> EndpointInfo:
    if info is None:
        raise AssertionError("only a deletion leaves nothing behind")
    return info
