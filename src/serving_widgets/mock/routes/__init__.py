"""The route table. A route is a function in one of these modules plus one line here.

The first line that fits answers, so fixed paths stand before paths with a name in them.
"""

from __future__ import annotations

from serving_widgets.mock.app import Route

from . import document, endpoints, identity, logs, metrics, openai, permissions, query, settings, steering, throughput

_CONTROL = "/api/2.0/serving-endpoints"
_QUERY = "/serving-endpoints"
_PERMISSIONS = "/api/2.0/permissions/{}/{{id}}"

ROUTES = (
    Route("GET", "/.well-known/databricks-config", identity.host_metadata, public=True),
    Route("GET", "/oidc/.well-known/oauth-authorization-server", identity.discovery, public=True),
    Route("POST", "/oidc/v1/token", identity.token, public=True),
    Route("GET", "/api/2.0/preview/scim/v2/Me", identity.me),
    Route("GET", _CONTROL, endpoints.list_all),
    Route("POST", _CONTROL, endpoints.create),
    Route("GET", _CONTROL + "/{name}", endpoints.get),
    Route("DELETE", _CONTROL + "/{name}", endpoints.delete),
    Route("PUT", _CONTROL + "/{name}/config", endpoints.update_config),
    Route("POST", _CONTROL + "/{name}/config:stop", endpoints.stop),
    Route("POST", _CONTROL + "/{name}/config:start", endpoints.start),
    Route("POST", _QUERY + "/chat/completions", openai.chat_completions),
    Route("POST", _QUERY + "/completions", openai.completions),
    Route("POST", _QUERY + "/embeddings", openai.embeddings),
    Route("POST", _QUERY + "/responses", openai.responses),
    Route("POST", _CONTROL + "/pt", throughput.create),
    Route("PUT", _CONTROL + "/pt/{name}/config", throughput.update_config),
    Route("GET", _CONTROL + "/get-model-optimization-info/{model}/{version}", throughput.optimization),
    Route("PATCH", _CONTROL + "/{name}/tags", settings.patch_tags),
    Route("PUT", _CONTROL + "/{name}/rate-limits", settings.put_rate_limits),
    Route("PUT", _CONTROL + "/{name}/ai-gateway", settings.put_ai_gateway),
    Route("PATCH", _CONTROL + "/{name}/notifications", settings.patch_notifications),
    Route("PATCH", _CONTROL + "/{name}/telemetry-config", settings.patch_telemetry),
    Route("GET", _CONTROL + "/{name}/metrics", metrics.get),
    Route("GET", _CONTROL + "/{name}/openapi", document.get),
    Route("GET", _CONTROL + "/{name}/served-models/{served}/build-logs", logs.build_logs),
    Route("GET", _CONTROL + "/{name}/served-models/{served}/logs", logs.server_logs),
    *(Route("GET", _PERMISSIONS.format(one), permissions.get) for one in permissions.TYPES),
    *(Route("PUT", _PERMISSIONS.format(one), permissions.replace) for one in permissions.TYPES),
    *(Route("PATCH", _PERMISSIONS.format(one), permissions.update) for one in permissions.TYPES),
    *(Route("GET", _PERMISSIONS.format(one) + "/permissionLevels", permissions.levels) for one in permissions.TYPES),
    Route("POST", _QUERY + "/{name}/invocations", query.invocations),
    Route("POST", _QUERY + "/{name}/served-models/{served}/invocations", query.invocations),
    Route("POST", _CONTROL + "/{name}/invocations", query.invocations),
    Route("POST", "/route-optimized/{shard}/serving-endpoints/{name}/invocations", query.at_own_address, narrow=True),
    Route("GET", "/_mock/journal", steering.journal, admin=True),
    Route("POST", "/_mock/advance", steering.advance, admin=True),
    Route("POST", "/_mock/faults", steering.faults, admin=True),
    Route("POST", "/_mock/reset", steering.reset, admin=True),
)
