"""An update never changes what it does not name: random configurations, held against the mock's journal."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving_widgets.api.config.config_side_by_side import ComparableConfig

SIZES = ("Small", "Medium", "Large")
FIELDS = st.fixed_dictionaries(
    {
        "workload_size": st.sampled_from(SIZES),
        "scale_to_zero_enabled": st.booleans(),
        "environment_vars": st.dictionaries(st.sampled_from(["A", "B"]), st.sampled_from(["1", "{{secrets/s/k}}"])),
    }
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "workload_size": st.sampled_from(SIZES),
        "scale_to_zero_enabled": st.booleans(),
        "entity_version": st.sampled_from(["7", "8"]),
        "environment_vars": st.dictionaries(st.sampled_from(["B", "C"]), st.sampled_from(["2", None]), min_size=1),
    },
).filter(bool)


@st.composite
def updates(draw):
    """Return entities, their traffic, and the change of one of them."""
    count = draw(st.integers(1, 3))
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=count - 1, max_size=count - 1)))
    shares = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    entities = [
        {"name": f"m{n}-own", "entity_name": f"main.ml.m{n}", "entity_version": str(n + 1), **draw(FIELDS)}
        for n in range(count)
    ]
    return entities, shares, draw(st.integers(0, count - 1)), draw(CHANGES)


@settings(max_examples=settings.default.max_examples // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(updates())
def test_what_an_update_does_not_name_stays(in_process, update):
    ws, _ = in_process
    entities, shares, chosen, change = update
    ws.mock.reset()
    ws.watcher.store.forget()
    routes = [
        {"served_entity_name": each["name"], "traffic_percentage": share}
        for each, share in zip(entities, shares, strict=True)
    ]
    capture = {"catalog_name": "main", "schema_name": "logs", "enabled": True}
    whole = {"served_entities": entities, "traffic_config": {"routes": routes}, "auto_capture_config": capture}
    ep = ws.endpoints.create("ads", whole).wait()
    before = ComparableConfig.read(ep.info.config)
    ep.update_config(entity=entities[chosen]["name"], **change)
    sent = [each["body"] for each in ws.mock.journal() if each["method"] == "PUT"][-1]
    assert sent.get("auto_capture_config") == before.other.get("auto_capture_config")
    assert sent["traffic_config"]["routes"] == routes
    for place, (was, now) in enumerate(zip(before.entities, sent["served_entities"], strict=True)):
        wanted = dict(was)
        if place == chosen:
            wanted |= {key: value for key, value in change.items() if key != "environment_vars"}
        was_set, now_set = ({**each} for each in (wanted, now))
        variables = {
            **(was.get("environment_vars") or {}),
            **(change.get("environment_vars", {}) if place == chosen else {}),
        }
        kept = {key for key, value in variables.items() if value is not None}
        assert set(now_set.pop("environment_vars", None) or {}) == kept
        was_set.pop("environment_vars", None)
        assert now_set == was_set
    # The journal shows no values of variables; the endpoint does.
    reached = ep.wait().info.config.entities[chosen].environment_vars or {}
    own = {**(before.entities[chosen].get("environment_vars") or {}), **change.get("environment_vars", {})}
    assert reached == {key: value for key, value in own.items() if value is not None}


@settings(max_examples=settings.default.max_examples // 5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["fraud_detector-8", "fraud_challenger-2"]), st.integers(0, 6), min_size=1))
def test_the_impact_counts_the_requests_that_the_mock_counts(in_process, on_loop, asked):
    from serving_widgets.workspace.review.impact import impact_of

    ws, _ = in_process
    ws.mock.reset()
    ws.watcher.store.forget()
    ep = ws.endpoints.get("fraud-detector").wait()
    before = on_loop(impact_of, ws, "fraud-detector")
    sample = ep.sample("dataframe_records")
    for entity, count in asked.items():
        for _ in range(count):
            ep.query(sample, entity=entity, check=False)
    after = on_loop(impact_of, ws, "fraud-detector")
    counted = sum("invocations" in each["path"] for each in ws.mock.journal())
    assert after.requests - before.requests == sum(asked.values()) == counted
    for entity, total in after.by_entity.items():
        assert total - before.by_entity[entity] == asked.get(entity, 0)
