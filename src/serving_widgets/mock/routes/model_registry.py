"""Routes of Unity Catalog's model registry: models, their versions, and aliases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.state.model_registry import ModelRegistry, RegisteredModel

T = TypeVar("T")

_PAGE = 1000


def list_models(request: MockRequest) -> Response:
    """Answer with the models of a schema, or of all of them."""
    wanted = {key: request.query[key] for key in ("catalog_name", "schema_name") if request.query.get(key)}
    if len(wanted) == 1:
        raise invalid("catalog_name and schema_name are given together, or neither of them.")
    found = [model for model in _registry(request).models() if wanted.items() <= model.names().items()]
    page, following = _page(request, found)
    return reply({"registered_models": [model.info(aliases=False) for model in page], **following})


def get_model(request: MockRequest) -> Response:
    """Answer with one model."""
    return reply(_model(request).info(aliases=_with_aliases(request)))


def list_versions(request: MockRequest) -> Response:
    """Answer with the versions of a model, the newest first."""
    model = _model(request)
    page, following = _page(request, range(model.highest, 0, -1))
    return reply({"model_versions": [model.version_info(version, aliases=False) for version in page], **following})


def get_version(request: MockRequest) -> Response:
    """Answer with one version."""
    version = request.params["version"]
    if not (version.isascii() and version.isdecimal() and len(version) < 19):
        raise invalid(f"The version of a model must be a whole number, not {version!r}.")
    return reply(_model(request).version_info(int(version), aliases=_with_aliases(request)))


def get_version_by_alias(request: MockRequest) -> Response:
    """Answer with the version that has an alias."""
    model = _model(request)
    return reply(model.version_info(model.by_alias(request.params["alias"]), aliases=_with_aliases(request)))


def _registry(request: MockRequest) -> ModelRegistry:
    request.world.registry.update(request.world.endpoints())
    return request.world.registry


def _model(request: MockRequest) -> RegisteredModel:
    return _registry(request).model(request.params["full_name"])


def _with_aliases(request: MockRequest) -> bool:
    return request.query.get("include_aliases", "").lower() == "true"


def _page(request: MockRequest, found: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """Return the page that is asked for, and ``next_page_token`` if there is another."""
    numbers = []
    for name in ("page_token", "max_results"):
        value = request.query.get(name) or "0"
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise ServiceError("INVALID_PARAMETER_VALUE", f"{name} is not valid: {value!r}.")
        numbers.append(int(value))
    start, size = numbers[0], min(numbers[1] or _PAGE, _PAGE)
    end = start + size
    return found[start:end], {"next_page_token": str(end)} if end < len(found) else {}


_MODELS = "/api/2.1/unity-catalog/models"
ROUTES = (
    MockRoute("GET", _MODELS, list_models),
    MockRoute("GET", f"{_MODELS}/{{full_name}}", get_model),
    MockRoute("GET", f"{_MODELS}/{{full_name}}/versions", list_versions),
    MockRoute("GET", f"{_MODELS}/{{full_name}}/versions/{{version}}", get_version),
    MockRoute("GET", f"{_MODELS}/{{full_name}}/aliases/{{alias}}", get_version_by_alias),
)
