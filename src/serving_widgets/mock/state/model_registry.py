"""The model registry: every model that an endpoint names, its versions up to the highest named, and aliases."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from serving_widgets.mock.service.endpoint import JSON, EndpointRecord, digest, draw
from serving_widgets.mock.service.errors import ServiceError

from .serializers import milliseconds

_DAY = 86_400.0
CHAMPION, CHALLENGER = "Champion", "Challenger"


@dataclass
class RegisteredModel:
    """A registered model in Unity Catalog.

    Parameters
    ----------
    full_name : str
        Catalog, schema and name.
    owner : str
        Creator of the first endpoint that names it.
    named : dict of int to float
        Versions that an endpoint names, each with the service time at which it did so first.
    serving : int
        Highest version that serves; 0 where none does.
    """

    full_name: str
    owner: str
    named: dict[int, float] = field(default_factory=dict)
    serving: int = 0

    @property
    def highest(self) -> int:
        """The newest version."""
        return max(self.named)

    def created(self, version: int) -> float:
        """Return the service time at which a version was registered: some time before an endpoint names it."""
        following = min(one for one in self.named if one >= version)
        at = self.named[following] - 3600 * (1 + 5 * draw(self.full_name, following))
        return at - sum(_DAY * (1 + 20 * draw(self.full_name, one, "pause")) for one in range(version, following))

    def aliases(self) -> dict[str, int]:
        """Return versions by alias: the champion is the highest that serves, the challenger a newer one."""
        champion = self.serving or self.highest
        return {CHAMPION: champion} | ({CHALLENGER: self.highest} if self.highest > champion else {})

    def names(self) -> JSON:
        """Return the fields that tell where the model is."""
        catalog, schema, name = self.full_name.split(".")
        return {"catalog_name": catalog, "schema_name": schema, "name": name}

    def info(self, *, aliases: bool) -> JSON:
        """Return the model as the service writes it."""
        by = {"owner": self.owner, "created_by": self.owner, "updated_by": self.owner}
        return {
            **self.names(),
            "full_name": self.full_name,
            **by,
            "comment": f"Serves as {self.full_name.rsplit('.', 1)[-1].replace('_', ' ')}.",
            "created_at": milliseconds(self.created(1)),
            "updated_at": milliseconds(self.created(self.highest)),
            "metastore_id": _uuid("metastore"),
            **({"aliases": [self._alias(name) for name in self.aliases()]} if aliases else {}),
        }

    def version_info(self, version: int, *, aliases: bool) -> JSON:
        """Return a version as the service writes it, or refuse with 404."""
        if not 1 <= version <= self.highest:
            raise _missing(f"Model version '{version}' of model '{self.full_name}' does not exist.")
        names = self.names()
        at = milliseconds(self.created(version))
        own = [name for name, number in self.aliases().items() if number == version]
        return {
            "model_name": names.pop("name"),
            **names,
            "version": version,
            "id": _uuid(self.full_name, version),
            "status": "READY",
            "comment": "",
            "run_id": digest("run", self.full_name, version),
            "source": f"models:/m-{digest('source', self.full_name, version)}",
            "created_at": at,
            "created_by": self.owner,
            "updated_at": at,
            "updated_by": self.owner,
            "metastore_id": _uuid("metastore"),
            **({"aliases": [self._alias(name) for name in own]} if aliases else {}),
        }

    def by_alias(self, alias: str) -> int:
        """Return the version with an alias, whatever its case, or refuse with 404."""
        for name, version in self.aliases().items():
            if name.lower() == alias.lower():
                return version
        raise _missing(f"Alias '{alias}' of model '{self.full_name}' does not exist.")

    def _alias(self, name: str) -> JSON:
        return {"alias_name": name, "version_num": self.aliases()[name]}


class ModelRegistry:
    """The registered models of a workspace. A model stays when the endpoints that name it are gone."""

    def __init__(self) -> None:
        self._models: dict[str, RegisteredModel] = {}

    def update(self, endpoints: Iterable[EndpointRecord]) -> None:
        """Take in the models that endpoints name."""
        for model in self._models.values():
            model.serving = 0
        for endpoint in endpoints:
            for config in endpoint.history:
                for entity in config.entities:
                    name, version = entity.spec.get("entity_name", ""), entity.spec.get("entity_version", "")
                    if name.count(".") == 2 and version.isdecimal():
                        self._name(name, int(version), endpoint, config.accepted, serves=config is endpoint.config)

    def models(self) -> list[RegisteredModel]:
        """Return all models by name."""
        return [self._models[name] for name in sorted(self._models)]

    def model(self, full_name: str) -> RegisteredModel:
        """Return the model of that name, or refuse with 404."""
        if full_name not in self._models:
            raise _missing(f"Registered model '{full_name}' does not exist.")
        return self._models[full_name]

    def _name(self, name: str, version: int, endpoint: EndpointRecord, at: float, *, serves: bool) -> None:
        model = self._models.setdefault(name, RegisteredModel(name, endpoint.creator))
        model.named[version] = min(at, model.named.get(version, at))
        if serves:
            model.serving = max(model.serving, version)


def _uuid(*parts: object) -> str:
    return str(uuid.UUID(digest(*parts)))


def _missing(message: str) -> ServiceError:
    return ServiceError("RESOURCE_DOES_NOT_EXIST", message)
