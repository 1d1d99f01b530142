"""A running mock, and a way to ask it that no client of ours takes part in."""

import json
from dataclasses import dataclass

import httpx
import pytest

from serving_widgets.mock import MockWorkspace


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: httpx.Headers

    @property
    def body(self):
        """The JSON of the answer."""
        return json.loads(self.text)

    @property
    def code(self):
        """The error code of a refusal."""
        return self.body["error_code"]


class Asker:
    """Sends requests as a user of a mock."""

    control = "/api/2.0/serving-endpoints"

    def __init__(self, mock):
        self.mock = mock
        self._http = httpx.Client(base_url=mock.host, timeout=10, trust_env=False, verify=False)

    def close(self):
        self._http.close()

    def raw(self, method, path, **options):
        """Send a request as it is given."""
        answer = self._http.request(method, path, **options)
        return Answer(answer.status_code, answer.text, answer.headers)

    def __call__(self, method, path, body=None, *, user="ada@example.com"):
        headers = {"Authorization": f"Bearer {self.mock.token_of(user)}", "Content-Type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        return self.raw(method, path, content=content, headers=headers)

    def get(self, name, **options):
        return self("GET", f"{self.control}/{name}", **options)

    def names(self, **options):
        return [one["name"] for one in self("GET", self.control, **options).body["endpoints"]]

    def create(self, name="fresh", *entities, **more):
        config = {"served_entities": list(entities or [model()])}
        if "traffic" in more:
            config["traffic_config"] = {"routes": more.pop("traffic")}
        user = more.pop("user", "ada@example.com")
        return self("POST", self.control, {"name": name, "config": config, **more}, user=user)

    def update(self, name, *entities, **more):
        return self("PUT", f"{self.control}/{name}/config", {"served_entities": list(entities), **more})

    def stop(self, name, **options):
        return self("POST", f"{self.control}/{name}/config:stop", **options)

    def start(self, name, **options):
        return self("POST", f"{self.control}/{name}/config:start", **options)

    def delete(self, name, **options):
        return self("DELETE", f"{self.control}/{name}", **options)

    def query(self, name, body, **options):
        return self("POST", f"/serving-endpoints/{name}/invocations", body, **options)


def model(name="main.ml.model", version="1", **more):
    """An entity that serves a custom model."""
    return {"entity_name": name, "entity_version": version, "scale_to_zero_enabled": False, **more}


def external(**more):
    """An entity that serves an external chat model."""
    fields = {"name": "gpt-4.1", "provider": "openai", "task": "llm/v1/chat", **more}
    return {"external_model": {**fields, "openai_config": {"openai_api_key_plaintext": "hunter2"}}}


@pytest.fixture(scope="session")
def entity():
    """Return builders of served entities."""
    model.external = external
    return model


@pytest.fixture(scope="session")
def _running():
    with MockWorkspace(clock="manual") as mock:
        yield mock


@pytest.fixture
def mock(_running):
    """Return the demo workspace as it is at its start; its clock moves when the test says so."""
    _running.reset()
    return _running


@pytest.fixture(scope="session")
def _asker(_running):
    asker = Asker(_running)
    yield asker
    asker.close()


@pytest.fixture
def ask(mock, _asker):
    """Return the way to ask that workspace."""
    return _asker


@pytest.fixture
def started():
    """Return a way to start more workspaces, each with somebody to ask it."""
    opened = []

    def start(*args, **kwargs):
        mock = MockWorkspace(*args, **kwargs).start()
        asker = Asker(mock)
        opened.append((asker, mock))
        return mock, asker

    yield start
    for asker, mock in opened:
        asker.close()
        mock.stop()
