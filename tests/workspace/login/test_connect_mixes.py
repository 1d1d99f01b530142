"""Mixes of configuration: which workspace is meant, how one logs in to it, what it allows, and why it is this one."""

import contextlib
import dataclasses
import sys
import types

import pytest
from databricks.sdk.core import Config

import serving_widgets as sw
from serving_widgets.mock import MockWorkspace
from serving_widgets.workspace.login import sdk

ORDER = [
    "arguments",
    "profile",
    "environment",
    "configuration file",
    "service runtime",
    "embedded workspace",
]


@dataclasses.dataclass
class Mix:
    """What is configured, and what comes of it. ``{a…}`` and ``{b…}`` stand for two workspaces."""

    winner: str
    host: str | None
    auth: str
    read_only: bool
    why: dict[str, str]  # source → what its reason says
    lines: dict[str, str] = dataclasses.field(default_factory=dict)  # source → the line that would choose it
    arguments: dict[str, str] = dataclasses.field(default_factory=dict)
    env: dict[str, str] = dataclasses.field(default_factory=dict)
    file: str = ""
    sdk_agrees: bool = False  # whether the official SDK finds the same where it is given the same


A_TOKEN = {"DATABRICKS_HOST": "{a}", "DATABRICKS_TOKEN": "{a_token}"}
A_CLIENT = {"DATABRICKS_CLIENT_ID": "{a_id}", "DATABRICKS_CLIENT_SECRET": "{a_secret}"}
B_DEFAULT = "[DEFAULT]\nhost = {b}\ntoken = {b_token}\n"
B_TEAM = "[team]\nhost = {b}\ntoken = {b_token}\n"

MIXES = {
    "nothing at all": Mix(
        "embedded workspace",
        None,
        "token",
        False,
        {
            "arguments": "none was given",
            "environment": "nothing is set",
            "configuration file": "there is none",
            "service runtime": "not a notebook of the service",
            "embedded workspace": "nothing else is configured",
        },
        {"configuration file": "databricks auth login"},
    ),
    "host and token beside another workspace in the environment": Mix(
        "arguments",
        "{b}",
        "token",
        False,
        {"arguments": "what is given comes first", "environment": "what is given as an argument comes first"},
        {"environment": "sw.connect()", "embedded workspace": 'sw.connect("mock")'},
        arguments={"host": "{b}", "token": "{b_token}"},
        env=A_TOKEN,
    ),
    "a profile that is named beside another workspace in the environment": Mix(
        "profile",
        "{b}",
        "token",
        False,
        {"environment": "a profile that is given comes first", "configuration file": "none of them is the default"},
        {"environment": "sw.connect()"},
        arguments={"profile": "team"},
        env=A_TOKEN,
        file=B_TEAM,
    ),
    "the environment beside the file": Mix(
        "environment",
        "{a}",
        "token",
        True,
        {"environment": "the first that is complete", "configuration file": "the environment comes first"},
        {"environment": "sw.connect(read_only=False)", "configuration file": 'sw.connect(profile="DEFAULT")'},
        env=A_TOKEN,
        file=B_DEFAULT,
        sdk_agrees=True,
    ),
    "a token and a service principal, where the SDK refuses to choose": Mix(
        "environment",
        "{a}",
        "token",
        True,
        {"environment": "pat is used, because it comes before oauth-m2m in the SDK's order; DATABRICKS_AUTH_TYPE"},
        env=A_TOKEN | A_CLIENT,
    ),
    "a token and a service principal, and which of them is meant": Mix(
        "environment",
        "{a}",
        "oauth-m2m",
        True,
        {"environment": "oauth-m2m is used, not pat, as DATABRICKS_AUTH_TYPE says"},
        env=A_TOKEN | A_CLIENT | {"DATABRICKS_AUTH_TYPE": "oauth-m2m"},
        sdk_agrees=True,
    ),
    "a service principal in the environment": Mix(
        "environment",
        "{a}",
        "oauth-m2m",
        True,
        {"environment": "the first that is complete"},
        env={"DATABRICKS_HOST": "{a}"} | A_CLIENT,
        sdk_agrees=True,
    ),
    "a profile named in the environment beside a token that belongs to nothing": Mix(
        "configuration file",
        "{b}",
        "token",
        True,
        {"environment": "there is no DATABRICKS_HOST", "configuration file": "the first that is complete"},
        {"environment": "Set DATABRICKS_HOST where Jupyter starts"},
        env={"DATABRICKS_CONFIG_PROFILE": "team", "DATABRICKS_TOKEN": "{a_token}"},
        file="[DEFAULT]\nhost = {a}\ntoken = {a_token}\n" + B_TEAM,
    ),
    "a default profile that the file's settings name": Mix(
        "configuration file",
        "{b}",
        "token",
        True,
        {"environment": "nothing is set"},
        {"configuration file": "sw.connect(read_only=False)"},
        file="[__settings__]\ndefault_profile = team\n[DEFAULT]\nhost = {a}\ntoken = {a_token}\n" + B_TEAM,
        sdk_agrees=True,
    ),
    "a profile with a service principal beside a token in the environment": Mix(
        "profile",
        "{b}",
        "oauth-m2m",
        False,
        {"environment": "a profile that is given comes first"},
        arguments={"profile": "robot"},
        env=A_TOKEN | {"DATABRICKS_AUTH_TYPE": "pat", "DATABRICKS_CONFIG_PROFILE": "other"},
        file="[robot]\nhost = {b}\nclient_id = {b_id}\nclient_secret = {b_secret}\n",
    ),
    "a host whose token is in the environment": Mix(
        "arguments",
        "{a}",
        "token",
        False,
        {"arguments": "DATABRICKS_TOKEN is for it", "environment": "DATABRICKS_TOKEN is used, for host="},
        arguments={"host": "{a}"},
        env=A_TOKEN,
        file=B_DEFAULT,
    ),
    "the mock by name beside everything else": Mix(
        "arguments",
        None,
        "token",
        False,
        {
            "environment": "what is given as an argument comes first",
            "configuration file": "what is given as an argument comes first",
        },
        {"environment": "sw.connect()", "configuration file": 'sw.connect(profile="DEFAULT")'},
        arguments={"target": "mock"},
        env=A_TOKEN,
        file=B_DEFAULT,
    ),
    "the service's own runtime": Mix(
        "service runtime",
        "{a}",
        "runtime",
        True,
        {"environment": "nothing is set", "service runtime": "the first that is complete"},
        {"service runtime": "sw.connect(read_only=False)"},
        env={"DATABRICKS_RUNTIME_VERSION": "17.3"},
    ),
    "a configuration of the SDK beside another workspace in the environment": Mix(
        "arguments",
        "{b}",
        "oauth-m2m",
        False,
        {"arguments": "what is given comes first", "environment": "what is given as an argument comes first"},
        arguments={"config": "{b}"},
        env=A_TOKEN,
        file=B_DEFAULT.replace("{b", "{a"),
    ),
}


@pytest.fixture(scope="module")
def places():
    """Return two workspaces and what logs in to them, by the names that mixes use."""
    words, mocks = {}, {}
    with contextlib.ExitStack() as stack:
        for letter in "ab":
            mock = stack.enter_context(MockWorkspace("empty"))
            client = mock.connection()["clients"][0]
            words |= {
                letter: mock.host,
                f"{letter}_token": mock.token,
                f"{letter}_id": client["client_id"],
                f"{letter}_secret": client["client_secret"],
            }
            mocks[mock.host] = mock
        yield words, mocks


@pytest.fixture
def runtime(places, monkeypatch):
    """Have modules of the service's runtime, as far as the SDK asks them: they know host and token of a notebook."""
    words, _ = places
    package, provider = types.ModuleType("dbruntime"), types.ModuleType("dbruntime.sdk_credential_provider")
    package.UserNamespaceInitializer = types.SimpleNamespace(
        getOrCreate=lambda: types.SimpleNamespace(get_namespace_globals=dict)
    )
    provider.init_runtime_native_auth = lambda: (
        words["a"],
        lambda: {"Authorization": f"Bearer {words['a_token']}"},
    )
    monkeypatch.setitem(sys.modules, "dbruntime", package)
    monkeypatch.setitem(sys.modules, "dbruntime.sdk_credential_provider", provider)
    yield
    sys.modules.pop("databricks.sdk.runtime", None)


@pytest.fixture
def configure(places, tmp_path, monkeypatch):
    """Write down a mix where it is found, and return its arguments."""
    words, _ = places

    def write(mix):
        for name, value in mix.env.items():
            monkeypatch.setenv(name, value.format(**words))
        file = tmp_path / "databrickscfg"
        if mix.file:
            file.write_text(mix.file.format(**words))
        monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
        arguments = {key: value.format(**words) for key, value in mix.arguments.items()}
        if "config" in arguments:
            client = {"client_id": words["b_id"], "client_secret": words["b_secret"]}
            arguments["config"] = Config(host=arguments["config"], auth_type="oauth-m2m", **client)
        return arguments

    return write


@pytest.mark.parametrize("name", MIXES)
def test_a_mix_of_configuration_opens_what_was_meant_and_says_why(name, configure, connect, places, runtime):
    words, mocks = places
    mix = MIXES[name]
    ws = connect(**configure(mix))

    assert ws.host == mix.host.format(**words) if mix.host else ws.is_mock
    assert (ws.auth, ws.read_only) == (mix.auth, mix.read_only)
    rows = {source.name: source for source in ws.sources}
    assert list(rows) == ORDER
    assert [row.name for row in rows.values() if row.used] == [mix.winner]
    for source, said in mix.why.items():
        assert said in rows[source].reason, source
    for source, line in mix.lines.items():
        assert line in rows[source].line, source
    assert all(row.found and row.reason for row in rows.values())
    shown = repr(ws.sources) + ws.source
    assert not [key for key, value in words.items() if key.endswith(("token", "secret")) and value in shown]

    # What was found works, and what it sends goes to nobody else.
    for mock in mocks.values():
        mock.reset()
    ws.endpoints.list()
    asked = {host for host, mock in mocks.items() if any("serving-endpoints" in e["path"] for e in mock.journal())}
    assert asked == ({ws.host} if mix.host else set())


def sdk_knows(text):
    """Whether the official SDK that is installed reads what a file has: older ones know no default but DEFAULT."""
    return "__settings__" not in text or hasattr(Config, "_resolve_profile")


@pytest.mark.parametrize("name", [name for name, mix in MIXES.items() if mix.sdk_agrees and sdk_knows(mix.file)])
def test_where_the_official_sdk_does_not_refuse_it_finds_the_same(name, configure, places):
    words, _ = places
    mix = MIXES[name]
    found = Config(**configure(mix))
    assert found.host == mix.host.format(**words)
    assert found.auth_type == {"token": "pat"}.get(mix.auth, mix.auth)


def test_the_sdk_itself_refuses_the_conflict_that_is_settled_here(configure):
    configure(MIXES["a token and a service principal, where the SDK refuses to choose"])
    with pytest.raises(ValueError, match="more than one authorization method"):
        Config()


REFUSALS = {
    "a host alone": (
        Mix("", None, "", False, {}, env={"DATABRICKS_HOST": "{a}"}),
        True,
        ("DATABRICKS_HOST is set, but there is no token", "Set DATABRICKS_TOKEN"),
    ),
    "half a service principal": (
        Mix("", None, "", False, {}, env={"DATABRICKS_HOST": "{a}", "DATABRICKS_CLIENT_ID": "{a_id}"}),
        True,
        ("there is no DATABRICKS_CLIENT_SECRET", "Set DATABRICKS_CLIENT_SECRET"),
    ),
    "a service principal without the SDK": (
        Mix("", None, "", False, {}, env={"DATABRICKS_HOST": "{a}"} | A_CLIENT),
        False,
        ("oauth-m2m needs databricks-sdk", 'pip install "serving-widgets[databricks]"'),
    ),
    "a profile of another method without the SDK": (
        Mix("", None, "", False, {}, arguments={"profile": "u2m"}, file="[u2m]\nhost={a}\nauth_type=databricks-cli\n"),
        False,
        ("databricks-cli needs databricks-sdk", 'pip install "serving-widgets[databricks]"'),
    ),
    "the service's own runtime without the SDK": (
        Mix("", None, "", False, {}, env={"DATABRICKS_RUNTIME_VERSION": "17.3"}),
        False,
        ("runs on the service", '%pip install "serving-widgets[databricks]"'),
    ),
    "a method that there is not": (
        Mix("", None, "", False, {}, env={"DATABRICKS_HOST": "{a}"} | A_CLIENT | {"DATABRICKS_AUTH_TYPE": "nonsense"}),
        True,
        ("nonsense did not work", "databricks auth login"),
    ),
    "the file's reserved section": (
        Mix("", None, "", False, {}, arguments={"profile": "__settings__"}, file="[__settings__]\nhost = {a}\n"),
        True,
        ("no profile '__settings__'", "It has: none"),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_can_not_be_used_says_what_is_missing_and_the_line_that_mends_it(name, configure, monkeypatch, places):
    mix, installed, (said, line) = REFUSALS[name]
    monkeypatch.setenv("PATH", "")  # no command line of Azure or of the service that could log in instead
    if not installed:
        monkeypatch.setattr(sdk, "installed", lambda: False)
    arguments = configure(mix)
    with pytest.raises(sw.ConfigError) as caught:
        sw.connect(**arguments)
    assert said in caught.value.message
    assert line in caught.value.hint
    words, _ = places
    assert not [key for key, value in words.items() if key.endswith(("token", "secret")) and value in str(caught.value)]


def test_without_the_sdk_the_table_names_the_line_that_brings_it(configure, monkeypatch, connect):
    configure(
        Mix("", None, "", False, {}, env={"DATABRICKS_HOST": "{a}", "DATABRICKS_RUNTIME_VERSION": "1"} | A_CLIENT)
    )
    monkeypatch.setattr(sdk, "installed", lambda: False)
    rows = {source.name: source for source in connect("mock").sources}
    assert "oauth-m2m needs databricks-sdk" in rows["environment"].reason
    assert rows["environment"].line == 'pip install "serving-widgets[databricks]"'
    assert rows["service runtime"].line == '%pip install "serving-widgets[databricks]"'


@pytest.mark.parametrize(
    "file",
    ["[a]\nhost\n[a]\n", "token = canary-token\n", "\0\xff", "[DEFAULT]\n", "[__settings__]\ndefault_profile=x\n"],
)
def test_explaining_never_fails_whatever_the_file_holds(file, tmp_path, monkeypatch, connect):
    path = tmp_path / "file"
    path.write_bytes(file.encode("latin-1"))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))
    rows = {source.name: source for source in connect("mock").sources}
    assert rows["configuration file"].reason
    assert rows["configuration file"].line
    assert "canary" not in repr(rows)
