"""`Scenario`: what a workspace holds, and what happens in it, described in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from serving_widgets.mock.scoring.model import Model, Predict
from serving_widgets.mock.service.users import SERVICE_PRINCIPALS, USERS, MockUser
from serving_widgets.mock.serving import pyfunc
from serving_widgets.mock.state.faults import FaultRule
from serving_widgets.mock.state.rate_limit import QUERIES_PER_SECOND

from .endpoint_spec import EndpointSpec
from .scheduled_events import BackgroundTraffic, ScheduledEvent

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

Fill = Callable[["World"], None]


class Scenario:
    """What a workspace holds at its start, and what happens in it as service time goes on.

    A scenario does not change: each method returns another one with something added, so that one can be the base of
    several. The same scenario always gives the same workspace, ids and times included.

    Parameters
    ----------
    name : str
        What it is called, in the label of a workspace for example.
    extends : str
        The scenario to begin with, such as ``"demo"``; nothing at all by default.
    quota : int, optional
        Most endpoints that the workspace takes, stopped ones not counted; by default as many as the service has.

    Raises
    ------
    ValueError
        Here and in all methods, if something does not exist or makes no sense.

    Examples
    --------
    >>> checkout = (
    ...     Scenario("checkout", quota=5)
    ...     .user("eve@example.com", groups=["analysts"])
    ...     .endpoint("basket", lambda rows: [len(row["items"]) for row in rows], tags={"team": "shop"}, traffic=6)
    ...     .endpoint("prices", status="stopped", grants={"analysts": "CAN_VIEW"})
    ...     .later(600, "update", "basket", outcome="crashing")
    ...     .fault(path="*/basket/invocations", status=503, since=900, until=960, count=None)
    ... )
    >>> checkout
    <Scenario checkout>
    """

    def __init__(self, name: str = "own", *, extends: str = "empty", quota: int | None = None) -> None:
        from . import find

        if not isinstance(name, str) or not name:
            raise ValueError(f"the name of a scenario is a text, not {name!r}")
        if quota is not None and (isinstance(quota, bool) or not isinstance(quota, int) or quota < 0):
            raise ValueError(f"a quota is a whole number, not {quota!r}")
        base = find(extends)
        self.name = name
        self.users: tuple[MockUser, ...] = base.users
        self.service_principals: tuple[MockUser, ...] = base.service_principals
        self._quota = quota
        self._steps: tuple[Fill, ...] = (base.fill,)

    @classmethod
    def of(cls, name: str, fill: Fill) -> Self:
        """Return the scenario that a function fills."""
        scenario = cls.__new__(cls)
        scenario.name, scenario.users, scenario.service_principals = name, USERS, SERVICE_PRINCIPALS
        scenario._quota, scenario._steps = None, (fill,)
        return scenario

    @classmethod
    def from_recording(cls, file: str | Path) -> Self:
        """Return a workspace as it was when it was recorded, with a life of its own from there.

        What was read is answered as it was recorded, until the endpoint changes; then as this workspace sees it. Models
        answer requests that were recorded; to others they make an answer up in the shape of their schema, and a note in
        a header, which `QueryAnswer` shows, says so.

        Parameters
        ----------
        file : str or Path
            What ``serving_widgets.connect(record=FILE)`` wrote.

        Raises
        ------
        ValueError
            If it can't be read, or is no recording.

        Examples
        --------
        >>> Scenario.from_recording("dev.recording")  # doctest: +SKIP
        <Scenario dev.recording>
        """
        from . import recorded

        recording = recorded.read(file)
        scenario = cls.of(Path(file).name, recording.fill)
        scenario.users = (recording.user, *(user for user in USERS if user.name != recording.user.name))
        return scenario

    def __repr__(self) -> str:
        return f"<Scenario {self.name}>"

    def user(
        self, name: str, display_name: str = "", *, groups: tuple[str, ...] | list[str] = (), admin: bool = False
    ) -> Self:
        """Add a user who can sign in, with the token ``mock.token_of(name)``.

        Parameters
        ----------
        name : str
            E-mail address.
        display_name : str, optional
            Name for people; made from the address by default.
        groups : list of str
            Groups the user is in, new ones or those that the demo knows.
        admin : bool
            Whether the user administers the workspace.

        Raises
        ------
        ValueError
            If the name is no e-mail address, or there is a user of that name.

        Examples
        --------
        >>> Scenario("team").user("eve@example.com", groups=["analysts"])
        <Scenario team>
        """
        if "@" not in name:
            raise ValueError(f"the name of a user is an e-mail address, not {name!r}")
        if any(user.name == name for user in self.users):
            raise ValueError(f"there is a user {name} already")
        shown = display_name or name.split("@")[0].replace(".", " ").title()
        admins = ("admins",) if admin else ()
        other = self._copy()
        other.users = (*self.users, MockUser(name, shown, tuple(dict.fromkeys(("users", *groups, *admins)))))
        return other

    def endpoint(
        self,
        name: str,
        model: Predict | Model | str | Path | None = None,
        *,
        kind: str = "custom",
        status: str = "ready",
        outcome: str = "ready",
        signature: Mapping[str, Any] | None = None,
        task: str = "",
        entity_name: str = "",
        versions: Mapping[str, int] | str = "1",
        workload_size: str = "Small",
        workload_type: str = "",
        scale_to_zero: bool | None = None,
        tags: Mapping[str, str | None] | None = None,
        grants: Mapping[str, str] | None = None,
        creator: str = "",
        description: str = "",
        budget_policy: str | None = None,
        route_optimized: bool = False,
        age_days: float = 30.0,
        config_version: int = 1,
        traffic: float = 0.0,
        errors: float = 0.0,
    ) -> Self:
        """Add an endpoint.

        Parameters
        ----------
        name : str
            Its name.
        model : callable, Model, str or Path, optional
            What answers, as in `MockWorkspace.serve`. By default a number is made up from each row.
        kind : {"custom", "provisioned", "external", "foundation", "features"}
            What it serves.
        status : str
            What it is doing at the start: ``"ready"``, ``"scaled to zero"``, ``"stopped"``, ``"creating"``,
            ``"updating"``, ``"update failed"``, ``"update canceled"``, ``"creation failed"``, ``"without config"``.
        outcome : {"ready", "broken", "crashing", "stuck"}
            How what is being created or updated ends, see `later`.
        signature : mapping, optional
            ``inputs``, ``outputs`` and ``params`` as MLflow writes them.
        task : str, optional
            ``"llm/v1/chat"`` and so on, for a model that takes a whole body.
        entity_name : str, optional
            Name of the registered model; ``main.default.<name>`` by default.
        versions : str or mapping of str to int
            Version of the model that is served, or several with their shares of the traffic: ``{"7": 90, "8": 10}``.
        workload_size, workload_type : str
            As the service names them.
        scale_to_zero : bool, optional
            Whether it gives up its resources while it has no queries; by default if it has done so at the start.
        tags : mapping of str to str, optional
            Its tags; None stands for a tag without a value.
        grants : mapping of str to str, optional
            Permission level by e-mail, group or application id. Its creator and administrators manage it anyway.
        creator : str, optional
            Who made it; the default user by default.
        description, budget_policy, route_optimized
            As the service names them.
        age_days : float
            Days since it was made.
        config_version : int
            Version of the configuration that serves at the start.
        traffic : float
            Queries a minute that other people send it, for a day.
        errors : float
            Share of those that the model answers with an error; logs and metrics tell of both.

        Raises
        ------
        ValueError
            If the service would refuse such an endpoint, or a setting is not known.

        Examples
        --------
        >>> Scenario("shop").endpoint("prices", status="stopped", grants={"analysts": "CAN_VIEW"})
        <Scenario shop>
        """
        if isinstance(model, str | Path):
            model = pyfunc.load(model)
        elif model is not None and not isinstance(model, Model):
            if not callable(model):
                raise ValueError(f"a model is a function, or the folder of a saved one, not {model!r}")
            model = Model(model, signature, task)
        spec = EndpointSpec(
            name=name,
            creator=self._user(creator),
            model=model,
            kind=kind,
            status=status,
            outcome=outcome,
            entity_name=entity_name,
            versions={versions: 100} if isinstance(versions, str) else dict(versions),
            workload_size=workload_size,
            workload_type=workload_type,
            scale_to_zero=status == "scaled to zero" if scale_to_zero is None else scale_to_zero,
            tags=dict(tags or {}),
            grants=dict(grants or {}),
            description=description,
            budget_policy=budget_policy,
            route_optimized=route_optimized,
            age_days=age_days,
            config_version=config_version,
        )
        other = self._with(spec.build)
        return other._with(BackgroundTraffic(name, traffic, errors).plan) if traffic else other

    def later(self, after: float, what: str, endpoint: str, *, outcome: str = "ready", seconds: float = 90.0) -> Self:
        """Schedule an event of an endpoint.

        Parameters
        ----------
        after : float
            Service seconds after the start.
        what : {"update", "stop", "start", "delete", "crash"}
            What happens. An update brings the next version of each model; a crashed model server recovers.
        endpoint : str
            Name of the endpoint. If it is gone by then, or in no state for it, nothing happens.
        outcome : {"ready", "broken", "crashing", "stuck"}
            How an update ends: well, in its build, when the model is loaded, or not within the service's limit.
        seconds : float
            Service seconds that a crashed model server takes to be back.

        Raises
        ------
        ValueError
            If there is no such event or outcome, or a time is negative.

        Examples
        --------
        >>> Scenario("update").endpoint("basket").later(600, "update", "basket", outcome="crashing")
        <Scenario update>
        """
        return self._with(ScheduledEvent(after, what, endpoint, outcome, seconds).plan)

    def fault(self, **rule: Any) -> Self:
        """Add a fault rule as in `MockWorkspace.faults`; ``since`` and ``until`` say when.

        Parameters
        ----------
        **rule : object
            Members as of `serving_widgets.mock.state.faults.FaultRule`.

        Raises
        ------
        ValueError
            If a member is not known or makes no sense.

        Examples
        --------
        >>> Scenario("outage").fault(path="*/invocations", status=503, since=600, until=660, count=None)
        <Scenario outage>
        """
        FaultRule(rule)
        return self._with(lambda world: world.faults.add(rule))

    def throttle(self, queries_per_second: int = QUERIES_PER_SECOND) -> Self:
        """Refuse queries past so many in a second of service time with 429, as the service does past 200.

        Parameters
        ----------
        queries_per_second : int
            Most queries in any second of service time, at least 1.

        Raises
        ------
        ValueError
            If it is no such number.

        Examples
        --------
        >>> Scenario("busy").throttle(20)
        <Scenario busy>
        """
        if isinstance(queries_per_second, bool) or not isinstance(queries_per_second, int) or queries_per_second < 1:
            raise ValueError(f"queries per second are a whole number of at least 1, not {queries_per_second!r}")

        def limit(world: World) -> None:
            world.query_limit.limit = queries_per_second

        return self._with(limit)

    def fill(self, world: World) -> None:
        """Put everything into a workspace."""
        for step in self._steps:
            step(world)
        if self._quota is not None:
            world.quota = self._quota

    def _user(self, name: str) -> MockUser:
        people = (*self.users, *self.service_principals)
        found = people[0] if not name else next((user for user in people if user.name == name), None)
        if found is None:
            raise ValueError(f"there is no user {name}; add one first: .user({name!r})")
        return found

    def _with(self, step: Fill) -> Self:
        other = self._copy()
        other._steps = (*self._steps, step)
        return other

    def _copy(self) -> Self:
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other
