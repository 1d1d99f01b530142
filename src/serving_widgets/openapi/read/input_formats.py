"""The ways in which a request can be written, out of the schema of its body.

Taken literally, the service's own schema refuses every request: its alternatives don't require the member that marks
them, so that each body fits all or none (measured with three validators). So an alternative is chosen by its member,
that member is required, and nothing else of the choice is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from serving_widgets.openapi.model import (
    LANGUAGE_KEYS,
    TABLE_KEYS,
    Column,
    FormatKind,
    InputFormat,
    RequestSchema,
    SchemaNote,
)

from .columns_of_schema import (
    column_of,
    flat,
    is_numbered,
    member_columns,
    merged,
    record_columns,
    split_columns,
    tensors_of,
)
from .examples import media_examples, rewritten, wrapped
from .normalise import coerced, normalised
from .refs import reachable, resolve


def request_of(root: Any, operation: Mapping[str, Any], where: str) -> RequestSchema:
    """Return what an operation takes and gives; whatever is wrong with it becomes a note.

    Parameters
    ----------
    root
        The document.
    operation
        What stands under the method, and ``responses`` of the path where the operation has none.
    where
        What to call its place.
    """
    notes: dict[SchemaNote, None] = {}

    def tell(place: str, text: str) -> None:
        notes[SchemaNote(place, text)] = None

    try:
        media = _media(root, resolve(root, operation.get("requestBody")))
        formats: tuple[InputFormat, ...] = ()
        if media is not None:
            formats = tuple(_FormatReader(root, media, where, tell).formats())
        response = _response(root, operation)
        answer = normalised(reachable(root, response), lambda *_: None) if response is not None else {}
    except RecursionError:
        tell(where, "The schema is nested too deep to be read; any JSON is taken.")
        formats, answer = (InputFormat("json", "json"),), {}
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        # A document may hold anything anywhere.
        tell(where, f"The schema has a shape that can't be read ({error}); any JSON is taken.")
        formats, answer = (InputFormat("json", "json"),), {}
    return RequestSchema(formats, answer if isinstance(answer, Mapping) else {}, tuple(notes))


class _FormatReader:
    def __init__(self, root: Any, media: Mapping[str, Any], where: str, tell: Callable[[str, str], None]) -> None:
        self._where = where
        self._tell = tell
        schema = reachable(root, media.get("schema", {}), lambda text: tell(where, text))
        self._root = normalised(schema, tell, where)
        if not isinstance(self._root, Mapping):
            self._root = {}
        self._examples = list(media_examples(root, media))

    def formats(self) -> Iterator[InputFormat]:
        alternatives = list(self._alternatives(self._root))
        found: list[InputFormat] = []
        for alternative in alternatives:
            found += self._of(alternative)
        if not any(each.kind != "json" for each in found):
            found = self._plain(alternatives)
        yield from self._with_merged(_distinct(found))

    def _alternatives(self, schema: Any, depth: int = 4) -> Iterator[Mapping[str, Any]]:
        one = flat(schema, self._root) if set(schema) - {"$defs", "$ref"} else resolve(self._root, schema)
        several = one.get("anyOf") or one.get("oneOf")
        if several and depth and not one.get("properties"):
            for each in several:
                if isinstance(each, Mapping) and each.get("type") != "null":
                    yield from self._alternatives(each, depth - 1)
        else:
            yield one

    def _of(self, alternative: Mapping[str, Any]) -> Iterator[InputFormat]:
        whole = flat(alternative, self._root)
        members = whole.get("properties") or {}
        keys = [key for key in TABLE_KEYS if key in members]
        if keys and self._is_table(members):
            for key in keys:
                yield self._table(key, whole, [other for other in keys if other != key])
            return
        for key, kind in LANGUAGE_KEYS.items():
            if key in members and self._is_language(key, kind, whole):
                yield self._language(key, kind, whole)
                return
        kind = "tensor_v2" if _is_tensor_v2(members, self._root) else "json"
        yield self._json(_name_of(alternative), kind, alternative)

    def _is_table(self, members: Mapping[str, Any]) -> bool:
        """Tell the scoring server's bodies by their shape: any other service may call a member ``inputs``, too."""
        if members.keys() & {"dataframe_split", "dataframe_records"}:
            return True
        if members.keys() - TABLE_KEYS.keys() - {"params"}:
            return False
        return all(_is_rows(each, self._root) for key, each in members.items() if key in TABLE_KEYS)

    def _is_language(self, key: str, kind: FormatKind, whole: Mapping[str, Any]) -> bool:
        """Tell a request to a language model: nothing else is required, and the member that marks it has its shape."""
        required = set(whole.get("required") or ())
        if required - {*LANGUAGE_KEYS, "model"}:
            return False
        data = whole["properties"][key]
        if kind == "chat":
            item = flat(flat(data, self._root).get("items"), self._root)
            several = [flat(each, self._root) for each in item.get("anyOf") or item.get("oneOf") or [item]]
            return all(not each or "role" in (each.get("properties") or {"role": 0}) for each in several)
        found = flat(data, self._root)
        several = [flat(each, self._root) for each in found.get("anyOf") or found.get("oneOf") or [found]]
        return any(each.get("type") in (None, "string", "array") for each in several)

    def _table(self, key: str, whole: Mapping[str, Any], others: Sequence[str]) -> InputFormat:
        members = {name: each for name, each in whole["properties"].items() if name not in others}
        required = [name for name in whole.get("required") or () if name not in others]
        if key not in required:
            self._tell(self._where, f"The member {key} marks this format, but isn't required; read as if it were.")
        schema = self._closed({**whole, "properties": members, "required": list(dict.fromkeys([key, *required]))})
        kind = TABLE_KEYS[key]
        data = members[key]
        tensors = tensors_of(data, self._root) if kind in ("inputs", "instances") else ()
        columns: tuple[Column, ...] = ()
        if kind == "split":
            columns = split_columns(data, self._root)
        elif kind == "records" or (not tensors and flat(data, self._root).get("type") == "array"):
            columns = record_columns(data, self._root)
        elif not tensors:
            columns = _transposed(member_columns(data, self._root), self._root)
        params = member_columns(members["params"], self._root) if "params" in members else ()
        description = str(flat(data, self._root).get("description") or whole.get("description") or "")
        numbered = kind == "split" and is_numbered(data, self._root)
        made = InputFormat(key, kind, columns, tensors, params, schema, description=description, numbered=numbered)
        return self._with_examples(made, whole)

    def _language(self, key: str, kind: FormatKind, whole: Mapping[str, Any]) -> InputFormat:
        if key == "input":
            item = flat(flat(whole["properties"]["input"], self._root).get("items"), self._root)
            kind = "responses" if item.get("properties") or "anyOf" in item else kind
        schema = self._closed(whole)
        params = tuple(each for each in member_columns(whole, self._root) if each.name != key)
        made = InputFormat(key, kind, params=params, schema=schema, description=str(whole.get("description") or ""))
        return self._with_examples(made, whole)

    def _json(self, key: str, kind: FormatKind, alternative: Mapping[str, Any]) -> InputFormat:
        made = InputFormat(
            key or "json",
            kind,
            schema=self._closed(alternative),
            whole=self._root if "oneOf" in self._root else {},
            description=str(alternative.get("description") or ""),
        )
        return self._with_examples(made, alternative)

    def _plain(self, alternatives: Sequence[Mapping[str, Any]]) -> list[InputFormat]:
        if len(alternatives) > 1:
            return [self._json(_name_of(each), "json", each) for each in alternatives]
        whole = flat(self._root, self._root)
        kind: FormatKind = "tensor_v2" if _is_tensor_v2(whole.get("properties") or {}, self._root) else "json"
        only_refers = not self._root.keys() - {"$ref", "$defs"}
        return [self._json("json", kind, resolve(self._root, self._root) if only_refers else self._root)]

    def _closed(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        definitions = self._root.get("$defs")
        return {**schema, **({"$defs": definitions} if definitions else {})}

    def _with_examples(self, made: InputFormat, schema: Mapping[str, Any]) -> InputFormat:
        """Add the examples, each as a whole body: those of the service stand without the member that marks them."""
        found: list[Any] = []
        repaired = False
        for example, is_own in [*((each, True) for each in schema.get("examples") or ()), *self._examples]:
            body = wrapped(example, made, is_own=is_own)
            if body is None:
                continue
            if body is not example:
                self._tell(self._where, f"An example of {made.key} stands without that member; it was put around it.")
            mended = coerced(body, flat(made.schema, made.schema))
            repaired = repaired or body is not example or mended != body
            found.append(mended)
        return replace(made, examples=tuple(found), repaired=repaired)

    def _with_merged(self, formats: Sequence[InputFormat]) -> Iterator[InputFormat]:
        """Complete the columns of each table by what the other formats of the same table say of them."""
        tables = [each for each in formats if each.columns]
        numbered = any(each.numbered for each in tables)
        strict = {column.name for each in tables if each.kind != "split" for column in each.columns if column.required}
        has_strict = any(each.kind != "split" for each in tables)
        for each in formats:
            if not each.columns:
                yield each
                continue
            if numbered and not each.numbered:
                text = f"The columns are called by numbers, which {each.key} has no form for; it is left out."
                self._tell(self._where, text)
                continue
            others = [other.columns for other in tables if other is not each]
            needed = strict if has_strict else {column.name for column in each.columns if column.required}
            columns = merged(each.columns, others, needed)
            if not has_strict:
                columns = tuple(replace(column, required=column.name in needed) for column in columns)
            self._tell_merged(each, columns)
            examples = each.examples or tuple(rewritten(tables, each))
            yield replace(each, columns=columns, examples=examples, repaired=each.repaired or not each.examples)

    def _tell_merged(self, made: InputFormat, columns: Sequence[Column]) -> None:
        more = [column.name for column in columns if not column.listed]
        if more:
            names = ", ".join(more)
            self._tell(self._where, f"{made.key} doesn't name {names}, which another format does; taken here, too.")
        own = {column.name: column.required for column in made.columns}
        changed = [column.name for column in columns if column.required and not own.get(column.name)]
        if changed and made.kind == "split":
            names = ", ".join(changed)
            self._tell(self._where, f"{made.key} doesn't say that {names} must be there; another format does.")


def _is_rows(data: Any, root: Any) -> bool:
    """Whether a schema is of arrays or tables as the scoring server has them; one that says nothing may be."""
    found = flat(data, root)
    if not found.keys() - {"description", "title", "examples"} or tensors_of(data, root):
        return True
    if found.get("type") == "array":
        return bool(flat(found.get("items"), root).get("properties"))
    members = found.get("properties") or {}
    return bool(members) and all(flat(each, root).get("type") == "array" for each in members.values())


def _media(root: Any, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what is said of a body in JSON."""
    content = body.get("content")
    if not isinstance(content, Mapping):
        return None
    for endings in (("application/json",), ("json", "/*")):
        for name, media in content.items():
            if str(name).partition(";")[0].strip().lower().endswith(endings):
                found: Mapping[str, Any] = resolve(root, media)
                return found
    return None


def _response(root: Any, operation: Mapping[str, Any]) -> Any:
    responses = resolve(root, operation.get("responses"))
    for code in ("200", "201", "2XX", "default"):
        if code in responses:
            media = _media(root, resolve(root, responses[code]))
            return media.get("schema") if media is not None else None
    return None


def _is_tensor_v2(members: Mapping[str, Any], root: Any) -> bool:
    """Tell the Open Inference Protocol: its inputs are objects that name a datatype and a shape."""
    item = flat(flat(members.get("inputs"), root).get("items"), root)
    return {"shape", "datatype"} <= (item.get("properties") or {}).keys()


def _transposed(columns: Sequence[Column], root: Any) -> tuple[Column, ...]:
    """Return the columns of ``inputs`` that holds a list for each: its items are the values."""
    result = []
    for column in columns:
        items = column.schema.get("items") if column.type == "array" else None
        if isinstance(items, Mapping):
            column = column_of(column.name, items, root, required=column.required)
        result.append(column)
    return tuple(result)


def _name_of(schema: Mapping[str, Any]) -> str:
    title = schema.get("title")
    return title if isinstance(title, str) and title else ""


def _distinct(formats: Sequence[InputFormat]) -> list[InputFormat]:
    """Give each format a key of its own."""
    seen: dict[str, int] = {}
    result = []
    for each in formats:
        count = seen[each.key] = seen.get(each.key, 0) + 1
        if count > 1 and each.kind in TABLE_KEYS.values():
            continue
        result.append(each if count == 1 else replace(each, key=f"{each.key} {count}"))
    return result
