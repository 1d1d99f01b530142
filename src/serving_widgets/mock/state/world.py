"""The state of a workspace: its endpoints, users, faults, and the requests and queries that it has seen."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from serving_widgets.mock.language import BY_TASK, task_of
from serving_widgets.mock.logs import WorkspaceLogs
from serving_widgets.mock.observed.query_counters import QueryCounters
from serving_widgets.mock.scoring.demo_models import UNKNOWN
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service import assumptions, users
from serving_widgets.mock.service.clock import Clock, Mode
from serving_widgets.mock.service.endpoint import EndpointRecord, Entity, digest, registered_model
from serving_widgets.mock.service.errors import no_such_endpoint
from serving_widgets.mock.service.event_queue import EventQueue
from serving_widgets.mock.serving.model_threads import Pool

from .faults import Faults
from .lifecycle import Lifecycle
from .model_registry import ModelRegistry
from .oauth_tokens import OAuthTokens
from .rate_limit import change_limit, query_limit
from .recorded_answers import RecordedAnswers
from .request_journal import RequestJournal

if TYPE_CHECKING:
    from serving_widgets.mock.service.users import MockUser

WORKSPACE_ID = "1234567890123456"

_LOOKS = {"get": 1, "query": 1, "list": 2}
"""How many looks at an update are no poll yet: a script may well list twice, and wait for nothing."""


class World:
    """Everything the routes work on. Hold `lock` while reading or changing it.

    Parameters
    ----------
    fill : callable
        Puts into a world what it holds at the start, see `scenarios`.
    speed : float
        Service seconds per host second while the clock runs.
    clock : {"demo", "scaled", "manual"}
        The kind of clock.
    users, service_principals : sequence of User
        Users that may sign in; the first is the default one, and an administrator.
    """

    def __init__(
        self,
        fill: Callable[[World], None],
        speed: float,
        clock: Mode,
        users: Sequence[MockUser] = users.USERS,
        service_principals: Sequence[MockUser] = users.SERVICE_PRINCIPALS,
    ) -> None:
        self.lock = threading.RLock()
        self.host = ""
        self.clock = Clock(clock, speed, self.next_due)
        self.pool = Pool()
        self.users = tuple(users)
        self.service_principals = tuple(service_principals)
        self.tokens: dict[str, MockUser] = {f"mock-{secrets.token_hex(16)}": user for user in self.users}
        # Whoever has it is in this process, and moves the demo clock by itself.
        self.own_token = f"mock-{secrets.token_hex(16)}"
        self.tokens[self.own_token] = self.users[0]
        self.oauth = OAuthTokens()
        self.clients: dict[str, str] = {user.name: f"mock-{secrets.token_hex(16)}" for user in self.service_principals}
        self._fill = fill
        self.reset()

    def reset(self) -> None:
        """Return to the scenario's start: endpoints, time, faults and journal."""
        with self.lock:
            self.clock.reset()
            self._settled = self.clock.now()
            self.event_queue = EventQueue()
            self.lifecycle = Lifecycle(self.event_queue)
            self.faults = Faults()
            self.journal = RequestJournal()
            self.traffic = QueryCounters()
            self.logs = WorkspaceLogs()
            self.registry = ModelRegistry()
            self.models: dict[str, Model] = {}
            self.recorded = RecordedAnswers()
            self._endpoints: dict[str, EndpointRecord | Callable[[], EndpointRecord]] = {}
            self.lists: dict[str, tuple[bytes, list[EndpointRecord]]] = {}
            """The list as each user gets it, and which of its endpoints are updating; kept until one changes."""
            self._made: dict[str, int] = {}
            self.query_limit = query_limit()
            self.change_limit = change_limit()
            self.quota: int | None = assumptions.ENDPOINT_QUOTA
            """Most endpoints that may be there and not stopped; None for any number."""
            self._fill(self)
            # A scenario may have moved the clock to when it begins.
            self._settled = self.clock.now()

    @property
    def groups(self) -> frozenset[str]:
        """Names of the groups that have members."""
        return frozenset(group for user in (*self.users, *self.service_principals) for group in user.groups)

    def user_of(self, token: str) -> MockUser | None:
        """Return who signs in with `token`, personal or OAuth."""
        grant = self.oauth.find(token)
        return self.tokens.get(token) if grant is None else grant.user

    def settle(self) -> float:
        """Carry out the events that have become due, and return the service time."""
        with self.lock:
            now = self._settled = self.clock.now()
            self.event_queue.run(now)
            return now

    def next_due(self) -> float | None:
        """Return the time of the next event; None if there is none."""
        with self.lock:
            self.settle()
            return self.event_queue.next_due()

    def looked(self, endpoint: EndpointRecord, token: str, how: Literal["get", "query", "list"]) -> None:
        """Have the demo clock run where a client that doesn't move it polls an update in progress."""
        if endpoint.updating and token != self.own_token:
            endpoint.looks[how] += 1
            if endpoint.looks[how] > _LOOKS[how]:
                self.clock.polled()

    def add(self, endpoint: EndpointRecord) -> None:
        """Take in an endpoint."""
        self._endpoints[endpoint.name] = endpoint
        endpoint.on_change = self.lists.clear
        self.lists.clear()

    def add_later(self, name: str, build: Callable[[], EndpointRecord]) -> None:
        """Take in an endpoint that is built when it is first read."""
        self._endpoints[name] = build
        self.lists.clear()

    def exists(self, name: str) -> bool:
        """Return whether there is an endpoint of that name."""
        return name in self._endpoints

    def endpoint(self, name: str) -> EndpointRecord:
        """Return the endpoint of that name, or refuse with 404."""
        if name not in self._endpoints:
            raise no_such_endpoint(name)
        found = self._endpoints[name]
        if not isinstance(found, EndpointRecord):
            found = self._endpoints[name] = found()
            found.on_change = self.lists.clear
            # An update in progress has gone on in the meantime.
            self.event_queue.run(self._settled)
        return found

    def found(self, name: str) -> EndpointRecord | None:
        """Return the endpoint of that name, None where there is none."""
        return self.endpoint(name) if self.exists(name) else None

    def endpoints(self) -> Iterable[EndpointRecord]:
        """Return all endpoints, in the order in which they were made."""
        return [self.endpoint(name) for name in self._endpoints]

    def remove(self, endpoint: EndpointRecord) -> None:
        """Drop an endpoint and what was planned for it; the models that it named stay registered."""
        self.registry.update([endpoint])
        endpoint.drop_events(timers=True)
        del self._endpoints[endpoint.name]
        self.lists.clear()

    def new_id(self, name: str) -> str:
        """Return an id for an endpoint to be: another one each time a name is used again."""
        self._made[name] = self._made.get(name, 0) + 1
        return digest("endpoint", name, self._made[name])

    def new_endpoint(self, name: str, user: MockUser, at: float) -> EndpointRecord:
        """Return a new endpoint of `user`, not yet taken in, without a configuration."""
        return EndpointRecord(
            name=name,
            id=self.new_id(name),
            creator=user.name,
            creator_name=user.display_name,
            creator_kind="ServicePrincipal" if user.service_principal else "User",
            created=at,
            updated=at,
            grants={user.principal: "CAN_MANAGE"},
        )

    def model_of(self, entity: Entity) -> Model:
        """Return the function that answers for `entity`: its own, that of its task, or one that takes anything."""
        registered = self.models.get(str(entity.spec.get("entity_name", "")))
        if registered is not None:
            return registered
        if "external_model" in entity.spec:
            return BY_TASK[entity.spec["external_model"]["task"]]
        if entity.kind == "provisioned":
            return BY_TASK[task_of(str(entity.spec["entity_name"]))]
        return Model(UNKNOWN.predict, task="features") if entity.kind == "features" else UNKNOWN

    def queried(
        self, endpoint: EndpointRecord, entity: Entity, at: float, status: int, took_ms: float, error: str = ""
    ) -> None:
        """Tell the logs and the metrics that `entity` answered a query.

        Parameters
        ----------
        endpoint, entity : Endpoint, Entity
            The endpoint that was asked, and the entity that answered.
        at : float
            Service time of the answer.
        status : int
            HTTP status of the answer.
        took_ms : float
            Milliseconds the answer took, as the workspace tells it: never the host's time, which no script sees twice.
        error : str, optional
            The message of a refusal and, after a line feed, the traceback of the model, if there is one.
        """
        self.logs.queried(endpoint, entity, at, status, took_ms, error)
        self.traffic.queried(endpoint.name, entity.name, at, status, took_ms)

    def serve(self, name: str, model: Model, entity_name: str) -> None:
        """Add an endpoint of the default user that is ready and answers with `model`."""
        with self.lock:
            now = self.settle()
            if self.exists(name):
                raise ValueError(f"there is an endpoint {name!r} already")
            user = self.users[0]
            endpoint = self.new_endpoint(name, user, now)
            endpoint.serve(1, [Entity(registered_model(entity_name, "1", scale_to_zero=False), user.name, now)], now)
            endpoint.task = model.task
            self.models[entity_name] = model
            self.add(endpoint)
