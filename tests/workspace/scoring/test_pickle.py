"""Handles in other processes: references without a secret, which connect from what is there."""

import copy
import os
import pickle
import pickletools
import subprocess
import sys

import pytest

import serving_widgets as sw

CANARY = "dapi-canary-fedcba9876543210"
HOST = "https://adb-1.azuredatabricks.net"


@pytest.fixture
def elsewhere(tmp_path):
    """Use a pickled object in another process, with an environment and a configuration file of its own."""

    def use(thing, code, *, env=None, config=""):
        (tmp_path / "thing.pickle").write_bytes(pickle.dumps(thing))
        (tmp_path / "databrickscfg").write_text(config)
        script = f"import pickle, serving_widgets as sw\nthing = pickle.load(open('thing.pickle', 'rb'))\n{code}"
        around = {**os.environ, "DATABRICKS_CONFIG_FILE": "databrickscfg", "PYTHONPATH": "", **(env or {})}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=around, capture_output=True, text=True, check=False
        )
        return done.stdout.strip() or done.stderr.strip().splitlines()[-2:]

    return use


def test_a_pickled_handle_holds_no_secret(connect):
    for ws in (connect("mock"), connect(host=HOST, token=CANARY, protect=["prod-*"])):
        ep = sw.Endpoint(ws, "churn")
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            pickled = pickle.dumps(ep, protocol)
            assert CANARY.encode() not in pickled
            assert ws.mock is None or ws.mock.own_token.encode() not in pickled
        words = [argument for _, argument, _ in pickletools.genops(pickled) if isinstance(argument, str)]
        assert {"churn", ws.host} <= set(words)


def test_in_the_same_process_it_is_a_handle_of_the_same_connection(ws):
    ep = ws.endpoints.get("churn")
    for twin in (pickle.loads(pickle.dumps(ep)), copy.copy(ep), copy.deepcopy(ep)):
        assert twin.workspace is ws
        assert twin.name == "churn"
        assert twin.label == ep.label


def test_a_handle_pickles_the_same_every_time_and_again_where_it_arrives(ws, elsewhere):
    ep = ws.endpoints.get("churn")
    assert pickle.dumps(ep) == pickle.dumps(ep)
    assert pickle.dumps(pickle.loads(pickle.dumps(ep))) == pickle.dumps(ep)
    assert elsewhere(ep, "print(pickle.dumps(thing) == open('thing.pickle', 'rb').read())") == "True"


def test_a_handle_that_arrives_connects_when_it_is_used_and_not_before(ws, elsewhere):
    ep = ws.endpoints.get("churn")
    assert elsewhere(ep, "print(repr(thing), sw.connections())") == f"<Endpoint 'churn' of {ws.host[7:]}> {{}}"


def test_the_embedded_workspace_is_found_by_its_environment(ws, elsewhere):
    ep = ws.endpoints.get("unity-model-endpoint")
    code = """
rows = [{"impressions": n, "position": 1, "bid": 0.5} for n in range(3)]
ep, predict = thing
print(ep.refresh().label, len(ep.predict(rows)), len(predict(rows)), sw.connections(), ep.workspace.name)
"""
    assert elsewhere((ep, ep.predict), code, env=ws.mock.env()) == "Ready 3 3 {} mock"


def test_without_a_credential_it_says_whose_it_is_and_what_to_do(ws, connect, elsewhere):
    code = "try: thing.refresh()\nexcept sw.ConfigError as error: print(error)"
    told = elsewhere(ws.endpoints.get("churn"), code)
    assert f"A handle of {ws.host[7:]} came here from another process, and there is no credential for it here" in told
    assert "os.environ.update(ws.mock.env())" in told
    told = elsewhere(sw.Endpoint(connect(host=HOST, token=CANARY), "churn"), code)
    assert "Set DATABRICKS_HOST and DATABRICKS_TOKEN where the workers run" in told
    assert CANARY not in told


def test_a_credential_for_another_host_is_not_used(connect, elsewhere):
    ep = sw.Endpoint(connect(host=HOST, token=CANARY), "churn")
    env = {"DATABRICKS_HOST": "https://other.azuredatabricks.net", "DATABRICKS_TOKEN": "dapi-other-0123456789"}
    code = "try: print(thing.workspace)\nexcept sw.ConfigError as error: print(error)"
    assert "there is no credential for it here" in elsewhere(ep, code, env=env)


@pytest.mark.parametrize(
    ("env", "config"),
    [
        ({"DATABRICKS_HOST": HOST, "DATABRICKS_TOKEN": CANARY}, ""),
        ({}, f"[prod]\nhost = {HOST}\ntoken = {CANARY}\n"),
        ({}, f"[DEFAULT]\nhost = {HOST}\ntoken = {CANARY}\n"),
    ],
    ids=["environment", "profile", "default profile"],
)
def test_it_connects_by_whatever_the_other_process_has_for_that_host(
    connect, elsewhere, monkeypatch, tmp_path, env, config
):
    (tmp_path / "here").write_text(f"[prod]\nhost = {HOST}\ntoken = {CANARY}\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "here"))
    ep = sw.Endpoint(connect(profile="prod"), "churn")
    told = elsewhere(ep, "print(thing.workspace, thing.workspace.source)", env=env, config=config)
    assert told.startswith("<Workspace 'prod': adb-1.azuredatabricks.net> a handle from another process, and ")


def test_what_the_connection_refused_it_goes_on_refusing(ws, connect, elsewhere):
    guarded = sw.connect(host=ws.host, token=ws.mock.own_token, protect=["churn"], name="guarded")
    try:
        code = "try: thing.delete()\nexcept sw.ActionRefused as error: print(error.code)"
        assert elsewhere(sw.Endpoint(guarded, "churn"), code, env=ws.mock.env()) == "protected"
    finally:
        guarded.close()
