"""Which proxy the environment names for a host, and what is said of one that can't be used."""

import importlib.util

import pytest

import serving_widgets as sw
from serving_widgets.client.http.proxies import proxy_to


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """Take away what whoever runs the tests may have set."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"ALL_PROXY": "socks5://u:proxy-password@127.0.0.1:9"}, "ALL_PROXY names a SOCKS proxy"),
        ({"HTTPS_PROXY": "socks5h://127.0.0.1:9"}, "HTTPS_PROXY names a SOCKS proxy"),
        ({"https_proxy": "socks4://proxy-password@127.0.0.1:9"}, "https_proxy names a proxy of a kind that can't be"),
        ({"HTTPS_PROXY": "ftp://127.0.0.1:9"}, "HTTPS_PROXY names a proxy of a kind"),
        ({"HTTPS_PROXY": "proxy:proxy-password"}, "HTTPS_PROXY is not the address"),
        ({"HTTPS_PROXY": "http://127.0.0.1:99999"}, "HTTPS_PROXY names a port that doesn't exist"),
        ({"HTTPS_PROXY": "http://:8080"}, "HTTPS_PROXY is not the address"),
        ({"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "10.0.0.0/99"}, "NO_PROXY has an entry that is neither"),
        ({"HTTPS_PROXY": "http://127.0.0.1:9", "no_proxy": "a.b,[::1"}, "no_proxy has an entry that is neither"),
        ({"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "a:proxy-password"}, "NO_PROXY has an entry"),
    ],
)
def test_a_proxy_variable_that_can_not_be_used_is_named_without_what_it_says(variables, said, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(sw.ConfigError) as caught:
        proxy_to("https://workspace.example.com")
    assert said in caught.value.message
    assert caught.value.hint
    assert "proxy-password" not in f"{caught.value}{vars(caught.value)}{caught.value.__context__}"
    assert proxy_to("http://127.0.0.1:9") is None


def test_the_error_is_what_a_call_ends_with(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "ftp://127.0.0.1:9")
    with sw.connect(host="https://workspace.example.com", token="canary-0123") as ws:
        for _ in range(2):
            with pytest.raises(sw.ConfigError, match="HTTPS_PROXY"):
                ws.endpoints.list()


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("example.com", "workspace.example.com", True),
        (".example.com", "example.com", True),
        ("*.example.com", "workspace.example.com", True),
        ("example.com", "workspaceexample.com", False),
        ("workspace.example.com:443", "workspace.example.com", True),
        ("workspace.example.com:8443", "workspace.example.com", False),
        ("https://workspace.example.com/", "workspace.example.com", True),
        ("a.b other, workspace.example.com , ,", "workspace.example.com", True),
        ("localhost,::1,[::1],fe80::/10,10.0.0.0/8", "workspace.example.com", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("192.168.0.0/16", "10.1.2.3", False),
        ("[fe80::]/10", "[fe80::7]", True),
        ("fe80::/10", "[fe80::7]", True),
        ("[fe80::7]:443", "[fe80::7]", True),
        ("fe80::7", "10.1.2.3", False),
    ],
)
def test_no_proxy_is_read_as_other_tools_read_it(no_proxy, host, direct, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (proxy_to(f"https://{host}") is None) == direct
