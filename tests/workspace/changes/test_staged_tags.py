"""Changes of tags that are held until they are sent."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.changes.staged_tags import Retagging, TagsChanged, retag, tags_of
from serving_widgets.workspace.runtime import event_loop


def tagged(**tags):
    return EndpointInfo.read({"name": "ads", "tags": [{"key": key, "value": value} for key, value in tags.items()]})


def sent(ws, wanted):
    return event_loop.run_sync(lambda: retag(ws, wanted), twin="x")


def test_only_what_differs_is_staged():
    info = tagged(team="risk")
    wishes = Retagging("ads").set(info, "team", "fraud").set(info, "tier", "gold").set(info, "team", "risk")
    assert wishes.add == {"tier": "gold"}
    assert not wishes.remove(info, "tier")


def test_a_tag_without_a_value_is_a_key_alone():
    wishes = Retagging("ads").set(tagged(), " pii ", " ").remove(tagged(old="x"), "old")
    assert wishes.request(where="").body == {"add_tags": [{"key": "pii"}], "delete_tags": ["old"]}


@pytest.mark.parametrize(("key", "value"), [("", "x"), (" ", "x"), (None, "x"), ("x", None), ("x", 1)])
def test_nonsense_from_a_page_is_refused(key, value):
    with pytest.raises(ConfigError):
        Retagging("ads").set(tagged(), key, value)


keys = st.sampled_from(["a", "b", "c"])
values = st.sampled_from(["", "1", "2"])
tag_sets = st.dictionaries(keys, values)


@given(tag_sets, tag_sets, tag_sets, st.lists(st.tuples(keys, st.none() | values)))
def test_wishes_on_top_of_what_others_did_lead_to_what_was_wished(before, meanwhile, base, wishes):
    info = tagged(**base)
    wanted = Retagging("ads")
    for key, value in wishes:
        wanted = wanted.remove(info, key) if value is None else wanted.set(info, key, value)
    theirs = tagged(**meanwhile)
    rebased = wanted.rebased(theirs)
    assert rebased.behind(theirs) == []
    after = {**tags_of(theirs), **{key: value or "" for key, value in rebased.add.items()}}
    after = {key: value for key, value in after.items() if key not in rebased.gone}
    expected = {**tags_of(theirs), **{key: tag.after for key, tag in wanted.staged.items()}}
    assert after == {key: value for key, value in expected.items() if value is not None}
    # What is shown is what is sent: nothing else is touched.
    assert set(rebased.add) | set(rebased.gone) <= set(wanted.staged)


def test_tags_are_sent_in_one_request_and_read_back():
    ws = sw.connect("mock", clock="manual")
    ep = ws.endpoints.get("fraud-detector")
    sent(ws, Retagging(ep.name).set(ep.info, "team", "fraud").set(ep.info, "new", "").remove(ep.info, "tier"))
    assert ep.tags == {"cost-center": "4711", "new": "", "team": "fraud"}
    assert [entry["path"].rpartition("/")[2] for entry in ws.mock.journal() if entry["method"] != "GET"] == ["tags"]
    ws.close()


def test_a_tag_that_somebody_else_changed_meanwhile_is_not_overwritten():
    ws = sw.connect("mock", clock="manual")
    ep = ws.endpoints.get("fraud-detector")
    wanted = Retagging(ep.name).set(ep.info, "team", "fraud")
    other = sw.connect(host=ws.host, token=ws.mock.token, name="other")
    other.endpoints.get(ep.name).set_tags({"team": "theirs", "tier": "gold"})
    begin = len(ws.mock.journal())
    with pytest.raises(TagsChanged) as caught:
        sent(ws, wanted)
    assert "'team'" in caught.value.message
    assert [entry["method"] for entry in ws.mock.journal()[begin:]] == ["GET"]
    sent(ws, wanted.rebased(caught.value.info))
    assert ep.refresh().tags["team"] == "fraud"
    assert ep.tags["tier"] == "gold"
    other.close()
    ws.close()


def test_tags_that_read_back_otherwise_are_an_error(monkeypatch):
    ws = sw.connect("mock", clock="manual")
    ep = ws.endpoints.get("fraud-detector")

    async def lost(*_, **__):
        await asyncio.sleep(0)

    monkeypatch.setattr(ws.client(), "patch_tags", lost)
    with pytest.raises(sw.ServingError, match="read back otherwise"):
        sent(ws, Retagging(ep.name).set(ep.info, "team", "fraud"))
    ws.close()
