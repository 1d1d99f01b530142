"""What is about to be deployed: a draft, held until it is sent, and put on top of what others do meanwhile."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from serving_widgets.api.config.config_diff import default_entity_name
from serving_widgets.api.config.config_merge import shared_out
from serving_widgets.api.config.config_side_by_side import (
    ComparableConfig,
    EntityComparison,
    EntityFields,
    compare_configs,
    match_entities,
    setting_label,
)
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ConfigError

from .dry_run import Request, plan

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session

#: Which configuration a draft begins with.
Source = Literal["active", "pending"]

#: What an editor changes of a served entity; the rest goes back as it came.
EDITABLE = ("entity_version", "workload_size", "workload_type", "scale_to_zero_enabled")
#: Databricks docs, *Create custom model serving endpoints*; an entity's own value is offered, too.
SIZES = ("Small", "Medium", "Large")
#: REST reference, *Create a new serving endpoint*, ``workload_type``.
TYPES = ("CPU", "GPU_SMALL", "GPU_MEDIUM", "GPU_LARGE", "MULTIGPU_MEDIUM")
#: Served entities of an endpoint (Databricks docs, *Model Serving limits*).
MOST_ENTITIES = 10

_VERSION = re.compile(r"[1-9][0-9]*")
_NEW = {"workload_size": "Small", "workload_type": "CPU", "scale_to_zero_enabled": True}
#: What a new version of a model takes over from the version that is served already.
_SIZING = (
    *_NEW,
    "min_provisioned_throughput",
    "max_provisioned_throughput",
    "provisioned_model_units",
    "min_provisioned_concurrency",
    "max_provisioned_concurrency",
)


class ConfigChanged(ActionRefused):
    """Others changed the configuration; nothing was sent, and ``info`` is the endpoint as it is now."""

    info: EndpointInfo


@dataclasses.dataclass(frozen=True, slots=True)
class DraftEntity:
    """A served entity of a draft.

    Attributes
    ----------
    key
        What it is called as long as the draft lives, whatever becomes of its name.
    base
        What it was in the configuration that the draft began with; None for one that was added.
    edits
        What was set.
    percent
        Its share of the traffic.
    """

    key: str
    base: EntityFields | None
    edits: Mapping[str, Any]
    percent: int

    @property
    def entity(self) -> dict[str, Any]:
        """The entity as it would be sent."""
        base = dict(self.base or {})
        given = base.pop("name", None)
        # A name that a person chose stays; one that the service made says the version, which may be another one now.
        own = given if given is not None and given != default_entity_name(base) else None
        whole = {**base, **self.edits}
        whole.pop("name", None)
        return {"name": own or default_entity_name(whole), **whole}


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A configuration that is about to be deployed. Immutable: each edit returns another one.

    Attributes
    ----------
    base
        The configuration that it began with.
    notes
        What was done to it because others changed the endpoint meanwhile.

    Examples
    --------
    >>> draft = Draft.begin(ep.info)
    >>> draft = draft.edit(draft.parts[0].key, "entity_version", "5")
    >>> print(draft.request(where="mock workspace (demo)"))
    PUT /api/2.0/serving-endpoints/churn/config
    …
    """

    name: str
    source: Source
    base: ComparableConfig
    parts: tuple[DraftEntity, ...]
    made: int
    notes: tuple[str, ...] = ()

    @classmethod
    def begin(cls, info: EndpointInfo, source: Source = "active") -> Draft:
        """Return a draft that changes nothing yet."""
        base = basis(info, source)
        parts = tuple(
            DraftEntity(f"e{number}", entity, {}, base.traffic.get(entity["name"], 0))
            for number, entity in enumerate(base.entities)
        )
        return cls(info.name, source, base, parts, len(parts))

    @property
    def touched(self) -> bool:
        """Whether it says anything that the configuration it began with does not."""
        return self.wanted() != self.base

    def wanted(self) -> ComparableConfig:
        """Return the configuration that it stands for."""
        entities = tuple(self._named())
        return ComparableConfig(
            entities,
            {each["name"]: part.percent for each, part in zip(entities, self.parts, strict=True)},
            other=self.base.other,
        )

    def faults(self) -> list[str]:
        """Return what keeps it from being sent, in words."""
        found = []
        for entity in self._named():
            version = entity.get("entity_version")
            if version is not None and not _VERSION.fullmatch(str(version)):
                found.append(f"{entity['name']}: the version has to be a whole number, such as 4.")
        if not self.parts:
            found.append("An endpoint serves at least one entity.")
        if len(self.parts) > MOST_ENTITIES:
            found.append(f"An endpoint serves {MOST_ENTITIES} entities at most.")
        total = sum(part.percent for part in self.parts)
        if self.parts and total != 100:
            found.append(f"The traffic adds up to {total} %, not to 100 %.")
        return found

    def body(self) -> dict[str, Any]:
        """Return the body of the update, secrets included."""
        return self.wanted().body()

    def request(self, *, where: str) -> Request:
        """Return the request that would be sent, secrets redacted."""
        return plan("update", self.name, self.body(), where=where)

    def changes(self, info: EndpointInfo) -> list[EntityComparison]:
        """Return what an endpoint serves now beside what it would serve."""
        return compare_configs(basis(info, "active"), self.wanted())

    def edit(self, key: str, field: str, value: object) -> Draft:
        """Set a field of an entity.

        Raises
        ------
        ConfigError
            When there is no such entity, or the field is not one to edit, or takes no such value.
        """
        part = self._part(key)
        if field not in EDITABLE or isinstance(value, bool) is not (field == "scale_to_zero_enabled"):
            raise _nonsense(f"{setting_label(field)} can't be set to {value!r}")
        if not isinstance(value, bool | str):
            raise _nonsense(f"{setting_label(field)} is not {value!r}")
        value = value.strip() if isinstance(value, str) else value
        edits = {**part.edits, field: value}
        if part.base is not None and part.base.get(field) == value:
            del edits[field]
        return self._with(dataclasses.replace(part, edits=edits))

    def add(self, entity_name: object, entity_version: object) -> Draft:
        """Serve one more model version; it gets no traffic until it is given some.

        Raises
        ------
        ConfigError
            When the name or the version is missing.
        """
        if not isinstance(entity_name, str) or not entity_name.strip():
            raise _nonsense("The model's name is missing", "For example catalog.schema.model.")
        version = str(entity_version or "").strip()
        if not _VERSION.fullmatch(version):
            raise _nonsense("The version has to be a whole number", "For example 4.")
        model = entity_name.strip()
        siblings = [part.entity for part in self.parts if part.entity.get("entity_name") == model]
        sizing = {key: siblings[-1][key] for key in _SIZING if key in siblings[-1]} if siblings else {}
        edits = {"entity_name": model, "entity_version": version, **(sizing or _NEW)}
        part = DraftEntity(f"e{self.made}", None, edits, 0 if self.parts else 100)
        return dataclasses.replace(self, parts=(*self.parts, part), made=self.made + 1)

    def remove(self, key: str) -> Draft:
        """Serve an entity no more; the others take its traffic over, each in proportion."""
        self._part(key)
        return self._shared([part for part in self.parts if part.key != key])

    def share(self, percents: object) -> Draft:
        """Share the traffic out.

        Parameters
        ----------
        percents
            Whole percents by the parts' keys, for all of them, 100 together.
        """
        if not isinstance(percents, Mapping) or set(percents) != {part.key for part in self.parts}:
            raise _nonsense("The traffic has to be shared out among all served entities")
        whole = all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in percents.values())
        if not whole or sum(percents.values()) != 100:
            raise _nonsense("Traffic is whole percents that sum to 100")
        parts = tuple(dataclasses.replace(part, percent=percents[part.key]) for part in self.parts)
        return dataclasses.replace(self, parts=parts)

    def all_to(self, name: str) -> Draft:
        """Send all traffic to one entity; the others stay deployed, so that there is a way back.

        Raises
        ------
        ConfigError
            When no entity of the draft has this name.
        """
        named = {entity["name"]: part for entity, part in zip(self._named(), self.parts, strict=True)}
        if name not in named:
            raise _nonsense(f"{name} is not in the draft")
        return self.share({part.key: 100 if part is named[name] else 0 for part in self.parts})

    def rebased(self, info: EndpointInfo) -> Draft:
        """Return this draft on top of what the endpoint is configured to be now: no change is lost.

        What was edited here stays as edited; everything else becomes as it is there. ``notes`` tells where the two
        met.
        """
        fresh = Draft.begin(info, self.source)
        if fresh.base == self.base:
            return dataclasses.replace(self, base=fresh.base)
        mine = {part.base["name"]: part for part in self.parts if part.base is not None}
        parts: list[DraftEntity] = []
        notes: list[str] = []
        made = self.made
        for old, new in match_entities(self.base.entities, fresh.base.entities):
            part = mine.get(old["name"]) if old is not None else None
            if new is None:
                assert old is not None
                if part is not None and part.edits:
                    notes.append(f"{old['name']} was removed; yours is kept as one that you add.")
                    kept = {key: value for key, value in old.items() if key != "name"}
                    parts.append(DraftEntity(part.key, None, {**kept, **part.edits}, part.percent))
                continue
            percent = fresh.base.traffic.get(new["name"], 0)
            if old is None:
                notes.append(f"{new['name']} was added.")
                parts.append(DraftEntity(f"e{made}", new, {}, percent))
                made += 1
            elif part is not None:
                notes += _clashes(part, old, new)
                edits = {field: value for field, value in part.edits.items() if new.get(field) != value}
                parts.append(DraftEntity(part.key, new, edits, percent))
            elif old != new:
                notes.append(f"{new['name']}, which you removed, was changed.")
        parts += [part for part in self.parts if part.base is None]
        return dataclasses.replace(fresh, made=made, notes=tuple(notes))._retrafficked(self, parts)

    def _retrafficked(self, before: Draft, parts: Sequence[DraftEntity]) -> Draft:
        """Return this draft with parts whose traffic is as ``before`` where that was edited, else as it is now."""
        was = {part.key: part for part in before.parts}
        edited = any(
            part.base is not None and part.percent != before.base.traffic.get(part.base["name"], 0)
            for part in before.parts
        )
        if edited:
            kept = [
                dataclasses.replace(part, percent=was[part.key].percent if part.key in was else 0) for part in parts
            ]
        else:
            kept = list(parts)
        return self._shared(kept)

    def _shared(self, parts: Sequence[DraftEntity]) -> Draft:
        shares = shared_out([part.percent for part in parts], 100)
        pairs = zip(parts, shares, strict=True)
        return dataclasses.replace(self, parts=tuple(dataclasses.replace(part, percent=each) for part, each in pairs))

    def _named(self) -> list[dict[str, Any]]:
        """Return the entities, each under a name of its own."""
        taken: set[str] = set()
        entities = []
        for part in self.parts:
            entity = part.entity
            name, number = entity["name"], 2
            while entity["name"] in taken:
                entity["name"] = f"{name}-{number}"
                number += 1
            taken.add(entity["name"])
            entities.append(entity)
        return entities

    def _part(self, key: str) -> DraftEntity:
        for part in self.parts:
            if part.key == key:
                return part
        raise _nonsense("That served entity is no longer in the draft")

    def _with(self, changed: DraftEntity) -> Draft:
        return dataclasses.replace(self, parts=tuple(changed if p.key == changed.key else p for p in self.parts))


def basis(info: EndpointInfo, source: Source) -> ComparableConfig:
    """Return the configuration that an update would replace, or that a failed one was to lead to."""
    pending = info.pending_config
    if pending is not None and (source == "pending" or info.state.update == "IN_PROGRESS" or info.config is None):
        return ComparableConfig.read(pending)
    return ComparableConfig.read(info.config)


async def deploy(workspace: Session, draft: Draft) -> EndpointInfo | None:
    """Send a draft; runs on the loop thread.

    Raises
    ------
    ConfigError
        When the draft is not a whole configuration.
    ConfigChanged
        When the configuration was changed since the draft was based on it. Nothing was sent: an update replaces
        the whole configuration, and would undo that.
    """
    faults = draft.faults()
    if faults:
        raise ConfigError(faults[0], hint="Nothing was sent.", code="incomplete")

    async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
        if before is not None and basis(before, draft.source) != draft.base:
            changed = ConfigChanged(
                f"{draft.name} was changed by someone else in the meantime. Nothing was sent.",
                action="update",
                endpoint=draft.name,
                hint="Your edits are on top of the new configuration now. Look at the difference and deploy again.",
                code="changed_meanwhile",
            )
            changed.info = before
            raise changed
        return await client.update_config(draft.name, draft.body(), before=before)

    return await workspace.write(draft.name, "update", send, join=False)


def _clashes(part: DraftEntity, old: EntityFields, new: EntityFields) -> list[str]:
    return [
        f"{new['name']}: {setting_label(field).lower()} was set to {new.get(field)}; yours, {value}, is kept."
        for field, value in part.edits.items()
        if old.get(field) != new.get(field) and new.get(field) != value
    ]


def _nonsense(message: str, hint: str = "Reload the page.") -> ConfigError:
    return ConfigError(f"{message}.", hint=hint, code="bad_request")
