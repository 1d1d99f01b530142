"""A script of requests, and everything that came back, as text. Run it: ``python transcript.py SCENARIO [POLLS]``.

Two things are random by design, and are replaced: the port, and tokens. All else is here: status lines, headers and
bodies.
With ``POLLS`` there are that many more looks between one step and the next; they are not part of the text.
"""

import http.client
import json
import re
import sys

from serving_widgets.mock import MockWorkspace

CONTROL = "/api/2.0/serving-endpoints"
TOKEN = re.compile(r"mock-(?:oauth-)?[0-9a-f]{32}")
ADA, BEN, VERA = "ada@example.com", "ben@example.com", "vera@example.com"
ENTITY = {"entity_name": "main.ml.model", "entity_version": "1", "scale_to_zero_enabled": True}
BROKEN = {"entity_name": "main.ml.broken", "entity_version": "2", "scale_to_zero_enabled": True}
CHAT = {"messages": [{"role": "user", "content": "What is served here?"}], "max_tokens": 20}
RECORDS = {"dataframe_records": [{"x": 1, "y": "two"}, {"x": 3, "y": "four"}]}


class Script:
    """Sends requests over one connection and writes down what comes back."""

    def __init__(self, mock, polls):
        self.mock = mock
        self.polls = polls
        self.lines = []
        self._address = mock.host.removeprefix("http://")
        self._http = http.client.HTTPConnection(self._address, timeout=30)

    def __call__(self, method, path, body=None, user=ADA, headers=(), token=None):
        for number in range(self.polls):
            where = (CONTROL, f"{CONTROL}/made", f"{CONTROL}/churn")[number % 3]
            self._send("GET", where, None, self.mock.token_of(VERA), ())
        status, sent, content = self._send(method, path, body, token or self.mock.token_of(user), headers)
        shown = "\n".join(f"{name}: {value}" for name, value in sent)
        self.write(f"> {method} {path} {user}\n< {status}\n{shown}\n\n{content}\n")
        return content

    def write(self, text):
        self.lines.append(TOKEN.sub("TOKEN", text).replace(self._address, "HOST"))

    def _send(self, method, path, body, token, headers):
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **dict(headers)}
        content = body if isinstance(body, str) else b"" if body is None else json.dumps(body)
        self._http.request(method, path, content, sent)
        answer = self._http.getresponse()
        return f"{answer.status} {answer.reason}", answer.getheaders(), answer.read().decode()


def perform(script):
    """Do a bit of everything."""
    names = [one["name"] for one in json.loads(script("GET", CONTROL))["endpoints"]]
    script("GET", "/api/2.0/preview/scim/v2/Me", user=BEN)
    script("GET", "/.well-known/databricks-config")
    config = {"served_entities": [ENTITY]}
    made = json.loads(script("POST", CONTROL, {"name": "made", "config": config, "tags": [{"key": "a"}]}, BEN))
    script("POST", CONTROL, {"name": "made"})
    for seconds in (10, 200, 100, 1):
        script("POST", "/_mock/advance", {"seconds": seconds})
        script("GET", f"{CONTROL}/made")
        script("GET", CONTROL, user=VERA)
    script("PATCH", f"{CONTROL}/made/tags", {"add_tags": [{"key": "b", "value": "c"}], "delete_tags": ["a"]}, BEN)
    grant = {"access_control_list": [{"user_name": VERA, "permission_level": "CAN_QUERY"}]}
    script("PATCH", f"/api/2.0/permissions/serving-endpoints/{made['id']}", grant, BEN)
    script("GET", f"/api/2.0/permissions/serving-endpoints/{made['id']}", user=BEN)
    for _ in range(3):
        script("POST", "/serving-endpoints/made/invocations", RECORDS, VERA)
    script("POST", "/serving-endpoints/made/invocations", "{")
    script("PUT", f"{CONTROL}/made/config", {"served_entities": [ENTITY, BROKEN]})
    two = [{"served_entity_name": name, "traffic_percentage": 50} for name in ("model-1", "broken-2")]
    script("PUT", f"{CONTROL}/made/config", {"served_entities": [ENTITY, BROKEN], "traffic_config": {"routes": two}})
    script("POST", "/_mock/advance", {"seconds": 400})
    script("GET", f"{CONTROL}/made")
    for entity in ("model-1", "broken-2", "nobody"):
        script("GET", f"{CONTROL}/made/served-models/{entity}/build-logs")
        script("GET", f"{CONTROL}/made/served-models/{entity}/logs")
    for name in names:
        script("GET", f"{CONTROL}/{name}")
        script("GET", f"{CONTROL}/{name}/metrics")
        script("GET", f"{CONTROL}/{name}/openapi")
        script("POST", f"/serving-endpoints/{name}/invocations", CHAT)
        script("POST", f"/serving-endpoints/{name}/invocations", {"inputs": [[1.0, 2.0, 3.0]]})
        script("POST", "/serving-endpoints/chat/completions", {"model": name, "stream": True, **CHAT})
        script("POST", f"{CONTROL}/{name}/config:stop")
    script("POST", "/_mock/advance", {"seconds": 3600})
    for name in (*names, "made"):
        script("POST", f"{CONTROL}/{name}/config:start")
    script("POST", "/_mock/advance", {"seconds": 90})
    for name in (*names, "made"):
        for entity in _entities(script("GET", f"{CONTROL}/{name}")):
            script("GET", f"{CONTROL}/{name}/served-models/{entity}/logs")
            script("GET", f"{CONTROL}/{name}/served-models/{entity}/build-logs")
    client = script.mock.connection()["clients"][0]
    form = "&".join(["grant_type=client_credentials", *(f"{key}={value}" for key, value in client.items())])
    script("POST", "/oidc/v1/token", form, headers=[("Content-Type", "application/x-www-form-urlencoded")])
    script("DELETE", f"{CONTROL}/made")
    script("POST", CONTROL, {"name": "made", "config": config})
    script("GET", CONTROL)
    script("POST", "/_mock/reset")
    script("GET", CONTROL)


def _entities(shown):
    body = json.loads(shown)
    configs = [body[key] for key in ("config", "pending_config") if key in body]
    return dict.fromkeys(one["name"] for config in configs for one in config["served_entities"])


def main(scenario, polls="0"):
    """Print the transcript."""
    with MockWorkspace(scenario, clock="manual") as mock:
        script = Script(mock, int(polls))
        perform(script)
        if not script.polls:
            script.write(json.dumps(mock.journal(), indent=1))
        print("\n".join(script.lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
