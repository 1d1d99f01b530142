"""Drafts: what somebody is about to deploy survives what others do, and undoes none of it."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.changes.config_draft import Draft, basis, shared_out

MODELS = ("main.ml.a", "main.ml.b", "main.ml.c", "main.ml.d")


def endpoint(*entities, routes=None, state="NOT_UPDATING", pending=None):
    """Return an endpoint; an entity is its model's last letter and its version, as in "a3"."""
    config = configured(entities, routes)
    raw = {"name": "ads", "state": {"ready": "READY", "config_update": state}, "config": config}
    if pending is not None:
        raw["pending_config"] = configured(pending, None)
    return EndpointInfo.read(raw)


def configured(entities, routes):
    served = [
        {
            "name": f"{each[0]}-{each[1:]}",
            "entity_name": f"main.ml.{each[0]}",
            "entity_version": each[1:],
            "workload_size": "Small",
            "scale_to_zero_enabled": True,
        }
        for each in entities
    ]
    shares = routes or shared_out([1] * len(served), 100)
    return {
        "served_entities": served,
        "traffic_config": {
            "routes": [
                {"served_entity_name": entity["name"], "traffic_percentage": share}
                for entity, share in zip(served, shares, strict=True)
            ]
        },
    }


def served(draft):
    return {
        entity["name"]: (entity["entity_version"], part.percent)
        for entity, part in zip(draft.wanted().entities, draft.parts, strict=True)
    }


def key(draft, name):
    return next(part.key for part in draft.parts if part.entity["name"] == name)


def test_a_draft_begins_with_what_is_served_and_changes_nothing():
    info = endpoint("a1", "b2", routes=[90, 10])
    draft = Draft.begin(info)
    assert served(draft) == {"a-1": ("1", 90), "b-2": ("2", 10)}
    assert not draft.touched
    assert not [group for group in draft.changes(info) if group.changed]


def test_another_version_has_the_name_that_the_service_would_give_it_and_the_traffic_of_the_old_one():
    draft = Draft.begin(endpoint("a1", "b2", routes=[90, 10]))
    draft = draft.edit(key(draft, "a-1"), "entity_version", " 4 ")
    assert served(draft) == {"a-4": ("4", 90), "b-2": ("2", 10)}
    assert draft.body()["traffic_config"]["routes"][0] == {"served_entity_name": "a-4", "traffic_percentage": 90}


def test_a_name_that_somebody_chose_stays():
    raw = endpoint("a1").raw
    raw["config"]["served_entities"][0]["name"] = "champion"
    raw["config"]["traffic_config"] = None
    draft = Draft.begin(EndpointInfo.read(raw))
    assert served(draft.edit("e0", "entity_version", "2")) == {"champion": ("2", 100)}


def test_setting_a_field_back_leaves_no_edit():
    draft = Draft.begin(endpoint("a1"))
    changed = draft.edit("e0", "scale_to_zero_enabled", False)
    assert changed.touched
    assert not changed.edit("e0", "scale_to_zero_enabled", True).touched


def test_one_that_is_added_gets_no_traffic_until_somebody_gives_it_some():
    draft = Draft.begin(endpoint("a1")).add("main.ml.a", "2")
    assert served(draft) == {"a-1": ("1", 100), "a-2": ("2", 0)}
    assert draft.faults() == []


def test_a_new_version_begins_with_the_size_and_scaling_of_the_version_that_is_served():
    large = Draft.begin(endpoint("a1", "b1")).edit("e0", "workload_size", "Large")
    large = large.edit("e0", "scale_to_zero_enabled", False).add("main.ml.a", "2").add("main.ml.c", "1")
    added = {each["name"]: each for each in large.wanted().entities}
    assert (added["a-2"]["workload_size"], added["a-2"]["scale_to_zero_enabled"]) == ("Large", False)
    assert (added["c-1"]["workload_size"], added["c-1"]["scale_to_zero_enabled"]) == ("Small", True)


def test_all_traffic_goes_to_one_entity_and_the_others_stay_deployed():
    draft = Draft.begin(endpoint("a1", "a2", routes=[90, 10])).all_to("a-2")
    assert draft.wanted().traffic == {"a-1": 0, "a-2": 100}
    assert draft.faults() == []
    with pytest.raises(ConfigError, match="a-3 is not in the draft"):
        draft.all_to("a-3")


def test_two_of_the_same_version_have_names_of_their_own():
    draft = Draft.begin(endpoint("a1")).add("main.ml.a", "1")
    assert list(served(draft)) == ["a-1", "a-1-2"]


def test_the_traffic_of_one_that_is_removed_goes_to_the_others_in_proportion():
    draft = Draft.begin(endpoint("a1", "b1", "c1", routes=[50, 30, 20]))
    assert served(draft.remove(key(draft, "a-1"))) == {"b-1": ("1", 60), "c-1": ("1", 40)}


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "1.5", "latest"])
def test_a_version_that_is_no_number_keeps_the_draft_from_being_sent(version):
    draft = Draft.begin(endpoint("a1")).edit("e0", "entity_version", version)
    assert "whole number" in draft.faults()[0]


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda draft: draft.edit("e9", "entity_version", "1"),
        lambda draft: draft.edit("e0", "name", "x"),
        lambda draft: draft.edit("e0", "entity_version", True),
        lambda draft: draft.edit("e0", "scale_to_zero_enabled", "yes"),
        lambda draft: draft.edit("e0", "workload_size", None),
        lambda draft: draft.add("", "1"),
        lambda draft: draft.add("main.ml.a", "x"),
        lambda draft: draft.add(None, None),
        lambda draft: draft.remove("e9"),
        lambda draft: draft.share({"e0": 100}),
        lambda draft: draft.share({"e0": 50, "e1": 49}),
        lambda draft: draft.share({"e0": 110, "e1": -10}),
        lambda draft: draft.share({"e0": 99.5, "e1": 0.5}),
        lambda draft: draft.share({"e0": True, "e1": 99}),
        lambda draft: draft.share(None),
    ],
)
def test_nonsense_from_a_page_changes_nothing(nonsense):
    with pytest.raises(ConfigError):
        nonsense(Draft.begin(endpoint("a1", "b1")))


def test_while_an_update_is_on_its_way_a_draft_begins_with_that():
    info = endpoint("a1", state="IN_PROGRESS", pending=["a2"])
    assert served(Draft.begin(info)) == {"a-2": ("2", 100)}
    failed = endpoint("a1", state="UPDATE_FAILED", pending=["a2"])
    assert served(Draft.begin(failed)) == {"a-1": ("1", 100)}
    assert served(Draft.begin(failed, "pending")) == {"a-2": ("2", 100)}


def test_a_draft_from_a_failed_configuration_is_compared_with_what_is_served():
    failed = endpoint("a1", state="UPDATE_FAILED", pending=["a2"])
    draft = Draft.begin(failed, "pending").edit("e0", "entity_version", "3")
    changed = [line for group in draft.changes(failed) for line in group.lines if line.changed]
    assert [(line.field, line.left, line.right) for line in changed] == [("Version", "1", "3")]


def test_the_request_hides_secrets_that_the_body_carries():
    raw = endpoint("a1").raw
    raw["config"]["served_entities"][0]["environment_vars"] = {"KEY": "canary-variable"}
    draft = Draft.begin(EndpointInfo.read(raw))
    assert draft.body()["served_entities"][0]["environment_vars"] == {"KEY": "canary-variable"}
    assert "canary" not in str(draft.request(where=""))


# What somebody else does meanwhile ------------------------------------------------------------------------------------


def test_both_changes_are_in_a_rebased_draft():
    draft = Draft.begin(endpoint("a1", "b1"))
    draft = draft.edit(key(draft, "a-1"), "entity_version", "2")
    rebased = draft.rebased(endpoint("a1", "b5"))
    assert served(rebased) == {"a-2": ("2", 50), "b-5": ("5", 50)}
    assert rebased.base == basis(endpoint("a1", "b5"), "active")


def test_where_both_changed_the_same_field_ones_own_stays_and_that_is_said():
    draft = Draft.begin(endpoint("a1")).edit("e0", "entity_version", "2")
    rebased = draft.rebased(endpoint("a3"))
    assert served(rebased) == {"a-2": ("2", 100)}
    assert rebased.notes == ("a-3: version was set to 3; yours, 2, is kept.",)


def test_one_that_others_added_is_in_it_and_one_that_they_removed_is_kept_only_if_it_was_edited():
    draft = Draft.begin(endpoint("a1", "b1"))
    edited = draft.edit(key(draft, "b-1"), "workload_size", "Large")
    assert set(served(draft.rebased(endpoint("a1", "c1")))) == {"a-1", "c-1"}
    rebased = edited.rebased(endpoint("a1", "c1"))
    assert set(served(rebased)) == {"a-1", "b-1", "c-1"}
    assert "b-1 was removed; yours is kept as one that you add." in rebased.notes


def test_what_was_removed_stays_removed():
    draft = Draft.begin(endpoint("a1", "b1"))
    rebased = draft.remove(key(draft, "b-1")).rebased(endpoint("a2", "b1"))
    assert served(rebased) == {"a-2": ("2", 100)}


def test_traffic_that_was_not_touched_is_theirs_and_traffic_that_was_is_ones_own():
    draft = Draft.begin(endpoint("a1", "b1", routes=[90, 10]))
    theirs = endpoint("a1", "b1", routes=[70, 30])
    assert served(draft.rebased(theirs)) == {"a-1": ("1", 70), "b-1": ("1", 30)}
    mine = draft.share({"e0": 20, "e1": 80})
    assert served(mine.rebased(theirs)) == {"a-1": ("1", 20), "b-1": ("1", 80)}


entities = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 4)).map(lambda pair: f"{pair[0]}{pair[1]}"),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each[0],
)


@st.composite
def drafts(draw):
    """Draw a draft with a few random edits."""
    draft = Draft.begin(endpoint(*draw(entities)))
    for _ in range(draw(st.integers(0, 5))):
        match draw(st.sampled_from(["edit", "size", "add", "remove", "share"])):
            case "edit":
                part = draw(st.sampled_from(draft.parts))
                draft = draft.edit(part.key, "entity_version", str(draw(st.integers(1, 9))))
            case "size":
                part = draw(st.sampled_from(draft.parts))
                draft = draft.edit(part.key, "workload_size", draw(st.sampled_from(["Small", "Medium"])))
            case "add":
                draft = draft.add(draw(st.sampled_from(MODELS)), draw(st.integers(1, 9)))
            case "remove":
                if len(draft.parts) > 1:
                    draft = draft.remove(draw(st.sampled_from(draft.parts)).key)
            case "share":
                shares = shared_out([draw(st.integers(0, 9)) for _ in draft.parts], 100)
                draft = draft.share({part.key: share for part, share in zip(draft.parts, shares, strict=True)})
    return draft


@given(drafts())
def test_whatever_is_edited_the_shares_are_whole_and_sum_to_100_and_every_name_is_its_own(draft):
    assert sum(part.percent for part in draft.parts) == 100
    assert all(part.percent >= 0 for part in draft.parts)
    assert len(served(draft)) == len(draft.parts)
    routes = draft.body()["traffic_config"]["routes"]
    assert [route["served_entity_name"] for route in routes] == [each["name"] for each in draft.wanted().entities]


@given(drafts(), entities)
def test_a_draft_on_top_of_what_others_did_loses_no_edit_and_none_of_their_changes(draft, theirs):
    info = endpoint(*theirs)
    rebased = draft.rebased(info)
    parts = {part.key: part for part in rebased.parts}
    for part in draft.parts:
        if part.edits:
            # Every field that was set has the value that it was set to.
            assert part.edits.items() <= parts[part.key].entity.items()
    touched = {field for part in draft.parts for field in part.edits}
    gone = {entity["name"] for entity in draft.base.entities} - {
        part.base["name"] for part in draft.parts if part.base is not None
    }
    kept = {part.base["name"]: part.entity for part in rebased.parts if part.base is not None}
    for entity in rebased.base.entities:
        if entity["name"] in kept:
            for field, value in entity.items():
                if field not in touched and field != "name":
                    assert kept[entity["name"]][field] == value
        else:
            assert gone, "an entity of theirs is missing that nobody removed"
    assert not rebased.parts or sum(part.percent for part in rebased.parts) == 100
    assert rebased.base == basis(info, "active")


@given(drafts())
def test_on_top_of_the_same_configuration_a_draft_stays_as_it_is(draft):
    again = draft.rebased(endpoint_of(draft))
    assert again == draft


def endpoint_of(draft):
    config = draft.base.body()
    return EndpointInfo.read(
        {"name": "ads", "state": {"ready": "READY", "config_update": "NOT_UPDATING"}, "config": config}
    )


@given(st.lists(st.integers(0, 100), min_size=1, max_size=10), st.integers(0, 1000))
def test_shares_are_whole_and_in_proportion(weights, total):
    shares = shared_out(weights, total)
    assert sum(shares) == total
    assert all(share >= 0 for share in shares)
    if sum(weights):
        assert all(abs(s - w * total / sum(weights)) < 1 for s, w in zip(shares, weights, strict=True))


def test_a_draft_is_not_changed_by_what_is_made_of_it():
    draft = Draft.begin(endpoint("a1", "b1"))
    before = dataclasses.asdict(draft)
    draft.edit("e0", "entity_version", "9").add("main.ml.c", "1").remove("e1")
    assert dataclasses.asdict(draft) == before
