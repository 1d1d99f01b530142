"""The route table: each module here has the routes of one subject, and one name in the list below."""

from __future__ import annotations

from . import (
    document,
    endpoints,
    identity,
    logs,
    metrics,
    model_registry,
    openai,
    permissions,
    query,
    scim,
    settings,
    steering,
    throughput,
)

_MODULES = (
    *(document, endpoints, identity, logs, metrics, model_registry, openai),
    *(permissions, query, scim, settings, steering, throughput),
)
ROUTES = tuple(route for module in _MODULES for route in module.ROUTES)
