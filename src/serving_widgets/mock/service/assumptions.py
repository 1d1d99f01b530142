"""Assumptions: facts that the service does not document, inferred. Each has one name, here.

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

UPDATE_WHILE_STOPPED = "BAD_REQUEST"
"""Error code of an update of the configuration while the endpoint is stopped; MLflow takes INVALID_STATE for a 500."""

QUERY_WHILE_STOPPED = "BAD_REQUEST"
"""Error code of a query to a stopped endpoint; that its status is 400 is documented."""

QUERY_WHILE_NOT_READY = "BAD_REQUEST"
"""Error code of a query to an endpoint that has never been ready, or is starting."""

ROUTE_OPTIMIZED_ON_WORKSPACE_PATH = "BAD_REQUEST"
"""Error code of a query at the workspace's address to an endpoint that has an address of its own."""

OWN_ADDRESS_WITHOUT_OAUTH = "PERMISSION_DENIED"
"""Error code of a query to a route-optimized endpoint with a personal access token; it takes OAuth tokens only."""

OWN_ADDRESS_WITHOUT_DETAILS = "UNAUTHENTICATED"
"""Error code of a query to a route-optimized endpoint with an OAuth token that is not narrowed to an endpoint."""

OWN_ADDRESS_OF_ANOTHER = "PERMISSION_DENIED"
"""Error code of a query to a route-optimized endpoint with a token that is narrowed to another one."""

EXECUTION_LIMIT_S = 297.0
"""Time a model has for an answer (documented)."""

EXECUTION_TIMEOUT = "DEADLINE_EXCEEDED"
"""Error code of a query whose model took longer; its status is 504."""

SCORING_REFUSED = "BAD_REQUEST"
"""Error code of a body that the scoring server can't read, and of a model that fails, as MLflow has it."""

OPENAPI_REFUSED = "BAD_REQUEST"
"""Error code where an endpoint has no OpenAPI document: it is not ready, or its model has no signature."""

OPENAPI_OF_EXTERNAL = False
"""Whether endpoints of external models have an OpenAPI document."""

SCHEMA_OF_UNKNOWN = {"type": "object", "format": "unknown"}
"""How a document writes a type it has no word for (documented by an example)."""

SCHEMA_OF_DATETIME = {"type": "string", "format": "date-time"}
"""How a document writes a datetime; the scoring server takes no time zone, where this format demands one."""

SCHEMA_OF_BINARY = {"type": "string", "format": "byte"}
"""How a document writes binary, which is sent in base64."""

FORMATS_OF_TENSORS = ("inputs", "instances")
"""The formats a document lists for tensors; those for columns are documented by an example."""

REQUIRED_FIELDS_NAMED = 1
"""How many of the required columns a document names in prose; the one example there is names the first of three."""

TOO_LARGE_STATUS = 413
"""Status for a body over the limit; the limits themselves are documented."""

UNAUTHENTICATED_STATUS = 401
"""Status for a missing token, and for one that is not valid (the service is known to answer 401 or 403)."""

LOGS_ABILITY = "view"
"""Ability that a user needs on an endpoint to read its logs."""

LOGS_WITHOUT_CONTAINER = "INVALID_PARAMETER_VALUE"
KINDS_WITHOUT_CONTAINER = ("external", "foundation")
"""Error code of a request for the logs of an entity that runs in no container here, and the kinds that don't."""

UNFINISHED_BUILD_LOG_IS_EMPTY = True
"""Until an image's build has ended its log is empty; False for 404. That there is no log before is documented."""

SERVER_LOG_LINES = 5_000
"""How many of the most recent lines of a server's log are given; the service documents no number."""

BUILT_IN_LEVEL = "CAN_QUERY"
"""Permission level of all users on the ready-made pay-per-token endpoints."""

SIBLING_ABORTED = "Served model creation aborted because the update of the endpoint failed."
"""Message of an entity that was still being deployed when another entity of the same update failed."""

SERVER_STARTS = "Deploying model server."
"""Message of an entity from the moment its model server begins to start, and to log."""

UNKNOWN_FIELDS_REFUSED = False
"""Whether a field that the service doesn't know makes it refuse a request; JSON APIs on protocol buffers ignore it."""

INHERITED_FROM = "/serving-endpoints/"
"""``inherited_from_object`` of what administrators may do with every endpoint."""

PERMISSIONS_SHOWN_TO = "manage"
"""The ability needed to read the permissions of an endpoint; that changing them needs ``manage`` is documented."""

LEVELS_SHOWN_TO = "view"
"""The ability needed to ask which permission levels there are for an endpoint."""

METRIC_LABELS = ("endpoint_name", "served_model_name", "gpu")
"""Labels of metrics; an endpoint's histograms carry the first, gauges the first two, those of a GPU all three."""

GAUGES = (
    "cpu_usage_percentage",
    "mem_usage_percentage",
    "gpu_usage_percentage",
    "gpu_mem_usage_percentage",
    "provisioned_concurrent_requests_total",
    "request_count_total",
    "request_4xx_count_total",
    "request_5xx_count_total",
)
"""Names of the gauges, which are documented, in the order in which they are told."""

SCIM_SHOWN_TO_ALL = ("id", "userName", "applicationId", "displayName", "active", "schemas")
"""Attributes of users, groups and service principals that are shown to users who are not administrators."""

CONCURRENCY = {"Small": 4, "Medium": 8, "Large": 16}
"""Concurrent requests that an entity of each size is provided for when there is little to do (documented)."""

OVER_QUOTA = "BAD_REQUEST"
"""Error code where a workspace has no room for another endpoint: not one that clients take for a passing trouble."""

ENDPOINT_QUOTA = 1000
"""Endpoints a workspace has room for, unless its scenario says otherwise (documented)."""

UNREGISTERED = "missing"
"""Models with this word in their name are not there, so that it can be tried; all others are."""

VERSION_LEFT_OUT = "1"
"""The version served where provisioned throughput is asked for without one."""

THROUGHPUT_WORKLOAD_TYPE = "GPU_XLARGE_8"
"""What the service fills in as ``workload_type`` of an entity with provisioned throughput."""

THROUGHPUT_CHUNK = 9500
DBUS_PER_TOKEN_A_SECOND = 106.0 / 19_000
"""The steps in which throughput is provisioned, and what it is billed at; both differ between models."""

CREATOR_GONE = "INVALID_STATE"
"""Error code of config:start where the creator is not in the workspace any more; that it fails is documented."""

NOTIFICATIONS_KEPT_AT_CREATION = True
"""Whether e-mail notifications that are asked for at creation are there afterwards; some workspaces dropped them."""

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
DEPLOYMENT_LIMITS_S = {
    "GPU_SMALL": 3600.0,
    "GPU_MEDIUM": 3600.0,
    "MULTIGPU_MEDIUM": 3600.0,
    "GPU_LARGE": 7200.0,
    "GPU_XLARGE": 7200.0,
    "GPU_XLARGE_8": 7200.0,
}
"""Time after which a deployment is given up: 30 minutes for CPU, one or two hours for GPUs (documented)."""

LOST_AFTER_S = 600.0
RECOVERY_S = 120.0
RECOVERING_MESSAGE = "A replica of the model server was lost. Recovering."
"""When an entity that recovers is lost, how long it takes to come back, and what it says meanwhile. The endpoint stays
ready and answers."""

SYSTEM_UPDATE_FAILURE_SHOWN = ("READY", "NOT_UPDATING")
"""The ``ready`` and ``config_update`` at which ``system_update_failure`` is told, where ``suspend`` is told."""

COLD_START_S = 30.0
"""Time the first query to an endpoint that is scaled to zero waits."""

IDLE_S = 1800.0
"""Time without a query after which an endpoint scales to zero."""
