"""Having an endpoint as it is wanted, and looking before anything is sent."""

import asyncio

import pytest

import serving_widgets as sw

ADS = {"entity_name": "main.ml.ads", "entity_version": "1"}


def test_an_endpoint_that_is_missing_is_created(ws, writes, capsys):
    ep = ws.endpoints.ensure("ads", **ADS, tags={"team": "ads"}, wait=True)
    assert (ep.label, ep.tags) == ("Ready", {"team": "ads"})
    assert writes(ws) == [("POST", "/api/2.0/serving-endpoints")]
    out = capsys.readouterr().out
    assert "ads does not exist yet" in out
    assert "ads-1" in out


def test_an_endpoint_that_is_as_wanted_gets_no_request(ws, writes, capsys):
    ws.endpoints.ensure("ads", **ADS, wait=True)
    before = writes(ws)
    ws.endpoints.ensure("ads", **ADS, wait=True)
    assert writes(ws) == before
    assert "nothing to change" in capsys.readouterr().out


def test_another_version_is_an_update_that_keeps_the_rest(ws, writes, capsys):
    ws.endpoints.ensure("ads", **ADS, workload_size="Large", wait=True)
    ep = ws.endpoints.ensure("ads", entity_name="main.ml.ads", entity_version=2, wait=True)
    assert writes(ws)[1:] == [("PUT", "/api/2.0/serving-endpoints/ads/config")]
    (entity,) = ep.entities
    assert (entity.name, entity.entity_version, entity.workload_size) == ("ads-2", "2", "Large")
    out = capsys.readouterr().out
    assert "entity_version" in out
    assert out.index("entity_version") < len(out)


def test_another_model_is_served_as_a_new_endpoint_would_serve_it(ws):
    ws.endpoints.ensure("ads", **ADS, workload_size="Large", wait=True)
    ep = ws.endpoints.ensure("ads", entity_name="main.ml.other", entity_version="1", wait=True)
    (entity,) = ep.entities
    assert (entity.name, entity.workload_size, entity.scale_to_zero_enabled) == ("other-1", "Small", True)


def test_the_other_entities_of_an_endpoint_stay(ws):
    ws.endpoints.get("fraud-detector").wait()
    wanted = {"entity_name": "main.risk.fraud_detector", "entity_version": "9"}
    ep = ws.endpoints.ensure("fraud-detector", **wanted, wait=True)
    assert [(each.name, each.workload_size) for each in ep.entities] == [
        ("fraud_detector-9", "Medium"),
        ("fraud_challenger-2", "Small"),
    ]


@pytest.mark.parametrize("routes", [[{"served_entity_name": "m"}], ["m"], [{"traffic_percentage": "all"}]])
def test_traffic_that_can_not_be_read_is_refused_in_words(ws, writes, routes):
    config = {"served_entities": [ADS], "traffic_config": {"routes": routes}}
    with pytest.raises(sw.ConfigError, match="each route"):
        ws.endpoints.ensure("churn", config)
    assert writes(ws) == []


def test_only_tags_that_differ_are_sent(ws, writes):
    ws.endpoints.ensure("churn", tags={"team": "customers", "tier": "gold"})
    assert writes(ws) == [("PATCH", "/api/2.0/serving-endpoints/churn/tags")]
    (sent,) = [entry["body"] for entry in ws.mock.journal() if entry["method"] == "PATCH"]
    assert sent == {"add_tags": [{"key": "tier", "value": "gold"}], "delete_tags": []}
    assert ws.endpoints.get("churn").tags == {"team": "customers", "tier": "gold"}


def test_what_is_fixed_at_creation_is_refused_before_anything_is_sent(ws, writes, capsys):
    with pytest.raises(sw.ActionRefused, match="its description and budget policy can't be changed") as caught:
        ws.endpoints.ensure("churn", description="Another one", budget_policy_id="p-9", tags={"new": "1"})
    assert caught.value.code == "unchangeable"
    assert writes(ws) == []
    assert "description" in capsys.readouterr().out


def test_a_dry_run_shows_difference_and_requests_and_sends_nothing(ws, writes, capsys):
    ws.endpoints.ensure(
        "unity-model-endpoint",
        entity_name="myCatalog.mySchema.my-ads-model",
        entity_version="2",
        environment_vars={"KEY": "hush-hush", "REF": "{{secrets/a/b}}"},
        tags={"team": "ads"},
        dry_run=True,
    )
    out = capsys.readouterr().out
    assert "PUT /api/2.0/serving-endpoints/unity-model-endpoint/config" in out
    assert "PATCH /api/2.0/serving-endpoints/unity-model-endpoint/tags" in out
    assert "{{secrets/a/b}}" in out
    assert "hush-hush" not in out
    assert writes(ws) == []


def test_an_update_never_undoes_what_somebody_did_meanwhile(ws, writes):
    ws.endpoints.ensure("ads", **ADS, wait=True)
    from serving_widgets.workspace.changes.ensure import intend
    from serving_widgets.workspace.runtime import event_loop

    wanted = {"entity_name": "main.ml.ads", "entity_version": "2"}
    intent = event_loop.run_sync(lambda: intend(ws, "ads", None, wanted), twin="x")
    ws.endpoints.get("ads").update_config(entity_name="main.ml.ads", entity_version="9").wait()
    before = writes(ws)
    ((_, step),) = intent.steps()
    with pytest.raises(sw.ActionRefused, match="just changed by someone else"):
        event_loop.run_sync(step, twin="x")
    assert writes(ws) == before


def test_an_update_in_progress_is_refused_with_the_way_out(ws):
    with pytest.raises(sw.ActionRefused, match="update is in progress") as caught:
        ws.endpoints.ensure("fraud-detector", entity_name="main.risk.fraud_detector", entity_version="9")
    assert "wait" in caught.value.hint


def test_the_awaitable_twin_does_the_same(ws, writes):
    async def run():
        return await ws.endpoints.aio.ensure("ads", **ADS, wait=True)

    assert asyncio.run(run()).label == "Ready"
    assert len(writes(ws)) == 1


def test_stopping_what_is_stopped_can_be_fine(ws, writes):
    ep = ws.endpoints.get("pricing")
    with pytest.raises(sw.ActionRefused, match="already stopped"):
        ep.stop()
    assert ep.stop(ok_if_already=True).label == "Not ready (Stopped)"
    assert writes(ws) == []


def test_starting_what_runs_or_is_about_to_can_be_fine(ws, writes):
    assert ws.endpoints.get("unity-model-endpoint").start(ok_if_already=True).label == "Ready"
    ep = ws.endpoints.get("pricing").start()
    assert ep.start(ok_if_already=True).wait().label == "Ready"
    assert len(writes(ws)) == 1


@pytest.mark.parametrize(("name", "action"), [("churn-copy", "stop"), ("pricing", "start")])
def test_whoever_comes_second_is_fine_too_though_the_picture_is_old(ws, connect, name, action):
    """The endpoint was looked at, then somebody else did the same from another place."""
    ws.mock.serve("churn-copy", lambda rows: [0 for _ in rows])
    ep = ws.endpoints.get(name)
    other = connect(host=ws.host, token=ws.mock.env()["DATABRICKS_TOKEN"], name="other")
    getattr(other.endpoints.get(name), action)()
    assert getattr(ep, action)(ok_if_already=True).status == other.endpoints.get(name).status


def test_a_refusal_of_the_service_brings_the_picture_up_to_date(ws, connect, writes):
    ep = ws.endpoints.get("unity-model-endpoint")
    other = connect(host=ws.host, token=ws.mock.env()["DATABRICKS_TOKEN"], name="other")
    other.endpoints.get(ep.name).stop()
    with pytest.raises(sw.ApiError, match="already stopped"):
        ep.stop()
    assert ep.label == "Not ready (Stopped)"
    with pytest.raises(sw.ActionRefused, match="already stopped"):
        ep.stop()
    assert len(writes(ws)) == 2


def test_what_can_not_be_stopped_is_refused_even_so(ws):
    with pytest.raises(sw.ActionRefused, match="route-optimized"):
        ws.endpoints.get("recommender").stop(ok_if_already=True)


@pytest.mark.parametrize(
    ("act", "request_line"),
    [
        (lambda ep: ep.stop(dry_run=True), "POST /api/2.0/serving-endpoints/churn/config:stop"),
        (lambda ep: ep.start(dry_run=True), "POST /api/2.0/serving-endpoints/churn/config:start"),
        (lambda ep: ep.delete(dry_run=True), "DELETE /api/2.0/serving-endpoints/churn"),
        (lambda ep: ep.set_tags({"a": "b"}, dry_run=True), "PATCH /api/2.0/serving-endpoints/churn/tags"),
        (
            lambda ep: ep.update_config(entity_name="a.b.c", entity_version=1, dry_run=True),
            "PUT /api/2.0/serving-endpoints/churn/config",
        ),
    ],
)
def test_every_write_has_a_dry_run(ws, writes, capsys, act, request_line):
    ep = ws.endpoints.get("churn")
    assert act(ep) is ep
    assert request_line in capsys.readouterr().out
    assert writes(ws) == []


def test_what_a_dry_run_shows_is_what_is_sent(ws):
    from serving_widgets.workspace.changes.dry_run import plan
    from serving_widgets.workspace.changes.tags import tags_body

    ep = ws.endpoints.get("churn")
    planned = [
        plan("tags", "churn", tags_body({"a": "b", "c": None}, ["team"])),
        ep.plan("update", entity_name="main.ml.ads", entity_version="1"),
        ep.plan("delete"),
    ]
    ep.set_tags({"a": "b", "c": None}, remove=["team"])
    ep.update_config(entity_name="main.ml.ads", entity_version="1")
    ep.delete()
    sent = [entry for entry in ws.mock.journal() if entry["method"] != "GET"]
    assert [(each["method"], each["path"], each["body"]) for each in sent] == [
        (each.method, each.path, each.body) for each in planned
    ]


def test_a_dry_run_says_that_the_action_would_be_refused(ws, capsys):
    ws.endpoints.get("pricing").stop(dry_run=True)
    assert "As it is, it would be refused: pricing is already stopped." in capsys.readouterr().out


def test_a_dry_run_of_a_creation_makes_nothing(ws, writes, capsys):
    ws.endpoints.create("ads", **ADS, dry_run=True)
    assert "POST /api/2.0/serving-endpoints" in capsys.readouterr().out
    assert not ws.endpoints.exists("ads")
    assert writes(ws) == []


def test_tags_are_set_and_removed_by_one_request(ws, writes):
    ep = ws.endpoints.get("churn").set_tags({"pii": None, "tier": "gold"}, remove=["team"])
    assert ep.tags == {"pii": "", "tier": "gold"}
    assert len(writes(ws)) == 1


@pytest.mark.parametrize(
    ("tags", "remove", "said"),
    [
        (None, (), "no tag to set"),
        ({"a": 1}, (), "dictionary of texts"),
        ({"": "x"}, (), "dictionary of texts"),
        ({"a": "x"}, ["a"], "to be set and to be removed"),
        (None, "team", "list of keys"),
    ],
)
def test_tags_that_make_no_sense_are_refused(ws, writes, tags, remove, said):
    with pytest.raises(sw.ConfigError, match=said):
        ws.endpoints.get("churn").set_tags(tags, remove=remove)
    assert writes(ws) == []


def test_a_failed_wait_shows_the_last_lines_of_the_log_that_tells_why(ws):
    ep = ws.endpoints.get("churn")
    with pytest.raises(sw.WaitFailed) as caught:
        ep.wait()
    lines = [line.rstrip() for line in ep.build_logs("churn_model-4").splitlines() if line.strip()]
    assert list(caught.value.log_lines) == lines[-5:]
    assert "The end of the build log of churn_model-4:" in str(caught.value)
    assert all(line in str(caught.value) for line in caught.value.log_lines)


def test_a_log_that_can_not_be_had_hides_no_error(ws):
    ws.mock.faults([{"path": "*/*logs", "count": None, "status": 500}])
    with pytest.raises(sw.WaitFailed, match="Failed to build") as caught:
        ws.endpoints.get("churn").wait()
    assert caught.value.log_lines == ()


def test_a_protected_name_is_never_written_to(connect, writes):
    ws = connect("mock", clock="manual", protect=["ch*"])
    ep = ws.endpoints.get("churn")
    for act in (
        lambda: ep.set_tags({"a": "b"}),
        lambda: ws.endpoints.ensure("churn", tags={"a": "b"}),
        lambda: ws.endpoints.ensure("chosen", **ADS),
    ):
        with pytest.raises(sw.ActionRefused, match="protected by the pattern"):
            act()
    assert writes(ws) == []
