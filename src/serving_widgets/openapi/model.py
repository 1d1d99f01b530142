"""What a document says of an endpoint, as far as a caller needs to know. Plain, frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

FormatKind = Literal[
    "split",
    "records",
    "inputs",
    "instances",
    "tensor_v2",
    "chat",
    "completion",
    "embeddings",
    "responses",
    "json",
]
#: Formats whose data are rows under named columns, or tensors, as MLflow's scoring server reads them.
TABLES: tuple[FormatKind, ...] = ("split", "records", "inputs", "instances")
#: The members of a body of which the scoring server wants one (Databricks docs, *Query serving endpoints*).
TABLE_KEYS: Mapping[str, FormatKind] = {
    "dataframe_split": "split",
    "dataframe_records": "records",
    "inputs": "inputs",
    "instances": "instances",
}
#: The members that mark a request to a language model.
LANGUAGE_KEYS: Mapping[str, FormatKind] = {"messages": "chat", "prompt": "completion", "input": "embeddings"}
#: Formats of language models, by the member that marks a request as one.
LANGUAGE: tuple[FormatKind, ...] = ("chat", "completion", "embeddings", "responses")


@dataclass(frozen=True, slots=True)
class SchemaNote:
    """One thing that was read otherwise than it is written, or that a reader should know.

    Attributes
    ----------
    where : str
        Where in the document, as a path of names, such as ``"/paths/…/params/sentiment"``.
    text : str
        What the document says and how it was read, in one sentence.
    """

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, or a parameter.

    Attributes
    ----------
    name : str
        Its name.
    type : str
        ``"integer"``, ``"number"``, ``"string"``, ``"boolean"``, ``"array"``, ``"object"``; ``"any"`` where the
        document has no word for it, so that every JSON value is right.
    format : str
        ``"int64"``, ``"int32"``, ``"double"``, ``"float"``, ``"date-time"``, ``"byte"`` …; "" where it has none.
    required : bool
        Whether every request must have it.
    nullable : bool
        Whether the document itself says that null is right.
    enum : tuple
        The values that are right; empty where all are.
    default : Any
        What the server takes when it is left out; None where there is none.
    has_default : bool
        Tells a default of null from none.
    description : str
        What the document says about it.
    listed : bool
        Whether this format names it; others are known from another format of the same operation.
    schema : mapping
        The whole schema, references included, for values with parts.
    """

    name: str
    type: str = "any"
    format: str = ""
    required: bool = False
    nullable: bool = False
    enum: tuple[Any, ...] = ()
    default: Any = None
    has_default: bool = False
    description: str = ""
    listed: bool = True
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def declared(self) -> str:
        """The type in MLflow's words, such as ``"long"``; "" where there is none for it."""
        return DECLARED.get((self.type, self.format), DECLARED.get((self.type, ""), ""))

    @property
    def words(self) -> str:
        """Type and format for people, such as ``"integer (int64)"``."""
        return f"{self.type} ({self.format})" if self.format else self.type


#: MLflow's types by type and format of the document; those of the first line of each type without a format are guesses
#: that lose nothing (Databricks docs, *Manage model serving endpoints*, shows int64, double and plain text).
DECLARED: Mapping[tuple[str, str], str] = {
    ("integer", "int64"): "long",
    ("integer", "int32"): "integer",
    ("integer", ""): "long",
    ("number", "double"): "double",
    ("number", "float"): "float",
    ("number", ""): "double",
    ("string", ""): "string",
    ("string", "date-time"): "datetime",
    ("string", "byte"): "binary",
    ("string", "binary"): "binary",
    ("boolean", ""): "boolean",
}


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """An array that a model takes.

    Attributes
    ----------
    name : str
        Its name; "" where the model takes but one, without a name.
    type, format : str
        Of an element, as of a :class:`Column`.
    shape : tuple of int
        Lengths along the axes, the first of which counts rows; -1 where any length is right.
    """

    name: str
    type: str
    format: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InputFormat:
    """One way to write a request.

    Attributes
    ----------
    key : str
        The member of the body that marks it, such as ``"dataframe_split"``; for JSON of any other form what the
        document calls it, else ``"json"``.
    kind : str
        How the data are written: one of :data:`Kind`.
    columns : tuple of Column
        The columns of a table; empty for other kinds.
    tensors : tuple of TensorSpec
        The arrays of ``inputs`` and ``instances``, where the model takes arrays.
    params : tuple of Column
        Parameters for the whole request.
    schema : mapping
        The JSON Schema (2020-12) of a body in this format, with all it refers to.
    whole : mapping
        That of every body of the operation, where the format is one alternative among others; empty for tables.
    examples : tuple
        Whole bodies that the document gives as examples, mended.
    repaired : bool
        Whether the examples had to be mended.
    description : str
        What the document says about it.
    numbered : bool
        Whether the columns are called by numbers, as pandas calls those of an array. JSON's objects have no such names.
    """

    key: str
    kind: FormatKind
    columns: tuple[Column, ...] = ()
    tensors: tuple[TensorSpec, ...] = ()
    params: tuple[Column, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False)
    whole: Mapping[str, Any] = field(default_factory=dict, repr=False)
    examples: tuple[Any, ...] = field(default=(), repr=False)
    repaired: bool = False
    description: str = ""
    numbered: bool = False

    @property
    def name(self) -> str:
        """What to call it on a screen: its key, and for language models their kind."""
        return self.kind if self.kind in LANGUAGE else self.key

    @property
    def is_table(self) -> bool:
        """Whether its data are rows under named columns."""
        return self.kind in TABLES and bool(self.columns)

    @property
    def by_place(self) -> bool:
        """Whether the columns have no names: the service numbers those of a signature without names from 0."""
        counted = [each.name for each in self.columns] == list(map(str, range(len(self.columns))))
        return bool(self.columns) and counted and not self.numbered

    @property
    def by_name(self) -> dict[str | int, Column]:
        """The columns by their names, as :func:`.rows_of` takes them; numbers where they are called by numbers."""
        return {int(column.name) if self.numbered else column.name: column for column in self.columns}

    @property
    def declared(self) -> dict[str, str]:
        """The columns' types in MLflow's words, as ``to_payload(columns=…)`` takes them."""
        return {column.name: column.declared for column in self.columns if column.declared}


@dataclass(frozen=True, slots=True)
class RequestSchema:
    """What an operation takes and gives, as it was read.

    Attributes
    ----------
    formats : tuple of InputFormat
        Each way to write a request; empty where the operation takes no JSON.
    response : mapping
        The JSON Schema of the answer; empty where the document has none.
    notes : tuple of SchemaNote
        What was read otherwise than it is written.
    """

    formats: tuple[InputFormat, ...] = ()
    response: Mapping[str, Any] = field(default_factory=dict, repr=False)
    notes: tuple[SchemaNote, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One thing that an endpoint can be asked; its formats are read when they are first looked at.

    Attributes
    ----------
    path : str
        Relative to the server, such as ``"/served-models/ads-1/invocations"``.
    method : str
        In small letters.
    summary, description : str
        What the document says about it.
    deprecated : bool
        Whether the document advises against it.
    """

    path: str
    method: str
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    reader: Callable[[], RequestSchema] = field(default=RequestSchema, repr=False, compare=False)

    @cached_property
    def request(self) -> RequestSchema:
        """What it takes and gives."""
        return self.reader()

    @property
    def formats(self) -> tuple[InputFormat, ...]:
        """Each way to write a request."""
        return self.request.formats

    @property
    def notes(self) -> tuple[SchemaNote, ...]:
        """What was read otherwise than it is written."""
        return self.request.notes

    @property
    def entity(self) -> str:
        """The served entity that the path names; "" when it means the endpoint as a whole."""
        parts = self.path.strip("/").split("/")
        return parts[1] if len(parts) == 3 and parts[0] == "served-models" else ""


@dataclass(frozen=True, slots=True)
class PathItem:
    """A path of a document, and what can be done there."""

    path: str
    operations: tuple[Operation, ...]
