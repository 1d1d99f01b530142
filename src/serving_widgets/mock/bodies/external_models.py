"""External models: their providers, the fields of each, and which of them are secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.mock.service.endpoint import JSON
from serving_widgets.mock.service.errors import invalid
from serving_widgets.mock.service.json_shapes import Shape, mapping, one_of, record, text

TASKS = ("llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings")

PROVIDERS = {
    "ai21labs": "ai21labs_config",
    "anthropic": "anthropic_config",
    "amazon-bedrock": "amazon_bedrock_config",
    "cohere": "cohere_config",
    "databricks-model-serving": "databricks_model_serving_config",
    "google-cloud-vertex-ai": "google_cloud_vertex_ai_config",
    "openai": "openai_config",
    "palm": "palm_config",
    "custom": "custom_provider_config",
}
"""Where each provider's configuration stands."""

_PLAINTEXT = "_plaintext"


def external_model(value: Any) -> JSON:
    """Return an external model as it is shown, or refuse.

    A secret has two spellings: a reference to one that is kept elsewhere, which is shown, and plain text, which is
    taken and never seen again.
    """
    model: JSON = _MODEL(value, "external_model")
    return {key: without_plaintext(one) for key, one in model.items()}


def without_plaintext(value: Any) -> Any:
    """Return JSON without the members that carry a secret as it is."""
    if isinstance(value, Mapping):
        return {key: without_plaintext(one) for key, one in value.items() if not key.endswith(_PLAINTEXT)}
    return value


def _settings(value: Any, where: str) -> JSON:
    """Take a provider's settings: strings, and objects of strings for ways to sign in."""
    return {
        key: _strings(one, f"{where}.{key}") if isinstance(one, Mapping) else text(one, f"{where}.{key}")
        for key, one in mapping(value, where).items()
        if one is not None
    }


def _strings(value: Mapping[str, Any], where: str) -> JSON:
    return {key: text(one, f"{where}.{key}") for key, one in value.items() if one is not None}


def _named(value: Any, where: str) -> str:
    if not text(value, where):
        raise invalid(f"{where} must not be empty.")
    return str(value)


_FIELDS: dict[str, Shape] = {"name": _named, "provider": one_of(*PROVIDERS), "task": one_of(*TASKS)}
_MODEL = record({**_FIELDS, **dict.fromkeys(PROVIDERS.values(), _settings)}, tuple(_FIELDS))
