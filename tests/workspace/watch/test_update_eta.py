"""When an update may end, told from those that were seen."""

import pytest

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.workspace.watch.update_eta import UpdateDurations, UpdateEta

NAME = "example-endpoint"


def info(name="ads", size="Small"):
    entity = {"name": "m-1", "entity_name": "a.b.m", "entity_version": "1", "workload_size": size}
    return EndpointInfo.read({"name": name, "config": {"served_entities": [entity]}})


def test_without_history_nothing_is_told():
    assert UpdateDurations().eta(info()) is None


def test_own_updates_go_before_those_of_the_same_kind():
    seen = UpdateDurations()
    for name, seconds in (("ads", 300.0), ("ads", 400.0), ("other", 900.0)):
        seen.add(info(name), seconds)
    assert seen.eta(info()) == UpdateEta(350.0, pytest.approx(270.0), pytest.approx(440.0), 2, True)
    assert seen.eta(info("third")).updates == 3
    assert seen.eta(info("third", "Large")) is None


def test_one_that_takes_longer_than_all_before_says_so():
    assert UpdateEta(300, 240, 400, 5, True).words(500) == "longer than usual, by 5 updates of it"
    assert UpdateEta(300, 240, 400, 5, True).words(60) == "about 4 min left (3 to 6), by 5 updates of it"


@pytest.mark.parametrize("size", ["Small", "Large"])
def test_updates_end_within_the_spread_in_nine_of_ten(in_process, size):
    ws, _ = in_process
    ws.mock.reset()
    ws.watcher.store.forget()
    told = within = 0
    for name in (NAME, "unity-model-endpoint", "churn", "nightly-scores"):
        for number in range(14):
            ep = ws.endpoints.get(name).update_config(entity_version=str(number + 11), workload_size=size)
            began = ws.clock.now()
            eta = ws.watcher.history.durations.eta(ep.info)
            ep.wait()
            if number >= 4:
                told += 1
                within += eta.low <= ws.clock.now() - began <= eta.high
    assert told == 40
    assert within >= 0.9 * told


def test_a_status_tells_how_long_an_update_may_go_on(ws):
    ep = ws.endpoints.get(NAME)
    ep.update_config(entity_version="3")
    assert "min left" not in repr(ep._repr_mimebundle_()["text/plain"])
    ep.wait().update_config(entity_version="4")
    assert "by 1 update of it" in ep._repr_mimebundle_()["text/plain"]
