"""An endpoint that is about to be created, as far as a person has said what it shall be. Immutable."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.client.names import check_name
from serving_widgets.workspace.changes.config_draft import SIZES, TYPES

if TYPE_CHECKING:
    from serving_widgets.widgets.core.contract import VersionChoice

    from .contract import NewDraft

#: What each size means (Databricks docs, *Create custom model serving endpoints*, "Compute scale-out").
SIZE_MEANINGS = {
    "Small": "up to 4 requests at a time",
    "Medium": "8 to 16 requests at a time",
    "Large": "16 to 64 requests at a time",
}
_CHOICES = {"size": SIZES, "type": TYPES}


@dataclasses.dataclass(frozen=True, slots=True)
class NewEndpoint:
    """What was said of it.

    Attributes
    ----------
    typing
        Whether the model is typed rather than picked.
    version
        A number, or an alias.
    """

    name: str = ""
    typing: bool = False
    catalog: str = ""
    schema: str = ""
    model: str = ""
    version: str = ""
    size: str = "Small"
    type: str = "CPU"
    to_zero: bool = True
    tags: tuple[tuple[str, str], ...] = ()
    policy: str = ""

    def edited(self, field: object, value: object) -> Self:
        """Return it with another value of a field; what was picked below that is picked anew.

        Raises
        ------
        ConfigError
            When there is no such field, or it takes no such value.
        """
        if field == "tags" and isinstance(value, list):
            pairs = tuple((str(each.get("key", "")), str(each.get("value", ""))) for each in value)
            return dataclasses.replace(self, tags=pairs)
        if field not in _FIELDS or type(value) is not type(getattr(self, str(field))):
            raise ConfigError(f"{field!r} can't be set to {value!r}.", hint="Reload the page.", code="bad_request")
        if field in _CHOICES and value not in _CHOICES[str(field)]:
            raise ConfigError(f"There is no {field} {value!r}.", hint="Reload the page.", code="bad_request")
        below = {"catalog": ("schema", "model", "version"), "schema": ("model", "version"), "model": ("version",)}
        anew: dict[str, Any] = dict.fromkeys(below.get(str(field), ()), "")
        return dataclasses.replace(self, **{**anew, str(field): value.strip() if isinstance(value, str) else value})

    def name_fault(self, taken: bool) -> str:
        """Return what is wrong with the name; "" for one that may be taken."""
        if not self.name:
            return ""
        try:
            check_name(self.name)
        except ServingError as error:
            return f"{error.message} {error.hint}"
        return f"There is an endpoint {self.name} already." if taken else ""

    def number(self, versions: Sequence[VersionChoice]) -> str:
        """Return the number of the version, also of one that is named by an alias; "" where it is not known."""
        if self.version.isdecimal():
            return self.version
        alias = self.version.removeprefix("@").lower()
        return next((each["version"] for each in versions if alias in map(str.lower, each["aliases"])), "")

    def faults(self, versions: Sequence[VersionChoice]) -> list[str]:
        """Return what keeps it from being sent, beside the name's own fault."""
        found = []
        if not self.name:
            found.append("Name the endpoint.")
        if not self.model:
            found.append("Choose the model that it serves.")
        elif not re.fullmatch(r"[^.\s]+\.[^.\s]+\.[^.\s]+", self.model):
            found.append("The model is named by catalog, schema and name, such as main.ml.ads.")
        if not self.version:
            found.append("Choose a version.")
        elif not self.number(versions):
            found.append(f"{self.version} is neither a version's number nor an alias that is known of the model.")
        if any(value and not key for key, value in self.tags):
            found.append("A tag has no key.")
        return found

    def fields(self) -> dict[str, Any]:
        """Return it as keyword arguments of ``ws.endpoints.create``; an alias stays an alias."""
        tags = {key: value for key, value in self.tags if key}
        return {
            "entity_name": self.model,
            "entity_version": self.version,
            "workload_size": self.size,
            "workload_type": self.type,
            "scale_to_zero_enabled": self.to_zero,
            **({"tags": tags} if tags else {}),
            **({"budget_policy_id": self.policy} if self.policy else {}),
        }

    def settled(self, versions: Sequence[VersionChoice]) -> dict[str, Any]:
        """Return the same with a number for an alias: what was on screen is what is sent."""
        return {**self.fields(), "entity_version": self.number(versions)}

    def picture(self) -> NewDraft:
        """Return it as the page shows it."""
        return {
            "name": self.name,
            "typing": self.typing,
            "catalog": self.catalog,
            "schema": self.schema,
            "model": self.model,
            "version": self.version,
            "size": self.size,
            "type": self.type,
            "to_zero": self.to_zero,
            "tags": [{"key": key, "value": value} for key, value in self.tags],
            "policy": self.policy,
        }


_FIELDS = tuple(field.name for field in dataclasses.fields(NewEndpoint) if field.name != "tags")
