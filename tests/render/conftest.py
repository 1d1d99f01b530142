"""What the service sends, and a look at the HTML that is made of it."""

from html.parser import HTMLParser

import pytest

from serving_widgets.api.endpoint.models import EndpointInfo

READY = {
    "name": "fraud-detector",
    "id": "0123456789abcdef0123456789abcdef",
    "creator": "ada@example.com",
    "creation_timestamp": 1666829055000,
    "last_updated_timestamp": 1666829115000,
    "state": {"ready": "READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED"},
    "config": {
        "served_entities": [
            {
                "name": "fraud-1",
                "entity_name": "main.risk.fraud",
                "entity_version": "1",
                "workload_size": "Small",
                "workload_type": "CPU",
                "scale_to_zero_enabled": False,
                "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
            },
            {
                "name": "fraud-2",
                "entity_name": "main.risk.fraud",
                "entity_version": "2",
                "workload_size": "Small",
                "workload_type": "CPU",
                "scale_to_zero_enabled": False,
                "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
            },
        ],
        "traffic_config": {
            "routes": [
                {"served_model_name": "fraud-1", "served_entity_name": "fraud-1", "traffic_percentage": 90},
                {"served_model_name": "fraud-2", "traffic_percentage": 10},
            ]
        },
        "config_version": 3,
    },
    "tags": [{"key": "team", "value": "risk"}, {"key": "beta"}],
    "permission_level": "CAN_MANAGE",
    "effective_budget_policy_id": "b-1",
}


class Page(HTMLParser):
    """Elements and attributes of a piece of HTML, and what its rows say."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.rows, self.text, self._open = set(), [], [], "", []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag not in ("br", "wbr"):
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self._open[-1:] in (["td"], ["th"]):
            self.rows[-1][-1] += data


@pytest.fixture
def info():
    """Return a function that makes an endpoint: the ready one, changed as told."""
    return lambda **changed: EndpointInfo.read({**READY, **changed})


@pytest.fixture
def page():
    """Return the parser; reading fails where an element is left open."""
    return Page
