"""The form that creates an endpoint."""

import pytest

import serving_widgets as sw

MODEL = "main.risk.fraud_detector"


@pytest.fixture
def form(ws, page):
    """Return the page of a form that has read the registry."""
    view = page(sw.CreateEndpoint())
    view.ask("hello", view="v1")
    view.ask("refresh")
    return view


def pick(form, **fields):
    """Say what is wanted, one field after the other."""
    for field, value in fields.items():
        form.ask("edit", field=field, value=value)
    return form.widget.state


def test_it_creates_from_catalog_schema_model_and_alias_what_it_showed(ws, form, posts):
    assert form.widget.state["catalogs"] == ["main", "myCatalog"]
    state = pick(form, catalog="main", schema="risk", model=MODEL)
    assert [each["version"] for each in state["versions"]][:3] == ["8", "7", "6"]
    assert state["draft"]["version"] == "7", "the champion is picked where there is one"
    state = pick(form, name="fraud-next", version="Challenger", size="Medium", to_zero=False)
    state = pick(form, tags=[{"key": "team", "value": "risk"}], policy="b-1")
    shown = state["request"]
    assert (shown["method"], '"entity_version": "8"' in shown["text"]) == ("POST", True)
    assert state["recipe"]["magic"] == (
        f"%serving create fraud-next --entity {MODEL} --version Challenger --size Medium --budget b-1"
        " --no-scale-to-zero --tag team=risk"
    )
    assert posts(ws) == []
    assert form.ask("create", mark=state["mark"])["type"] == "result"
    made = ws.endpoints.get("fraud-next")
    entity = made.info.raw["pending_config"]["served_entities"][0]
    assert (entity["entity_version"], entity["workload_size"], entity["scale_to_zero_enabled"]) == (
        "8",
        "Medium",
        False,
    )
    assert made.tags == {"team": "risk"}
    assert form.widget.state["created"] == "fraud-next"
    assert form.widget.state["panel"].startswith("IPY_MODEL_")


def test_the_lines_it_offers_create_the_same(ws, form, posts):
    state = pick(form, typing=True, model=MODEL, version="8", name="by-line", tags=[{"key": "a", "value": ""}])
    made = eval(state["recipe"]["python"], {"sw": sw})
    assert made.tags == {"a": ""}
    assert len(posts(ws)) == 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [("churn", "already"), ("a b", "has ' ' at position 2"), ("x" * 64, "64 characters"), ("new", "")],
)
def test_the_name_is_checked_while_it_is_typed(form, name, fault):
    said = pick(form, name=name)["name_fault"]
    assert fault in said
    assert bool(said) is bool(fault)


def test_where_the_registry_may_not_be_read_it_says_why_and_typing_works(ws, page, posts):
    ws.mock.faults([{"path": "*unity-catalog*", "status": 403, "count": None}])
    form = page(sw.CreateEndpoint("typed"))
    form.ask("hello", view="v1")
    assert "Type the model's name" in form.widget.state["unread"]
    state = pick(form, model=MODEL, version="7")
    assert form.ask("create", mark=state["mark"])["type"] == "result"
    assert ws.endpoints.get("typed").info.pending_config.entities[0].entity_version == "7"


def test_it_sends_only_what_was_shown_and_once(ws, form, posts):
    state = pick(form, typing=True, model=MODEL, version="7", name="once")
    pick(form, size="Large")
    assert form.ask("create", mark=state["mark"])["error"]["code"] == "changed_meanwhile"
    assert posts(ws) == []
    mark = form.widget.state["mark"]
    answers = [form.say("create", mark=mark) for _ in range(3)]
    form.ask("refresh")
    assert [form.answers(each)[-1]["type"] for each in answers].count("result") == 1
    assert len(posts(ws)) == 1


def test_an_error_loses_nothing_that_was_typed(ws, form):
    ws.mock.faults([{"method": "POST", "path": "*serving-endpoints", "status": 403}])
    state = pick(form, typing=True, model=MODEL, version="7", name="refused")
    assert form.ask("create", mark=state["mark"])["type"] == "error"
    after = form.widget.state
    assert after["problem"] is not None
    assert after["draft"] == state["draft"]


def test_another_one_begins_empty(form):
    state = pick(form, typing=True, model=MODEL, version="7", name="first")
    form.ask("create", mark=state["mark"])
    form.ask("again")
    assert (form.widget.state["draft"]["name"], form.widget.state["created"]) == ("", None)


def test_in_the_browser_the_view_follows_the_new_endpoint(ws, page, until):
    browser = sw.EndpointBrowser()
    view = page(browser)
    view.ask("hello", view="v1")
    view.ask("creating", on=True)
    inner = browser._creating
    assert browser.state["creating"] == f"IPY_MODEL_{inner.model_id}"
    form = page(inner)
    state = pick(form, typing=True, model=MODEL, version="7", name="followed")
    form.ask("create", mark=state["mark"])
    assert until(lambda: (browser.state["selected"], browser.state["creating"]) == ("followed", None))


def test_the_draft_of_a_deployment_knows_the_versions_of_the_registry(ws, page):
    panel = sw.EndpointPanel("unity-model-endpoint", tab="config")
    view = page(panel)
    view.ask("hello", view="v1")
    view.ask("draft")
    config = panel.state["config"]
    assert config["unread"] == ""
    assert config["known"]["myCatalog.mySchema.my-ads-model"][0]["aliases"]
