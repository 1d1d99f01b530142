"""Changes undone: exactly what was there before, or a reason why not."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.client import Client
from serving_widgets.workspace.review.undo import undo
from serving_widgets.workspace.session.change_history import ChangeHistory

NAME = "example-endpoint"


@pytest.fixture
def ep(ws):
    return ws.endpoints.get(NAME)


@pytest.fixture
def other(connect, ws):
    """Return the same workspace as someone else has it open."""
    return connect(host=ws.host, token=ws.mock.env()["DATABRICKS_TOKEN"], name="other")


def picture(ws, name=NAME):
    """Return what an endpoint is, without ids and times."""
    info = ws.endpoints.get(name).info
    left_out = ("state", "creator", "creation_timestamp")
    entities = [
        {key: value for key, value in each.items() if key not in left_out}
        for each in info.raw.get("config", {}).get("served_entities", ())
    ]
    config = {
        key: value
        for key, value in info.raw.get("config", {}).items()
        if key not in ("config_version", "served_models", "served_entities")
    }
    passing = ("id", "creation_timestamp", "last_updated_timestamp", "config", "state", "pending_config")
    rest = {key: value for key, value in info.raw.items() if key not in passing}
    grants = {} if info.id is None else ws.endpoints.get(name).permissions.list().acl.direct
    return {**rest, **config, "entities": entities, "label": info and ws.endpoints.get(name).label, "grants": grants}


CHANGES = {
    "stop": lambda ep: ep.stop(),
    "update": lambda ep: ep.update_config(workload_size="Large").wait(),
    "traffic": lambda ep: ep.update_config(entity_name="main.ml.b", entity_version="1", traffic={"b-1": 40}).wait(),
    "tags": lambda ep: ep.set_tags({"team": "risk"}, remove=["purpose"]),
    "grant": lambda ep: ep.permissions.grant("vera@example.com", "CAN_MANAGE"),
    "revoke": lambda ep: ep.permissions.revoke("analysts"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_undone(ws, ep, change):
    before = picture(ws)
    change(ep)
    assert picture(ws) != before
    assert ws.undo().undone
    ws.endpoints.get(NAME).wait()
    assert picture(ws) == before


def test_a_start_is_undone_by_a_stop(ws):
    ws.endpoints.get("pricing").start().wait()
    ws.undo()
    assert ws.endpoints.get("pricing").label == "Not ready (Stopped)"


@pytest.mark.parametrize("name", ["example-endpoint", "churn", "chat", "recommender"])
def test_what_was_deleted_is_made_again_but_for_id_and_times(ws, name, capsys):
    before, ep = picture(ws, name), ws.endpoints.get(name)
    identity = ep.info.id
    ep.delete()
    capsys.readouterr()
    ws.undo(dry_run=True)
    shown = capsys.readouterr().out
    ws.undo()
    made = ws.endpoints.get(name).wait()
    assert made.info.id != identity
    after = picture(ws, name)
    creator = ["creator", "creator_display_name", "creator_kind", "label", "endpoint_url", "data_plane_info"]
    if "effective_budget_policy_id" not in before and name != "chat":
        # Who makes an endpoint gives it the own budget policy; that none can be asked for is told.
        assert "It had no budget policy" in shown
        creator.append("effective_budget_policy_id")
    assert {key: after[key] for key in after if key not in creator} == {
        key: before[key] for key in before if key not in creator
    }


def test_a_key_in_plain_text_is_named_as_lost(ws, capsys):
    model = {"name": "gpt-4o", "provider": "openai", "task": "llm/v1/chat"}
    model["openai_config"] = {"openai_api_key_plaintext": "canary-key-0123"}
    ws.endpoints.create("mine", {"served_entities": [{"name": "gpt", "external_model": model}]}).wait().delete()
    ws.undo(dry_run=True)
    shown = capsys.readouterr().out
    assert "The key of gpt was given in plain text" in shown
    assert "canary-key" not in shown


def test_a_dry_run_shows_the_request_that_is_sent_then(ws, ep, writes, capsys):
    ep.update_config(workload_size="Large").wait()
    sent = len(writes(ws))
    ws.undo(dry_run=True)
    assert f"PUT /api/2.0/serving-endpoints/{NAME}/config" in capsys.readouterr().out
    assert len(writes(ws)) == sent
    assert not ep.history[0].undone
    ws.undo()
    assert writes(ws)[-1] == ("PUT", f"/api/2.0/serving-endpoints/{NAME}/config")


@pytest.mark.parametrize(
    ("change", "theirs", "why"),
    [
        ("stop", lambda ep: ep.start(), "it is Not ready"),
        ("update", lambda ep: ep.update_config(workload_size="Medium"), "configuration is another one"),
        ("tags", lambda ep: ep.set_tags({"team": "sales"}), "tag 'team' is another one"),
        ("grant", lambda ep: ep.permissions.grant("vera@example.com", "CAN_VIEW"), "is another level now"),
        ("tags", lambda ep: ep.delete(), "it was deleted"),
    ],
)
def test_what_someone_else_changed_since_is_not_undone(ws, ep, other, writes, change, theirs, why):
    CHANGES[change](ep)
    theirs(other.endpoints.get(NAME))
    sent = len(writes(ws))
    with pytest.raises(sw.ActionRefused, match=why) as raised:
        ws.undo()
    assert raised.value.code == "changed_since"
    assert len(writes(ws)) == sent


def test_what_someone_else_changed_beside_stays(ws, ep, other):
    ep.set_tags({"team": "risk"})
    ep.permissions.revoke("analysts")
    other.endpoints.get(NAME).set_tags({"tier": "gold"})
    other.endpoints.get(NAME).permissions.grant("quentin@example.com", "CAN_QUERY")
    ws.undo()
    ws.undo()
    ep.refresh()
    assert ep.tags == {"purpose": "tutorial", "tier": "gold"}
    levels = ep.permissions.list()
    assert (levels["quentin@example.com"].direct, levels["analysts"].direct) == ("CAN_QUERY", "CAN_VIEW")


def test_the_history_lists_what_was_changed_and_what_was_undone(ws, ep):
    assert list(ep.history) == []
    ep.set_tags({"team": "risk"})
    ep.stop()
    ws.endpoints.get("pricing").start()
    assert [(each.action, each.endpoint) for each in ep.history] == [("stop", NAME), ("tags", NAME)]
    ws.undo(endpoint=NAME)
    ws.undo(ep.history[1].number)
    assert ep.history.to_frame()["undone"].tolist() == ["yes", "yes"]
    assert "team" in repr(ep.history)
    with pytest.raises(sw.ActionRefused, match="No change of churn was made through this connection"):
        ws.undo(endpoint="churn")
    with pytest.raises(sw.ActionRefused, match="undone already"):
        ws.undo(1)
    with pytest.raises(sw.ActionRefused, match=f"Every change of {NAME} that"):
        ws.undo(endpoint=NAME)


def test_a_creation_is_not_undone_by_deleting(ws):
    ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    with pytest.raises(sw.ActionRefused, match="creation of ads can't be undone"):
        ws.undo()


def test_where_everything_is_undone_that_is_said(ws, ep):
    ep.set_tags({"team": "risk"})
    ws.undo()
    with pytest.raises(sw.ActionRefused, match="Every change that was made through this connection was undone already"):
        ws.undo()


def test_where_the_newest_change_cannot_be_undone_the_one_before_is_named(ws, ep):
    ep.set_tags({"team": "risk"})
    ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    number = ep.history[0].number
    with pytest.raises(sw.ActionRefused) as refused:
        ws.undo()
    assert refused.value.hint.endswith(f"To undo the change of tags of {NAME}: %serving undo --number {number}")


def test_a_change_that_is_undone_several_times_at_once_is_sent_once(ws, ep, writes, on_loop):
    ep.stop()
    (change,) = ws.history.of(NAME)

    async def thrice():
        return await asyncio.gather(*(undo(ws, change) for _ in range(3)), return_exceptions=True)

    first, *others = on_loop(thrice)
    assert first.change is change
    assert [error.code for error in others] == ["nothing_to_undo"] * 2
    assert "was undone already" in str(others[0])
    assert len(writes(ws)) == 2


def test_an_interrupted_undo_is_repeated_without_a_second_request(ws, ep, writes, monkeypatch, capsys):
    ep.stop()
    start = Client.start_endpoint

    async def interrupted(self, *given, **named):
        await start(self, *given, **named)
        raise sw.OutcomeUnknown("Interrupted: it was sent, its outcome is unknown.")

    monkeypatch.setattr(Client, "start_endpoint", interrupted)
    with pytest.raises(sw.OutcomeUnknown, match="Undo it again: what was carried out is not sent a second time"):
        ws.undo()
    sent = len(writes(ws))
    assert ws.undo().undone
    assert len(writes(ws)) == sent
    assert "Undoing it was interrupted before" in capsys.readouterr().out


STEPS = st.lists(st.tuples(st.sampled_from([*CHANGES, "start", "delete"]), st.booleans()), min_size=1, max_size=5)
#: What someone else changes meanwhile, beside what is undone here.
BESIDE = {"tags": {"theirs": "1"}, "grant": "quentin@example.com"}


@settings(
    max_examples=settings.default.max_examples // 2 if settings.default.max_examples > 100 else 100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(STEPS)
def test_taking_back_a_sequence_of_changes_leads_to_the_state_before(in_process, steps):
    ws, other = in_process
    ws.mock.reset()
    for each in (ws, other):
        each.watcher.store.forget()
    before, ws.history = picture(ws), ChangeHistory()
    meanwhile = False
    for step, theirs in steps:
        ep = ws.endpoints.get(NAME)
        try:
            {**CHANGES, "start": lambda ep: ep.start().wait(), "delete": lambda ep: ep.delete()}[step](ep)
        except sw.ServingError:
            continue
        if step == "delete":
            break
        if theirs and not meanwhile:
            other.endpoints.get(NAME).set_tags(BESIDE["tags"])
            other.endpoints.get(NAME).permissions.grant(BESIDE["grant"], "CAN_VIEW")
            meanwhile = True
    for _ in ws.history.of():
        ws.undo()
        if ws.endpoints.get(NAME).info.state.update == "IN_PROGRESS":
            ws.endpoints.get(NAME).wait()
    after = picture(ws)
    if meanwhile:
        # What the other one did stays.
        before["tags"] = sorted([*before["tags"], {"key": "theirs", "value": "1"}], key=lambda tag: tag["key"])
        after["tags"] = sorted(after["tags"], key=lambda tag: tag["key"])
        before["grants"] = {**before["grants"], Principal("user", BESIDE["grant"]): "CAN_VIEW"}
    if "delete" in [step for step, _ in steps]:
        after = {key: value for key, value in after.items() if key in before}
    assert after == before


def test_a_look_between_a_change_of_tags_and_its_answer_does_not_hide_what_was_there(ws, ep, monkeypatch):
    patch_tags, before = Client.patch_tags, dict(ep.tags)

    async def looked_at_meanwhile(self, name, *arguments):
        await patch_tags(self, name, *arguments)
        await ws.watcher.look(name)

    monkeypatch.setattr(Client, "patch_tags", looked_at_meanwhile)
    ep.set_tags({"team": "risk"})
    ws.undo()
    assert dict(ep.tags) == before


def test_a_change_is_not_taken_back_where_what_came_of_it_was_not_seen(ws, ep, other, monkeypatch):
    patch_tags = Client.patch_tags

    async def lost(name):
        raise sw.ServingError("lost")

    with monkeypatch.context() as patched:

        async def then_lost(self, name, *arguments):
            await patch_tags(self, name, *arguments)
            patched.setattr(ws.watcher, "look", lost)

        patched.setattr(Client, "patch_tags", then_lost)
        ep.set_tags({"team": "risk"})
    other.endpoints.get(NAME).set_tags({"theirs": "1"})
    with pytest.raises(sw.ActionRefused, match="could not be looked at right after it"):
        ws.undo()
    assert other.endpoints.get(NAME).refresh().tags["theirs"] == "1"


def test_an_endpoint_that_was_made_again_without_its_permissions_is_told_so_once(ws, ep, monkeypatch):
    ep.delete()

    async def refused(*_, **__):
        raise sw.ServingError("There is no such principal.", hint="Look at them.")

    monkeypatch.setattr(Client, "set_permissions", refused)
    monkeypatch.setattr(Client, "update_permissions", refused)
    with pytest.raises(sw.ServingError, match="no such principal") as raised:
        ws.undo()
    assert raised.value.hint.startswith(f"{NAME} was created again, but without the permissions that it had.")
    with pytest.raises(sw.ActionRefused) as again:
        ws.undo()
    assert again.value.code == "nothing_to_undo"
