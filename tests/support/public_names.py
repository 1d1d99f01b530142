"""Writes down every public name, signature and command: ``python tests/support/public_names.py`` writes the snapshot.

`tests/house/test_public_names.py` compares the snapshot with what there is: names may be added, none may go away.
"""

import inspect
import json
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Widget

import serving_widgets as sw
from serving_widgets.mock import MockWorkspace, Scenario

FILE = Path(__file__).with_suffix(".json")
#: Public to other modules of the package, and in no documentation.
INTERNAL = {"advice", "as_text", "asked", "client", "first_picture", "kind", "look", "names_request", "outlook"}
INTERNAL |= {"planned", "problem", "publish_now", "recipe", "said", "seen", "set_state", "state", "watched", "why_not"}
INTERNAL |= {"write"}


def snapshot() -> dict[str, Any]:
    """Return the names of the package, the members of what users hold, and the commands of ``%serving``."""
    return {
        "all": sorted(sw.__all__),
        "objects": {name: members(thing) for name, thing in {**package(), **handles()}.items()},
        "commands": commands(),
    }


def package() -> dict[str, Any]:
    """Return what the package and its mock export, by the name that a user writes."""
    named = {f"sw.{name}": getattr(sw, name) for name in sw.__all__ if name not in ("workspace", "__version__")}
    return {**named, "sw.workspace": sw.workspace.__call__, "MockWorkspace": MockWorkspace, "Scenario": Scenario}


def handles() -> dict[str, type]:
    """Return the types of what calls give back, by the name that it goes by in the documentation."""
    with_schema = {"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]}
    ws = sw.connect("mock", name="public-names")
    try:
        ep = ws.endpoints.get("unity-model-endpoint")
        found = {
            "ws": ws,
            "ws.endpoints": ws.endpoints,
            "ws.endpoints.aio": ws.endpoints.aio,
            "ep": ep,
            "ep.aio": ep.aio,
            "ep.permissions": ep.permissions,
            "ep.permissions.aio": ep.permissions.aio,
            "ep.status": ep.status,
            "access": ep.permissions.list(),
            "log": ep.logs(),
            "document": ep.openapi(),
            "sample": ep.sample(),
            "report": ep.validate(with_schema),
            "reply": ep.query(with_schema),
            "answer": line(f"query unity-model-endpoint {json.dumps(with_schema)} --workspace public-names"),
            "listing": line("list --workspace public-names"),
        }
        return {name: type(value) for name, value in found.items()}
    finally:
        ws.close()


def commands() -> dict[str, Any]:
    """Return group, arguments and options of every command, as ``%serving help COMMAND --json`` tells them."""
    found = {}
    for each in line("help --json")["commands"]:
        told = line(f"help {each['name']} --json")
        found[each["name"]] = {
            "group": told["group"],
            "arguments": [
                f"{one['name']} {one['word']}{'…' * one['repeated']}{'' if one['required'] else '?'}"
                for one in told["arguments"]
            ],
            "options": [
                " ".join([*one["flags"], one["value"] or ""]).strip() + "…" * one["repeated"] for one in told["options"]
            ],
        }
    return found


def members(thing: Any) -> dict[str, Any]:
    """Return the public members of a class, or of a function itself, each with its parameters; None has none."""
    if not inspect.isclass(thing):
        return {"()": parameters(thing)}
    is_made_by_users = issubclass(thing, Widget | MockWorkspace | Scenario)
    found: dict[str, Any] = {"()": parameters(thing.__init__)} if is_made_by_users else {}
    # What a class inherits from another package is that package's to keep.
    own = {name for base in thing.__mro__ if base.__module__.startswith("serving_widgets") for name in vars(base)}
    for name in sorted(name for name in own - INTERNAL if not name.startswith("_")):
        value = getattr(thing, name, None)
        found[name] = parameters(value) if callable(value) else None
    return found


def parameters(function: Any) -> str:
    """Return the parameters without their types."""
    found = [each for each in inspect.signature(function).parameters.values() if each.name not in ("self", "cls")]
    bare = [each.replace(annotation=each.empty) for each in found]
    return str(inspect.Signature(bare))


def line(text: str) -> Any:
    """Return the value of a ``%serving`` line."""
    shell = InteractiveShell.instance()
    try:
        shell.extension_manager.load_extension("serving_widgets")
        return shell.run_line_magic("serving", text)
    finally:
        # There is one shell in a process, and other tests make their own.
        InteractiveShell.clear_instance()


if __name__ == "__main__":
    FILE.write_text(json.dumps(snapshot(), indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
