"""Errors of the service: one exception, and the envelope in which it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import assumptions

STATUS_OF = {
    "INVALID_PARAMETER_VALUE": 400,
    "INVALID_STATE": 400,
    "BAD_REQUEST": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "ENDPOINT_NOT_FOUND": 404,
    "NOT_FOUND": 404,
    "RESOURCE_DOES_NOT_EXIST": 404,
    "RESOURCE_ALREADY_EXISTS": 409,
    "RESOURCE_CONFLICT": 409,
    "REQUEST_LIMIT_EXCEEDED": 429,
    "INTERNAL_ERROR": 500,
    "NOT_IMPLEMENTED": 501,
    "TEMPORARILY_UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""HTTP status of each error code this workspace uses.

The MLflow deployments client derives the status from the code alone, so every refusal needs a code it knows. Of several
codes with one status the last is that of an injected fault.
"""

_REQUEST_INFO = "type.googleapis.com/google.rpc.RequestInfo"


class ServiceError(Exception):
    """A request that the workspace answers with an error.

    Parameters
    ----------
    error_code : str
        One of the service's codes, such as ``"RESOURCE_DOES_NOT_EXIST"``.
    message : str
        The sentence for people.
    status : int, optional
        HTTP status; by default the one that goes with the code.
    extra : mapping, optional
        More members of the envelope, such as ``stack_trace``.
    """

    def __init__(
        self, error_code: str, message: str, *, status: int | None = None, extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.error_code = error_code
        self.message = message
        self.status = STATUS_OF[error_code] if status is None else status
        self.extra = dict(extra or {})

    def envelope(self, request_id: str = "") -> dict[str, Any]:
        """Return the JSON body of the answer; a refused permission has the id of the request in it."""
        body: dict[str, Any] = {"error_code": self.error_code, "message": self.message}
        if request_id and self.error_code == "PERMISSION_DENIED":
            body["details"] = [{"@type": _REQUEST_INFO, "request_id": request_id, "serving_data": ""}]
        return {**body, **self.extra}


def invalid(message: str) -> ServiceError:
    """Return the refusal of a request whose content is at fault."""
    return ServiceError("INVALID_PARAMETER_VALUE", message)


def scoring_refused(
    message: str,
    error_code: str = assumptions.SCORING_REFUSED,
    error_class: str = "INVALID_PARAMETER_VALUE",
    **extra: Any,
) -> ServiceError:
    """Return a refusal of the scoring server, with the classification that MLflow 3.17 gives its errors."""
    sqlstate = {"INVALID_PARAMETER_VALUE": "KAM00", "SCHEMA_ENFORCEMENT_FAILED": "KAM01"}[error_class]
    return ServiceError(error_code, message, extra={"sqlstate": sqlstate, "error_class": error_class, **extra})


def no_such_endpoint(name: str) -> ServiceError:
    """Return the control plane's answer to a name it doesn't know."""
    return ServiceError("RESOURCE_DOES_NOT_EXIST", f"Endpoint with name '{name}' does not exist.")


def nothing_to_query() -> ServiceError:
    """Return the query plane's answer to a name it doesn't know; it differs from the control plane's."""
    return ServiceError(
        "ENDPOINT_NOT_FOUND",
        "The given endpoint does not exist, please retry after checking the specified model and version deployment "
        "exists.",
    )


def too_large(limit: int) -> ServiceError:
    """Return the refusal of a body of more than `limit` bytes."""
    message = f"The request is larger than the limit of {limit} bytes."
    return ServiceError("BAD_REQUEST", message, status=assumptions.TOO_LARGE_STATUS)
