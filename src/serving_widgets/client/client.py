"""One method a route of the service; asynchronous only."""

from __future__ import annotations

from serving_widgets.client.calls.directory import DirectoryCalls
from serving_widgets.client.calls.endpoints import EndpointCalls
from serving_widgets.client.calls.observing import ObservingCalls
from serving_widgets.client.calls.permissions import PermissionCalls
from serving_widgets.client.calls.queries import QueryCalls
from serving_widgets.client.calls.registry import RegistryCalls


class Client(EndpointCalls, PermissionCalls, ObservingCalls, QueryCalls, RegistryCalls, DirectoryCalls):
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
    observer : ExchangeObserver, optional
        What is told of each request and its answer, both without the token.
    user_agent : str
        How the client introduces itself.
    policy : RetryPolicy
        How often requests are sent again.
    clock : HostClock
        What tells the time and sleeps.

    Examples
    --------
    >>> from serving_widgets.client import Credential
    >>> client = Client("https://adb-1.azuredatabricks.net", Credential("dapi0123456789abcdef"))
    >>> client
    <Client https://adb-1.azuredatabricks.net>
    """
