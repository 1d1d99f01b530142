"""Waiting on a service that does not answer."""

import threading
import time

import pytest
from scripted_service import silent

import serving_widgets as sw


@pytest.mark.parametrize("after", [0.0, 0.5])
def test_a_wait_ends_on_time_where_the_service_falls_silent(real, service, updating, after):
    service.endpoint = updating
    ep = real.endpoints.get("churn")
    threading.Timer(after, lambda: setattr(service, "rule", lambda method, path: silent)).start()
    began = time.monotonic()
    with pytest.raises(sw.WaitTimeout, match="does not answer"):
        ep.wait(timeout=2)
    assert time.monotonic() - began < 30


def test_a_wait_asks_no_sooner_than_the_service_wants(real, service, updating):
    service.endpoint = updating
    ep = real.endpoints.get("churn")
    service.rule = lambda method, path: (429, {"retry-after": "100"}, {"error_code": "X", "message": "slow down"})
    service.seen.clear()
    with pytest.raises(sw.ServingError):
        ep.wait(timeout=2)
    assert service.gets <= 3
