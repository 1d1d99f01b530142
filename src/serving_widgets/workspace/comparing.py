"""compare(), which takes endpoints of any open workspaces."""

from __future__ import annotations

from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.handles.endpoint import Endpoint
from serving_widgets.workspace.review.compare import EndpointComparison, compare_endpoints

from .connect import workspace as opened_workspace
from .runtime.event_loop import run_sync
from .session.session import Session


def compare(a: Endpoint | str, b: Endpoint | str | None = None, *, workspace: str | None = None) -> EndpointComparison:
    """Compare two endpoints, also of two workspaces, or two configurations of one: differences first.

    Parameters
    ----------
    a : Endpoint or str
        An endpoint; ``"churn@pending"`` means the configuration that is on its way, or whose deployment failed.
    b : Endpoint or str, optional
        The other one; the pending configuration of ``a`` unless given.
    workspace : str, optional
        The connection that names are of; the active one unless given.

    Returns
    -------
    EndpointComparison
        Configuration, settings, tags, permissions, schema, the metrics of the last minute and the packages of the
        builds, as far as they may be read; ``differences`` has what differs, and ``to_frame()`` all of it.

    Raises
    ------
    NotFound
        When there is no such endpoint.

    Examples
    --------
    >>> sw.compare("churn").differences[0][1]
    'churn_model-4: name'
    >>> sw.compare(ws.endpoints.get("churn"), ws.endpoints.get("pricing")).differences[0][0]
    'config'
    """
    session = opened_workspace(workspace)
    left = side_of(a, session)
    right = side_of(b, session) if b is not None else (left[0], "pending")
    return run_sync(lambda: compare_endpoints(left, right), twin="compare_endpoints(…)")


def side_of(which: Endpoint | str, session: Session) -> tuple[Endpoint, str]:
    """Return one side of a comparison, a name being one of ``session``: the endpoint, and which configuration of it.

    Raises
    ------
    ConfigError
        When it names none.
    """
    if isinstance(which, Endpoint):
        return which, "active"
    if not isinstance(which, str):
        raise ConfigError(
            f"{which!r} is not an endpoint.", hint='A handle or a name, such as "churn" or "churn@pending".'
        )
    name, _, config = which.partition("@")
    if config not in ("", "active", "pending"):
        raise ConfigError(f"There is no configuration {config!r} to compare.", hint="There are active and pending.")
    return Endpoint(session, name), config or "active"
