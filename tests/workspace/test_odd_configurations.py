"""A configuration of another shape than the service documents is read as far as it can be, without a raw error."""

import contextlib
import copy

import pytest
from scripted_service import READY

import serving_widgets as sw


@pytest.mark.parametrize("entities", [5, "a", {"name": "a"}, [5], [None]], ids=str)
def test_an_update_is_planned_whatever_stands_where_served_entities_belong(real, service, entities):
    odd = copy.deepcopy(READY)
    odd["config"]["served_entities"] = entities
    service.rule = lambda method, path: (200, {}, odd if "serving-endpoints/" in path else {"endpoints": [odd]})
    name = odd["name"]
    with contextlib.suppress(sw.ServingError):
        real.endpoints.ensure(name, entity_name="a.b.c", entity_version="1", dry_run=True)
    assert service.writes == []
