"""Versions by alias: ``Champion`` or ``@champion`` where a version's number is taken."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_diff import plain_entity
from serving_widgets.api.config.config_merge import ConfigRequest, ConfigUpdate
from serving_widgets.api.errors import ConfigError, NotFound, ServingError
from serving_widgets.api.suggest import did_you_mean

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

_LISTS = ("served_entities", "served_models")


def names_alias(request: ConfigRequest) -> bool:
    """Whether a request has an alias where a version's number stands otherwise; known without asking."""
    return any(map(_alias_of, _entities(request)))


async def without_aliases(workspace: Session, request: ConfigRequest, planned: ConfigUpdate) -> ConfigRequest:
    """Return a request with numbers in place of aliases; runs on the loop thread, and reads the registry.

    Parameters
    ----------
    planned
        What the request would make of the endpoint: it tells the model of an entity that is named by itself.

    Raises
    ------
    ConfigError
        When a model has no such alias, or the registry may not be read: a number works all the same.
    """
    models: dict[str, str] = {}
    for entity in planned.body.get("served_entities") or planned.body.get("served_models") or ():
        alias, model = _alias_of(entity), plain_entity(entity).get("entity_name")
        if alias and model:
            models.setdefault(alias, str(model))
    numbers: dict[tuple[str, str], str] = {}
    for entity in _entities(request):
        alias = _alias_of(entity)
        model = str(entity.get("entity_name") or models.get(alias) or "")
        if alias and (alias, model) not in numbers:
            numbers[alias, model] = await version_of(workspace, model, alias)

    def numbered(entity: Mapping[str, Any]) -> Mapping[str, Any]:
        plain = plain_entity(entity)
        alias = _alias_of(plain)
        model = str(plain.get("entity_name") or models.get(alias) or "")
        return {**plain, "entity_version": numbers[alias, model]} if alias else entity

    config = request.config
    if config is not None:
        config = {key: [*map(numbered, value)] if key in _LISTS else value for key, value in config.items()}
    fields = numbered(request.fields) if request.fields else request.fields
    return dataclasses.replace(request, config=config, fields=fields)


async def version_of(workspace: Session, model: str, alias: str) -> str:
    """Return the version that an alias of a model points at."""
    instead = "A version's number works without the registry."
    try:
        aliases = (await workspace.client().get_model(model)).aliases
    except NotFound:
        raise ConfigError(
            f"No model {model!r} is registered, or none that you may see, so its alias {alias} can't be looked up.",
            hint=instead,
            code="no_model",
        ) from None
    except ServingError as error:
        raise ConfigError(
            f"The alias {alias} of {model} can't be looked up: {error.message}", hint=instead, code="no_registry"
        ) from None
    found = next((number for name, number in aliases.items() if name.lower() == alias.lower()), None)
    if found is None:
        known = ", ".join(f"{name} (version {number})" for name, number in aliases.items()) or "none"
        raise ConfigError(
            f"{model} has no alias {alias!r}. It has {known}.",
            hint=did_you_mean(alias, aliases, "Write one of these, or a version's number."),
            code="no_alias",
        )
    return str(found)


def _entities(request: ConfigRequest) -> Iterable[Mapping[str, Any]]:
    config = request.config or {}
    listed = [each for key in _LISTS for each in config.get(key) or () if isinstance(each, Mapping)]
    return [plain_entity(each) for each in (*listed, request.fields)]


def _alias_of(entity: Mapping[str, Any]) -> str:
    """Return the alias that stands for an entity's version, "" where a number does, or nothing."""
    version = str(plain_entity(entity).get("entity_version") or "").strip()
    return "" if version.isdecimal() else version.removeprefix("@")
