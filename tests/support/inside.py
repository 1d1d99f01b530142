"""An embedded workspace without its server: requests go straight into the application, thousands in a second."""

import asyncio
import json
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from serving_widgets.mock import scenarios
from serving_widgets.mock.app import App
from serving_widgets.mock.routes import ROUTES
from serving_widgets.mock.state.world import World

HOST = "127.0.0.1:7"
CONTROL = "/api/2.0/serving-endpoints"
PERMISSIONS = "/api/2.0/permissions/serving-endpoints"
ADA = "ada@example.com"
DROPPED = 0


@dataclass
class Answer:
    """What the application sent; status 0 where it dropped the connection."""

    status: int = DROPPED
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    content: bytes = b""

    @property
    def body(self):
        """The JSON of the answer."""
        return json.loads(self.content)

    @property
    def code(self):
        """The error code of a refusal; empty where there is none."""
        try:
            return self.body.get("error_code", "")
        except (ValueError, AttributeError):
            return ""


class Inside:
    """A workspace, its application and a loop to run it on.

    Parameters
    ----------
    scenario : str or Scenario
        What the workspace holds. Its clock stands until it is moved.
    """

    def __init__(self, scenario="empty"):
        found = scenarios.find(scenario)
        self.world = World(found.fill, 60.0, "manual", found.users, found.service_principals)
        self.world.host = f"http://{HOST}"
        self._tokens = {user.name: token for token, user in self.world.tokens.items()}
        self._app = App(self.world, ROUTES, lambda scope: None)
        self._loop = asyncio.new_event_loop()

    def close(self):
        self._loop.close()
        self.world.pool.stop()

    def token_of(self, user):
        return self._tokens[user]

    def send(self, method, target, content=b"", headers=()):
        """Send a request with a target as it goes over the wire (path and query, percent-encoded)."""
        raw, _, query = target.encode("latin-1").partition(b"?")
        path = unquote(raw.decode("latin-1"))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": raw,
            "query_string": query,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 7),
        }
        return self._loop.run_until_complete(self._exchange(scope, content))

    def __call__(self, method, path, body=None, *, user=ADA, content=None):
        """Send JSON as a user, to a path that is not encoded yet."""
        headers = [("Host", HOST), ("Authorization", f"Bearer {self._tokens[user]}")]
        headers.append(("Content-Type", "application/json"))
        if content is None:
            content = b"" if body is None else json.dumps(body).encode()
        return self.send(method, quote(path, safe="/:?=&"), content, headers)

    def visible(self):
        """Return everything an administrator can see of the endpoints, as text: what a refused request leaves alone."""
        listed = self("GET", CONTROL)
        shown = [listed.content]
        for item in listed.body.get("endpoints", ()):
            shown.append(self("GET", f"{CONTROL}/{item['name']}").content)
            if "id" in item:
                shown.append(self("GET", f"{PERMISSIONS}/{item['id']}").content)
        return b"\n".join(shown).decode()

    async def _exchange(self, scope, content):
        answer = Answer()
        sent = False

        async def receive():
            nonlocal sent
            if sent:
                await asyncio.Event().wait()
            sent = True
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.content += message.get("body", b"")

        await self._app(scope, receive, send)
        return answer
