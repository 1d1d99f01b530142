"""What this workspace had to assume: facts inferred, not documented by the service. Each has one name, here.

Should a real workspace show another value, this is the only place to change.
"""

from __future__ import annotations

SUSPENDED_WHEN_STOPPED = "SUSPENDED"
"""``state.suspend`` of a stopped endpoint."""

STOPPED_DEPLOYMENT = "DEPLOYMENT_ABORTED"
"""``state.deployment`` of an entity whose endpoint is stopped; the service has no value of its own for it."""

STOPPED_MESSAGE = "Endpoint is stopped"
"""``state.deployment_state_message`` of the same entity."""

STOP_REFUSED = "INVALID_STATE"
"""Error code where an endpoint is of a kind that can't be stopped, or has nothing to stop or to start."""

STOP_WHILE_UPDATING = "RESOURCE_CONFLICT"
"""Error code of config:stop while an update is in progress."""

UPDATE_WHILE_STOPPED = "INVALID_STATE"
"""Error code of an update of the configuration while the endpoint is stopped."""

QUERY_WHILE_STOPPED = "BAD_REQUEST"
"""Error code of a query to a stopped endpoint; that its status is 400 is documented."""

QUERY_WHILE_NOT_READY = "BAD_REQUEST"
"""Error code of a query to an endpoint that has never been ready, or is starting."""

ROUTE_OPTIMIZED_ON_WORKSPACE_PATH = "BAD_REQUEST"
"""Error code of a query at the workspace's address to an endpoint that has an address of its own."""

OWN_ADDRESS_WITHOUT_OAUTH = "PERMISSION_DENIED"
"""Error code of a query to a route-optimized endpoint with a personal access token; it takes OAuth tokens only."""

TOO_LARGE_STATUS = 413
"""Status for a body over the limit; the limits themselves are documented."""

UNAUTHENTICATED_STATUS = 401
"""Status for a missing token, and for one that is not valid (the service is known to answer 401 or 403)."""

BUILT_IN_LEVEL = "CAN_QUERY"
"""What anyone may do with the ready-made pay-per-token endpoints."""

SIBLING_ABORTED = "Served model creation aborted because the update of the endpoint failed."
"""Message of an entity that was still being deployed when another entity of the same update failed."""

SERVER_STARTS = "Deploying model server."
"""Message of an entity from the moment its model server begins to start, and to log."""

STEPS_OF_A_BUILD = (
    (0.00, "Creating resources for served entity."),
    (0.10, "Building container image."),
    (0.50, "Container image creation finished successfully."),
    (0.60, SERVER_STARTS),
    (0.85, "Loading model."),
)
"""Messages of an entity that is being built, by the share of its time that has passed; the first is documented."""

STEPS_OF_A_START = (
    (0.00, "Creating resources for served entity."),
    (0.35, SERVER_STARTS),
    (0.75, "Loading model."),
)
"""The same for an entity whose container image exists already."""

FIRST_BUILD_S = 300.0
UPDATE_S = 240.0
START_S = 180.0
FEATURES_S = 120.0
THROUGHPUT_S = 600.0
UNCHANGED_SHARE = 0.2
"""Share of an update's time that an entity takes whose model and size stay as they are."""

DEPLOYMENT_LIMIT_S = 1800.0
"""Time after which a deployment is given up: 30 minutes for CPU (documented)."""

COLD_START_S = 30.0
"""Time the first query to an endpoint that is scaled to zero waits."""

IDLE_S = 1800.0
"""Time without a query after which an endpoint scales to zero."""
