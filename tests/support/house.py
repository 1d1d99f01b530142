"""The house: rooms, sub-rooms and the arrows between them, drawn from every import statement.

``python tests/support/house.py`` writes the picture into CONTRIBUTING.md, and a test compares the two. A place is a
sub-room (a folder within a room), a module that stands in a room beside its sub-rooms, or a room's own ``__init__``.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

PROJECT = Path(__file__).parents[2]
PACKAGE = "serving_widgets"
SOURCE = PROJECT / "src" / PACKAGE
CONTRIBUTING = PROJECT / "CONTRIBUTING.md"
BEGIN, END = "<!-- the picture of the house: made by tests/support/house.py -->", "<!-- end of the picture -->"


class Arrow(NamedTuple):
    """One import of a module of the package; ``at_import`` is False inside functions and where it is for types only."""

    file: str
    line: int
    module: str
    at_import: bool

    @property
    def room(self) -> str:
        """Return the room that the arrow leads to."""
        return room_of(self.module) if self.module else "__init__"


def sources() -> dict[str, str]:
    """Return every file of the package, by its path within it."""
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))
    }


def room_of(file: str) -> str:
    """Name the room that a file (relative to the package) stands in."""
    return file.split("/")[0].removesuffix(".py")


def place_of(file: str) -> str:
    """Name the sub-room that a file stands in, or the file itself where it stands in none.

    >>> place_of("workspace/watch/watcher.py"), place_of("workspace/connect.py"), place_of("workspace/__init__.py")
    ('workspace/watch', 'workspace/connect', 'workspace')
    """
    parts = file.removesuffix(".py").removesuffix("/__init__").split("/")
    return "/".join(parts[:2])


def arrows(source: str, file: str, modules: Mapping[str, object] = MappingProxyType({})) -> list[Arrow]:
    """Return every import of a module of the package, those for types only included.

    ``modules`` are the files that there are; with them ``from . import x`` leads to ``x.py`` where there is one.
    """
    found: list[Arrow] = []

    def walk(node: ast.AST, at_import: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                found.extend(
                    Arrow(file, child.lineno, module, at_import)
                    for module in sorted(set(_reached(child, file, modules)))
                )
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            typing_only = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
            walk(child, at_import and not inside and not typing_only)

    walk(ast.parse(source), True)
    return found


def _reached(node: ast.Import | ast.ImportFrom, file: str, modules: Mapping[str, object]) -> Iterator[str]:
    """Paths of modules that an import statement reaches; "" is the package itself."""
    if isinstance(node, ast.Import):
        named = [alias.name.split(".") for alias in node.names]
    else:
        base = [PACKAGE, *file.split("/")[:-1]][: len(file.split("/")) + 1 - node.level] if node.level else []
        stem = [*base, *(node.module.split(".") if node.module else [])]
        named = [[*stem, alias.name] for alias in node.names]
    for top, *parts in named:
        if top == PACKAGE:
            whole, above = "/".join(parts), "/".join(parts[:-1])
            if not modules or f"{whole}.py" in modules or f"{whole}/__init__.py" in modules:
                yield whole
            else:
                yield above


def places(files: Mapping[str, str]) -> dict[str, set[str]]:
    """Return every place and the places that it imports, door to door."""
    drawn: dict[str, set[str]] = {}
    for file, text in files.items():
        here = drawn.setdefault(place_of(file), set())
        here.update(place_of(arrow.module) for arrow in arrows(text, file, files) if arrow.module)
    for place, others in drawn.items():
        others.discard(place)
    return drawn


def circles(drawn: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the circles among places, each as the places on the way round."""

    def way_back(start: str) -> list[str] | None:
        ways = [[start]]
        seen: set[str] = set()
        while ways:
            way = ways.pop(0)
            for following in sorted(drawn.get(way[-1], ())):
                if following == start:
                    return way
                if following not in seen:
                    seen.add(following)
                    ways.append([*way, following])
        return None

    found: dict[frozenset[str], list[str]] = {}
    for place in sorted(drawn):
        if way := way_back(place):
            found.setdefault(frozenset(way), way)
    return list(found.values())


def picture() -> str:
    """Return the picture of the house as Markdown: each place, its subject, and what it imports."""
    files = sources()
    drawn = places(files)
    floors = _floors(drawn)
    rooms = sorted({place.split("/")[0] for place in drawn}, key=lambda room: (-_height(room, floors), room))
    lines: list[str] = []
    for room in rooms:
        own = sorted((place for place in drawn if place.split("/")[0] == room), key=lambda p: (-floors[p], p))
        others = sorted(
            {o.split("/")[0] for place in own for o in drawn[place]} - {room}, key=lambda r: (-_height(r, floors), r)
        )
        leads = f" Imports {', '.join(f'`{other}`' for other in others)}." if others else " Imports no other room."
        if len(own) == 1:
            lines += [f"**`{room}`** – {_subject(room, files)}{leads}", ""]
            continue
        lines += [
            f"**`{room}`** – {_subject(room, files)}{leads}",
            "",
            "| place | holds | imports, of this room |",
            "|---|---|---|",
        ]
        for place in own:
            if place != room:
                within = sorted((o for o in drawn[place] if o.startswith(f"{room}/")), key=lambda p: (-floors[p], p))
                named = ", ".join(f"`{other.split('/')[1]}`" for other in within)
                lines.append(f"| `{place.split('/')[1]}` | {_subject(place, files)} | {named} |")
        lines.append("")
    return "\n".join(lines)


def _floors(drawn: Mapping[str, set[str]]) -> dict[str, int]:
    floors: dict[str, int] = {}

    def floor(place: str, above: tuple[str, ...] = ()) -> int:
        if place not in floors:
            below = [other for other in sorted(drawn.get(place, ())) if other not in above]
            floors[place] = 1 + max((floor(other, (*above, place)) for other in below), default=-1)
        return floors[place]

    for place in sorted(drawn):
        floor(place)
    return floors


def _height(room: str, floors: Mapping[str, int]) -> int:
    return max(floor for place, floor in floors.items() if place.split("/")[0] == room)


def _subject(place: str, files: Mapping[str, str]) -> str:
    """Return the first sentence of a place's docstring."""
    text = files.get(f"{place}/__init__.py") or files.get(f"{place}.py") or ""
    said = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")
    return said.removesuffix(" Pure.").replace("|", "\\|")


def main() -> None:
    """Write the picture into CONTRIBUTING.md."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    CONTRIBUTING.write_text(f"{before}{BEGIN}\n\n{picture()}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
