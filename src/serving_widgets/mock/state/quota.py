"""The quota of endpoints in a workspace."""

from __future__ import annotations

from collections.abc import Iterable

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import EndpointRecord
from serving_widgets.mock.service.errors import ServiceError


def check_quota(endpoints: Iterable[EndpointRecord], quota: int | None) -> None:
    """Refuse if the workspace has as many endpoints as it may. Stopped and ready-made ones don't count.

    Source: Databricks docs, *Manage model serving endpoints*, "Stop a model serving endpoint", and *Model Serving
    limits*.
    """
    counted = sum(not (endpoint.stopped or endpoint.built_in) for endpoint in endpoints) if quota is not None else 0
    if quota is None or counted < quota:
        return
    shown = "1 serving endpoint that is" if counted == 1 else f"{counted} serving endpoints that are"
    message = f"This workspace has {shown} not stopped, and its quota is {quota}. Stop or delete one first."
    raise ServiceError(assumptions.OVER_QUOTA, message)
