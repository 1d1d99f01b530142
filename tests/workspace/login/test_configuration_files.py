"""Configuration files as people and tools write them: what is opened, why, and what goes over the wire.

What is sent is held against the unmodified official SDK, which reads the same file.
"""

import dataclasses
import re

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config

import serving_widgets as sw

SECRET = "canary-0123456789abcdef"
#: Headers that say who asks, and for which workspace.
SIGNATURE = ("authorization", "x-databricks-workspace-id")


@dataclasses.dataclass
class File:
    """A file, and what comes of it; HOST and SECRET stand for those of the test.

    Attributes
    ----------
    profile
        The profile that is asked for, None for none.
    winner
        The source that is used.
    reason
        What the explanation says of the source ``configuration file``.
    sdk
        Whether the official SDK takes it, too.
    error
        What is said where it can't be used.
    """

    text: str
    profile: str | None = None
    winner: str = "configuration file"
    reason: str = "the first that is complete"
    sdk: bool = True
    error: str = ""


FILES = {
    "one default profile": File("[DEFAULT]\nhost = HOST\ntoken = SECRET\n"),
    "what the service's command line writes": File(
        "; The profile defined in the DEFAULT section is to be used as a fallback when no profile is explicitly "
        "specified.\n[DEFAULT]\n\n[prd]\nhost  = HOST\ntoken = SECRET\n",
        profile="prd",
        winner="profile",
        reason="none of them is the default",
    ),
    "a default that the file's settings name": File(
        "[__settings__]\ndefault_profile = team\n\n[DEFAULT]\nhost = https://a.b\ntoken = x\n\n"
        "[team]\nhost = HOST\ntoken = SECRET\n"
    ),
    "a workspace of a shared host": File("[DEFAULT]\nhost = HOST\nworkspace_id = 1234567890123456\ntoken = SECRET\n"),
    "one of several, beside a default": File(
        "[DEFAULT]\nhost = https://a.b\ntoken = x\n[my team]\nhost = HOST\ntoken = SECRET\n",
        profile="my team",
        winner="profile",
        reason="a profile that is given comes first",
    ),
    "colons, capitals, comments and lines indented alike": File(
        "# mine\n[DEFAULT]\n  Host: HOST/\n  ; until May\n  TOKEN: SECRET\n"
    ),
    "a user and a password with a per cent sign": File("[DEFAULT]\nhost = HOST\nusername = ada\npassword = SECRET%1\n"),
    "what the older command line writes": File(
        "[DEFAULT]\nhost = HOST\ntoken = SECRET\njobs-api-version = 2.1\ninsecure = False\ncluster_id = 0101-a\n"
    ),
    "a method of logging in that is chosen": File(
        "[DEFAULT]\nhost = HOST\nauth_type = basic\ntoken = x\nusername = ada\npassword = SECRET\n",
        reason="basic is used, not pat, as auth_type says",
    ),
    "an editor's mark before the first line, and its line ends": File(
        "\ufeff[DEFAULT]\r\nhost = HOST\r\ntoken = SECRET\r\n", sdk=False
    ),
    "an address from the browser": File("[DEFAULT]\nhost = HOST/?o=123\ntoken = SECRET\n", sdk=False),
    "a profile that borrows from the default": File(
        "[DEFAULT]\nhost = HOST\n[dev]\ntoken = SECRET\n",
        profile="dev",
        sdk=False,
        error="Profile 'dev' of FILE has no host",
    ),
    "a profile that is spelt otherwise": File(
        "[dev]\nhost = HOST\ntoken = SECRET\n",
        profile="Dev",
        sdk=False,
        error="FILE has no profile 'Dev'.\nDid you mean 'dev'?",
    ),
    "a profile twice": File(
        "[dev]\nhost = HOST\ntoken = SECRET\n[dev]\nhost = HOST\n",
        profile="dev",
        sdk=False,
        error="FILE can't be read: [dev] appears twice, the second time in line 4",
    ),
    "no profile's name": File(
        "host = HOST\ntoken = SECRET\n", sdk=False, error="line 1 stands before the first profile"
    ),
    "a comment after a value": File(
        "[DEFAULT]\nhost = HOST\ntoken = SECRET # until May\n",
        sdk=False,
        error="FILE, line 3: the value of token in [DEFAULT] has a comment after it",
    ),
    "quotes": File(
        '[DEFAULT]\nhost = HOST\ntoken = "SECRET"\n',
        sdk=False,
        error="FILE, line 3: the value of token in [DEFAULT] has quotes around it",
    ),
    "a line that is indented by mistake": File(
        "[DEFAULT]\nhost = HOST\n  token = SECRET\n",
        sdk=False,
        error="FILE, line 2: the value of host in [DEFAULT] goes on in the next line",
    ),
    "a space within a token": File(
        "[DEFAULT]\nhost = HOST\ntoken = SEC SECRET\n",
        sdk=False,
        error="FILE, line 3, [DEFAULT]: the token has spaces",
    ),
    "a token in the place of the host": File(
        "[DEFAULT]\nhost = SECRET\ntoken = SECRET\n",
        sdk=False,
        error="FILE, line 2, [DEFAULT]: the host looks like a token",
    ),
    "a host in the clear, with a password": File(
        "[DEFAULT]\nhost = http://a.example\nusername = ada\npassword = SECRET\n",
        sdk=False,
        error="FILE, line 2, [DEFAULT]: http://a.example would send the token unencrypted",
    ),
    "no id of a workspace": File(
        "[DEFAULT]\nhost = HOST\ntoken = SECRET\nworkspace_id = SECRET!\n",
        sdk=False,
        error="FILE, line 4, [DEFAULT]: the workspace_id is not the id",
    ),
}


@pytest.fixture
def write(tmp_path, monkeypatch, service):
    """Write a file where it is found, and return its name."""

    def written(file):
        path = tmp_path / "databrickscfg"
        path.write_bytes(file.text.replace("HOST", service.host).replace("SECRET", SECRET).encode())
        monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))
        return str(path)

    return written


def signature(service):
    """Who asked for the endpoints, and for which workspace."""
    headers = next(headers for _, path, headers in service.seen if path.endswith("/serving-endpoints"))
    return {name: headers[name] for name in SIGNATURE if name in headers}


GOOD = [name for name, file in FILES.items() if not file.error]
BAD = [name for name, file in FILES.items() if file.error]


@pytest.mark.parametrize("name", GOOD)
def test_a_file_opens_what_it_means_and_says_why(name, write, connect, service):
    file = FILES[name]
    write(file)
    ws = connect(profile=file.profile)
    ws.endpoints.list()
    rows = {source.name: source for source in ws.sources}
    assert [row.name for row in rows.values() if row.used] == [file.winner]
    assert file.reason in rows["configuration file"].reason
    assert SECRET not in repr(ws.sources) + repr(ws) + ws.source
    assert signature(service)["authorization"].startswith(("Bearer ", "Basic "))


def sdk_knows(text):
    """Whether the official SDK that is installed reads what a file has; older ones do not."""
    settings = "__settings__" not in text or hasattr(Config, "_resolve_profile")
    return settings and ("workspace_id" not in text or hasattr(Config, "workspace_id"))


@pytest.mark.parametrize("name", [name for name in GOOD if FILES[name].sdk and sdk_knows(FILES[name].text)])
def test_what_is_sent_is_what_the_official_sdk_sends_from_the_same_file(name, write, connect, service):
    file = FILES[name]
    path = write(file)
    connect(profile=file.profile).endpoints.list()
    ours = signature(service)
    service.seen.clear()
    list(WorkspaceClient(config=Config(config_file=path, profile=file.profile)).serving_endpoints.list())
    assert ours == signature(service)


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_can_not_be_used_says_where_the_fault_is_and_never_what_stands_there(name, write, connect, service):
    file = FILES[name]
    path = write(file)
    with pytest.raises(sw.ConfigError) as caught:
        connect(profile=file.profile)
    assert file.error.replace("FILE", path) in str(caught.value)
    assert caught.value.hint
    assert not re.search("canary|" + SECRET[-8:], str(caught.value))
    assert service.seen == []


SETTINGS = {
    "an argument": ({"host": "https://a.b", "token": f"{SECRET}\n"}, {}, "The argument token: the token has spaces"),
    "an argument that is a token": ({"host": SECRET, "token": SECRET}, {}, "The argument host: the host looks like"),
    "a host alone that is a token": ({"host": f"https://{SECRET}"}, {}, "The argument host: the host looks like"),
    "a personal token for a host": ({"host": "dapi0123456789abcdef.x"}, {}, "The argument host: the host looks like"),
    "a variable": (
        {},
        {"DATABRICKS_HOST": "https://a.b", "DATABRICKS_TOKEN": f"{SECRET} x"},
        "DATABRICKS_TOKEN: the token has spaces",
    ),
    "a variable that is a token": (
        {},
        {"DATABRICKS_HOST": SECRET, "DATABRICKS_TOKEN": SECRET},
        "DATABRICKS_HOST: the host looks like a token",
    ),
    "a variable with a password in the address": (
        {},
        {"DATABRICKS_HOST": f"https://ada:{SECRET}@a.b", "DATABRICKS_TOKEN": SECRET},
        "DATABRICKS_HOST: the host is not an address",
    ),
    "a variable that is not an id": (
        {},
        {"DATABRICKS_HOST": "https://a.b", "DATABRICKS_TOKEN": SECRET, "DATABRICKS_WORKSPACE_ID": f"{SECRET}!"},
        "DATABRICKS_WORKSPACE_ID: the workspace_id is not the id",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_an_error_about_a_setting_says_where_that_comes_from_and_not_its_value(name, monkeypatch):
    arguments, env, said = SETTINGS[name]
    for variable, value in env.items():
        monkeypatch.setenv(variable, value)
    open_before = list(sw.connections())
    with pytest.raises(sw.ConfigError) as caught:
        sw.connect(**arguments)
    assert said in caught.value.message
    assert SECRET not in str(caught.value) + repr(vars(caught.value))
    assert list(sw.connections()) == open_before


def test_a_profile_that_there_is_not_says_who_named_it(write, monkeypatch):
    path = write(File("[__settings__]\ndefault_profile = gone\n[dev]\nhost = HOST\ntoken = SECRET\n"))
    with pytest.raises(sw.ConfigError, match=r", default_profile of \[__settings__\]: .* has no profile 'gone'"):
        sw.connect()
    monkeypatch.setenv("DATABRICKS_CONFIG_PROFILE", "lost")
    with pytest.raises(sw.ConfigError) as caught:
        sw.connect()
    assert f"DATABRICKS_CONFIG_PROFILE: {path} has no profile 'lost'" in caught.value.message


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "x.example", "https://adb-1.2.azuredatabricks.net/?o=3"])
def test_a_host_is_not_taken_for_a_token(host, connect):
    assert connect(host=host, token=SECRET).label
