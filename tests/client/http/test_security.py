"""The way to the workspace: whom to trust, proxies, addresses, redirects – and where a token goes, and where not."""

import asyncio
import contextlib
import re
import shutil
import ssl
from pathlib import Path

import pytest

import serving_widgets as sw
from serving_widgets.api import errors
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.retry import RetryPolicy
from serving_widgets.client.http.tls_trust import VARIABLES, verification
from serving_widgets.client.names import address_of

HERE = Path(__file__).parent / "certificates"
AUTHORITY = HERE / "authority.pem"
TOKEN = "canary-0123456789-token"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """Take away what whoever runs the tests may have set."""
    for name in (*VARIABLES, *PROXIES, *(name.lower() for name in PROXIES)):
        monkeypatch.delenv(name, raising=False)


class Secure:
    """A workspace behind TLS on loopback; what it is sent is kept."""

    def __init__(self):
        self.received = b""

    async def __aenter__(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "server.pem")
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error):
        self._server.close()

    async def _serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                self.received += await reader.readuntil(b"\r\n\r\n")
                writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"name":"churn"}')


class Proxy:
    """A proxy that makes tunnels, wherever to, to one place; keeps what it is told and what goes through."""

    def __init__(self, port, refuse=""):
        self.asked = b""
        self.through = b""
        self._to, self._refuse = port, refuse

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://user:proxy-password@127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error):
        self._server.close()

    async def _serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.asked += await reader.readuntil(b"\r\n\r\n")
            if self._refuse:
                writer.write(f"HTTP/1.1 {self._refuse}\r\nContent-Length: 0\r\n\r\n".encode())
                return
            inside = await asyncio.open_connection("127.0.0.1", self._to)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await asyncio.gather(self._carry(reader, inside[1]), self._carry(inside[0], writer))

    async def _carry(self, reader, writer):
        while data := await reader.read(65536):
            self.through += data
            writer.write(data)
        writer.close()


async def look(host):
    """Look at one endpoint; return it, or the error."""
    client = Client(host, Credential(TOKEN), policy=RetryPolicy(attempts=1))
    try:
        return await client.get_endpoint("churn", timeout=10)
    except errors.ServingError as error:
        return error
    finally:
        await client.aclose()


def visit():
    """Look at an endpoint of a workspace behind TLS; return what came of it and what the workspace was sent."""

    async def main():
        async with Secure() as workspace:
            return await look(f"https://127.0.0.1:{workspace.port}"), workspace.received

    return asyncio.run(main())


@pytest.fixture
def folder(tmp_path):
    """Return a folder of authorities, by names that OpenSSL finds them by."""
    shutil.copy(AUTHORITY, tmp_path / "0113152b.0")
    return tmp_path


def test_a_workspace_that_nobody_vouches_for_is_not_told_the_token(monkeypatch):
    outcome, received = visit()
    assert isinstance(outcome, errors.ConnectionFailed)
    assert "isn't secure" in outcome.message
    assert "SSL_CERT_FILE or REQUESTS_CA_BUNDLE" in outcome.hint
    assert received == b""


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_company_s_own_authority_is_trusted_whichever_variable_names_it(variable, monkeypatch, folder):
    monkeypatch.setenv(variable, str(folder if variable == "SSL_CERT_DIR" else AUTHORITY))
    outcome, received = visit()
    assert outcome.name == "churn"
    assert f"Authorization: Bearer {TOKEN}".encode() in received


def test_a_folder_will_do_where_requests_takes_one(monkeypatch, folder):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    assert visit()[0].name == "churn"


def test_authorities_of_several_variables_are_all_trusted(monkeypatch):
    other = ssl.get_default_verify_paths().cafile
    monkeypatch.setenv("SSL_CERT_FILE", other if other and Path(other).exists() else str(AUTHORITY))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(AUTHORITY))
    assert visit()[0].name == "churn"


def test_where_authorities_are_named_the_public_ones_are_not_trusted():
    context = verification("https://w.example.com", {"REQUESTS_CA_BUNDLE": str(AUTHORITY)})
    assert [dict(pair for (pair,) in cert["subject"]) for cert in context.get_ca_certs()] == [
        {"commonName": "serving_widgets tests, trusted by nobody else"}
    ]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(verification("https://w.example.com", {}).get_ca_certs()) > 50


@pytest.mark.parametrize("variable", VARIABLES)
def test_authorities_that_can_not_be_read_are_named(variable, monkeypatch):
    monkeypatch.setenv(variable, "/nowhere/company.pem")
    outcome, received = visit()
    assert isinstance(outcome, errors.ConfigError)
    assert f"{variable} names /nowhere/company.pem" in outcome.message
    assert variable in outcome.hint
    assert received == b""


def test_a_certificate_for_another_name_is_refused(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))

    async def main():
        async with Secure() as workspace:
            return await look(f"https://localhost:{workspace.port}"), workspace.received

    outcome, received = asyncio.run(main())
    assert "isn't secure: hostname mismatch" in outcome.message.lower()
    assert received == b""


# ---- proxies


def tunnel(monkeypatch, variable, *, refuse="", no_proxy=None):
    """Look at an endpoint of ``workspace.example.com``, which only a proxy finds."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(AUTHORITY))

    async def main():
        async with Secure() as workspace, Proxy(workspace.port, refuse) as proxy:
            monkeypatch.setenv(variable, proxy.address)
            if no_proxy is not None:
                monkeypatch.setenv("NO_PROXY", no_proxy)
            return await look("https://workspace.example.com"), workspace, proxy

    return asyncio.run(main())


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_makes_the_tunnel_and_sees_no_token(variable, monkeypatch):
    outcome, workspace, proxy = tunnel(monkeypatch, variable)
    assert outcome.name == "churn"
    assert proxy.asked.startswith(b"CONNECT workspace.example.com:443 ")
    assert b"Proxy-Authorization: Basic " in proxy.asked
    assert TOKEN.encode() in workspace.received
    assert TOKEN.encode() not in proxy.asked + proxy.through


@pytest.mark.parametrize("no_proxy", ["workspace.example.com", ".example.com", "*"])
def test_a_host_that_needs_no_proxy_is_asked_directly(no_proxy, monkeypatch):
    outcome, _, proxy = tunnel(monkeypatch, "HTTPS_PROXY", no_proxy=no_proxy)
    assert isinstance(outcome, errors.ConnectionFailed)  # there is no such host
    assert proxy.asked == b""


def test_a_proxy_that_refuses_is_named_without_its_password(monkeypatch):
    outcome, workspace, _ = tunnel(monkeypatch, "HTTPS_PROXY", refuse="407 Proxy Authentication Required")
    assert isinstance(outcome, errors.ConnectionFailed)
    assert "the proxy to workspace.example.com" in outcome.message
    assert "HTTPS_PROXY" in outcome.hint
    assert "proxy-password" not in f"{outcome}{vars(outcome)}"
    assert workspace.received == b""


@pytest.mark.parametrize(
    ("refusal", "hint"),
    [
        ("407 Proxy Authentication Required", "HTTPS_PROXY=http://USER:PASSWORD@127.0.0.1:"),
        ("403 Forbidden", "lets nothing through to workspace.example.com"),
        ("502 Bad Gateway", "Check HTTPS_PROXY"),
    ],
)
@pytest.mark.parametrize("method", ["get_endpoint", "stop_endpoint"])
def test_what_a_proxy_refuses_is_said_to_be_the_proxy_s_and_nothing_was_sent(method, refusal, hint, monkeypatch):
    async def main():
        async with Proxy(9, refusal) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.address)
            client = Client("https://workspace.example.com", Credential(TOKEN))
            with pytest.raises(errors.ConnectionFailed) as caught:
                await getattr(client, method)("churn", timeout=5)
            await client.aclose()
            return caught.value, proxy.asked.count(b"CONNECT")

    error, asked = asyncio.run(main())
    assert re.search(rf"the proxy to workspace.example.com, 127.0.0.1:\d+, refused it: {refusal}", str(error))
    assert "The workspace was not asked." in error.message
    assert hint in error.hint
    assert "proxy-password" not in f"{error}{vars(error)}"
    assert asked == (1 if refusal[0] == "4" else 3)


def test_a_proxy_that_is_not_there_is_told_from_a_workspace_that_is_not(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://user:proxy-password@127.0.0.1:9")
    outcome = asyncio.run(look("https://workspace.example.com"))
    assert "the proxy to workspace.example.com, 127.0.0.1:9, refuses connections" in outcome.message
    assert "ALL_PROXY" in outcome.hint
    assert "proxy-password" not in f"{outcome}{vars(outcome)}"


def test_a_write_that_waits_for_a_tunnel_was_not_sent(monkeypatch):
    async def main():
        async def silent(reader, writer):
            await asyncio.sleep(5)

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        client = Client("https://workspace.example.com", Credential(TOKEN))
        with pytest.raises(errors.ServingError) as caught:
            await client.stop_endpoint("churn", timeout=1)
        await client.aclose()
        server.close()
        return caught.value

    error = asyncio.run(main())
    assert isinstance(error, errors.ConnectionFailed)
    assert "through the proxy 127.0.0.1:" in error.message


# ---- addresses and redirects


@pytest.mark.parametrize(
    "host",
    [
        "http://workspace.example.com",
        "HTTP://adb-1.azuredatabricks.net/",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://192.168.0.1",
        "http://0.0.0.0:8080",
        "https://user:password@workspace.example.com",
        "https://127.0.0.1@workspace.example.com",
        "ftp://workspace.example.com",
        "https://",
        "https://workspace example.com",
        "https://workspace.example.com:notaport",
    ],
)
def test_an_address_that_a_token_must_not_be_sent_to_is_refused_when_connecting(host):
    with pytest.raises(sw.ConfigError) as caught:
        sw.connect(host=host, token=TOKEN)
    assert caught.value.hint
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "w.example"])
def test_loopback_may_do_without_tls_and_what_has_no_scheme_gets_it(host):
    assert address_of(host) == (host if "://" in host else f"https://{host}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["get_endpoint", "stop_endpoint"])
def test_a_redirect_to_another_host_is_refused_and_that_host_hears_nothing(status, method, serve, bytes_of):
    async def main():
        async def elsewhere(head, reader, writer):
            writer.write(bytes_of({"name": "churn"}))

        async def away(head, reader, writer):
            target = f"{other.host}/api/2.0/serving-endpoints/churn"
            writer.write(f"HTTP/1.1 {status} Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())

        async with serve(elsewhere) as other, serve(away) as workspace:
            client = Client(workspace.host, Credential(TOKEN))
            with pytest.raises(errors.RedirectRefused) as caught:
                await getattr(client, method)("churn")
            await client.aclose()
            return caught.value, other.connections, len(workspace.requests)

    error, heard, asked = asyncio.run(main())
    assert heard == 0
    assert asked == 1
    assert error.hint
