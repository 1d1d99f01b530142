"""A typed client as Python source: pydantic models of what an operation takes, and a function that sends it.

The source stands on its own: it needs httpx and pydantic, and nothing of this package.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from .model import Column, InputFormat, Operation
from .samples.sample import sample
from .snippets.python_literals import literal

#: Names in the source that no model may take.
_TAKEN = frozenset({"Any", "BaseModel", "ConfigDict", "Field", "Literal", "RootModel", "Sequence", "Params", "Request"})
_TOP_LEVEL_BAR = re.compile(r" \| (?![^\[]*\])")
_PLAIN = {"string": "str", "integer": "int", "number": "int | float", "boolean": "bool", "null": "None"}
_HEAD = '''"""{title}

Made of the schema of {whose}: {method} {path}, as {format}.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, RootModel
'''
_ROWS = '''
def body(rows: Sequence[Row]{params}) -> dict[str, Any]:
    """Return the body of a request for some rows."""
    records = [row.model_dump(by_alias=True, exclude_unset=True) for row in rows]
{table}{given}    return whole


def query(
    rows: Sequence[Row]{params},
    *,
    host: str | None = None,
    token: str | None = None,
    timeout: float = 300.0,
) -> Any:
    """Send rows, and return the answer as JSON has it.

    Host and token are those of DATABRICKS_HOST and DATABRICKS_TOKEN unless they are given.
    """
    return _sent(body(rows{passed}), host, token, timeout)
'''
_WHOLE = '''
def body(request: Request) -> Any:
    """Return the body of a request as JSON has it."""
    return request.model_dump(by_alias=True, exclude_unset=True)


def query(request: Request, *, host: str | None = None, token: str | None = None, timeout: float = 300.0) -> Any:
    """Send a request, and return the answer as JSON has it.

    Host and token are those of DATABRICKS_HOST and DATABRICKS_TOKEN unless they are given.
    """
    return _sent(body(request), host, token, timeout)
'''
_SENT = """

def _sent(body: Any, host: str | None, token: str | None, timeout: float) -> Any:
    where = (host or os.environ["DATABRICKS_HOST"]).rstrip("/")
    address = (where if "://" in where else f"https://{{where}}") + {path}
    secret = token or os.environ.get("DATABRICKS_TOKEN")
    headers = {{"Authorization": f"Bearer {{secret}}"}} if secret else {{}}
    response = httpx.request({method}, address, json=body, headers=headers, timeout=timeout)
    response.raise_for_status()
    return response.json()
"""


def python_client(operation: Operation, made: InputFormat, *, name: str, path: str) -> str:
    """Return the source of a module with typed models of a format and a function ``query`` that sends it.

    Parameters
    ----------
    operation
        What is asked.
    made
        The format of its requests.
    name
        What it is a client of.
    path
        Where it is asked, relative to the host.
    """
    models = _Models(made.schema)
    if made.kind in ("records", "split") and made.columns:
        ending = _of_rows(models, made)
    else:
        body = models.type_of(made.schema, "Body")
        models.sources.append(f"class Request(RootModel[{body}]):\n    pass\n")
        ending = _WHOLE
    head = _HEAD.format(
        title=f"A client of {_line(name)}.",
        whose=_line(name),
        method=operation.method.upper(),
        path=_line(path),
        format=_line(made.name),
    )
    rebuilt = "".join(f"{each}.model_rebuild()\n" for each in models.named)
    sent = _SENT.format(path=literal(path), method=literal(operation.method.upper()))
    parts = [head, *models.sources, f"{rebuilt}\n{ending.strip()}\n{sent}"]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _of_rows(models: _Models, made: InputFormat) -> str:
    models.model("Row", [(each, models.of_column(each)) for each in made.columns if each.listed])
    if made.params:
        models.model("Params", [(each, models.of_column(each)) for each in made.params])
    if made.kind == "records":
        table = f"    whole: dict[str, Any] = {{{literal(made.key)}: records}}\n"
    else:
        # As the service's own client would write them: numbers where the columns are called by numbers.
        columns = sample(made, optional=True)[made.key]["columns"]
        names = [each.name for each in made.columns if each.listed]
        table = (
            f"    columns = {literal(dict(zip(names, columns, strict=False)), indent=4)}\n"
            "    used = [name for name in columns if any(name in record for record in records)]\n"
            "    data = [[record.get(name) for name in used] for record in records]\n"
            f"    split = {{'columns': [columns[name] for name in used], 'data': data}}\n"
            f"    whole: dict[str, Any] = {{{literal(made.key)}: split}}\n"
        )
    given = (
        "    if params is not None:\n        whole['params'] = params.model_dump(by_alias=True, exclude_unset=True)\n"
        if made.params
        else ""
    )
    return _ROWS.format(
        table=table,
        given=given,
        params=", params: Params | None = None" if made.params else "",
        passed=", params" if made.params else "",
    )


class _Models:
    """The models of a JSON Schema as source, each part of it once."""

    def __init__(self, root: Any) -> None:
        self.sources: list[str] = []
        self.named: list[str] = []
        self._root = root
        self._of_reference: dict[str, str] = {}

    def model(self, name: str, fields: Iterable[tuple[Column, str]], *, closed: bool = False) -> None:
        """Add a model with some fields, each with its annotation."""
        lines = [f'    model_config = ConfigDict(extra="{"forbid" if closed else "allow"}", **STRICT)']
        fields = list(fields)
        # A field of the name of a type would hide that from the annotations.
        taken = {word for _, annotation in fields for word in re.findall(r"\w+", annotation)}
        for column, annotation in fields:
            called = _identifier(column.name, taken)
            optional = not column.required
            annotation = _union([annotation, "None"]) if optional else annotation
            settings = ["default=None"] if optional else []
            settings += [f"alias={literal(column.name)}"] if called != column.name else []
            settings += [f"description={literal(_line(column.description))}"] if column.description else []
            given = f" = Field({', '.join(settings)})" if settings else ""
            lines.append(f"    {called}: {annotation}{given}")
        if not self.sources:
            self.sources.append(
                'STRICT: Any = {"strict": True, "populate_by_name": True, "protected_namespaces": ()}\n'
            )
        self.sources.append(f"class {name}(BaseModel):\n" + "\n".join(lines) + "\n")
        self.named.append(name)

    def of_column(self, column: Column) -> str:
        """Return the annotation of a column or parameter."""
        shape: dict[str, Any] = {"type": column.type} if column.type in _PLAIN else dict(column.schema)
        shape = {"enum": list(column.enum)} if column.enum else shape
        annotation = self.type_of(shape, _class_name(column.name))
        return _union([annotation, "None"]) if column.nullable else annotation

    def type_of(self, schema: Any, hint: str) -> str:
        """Return the annotation of a JSON Schema; ``Any`` where Python has no word for it."""
        if not isinstance(schema, Mapping) or not schema:
            return "Any"
        if isinstance(schema.get("$ref"), str):
            return self._referred(schema["$ref"], hint)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and values:
            plain = all(each is None or isinstance(each, str | int) for each in values)
            return f"Literal[{', '.join(literal(each) for each in values)}]" if plain else "Any"
        for key in ("anyOf", "oneOf"):
            if isinstance(schema.get(key), list):
                return _union(self.type_of(each, f"{hint}{n}") for n, each in enumerate(schema[key], 1))
        if isinstance(schema.get("allOf"), list):
            return self.type_of(schema["allOf"][0], hint) if len(schema["allOf"]) == 1 and len(schema) == 1 else "Any"
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return _union(self.type_of({**schema, "type": kind}, hint) for kind in kinds)
        if kinds == "array":
            return f"list[{self.type_of(schema.get('items'), f'{hint}Item')}]"
        if kinds == "object" or "properties" in schema:
            return self._object(schema, hint)
        return _PLAIN.get(str(kinds), "Any")

    def _object(self, schema: Mapping[str, Any], hint: str, name: str = "") -> str:
        properties, more = schema.get("properties"), schema.get("additionalProperties")
        if not isinstance(properties, Mapping) or not properties:
            return f"dict[str, {self.type_of(more, f'{hint}Value')}]"
        name = name or self._name(hint)
        required = schema.get("required") if isinstance(schema.get("required"), list) else []
        fields = []
        for key, each in properties.items():
            said = each.get("description") if isinstance(each, Mapping) else None
            column = Column(key, required=key in (required or []), description=said if isinstance(said, str) else "")
            fields.append((column, self.type_of(each, f"{name}{_class_name(key)}")))
        self.model(name, fields, closed=more is False)
        return name

    def _referred(self, reference: str, hint: str) -> str:
        if reference in self._of_reference:
            return self._of_reference[reference]
        found = self._root
        for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else []:
            part = part.replace("~1", "/").replace("~0", "~")
            found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and isinstance(found.get("properties"), Mapping) and found["properties"]:
            # Named before it is looked into: it may refer to itself.
            name = self._of_reference[reference] = self._name(_class_name(reference.rsplit("/", 1)[-1]) or hint)
            return self._object(found, hint, name)
        self._of_reference[reference] = "Any"
        annotation = self._of_reference[reference] = self.type_of(found, hint)
        return annotation

    def _name(self, hint: str) -> str:
        base, number = hint or "Body", 2
        name = base
        while name in self.named or name in self._of_reference.values() or name in _TAKEN:
            name, number = f"{base}{number}", number + 1
        return name


def _union(annotations: Iterable[str]) -> str:
    # At commas and bars within brackets nothing is taken apart.
    found = dict.fromkeys(each for annotation in annotations for each in re.split(_TOP_LEVEL_BAR, annotation))
    named = [each for each in found if each != "None"]
    return "Any" if "Any" in found or not found else " | ".join([*named, *(["None"] if "None" in found else [])])


def _identifier(name: str, taken: set[str]) -> str:
    """Return a name for a field that Python and pydantic take, another one than those before."""
    called = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_") or "value"
    called = f"field_{called}" if called[0].isdigit() else called
    called += "_" if keyword.iskeyword(called) or hasattr(BaseModel, called) else ""
    while called in taken:
        called += "_"
    taken.add(called)
    return called


def _class_name(name: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return f"Model{joined}" if not joined or joined[0].isdigit() else joined


def _line(text: str) -> str:
    return re.sub(r'["\\\x00-\x1f\x7f]', " ", text).encode("ascii", "replace").decode()
