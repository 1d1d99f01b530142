"""From an HTTP answer to the error that it stands for; standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .error_body import read_error_body, request_id_of
from .errors import (
    Aborted,
    AlreadyExists,
    ApiError,
    BadRequest,
    Cancelled,
    DataLoss,
    DeadlineExceeded,
    EndpointNotFound,
    InternalError,
    InvalidParameterValue,
    InvalidState,
    NotFound,
    NotImplementedByService,
    PermissionDenied,
    RequestLimitExceeded,
    ResourceAlreadyExists,
    ResourceConflict,
    ResourceDoesNotExist,
    ResourceExhausted,
    TemporarilyUnavailable,
    TooManyRequests,
    Unauthenticated,
    UnknownError,
)


def error_from(
    status: int,
    body: bytes,
    headers: Mapping[str, str],
    *,
    method: str,
    path: str,
    endpoint: str | None = None,
    action: str = "",
    attempts: int = 1,
    waited: float = 0.0,
    asked: Sequence[str] = (),
) -> ApiError:
    """Make the error that an HTTP answer stands for.

    The class comes from ``error_code`` where that is a known one, else from the status.

    Examples
    --------
    >>> error_from(404, b'{"error_code": "NOT_FOUND", "message": "Not here."}', {}, method="GET", path="/")
    NotFound('Not here. (404 NOT_FOUND)')
    """
    error_code, message, details = read_error_body(status, body)
    cls = _BY_CODE.get(error_code) or _BY_STATUS.get(status) or _BY_FAMILY_CODE.get(error_code, ApiError)
    return cls(
        status,
        error_code,
        message,
        details,
        request_id_of(headers, details),
        method=method,
        path=path,
        endpoint=endpoint,
        action=action,
        attempts=attempts,
        waited=waited,
        asked=asked,
    )


_BY_CODE: dict[str, type[ApiError]] = {
    "INVALID_STATE": InvalidState,
    "INVALID_PARAMETER_VALUE": InvalidParameterValue,
    "RESOURCE_DOES_NOT_EXIST": ResourceDoesNotExist,
    "ENDPOINT_NOT_FOUND": EndpointNotFound,
    "ABORTED": Aborted,
    "ALREADY_EXISTS": AlreadyExists,
    "RESOURCE_ALREADY_EXISTS": ResourceAlreadyExists,
    "RESOURCE_CONFLICT": ResourceConflict,
    "RESOURCE_EXHAUSTED": ResourceExhausted,
    "REQUEST_LIMIT_EXCEEDED": RequestLimitExceeded,
    "UNKNOWN": UnknownError,
    "DATA_LOSS": DataLoss,
}
_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: PermissionDenied,
    404: NotFound,
    409: ResourceConflict,
    429: TooManyRequests,
    499: Cancelled,
    500: InternalError,
    501: NotImplementedByService,
    503: TemporarilyUnavailable,
    504: DeadlineExceeded,
}
# Codes that name a family; the status is the better witness where both are there.
_BY_FAMILY_CODE: dict[str, type[ApiError]] = {
    "BAD_REQUEST": BadRequest,
    "UNAUTHENTICATED": Unauthenticated,
    "CUSTOMER_UNAUTHORIZED": Unauthenticated,
    "PERMISSION_DENIED": PermissionDenied,
    "NOT_FOUND": NotFound,
    "CANCELLED": Cancelled,
    "INTERNAL_ERROR": InternalError,
    "NOT_IMPLEMENTED": NotImplementedByService,
    "TEMPORARILY_UNAVAILABLE": TemporarilyUnavailable,
    "DEADLINE_EXCEEDED": DeadlineExceeded,
}
