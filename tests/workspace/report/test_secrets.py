"""No secret, no token and no e-mail address is in any byte of a report, whatever configurations and logs hold."""

import html
import json
import time
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.api.permissions.access_control_list import AccessControlList
from serving_widgets.render.report.data_block import read_data
from serving_widgets.workspace.report.reading import EndpointFacts, FailureLog
from serving_widgets.workspace.report.serving_report import make_report

TOKEN = "dapi0123456789canary0123456789ab"
SESSION = SimpleNamespace(
    label="adb-1.azuredatabricks.net",
    host="https://adb-1.azuredatabricks.net",
    is_mock=False,
    where="adb-1.azuredatabricks.net, read-only",
    clock=SimpleNamespace(now=lambda: 1.7e9),
)
#: What no pattern could tell from words: only the configuration says that it is secret.
ODD = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40).map(lambda text: f"Zq7{text}9xW")
#: What may stand behind a name that says that it is secret.
WORD = st.text("abcdefghXYZ0123456789+/._~-", min_size=3, max_size=30).map(lambda text: f"Zq7{text}9xW")
EMAIL = st.tuples(
    st.from_regex(r"[a-z][a-z0-9.+_-]{0,8}[a-z]", fullmatch=True), st.sampled_from(["corp.example", "ü.de"])
)
PLACES = (
    "{} is the password",
    "said {}!",
    "url?key={}&x=1",
    "env: {{'KEY': '{}'}}",
    "ModuleNotFoundError: No module {}",
)
NAMED = (
    "password={}",
    '{{"api_key": "{}"}}',
    "Authorization: Bearer {}",
    "client_secret: {} x",
    "postgres://u:{}@db/x",
)


@st.composite
def endpoints(draw):
    """An endpoint with secrets, addresses and a token in every place that may hold them, and what these are."""
    odd, word = draw(st.lists(ODD, min_size=1, max_size=3)), draw(st.lists(WORD, min_size=1, max_size=3))
    email = [f"{name}@{host}" for name, host in draw(st.lists(EMAIL, min_size=1, max_size=3))]
    texts = [draw(st.sampled_from(PLACES)).format(each) for each in odd]
    texts += [draw(st.sampled_from(NAMED)).format(each) for each in word]
    texts += [draw(st.sampled_from(["by {}", "<{}>", "/Users/{}/x", "mailto:{}"])).format(each) for each in email]
    texts += [f"token {TOKEN} refused"]
    lines = draw(st.permutations(texts))

    def some():
        return draw(st.sampled_from(texts))

    entity = {
        "name": "m-1",
        "entity_name": "main.ml.m",
        "entity_version": "1",
        "workload_size": "Small",
        "scale_to_zero_enabled": draw(st.booleans()),
        "environment_vars": {f"V{place}": each for place, each in enumerate(odd)},
        "state": {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": some()},
    }
    foreign = {
        "name": "gpt",
        "external_model": {"name": "gpt", "provider": "x", "x_config": {"x_api_key_plaintext": odd[0]}},
    }
    raw = {
        "name": "churn",
        "id": "0123456789abcdef0123456789abcdef",
        "creator": email[0],
        "description": some(),
        "state": {"ready": "READY", "config_update": "UPDATE_FAILED"},
        "tags": [{"key": "note", "value": some()}, {"key": email[-1], "value": "x"}],
        "config": {"config_version": 1, "served_entities": [foreign]},
        "pending_config": {"config_version": 2, "served_entities": [entity]},
    }
    grants = [{"permission_level": "CAN_VIEW", "inherited": False}]
    acl = {"access_control_list": [{"user_name": each, "all_permissions": grants} for each in email]}
    info = EndpointInfo.read(raw)
    log = "\n".join(lines)
    failure = FailureLog("the build log of m-1", tuple(log.splitlines()), diagnose(log))
    facts = EndpointFacts(
        info,
        status_of(info),
        acl=AccessControlList.read(acl),
        log=failure,
        missing={"schema": some(), "metrics": some()},
    )
    return facts, [*odd, *word, *email, TOKEN]


@given(endpoints())
def test_no_form_of_a_report_has_a_secret_or_an_address(made):
    facts, hidden = made
    report = make_report(SESSION, [facts], whole=True, since=None)
    again = make_report(SESSION, [facts], whole=True, since=read_data(report.html))
    shown = html.unescape(report.html.replace("<wbr>", "")) + html.unescape(report.markdown).replace("\\", "")
    data = json.dumps(report.data, ensure_ascii=False)
    everything = [
        report.html,
        report.markdown,
        shown,
        data,
        json.dumps(report.data),
        repr(report),
        again.html,
        again.markdown,
    ]
    for secret in hidden:
        for text in everything:
            assert secret not in text
            assert secret.replace("\\", "") not in text


@given(endpoints())
def test_kept_names_keep_no_secret(made):
    facts, hidden = made
    report = make_report(SESSION, [facts], whole=True, keep_names=True)
    shown = html.unescape(report.html.replace("<wbr>", ""))
    assert not [secret for secret in hidden if "@" not in secret and secret in shown]


def test_a_secret_that_a_long_line_would_cut_in_two_is_hidden_whole():
    secret = "canary-" * 9
    info = EndpointInfo.read({"name": "churn", "config": {"served_entities": [{"environment_vars": {"KEY": secret}}]}})
    failure = FailureLog("the log", ("x" * 390 + secret,), diagnose("RuntimeError: " + "x" * 290 + secret))
    report = make_report(SESSION, [EndpointFacts(info, status_of(info), log=failure)], whole=True)
    assert "canary" not in report.html + report.markdown


def test_a_key_of_several_lines_is_hidden_in_each_of_them():
    key = "-----BEGIN KEY-----\ncanary0canary1\ncanary2canary3"
    info = EndpointInfo.read({"name": "churn", "config": {"served_entities": [{"environment_vars": {"KEY": key}}]}})
    failure = FailureLog("the log", tuple(f"key: {line}" for line in key.splitlines()), ())
    assert "canary" not in make_report(SESSION, [EndpointFacts(info, status_of(info), log=failure)], whole=True).html


def test_long_logs_do_not_take_long():
    info = EndpointInfo.read({"name": "churn"})
    lines = tuple(sign * 20_000 for sign in ("a", "A1a", "token", "a.", "@", "x@", "1", "=", "://", '\\"', "-"))
    began = time.perf_counter()
    make_report(SESSION, [EndpointFacts(info, status_of(info), log=FailureLog("the log", lines, ()))], whole=True)
    assert time.perf_counter() - began < 20
