"""The proxy on the way to a host: which one the environment names, and whether it can be used."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.request import getproxies

import httpx

from serving_widgets.api.errors import ConfigError
from serving_widgets.client.names import is_loopback

_SOCKS = ("socks5", "socks5h")
_NO_SOCKS = "names a SOCKS proxy, and the package that such a proxy takes is not installed"
_SCHEMES = ("http", "https", *_SOCKS)


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    """A proxy as a sentence names it, without what one logs in to it with.

    Attributes
    ----------
    address
        Its host and port.
    variable
        What names it.
    """

    address: str
    variable: str


def proxy_to(address: str) -> tuple[ProxyPlace, httpx.Proxy] | None:
    """Return the proxy to a workspace, None where there is none.

    ``HTTPS_PROXY`` goes before ``ALL_PROXY``. ``NO_PROXY`` has hosts, which stand for what is below them too, and
    addresses and networks of both families, with or without brackets and ports; commas or spaces are between them.

    Raises
    ------
    ConfigError
        When a variable has what can't be used; it is named, and what it says is not, for that may hold a password.
    """
    url = httpx.URL(address)
    named = getproxies()
    kind = next((each for each in ("https", "all") if named.get(each)), None)
    # What is said to this very machine is nothing for a proxy that is set for the outside world.
    if kind is None or is_loopback(url.host) or _needs_none(url, named.get("no", "")):
        return None
    variable = _variable(kind)
    proxy, fault = _read(named[kind])
    if fault == _NO_SOCKS:
        raise ConfigError(f"{variable} {fault}.", hint='pip install "httpx[socks]"', code="extra_missing")
    if proxy is None:
        raise ConfigError(f"{variable} {fault}.", hint=f"It looks like {variable}=http://proxy.example.com:8080")
    return ProxyPlace(proxy.url.netloc.decode("ascii"), variable), proxy


def _read(text: str) -> tuple[httpx.Proxy | None, str]:
    """Return a proxy, or what is wrong with it."""
    try:
        url = httpx.URL(text if "://" in text else f"http://{text}")
        if url.scheme not in _SCHEMES:
            return None, f"names a proxy of a kind that can't be used: the kinds are {', '.join(_SCHEMES)}"
        if url.scheme in _SOCKS and importlib.util.find_spec("socksio") is None:
            return None, _NO_SOCKS
        if url.port is not None and not 0 < url.port < 65536:
            return None, "names a port that doesn't exist"
        if url.host:
            return httpx.Proxy(url), ""
    except (httpx.InvalidURL, ValueError):
        pass
    return None, "is not the address of a proxy"


def _needs_none(url: httpx.URL, exceptions: str) -> bool:
    return any(_covers(entry, url) for entry in re.split(r"[,\s]+", exceptions) if entry)


def _covers(entry: str, url: httpx.URL) -> bool:
    """Whether an entry of ``NO_PROXY`` is about a host."""
    if entry == "*":
        return True
    parts = _ENTRY.fullmatch(entry)
    if parts is None:
        raise _odd_entry()
    name = (parts["bracketed"] or parts["name"]).lower()
    if parts["port"] and int(parts["port"]) != (url.port or 443):
        return False
    try:
        network = ipaddress.ip_network(name + (parts["size"] or ""), strict=False)
    except ValueError:
        if parts["size"] or parts["bracketed"]:
            raise _odd_entry() from None
        suffix = name.lstrip("*").lstrip(".")
        return url.host == suffix or url.host.endswith(f".{suffix}")
    try:
        return ipaddress.ip_address(url.host) in network
    except ValueError:
        return False


#: A host or a network, maybe as an address with a scheme, maybe with a port.
_ENTRY = re.compile(
    r"(?:\w+://)?(?:\[(?P<bracketed>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.*-]+|[0-9A-Fa-f:.]+))"
    r"(?P<size>/\d+)?(?::(?P<port>\d+))?/?"
)


def _odd_entry() -> ConfigError:
    return ConfigError(
        f"{_variable('no')} has an entry that is neither a host nor a network.",
        hint="Names look like example.com, networks like 10.0.0.0/8, separated by commas.",
    )


def _variable(kind: str) -> str:
    """Return the variable that a proxy is named by; small letters go first, as everywhere."""
    name = f"{kind}_proxy"
    set_here = [each for each in (name, name.upper()) if os.environ.get(each)]
    return set_here[0] if set_here else "The system's proxy setting"
