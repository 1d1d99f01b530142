"""Model signatures, read from MLflow's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]

DTYPES = (
    "bool",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
    *(f"float{bits}" for bits in (16, 32, 64)),
    *("str", "bytes", "object", "datetime64[ns]"),
)
"""The dtypes of tensors, by NumPy's names."""

SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")


@dataclass(frozen=True)
class Scalar:
    """One of the eight simple types."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Array:
    """A list of one type."""

    items: Type

    def __str__(self) -> str:
        return f"Array({self.items})"


@dataclass(frozen=True)
class Property:
    """A member of an object."""

    name: str
    type: Type
    required: bool = True

    def __str__(self) -> str:
        return f"{self.name}: {self.type} ({_word(self.required)})"


@dataclass(frozen=True)
class Object:
    """An object with these members and no others."""

    properties: tuple[Property, ...]

    def __str__(self) -> str:
        return "{" + ", ".join(map(str, self.properties)) + "}"


@dataclass(frozen=True)
class Map:
    """An object with any members, all of one type."""

    values: Type

    def __str__(self) -> str:
        return f"Map(str -> {self.values})"


@dataclass(frozen=True)
class AnyType:
    """A value that is not looked at."""

    def __str__(self) -> str:
        return "Any"


Type = Scalar | Array | Object | Map | AnyType


@dataclass(frozen=True)
class ColumnSpec:
    """A column; all columns of a signature have names, or none has. pandas numbers columns, and MLflow keeps that."""

    name: str | int | None
    type: Type
    required: bool = True

    def __str__(self) -> str:
        name = "" if self.name is None else f"{self.name!r}: "
        return f"{name}{self.type} ({_word(self.required)})"


@dataclass(frozen=True)
class MockTensorSpec:
    """An array with a NumPy dtype and a shape; -1 stands for any length."""

    name: str | None
    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        name = "" if self.name is None else f"'{self.name}': "
        return f"{name}Tensor('{self.dtype}', {self.shape})"


@dataclass(frozen=True)
class Param:
    """A parameter; its shape is ``None`` for one value, ``(-1,)`` for a list."""

    name: str
    type: Scalar | Object
    default: Any
    shape: tuple[int, ...] | None = None

    def __str__(self) -> str:
        shape = "" if self.shape is None else f" (shape: {self.shape})"
        return f"'{self.name}': {self.type} (default: {self.default}){shape}"


Spec = ColumnSpec | MockTensorSpec


@dataclass(frozen=True)
class Signature:
    """Inputs, outputs and parameters; ``None`` where the model declares none."""

    inputs: tuple[Spec, ...] | None = None
    outputs: tuple[Spec, ...] | None = None
    params: tuple[Param, ...] | None = None


def read(raw: Mapping[str, Any]) -> Signature:
    """Read a signature as MLflow writes it; ``inputs``, ``outputs`` and ``params`` may be lists or JSON text.

    Raises
    ------
    ValueError
        If something in it is of no type that MLflow knows.

    Examples
    --------
    >>> read({"inputs": [{"type": "long", "name": "age"}]}).inputs
    (ColumnSpec(name='age', type=Scalar(name='long'), required=True),)
    """
    inputs, outputs, params = (_list(raw.get(key)) for key in ("inputs", "outputs", "params"))
    return Signature(
        None if inputs is None else _specs(inputs),
        None if outputs is None else _specs(outputs),
        None if params is None else tuple(_param(one) for one in params),
    )


def type_of(raw: Mapping[str, Any]) -> Type:
    """Read the type of a column, a member or an item."""
    kind = raw.get("type")
    if kind in SCALARS:
        return Scalar(str(kind))
    if kind == "array":
        return Array(type_of(raw["items"]))
    if kind == "object":
        members = (Property(name, type_of(one), one.get("required", True)) for name, one in raw["properties"].items())
        return Object(tuple(sorted(members, key=lambda one: one.name)))
    if kind == "map":
        return Map(type_of(raw["values"]))
    if kind == "any":
        return AnyType()
    raise ValueError(
        f"a signature has no type {kind!r}; it may be one of {', '.join(SCALARS)}, array, object, map, any"
    )


def _word(required: bool) -> str:
    return "required" if required else "optional"


def _list(raw: str | Sequence[JSON] | None) -> Sequence[JSON] | None:
    value = json.loads(raw) if isinstance(raw, str) else raw
    return value or None


def _specs(raw: Sequence[JSON]) -> tuple[Spec, ...]:
    specs = tuple(_tensor(one) if one.get("type") == "tensor" else _column(one) for one in raw)
    if len({type(one) for one in specs}) > 1 or len({one.name is None for one in specs}) > 1:
        raise ValueError("a signature has columns or tensors, not both, and names for all of them or for none")
    if len(specs) > 1 and isinstance(specs[0], MockTensorSpec) and specs[0].name is None:
        raise ValueError("several tensors need names")
    return specs


def _column(raw: JSON) -> ColumnSpec:
    kind = type_of(raw)
    # MLflow takes a nested column for optional where nothing is said, and a simple one for required.
    return ColumnSpec(raw.get("name"), kind, bool(raw.get("required", isinstance(kind, Scalar))))


def _tensor(raw: JSON) -> MockTensorSpec:
    spec = raw["tensor-spec"]
    dtype = {"datetime64": "datetime64[ns]"}.get(spec["dtype"], spec["dtype"])
    if dtype not in DTYPES:
        raise ValueError(f"a tensor can't have the dtype {dtype!r} here; it may have {', '.join(DTYPES)}")
    return MockTensorSpec(raw.get("name"), dtype, tuple(spec["shape"]))


def _param(raw: JSON) -> Param:
    kind = type_of({"type": raw.get("type") or raw.get("dtype"), **{k: v for k, v in raw.items() if k == "properties"}})
    if not isinstance(kind, Scalar | Object) or kind == Scalar("binary"):
        raise ValueError(f"a parameter can't be of type {kind}")
    shape = raw.get("shape")
    return Param(str(raw["name"]), kind, raw["default"], None if shape is None else tuple(shape))
