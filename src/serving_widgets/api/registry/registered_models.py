"""Models and versions as Unity Catalog shows them. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self


@dataclasses.dataclass(frozen=True, slots=True)
class CatalogModel:
    """A model of the registry.

    Attributes
    ----------
    full_name : str
        Catalog, schema and name, as in ``"main.ml.ads"``.
    aliases : mapping of str to int
        Versions by alias; empty where they were not asked for.
    created, updated : int or None
        Milliseconds since the epoch.
    raw : mapping
        The JSON object as it came.

    Examples
    --------
    >>> CatalogModel.read({"full_name": "main.ml.ads", "aliases": [{"alias_name": "Champion", "version_num": 3}]})
    CatalogModel(full_name='main.ml.ads', owner='', comment='', aliases={'Champion': 3}, created=None, updated=None)
    """

    full_name: str
    owner: str = ""
    comment: str = ""
    aliases: Mapping[str, int] = dataclasses.field(default_factory=dict)
    created: int | None = None
    updated: int | None = None
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Return the model for a JSON object of any shape."""
        parts = [_text(raw.get(key)) for key in ("catalog_name", "schema_name", "name")]
        return cls(
            _text(raw.get("full_name")) or ".".join(filter(None, parts)),
            _text(raw.get("owner")),
            _text(raw.get("comment")),
            aliases_of(raw),
            _number(raw.get("created_at")),
            _number(raw.get("updated_at")),
            raw,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a registered model.

    Attributes
    ----------
    model : str
        The model's full name.
    status : str
        ``"READY"`` when it can be served.
    aliases : tuple of str
        The aliases that point at it.
    created : int or None
        Milliseconds since the epoch.
    raw : mapping
        The JSON object as it came.
    """

    model: str
    version: int
    status: str = ""
    comment: str = ""
    aliases: tuple[str, ...] = ()
    created: int | None = None
    created_by: str = ""
    run_id: str = ""
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any], model: str, aliases: Mapping[str, int]) -> Self:
        """Return the version for a JSON object of any shape.

        Parameters
        ----------
        model
            The model's full name.
        aliases
            The model's aliases: lists of versions leave them out.
        """
        version = _number(raw.get("version")) or 0
        return cls(
            model,
            version,
            _text(raw.get("status")),
            _text(raw.get("comment")),
            tuple(name for name, number in aliases.items() if number == version),
            _number(raw.get("created_at")),
            _text(raw.get("created_by")),
            _text(raw.get("run_id")),
            raw,
        )


def aliases_of(raw: Mapping[str, Any]) -> dict[str, int]:
    """Return versions by alias, as a model's JSON object has them."""
    found = raw.get("aliases")
    items = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    numbers = {_text(each.get("alias_name")): _number(each.get("version_num")) for each in items}
    return {name: number for name, number in numbers.items() if name and number is not None}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
