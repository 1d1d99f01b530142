"""Route of the OpenAPI document of an endpoint: the document itself is the body, whatever a client says it accepts."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.serving import openapi_document
from serving_widgets.mock.state.permissions import require


def get(request: MockRequest) -> Response:
    """Answer with the document, or refuse where there is none yet or will be none."""
    endpoint = request.world.endpoint(request.params["name"])
    require(request.user, "view", endpoint)
    if endpoint.config is None or not endpoint.ready or endpoint.stopped:
        raise _refused(f"Endpoint {endpoint.name} is not ready: it has a schema once its state is READY.")
    if endpoint.kind == "external" and not assumptions.OPENAPI_OF_EXTERNAL:
        raise _refused(f"Endpoint {endpoint.name} has no schema: it serves an external model.")
    found = openapi_document.of(endpoint.name, endpoint.config, request.world.model_of, request.world.host)
    if found is None:
        raise _refused(f"Endpoint {endpoint.name} has no schema: no served model of it was logged with a signature.")
    return reply(found)


def _refused(message: str) -> ServiceError:
    return ServiceError(assumptions.OPENAPI_REFUSED, message)


ROUTES = (MockRoute("GET", "/api/2.0/serving-endpoints/{name}/openapi", get),)
