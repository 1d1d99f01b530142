"""The types and fixtures of the front end, made from Python: ``python tests/support/page_contract.py`` writes them.

Each ``contract.py`` of ``widgets`` becomes a ``contract.d.ts`` in the room of the same name in ``js/src``. The fixtures
are the states of real widgets; ``js/test`` reads them.
"""

import ast
import dataclasses
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "src" / "serving_widgets"
VIEWS = PROJECT / "js" / "src" / "views"
TABLES = PROJECT / "js" / "src" / "page" / "tables.ts"
FIXTURES = PROJECT / "js" / "test" / "fixtures"
WORDS = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "None": "null", "object": "unknown"}
MADE = "// Made from {} by tests/support/page_contract.py: change that, not this."


def contracts() -> dict[Path, str]:
    """Return the front end's types, by the file that they belong in."""
    return {place(path): "\n".join(typescript(path)) + "\n" for path in sorted(PACKAGE.glob("widgets/*/contract.py"))}


def tables() -> dict[Path, str]:
    """Return the tables that the front end shares with Python, by the file that they belong in."""
    from serving_widgets.api.endpoint import columns, status

    shared = {
        "PHASES": {phase: dataclasses.asdict(look) for phase, look in status.PHASES.items()},
        "KINDS": dict(columns.KINDS),
        "DEPLOYMENTS": {state: words for state, (words, _) in status.DEPLOYMENTS.items()},
    }
    made = MADE.format("src/serving_widgets/api/endpoint")
    lines = [f"export const {name} = {json.dumps(table, indent=2)} as const;" for name, table in shared.items()]
    return {TABLES: "\n\n".join([made, *lines]) + "\n"}


def fixtures() -> dict[Path, str]:
    """Return the states of a widget of each kind, by the file that they belong in."""
    import serving_widgets as sw
    from serving_widgets.widgets.core import base, freeze
    from serving_widgets.workspace.runtime import event_loop

    import_widgets()
    made = {}
    with sw.connect("mock", clock="manual") as workspace:
        for cls in kinds(base.ServingWidget):
            widget = widget_of(cls, workspace)
            event_loop.run_sync(widget._first_picture, twin="")
            state = {**freeze.still(widget._snapshot()), "live": True, "rev": 1}
            made[FIXTURES / f"{cls._kind}.json"] = json.dumps(state, indent=1, ensure_ascii=False) + "\n"
            widget.close()
    return made


def import_widgets() -> None:
    """Import every module of the widgets, so that all kinds are known."""
    for path in PACKAGE.glob("widgets/*/*_*.py"):
        importlib.import_module(f"serving_widgets.widgets.{path.parent.name}.{path.stem}")


def widget_of(cls: type, workspace: object) -> object:
    """Return a widget of a kind; one that is of one endpoint is of the one with the most to tell."""
    about = {"endpoint_browser": (), "create_endpoint": (), "endpoint_compare": ("churn", "pricing")}.get(
        cls._kind, ("fraud-detector",)
    )
    return cls(*about, workspace=workspace)


def kinds(cls: type) -> Iterator[type]:
    """Yield the classes of widgets that have a view."""
    for each in cls.__subclasses__():
        yield from kinds(each)
        if each._kind and each.__module__.startswith("serving_widgets."):
            yield each


def place(path: Path) -> Path:
    """Return where the types of a contract belong: what all widgets share is the line's to the kernel."""
    room = path.parent.name
    return (VIEWS.parent / "kernel" if room == "core" else VIEWS / room) / "contract.d.ts"


def typescript(path: Path) -> Iterator[str]:
    """Yield a contract as lines of TypeScript."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    yield MADE.format(path.relative_to(PROJECT).as_posix())
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("serving_widgets."):
            yield from _imported(node, path)
    for node in tree.body:
        yield from _declared(node, source.splitlines())


def _imported(node: ast.ImportFrom, path: Path) -> Iterator[str]:
    origin = Path(importlib.util.find_spec(node.module).origin)
    names = [alias.name for alias in node.names]
    if origin.name == "contract.py":
        there = place(origin).with_suffix("").with_suffix("")
        way = "../../kernel/contract" if origin.parent.name == "core" else f"../{there.parent.name}/contract"
        yield f'import type {{ {", ".join(names)} }} from "{way}";'
        return
    source = origin.read_text(encoding="utf-8")
    for each in ast.parse(source).body:
        if _name(each) in names:
            yield from _declared(each, source.splitlines())


def _declared(node: ast.stmt, lines: list[str]) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        doc = ast.get_docstring(node)
        bases = [base.id for base in node.bases if base.id != "TypedDict"]
        yield ""
        if doc:
            yield (
                f"/** {doc} */"
                if "\n" not in doc
                else "/**\n" + "\n".join(f" * {line}".rstrip() for line in doc.splitlines()) + "\n */"
            )
        yield f"export interface {node.name}{' extends ' + ', '.join(bases) if bases else ''} {{"
        for field in node.body:
            if isinstance(field, ast.AnnAssign):
                yield from _field(field, lines)
        yield "}"
    elif _name(node) and isinstance(node, ast.AnnAssign | ast.Assign):
        yield ""
        yield f"export type {_name(node)} = {_type(node.value)};"


def _field(node: ast.AnnAssign, lines: list[str]) -> Iterator[str]:
    at = node.lineno - 2
    said = []
    while lines[at].strip().startswith("# "):
        said.insert(0, lines[at].strip()[2:])
        at -= 1
    if said:
        yield f"  /** {' '.join(said)} */"
    kind, name = node.annotation, node.target.id
    optional = isinstance(kind, ast.Subscript) and kind.value.id == "NotRequired"
    yield f"  {name.rstrip('_')}{'?' if optional else ''}: {_type(kind.slice if optional else kind)};"


def _type(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=value):
            return json.dumps(value)
        case ast.Name(id=name):
            return WORDS.get(name, name)
        case ast.BinOp(left=left, right=right):
            return f"{_type(left)} | {_type(right)}"
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            types = [_type(each) for each in parts]
            if name == "Literal":
                return " | ".join(types)
            if name == "list":
                return f"({types[0]})[]" if "|" in types[0] else f"{types[0]}[]"
            return f"Record<{', '.join(types)}>" if name == "dict" else f"[{', '.join(types)}]"
    raise TypeError(f"{ast.unparse(node)} has no counterpart in TypeScript")


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.ClassDef):
        return node.name
    target = (
        node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    )
    return target.id if isinstance(target, ast.Name) else ""


if __name__ == "__main__":
    for file, text in {**contracts(), **tables(), **(fixtures() if sys.argv[1:] != ["types"] else {})}.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
