"""`MockWorkspace`, the embedded workspace as its users see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from serving_widgets.mock.scoring.model import Model, Predict
from serving_widgets.mock.service.clock import Clock, Mode
from serving_widgets.mock.service.endpoint import Config, EndpointRecord, Entity
from serving_widgets.mock.state.world import World

from . import scenarios
from .logs import only_entity
from .scenarios import Scenario
from .server import LOOPBACK, Server
from .serving import pyfunc


class MockWorkspace:
    """A workspace on loopback in this process: an HTTP server on a thread of its own, with a random port and tokens.

    All methods may be called from any thread.

    Parameters
    ----------
    scenario : str or Scenario
        What the workspace holds: ``"demo"``, ``"empty"``, ``"large"`` (1,000 endpoints), ``"large:N"``, ``"incident"``
        (a bad day), or a `Scenario` of one's own.
    speed : float
        Service seconds per host second while the clock runs.
    clock : {"demo", "scaled", "manual"}
        ``scaled`` always runs, ``manual`` moves when told or waited for, ``demo`` runs while a view is looking, or
        while another client polls an update.
    port : int
        Port to listen on; 0 for any free one.

    Raises
    ------
    ValueError
        If there is no such scenario or clock, or `speed` is not a positive number.

    Examples
    --------
    >>> with MockWorkspace(clock="manual") as mock:
    ...     sorted(mock.env())
    ['DATABRICKS_HOST', 'DATABRICKS_TOKEN']
    """

    def __init__(
        self, scenario: str | Scenario = "demo", speed: float = 60.0, clock: Mode = "demo", port: int = 0
    ) -> None:
        found = scenarios.find(scenario)
        self.scenario = found.name
        self._world = World(found.fill, speed, clock, found.users, found.service_principals)
        self._port = port
        self._server: Server | None = None

    def __repr__(self) -> str:
        return f"<MockWorkspace {self.scenario}, {'running' if self._server else 'not running'}>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Start to listen, unless it does already; returns the workspace once requests are answered.

        Raises
        ------
        OSError
            If the port is taken.
        """
        if self._server is None:
            server = Server(self._world, self._port)
            self._world.host = f"http://{LOOPBACK}:{server.port}"
            server.start()
            self._server = server
        return self

    def stop(self) -> None:
        """Stop to listen and end the thread; what is being answered is dropped."""
        if self._server is not None:
            self._server.stop()
            self._server = None
            self._world.pool.stop()

    @property
    def host(self) -> str:
        """Address of the workspace, such as ``"http://127.0.0.1:43121"``."""
        if self._server is None:
            raise RuntimeError("the mock workspace is not running; call start() first")
        return self._world.host

    @property
    def token(self) -> str:
        """Token of the default user, who is an administrator."""
        return self.token_of(self.user_name)

    @property
    def own_token(self) -> str:
        """Another token of the default user, for a client that moves the demo clock itself while it waits."""
        return self._world.own_token

    @property
    def user_name(self) -> str:
        """E-mail of the default user."""
        return self._world.users[0].name

    @property
    def clock(self) -> Clock:
        """Service time."""
        return self._world.clock

    def token_of(self, user_name: str) -> str:
        """Return the token of a user.

        Parameters
        ----------
        user_name : str
            E-mail address, such as ``"vera@example.com"``, who may view and no more.

        Raises
        ------
        KeyError
            If there is no such user.
        """
        for token, user in self._world.tokens.items():
            if user.name == user_name and not user.service_principal:
                return token
        raise KeyError(user_name)

    def env(self) -> dict[str, str]:
        """Return the environment that another client needs to work on this workspace.

        The demo clock runs while such a client waits for an update: from its second look at an endpoint that is being
        updated on, from its second query to one that isn't ready yet, or from its third list.

        Returns
        -------
        dict of str to str
            ``DATABRICKS_HOST`` and ``DATABRICKS_TOKEN``, the latter the default user's.

        Raises
        ------
        RuntimeError
            If the workspace is not running.
        """
        return {"DATABRICKS_HOST": self.host, "DATABRICKS_TOKEN": self.token}

    def connection(self) -> dict[str, Any]:
        """Return how to sign in, as the document that ``serving-widgets mock --connection-file`` writes."""
        users = [
            {"user_name": user.name, "token": self.token_of(user.name), "admin": user.admin}
            for user in self._world.users
        ]
        clients = [{"client_id": name, "client_secret": secret} for name, secret in self._world.clients.items()]
        return {"host": self.host, "users": users, "clients": clients}

    def serve(
        self,
        name: str,
        model: Predict | Model | str | Path,
        *,
        entity_name: str = "",
        signature: Mapping[str, Any] | None = None,
        task: str = "",
    ) -> None:
        """Add a ready endpoint that answers with a Python function, or with a model that was saved with MLflow.

        Parameters
        ----------
        name : str
            Name of the endpoint.
        model : callable, Model, str or Path
            A function is called with the data of a query and, if it takes two arguments, with its ``params``: rows as a
            list of dicts for columns, nested lists for tensors, the whole body if there is a `task`. It runs on a
            thread of the mock's own and may take its time. A path is that of a folder with an ``MLmodel``; such a model
            brings its own signature and answers through MLflow (the extra ``mlflow``).
        entity_name : str, optional
            Name of the registered model; ``main.default.<name>`` by default.
        signature : mapping, optional
            ``inputs``, ``outputs`` and ``params`` of a function, as MLflow writes them; queries are converted and
            checked as MLflow's scoring server does it, and the endpoint has an OpenAPI document.
        task : str, optional
            Task of a function: ``"llm/v1/chat"``, ``"llm/v1/completions"`` or ``"llm/v1/embeddings"``.

        Raises
        ------
        ValueError
            If there is an endpoint of that name, the folder is no saved model, the signature is none of MLflow's, or
            there is a signature or a task for a model that has its own.
        ImportError
            If a saved model is to be served, and MLflow is not installed.

        Examples
        --------
        >>> mock = MockWorkspace("empty")
        >>> mock.serve("doubling", lambda rows: [2 * row["x"] for row in rows])
        """
        if isinstance(model, str | Path | Model) and (signature is not None or task):
            raise ValueError("a signature and a task are given with a function; this model has its own")
        if isinstance(model, str | Path):
            model = pyfunc.load(model)
        elif not isinstance(model, Model):
            model = Model(model, signature, task)
        self._world.serve(name, model, entity_name or f"main.default.{name.replace('-', '_')}")

    def advance(self, seconds: float) -> None:
        """Move service time forward.

        Parameters
        ----------
        seconds : float
            Service seconds, at least 0.

        Raises
        ------
        ValueError
            If `seconds` is negative or no number, or leads past the year 9999.

        Examples
        --------
        >>> mock = MockWorkspace("empty", clock="manual")
        >>> mock.advance(60)
        """
        self._world.clock.advance(seconds)

    def faults(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Set the fault rules, in place of those before; an empty list ends all faults.

        Parameters
        ----------
        rules : iterable of mapping
            Members as of `serving_widgets.mock.state.faults.FaultRule`: which requests (``method``, ``path``,
            ``since``, ``until``, ``skip``, ``every``, ``count``) and what happens (``status``, ``body``,
            ``retry_after``, ``delay``, ``disconnect``, ``truncate``, ``malformed``).

        Raises
        ------
        ValueError
            If a rule has a member that is not known or makes no sense; the rules before stay in force.

        Examples
        --------
        >>> mock = MockWorkspace("empty")
        >>> mock.faults([{"path": "*/config:stop", "status": 503, "count": 2, "retry_after": 1}])
        """
        with self._world.lock:
            self._world.faults.set(rules)

    def journal(self) -> list[dict[str, Any]]:
        """Return the requests seen, oldest first, without secrets.

        Returns
        -------
        list of dict
            For each request its number ``n``, ``method``, ``path``, ``query``, ``user`` (None without a token),
            ``status`` (0 where the connection was dropped), ``service_time`` in seconds since the epoch, ``body`` and
            ``request_id``. At most 10,000; of large bodies, of old ones past 16 MiB in all, and of those without a
            token only the size is kept.
        """
        with self._world.lock:
            return self._world.journal.entries()

    def write_log(self, endpoint: str, text: str, *, entity: str = "") -> None:
        """Add lines to the log of a model server, as they are, at the present service time.

        Parameters
        ----------
        endpoint : str
            Name of the endpoint.
        text : str
            One line or several.
        entity : str, optional
            Name of the served entity; may be left out where there is only one.

        Raises
        ------
        ValueError
            If there is no such endpoint, it is not clear which entity is meant, or no server runs that could write.

        Examples
        --------
        >>> mock = MockWorkspace(clock="manual")
        >>> mock.write_log("example-endpoint", "[hc4q8] Traceback (most recent call last):")
        """
        with self._world.lock:
            now = self._world.settle()
            self._world.logs.write(*self._logging(endpoint, entity), now, text)

    def fill_log(self, endpoint: str, lines: int = 200_000, *, entity: str = "") -> None:
        """Have the log of a model server hold so many lines, more than the service would ever give.

        Parameters
        ----------
        endpoint, entity : str
            As for `write_log`, and so are the errors.
        lines : int
            How many; 200,000 are about 20 MB.
        """
        with self._world.lock:
            now = self._world.settle()
            self._world.logs.fill(*self._logging(endpoint, entity), now, lines)

    def roll_log(self, endpoint: str, window: int, *, entity: str = "", quiet: bool = False) -> None:
        """Set how many of the most recent lines of a model server's log are given, 5,000 by default.

        Parameters
        ----------
        endpoint, entity : str
            As for `write_log`, and so are the errors.
        window : int
            Number of lines, at least one.
        quiet : bool
            Whether the server writes nothing by itself from now on, until `reset`: only queries and `write_log` add to
            the log then.
        """
        with self._world.lock:
            now = self._world.settle()
            self._world.logs.roll(*self._logging(endpoint, entity), now, window, quiet=quiet)

    def reset(self) -> None:
        """Return to the start of the scenario: endpoints, time, faults, journal. Tokens stay, what was served goes."""
        self._world.reset()

    def _logging(self, endpoint: str, entity: str) -> tuple[EndpointRecord, Config, Entity]:
        if not self._world.exists(endpoint):
            raise ValueError(f"there is no endpoint {endpoint!r}")
        found = self._world.endpoint(endpoint)
        return found, *only_entity(found, entity)
