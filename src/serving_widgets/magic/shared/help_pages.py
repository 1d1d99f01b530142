"""Help, made of the commands' declarations: the same words as text, as HTML and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serving_widgets.magic.registry import COMMANDS, GROUPS, USAGE, command
from serving_widgets.magic.running.connection_text import connection_words
from serving_widgets.render.blocks.pages import Page, Section

if TYPE_CHECKING:
    from serving_widgets.magic.syntax.grammar import Command, Option

INTRODUCTION = (
    "Manage model serving endpoints. A line may end with ; to show nothing, -o NAME or x = %serving … keeps the "
    "result, --json shows it as JSON, and $name stands for a variable."
)
MORE = "%serving help COMMAND tells more of one; %serving alone tells where you are. Tab completes commands, options \
and names."


def overview() -> Page:
    """Return the help on everything, with the connection that is active."""
    groups = {group: [name for name, its_group in COMMANDS.items() if its_group == group] for group in GROUPS}
    sections = [
        Section(title, tuple((name, command(name).summary) for name in groups[group]))
        for group, title in GROUPS.items()
    ]
    commands = [
        {"name": name, "group": group, "summary": command(name).summary, "usage": command(name).usage(name, full=True)}
        for group, names in groups.items()
        for name in names
    ]
    return Page(
        usage=USAGE,
        above=(INTRODUCTION, connection_words()),
        sections=tuple(sections),
        below=(MORE,),
        data={"usage": USAGE, "introduction": INTRODUCTION, "commands": commands},
    )


def command_help(name: str, declared: Command | None = None) -> Page:
    """Return the help on one command, of another declaration than the table's where one is given."""
    declared = declared or command(name)
    body = f"Under %%serving: {declared.body}" if declared.body else ""
    return Page(
        usage=declared.usage(name, full=True),
        above=tuple(part for part in (declared.summary, declared.about, body) if part),
        sections=(
            Section("Arguments", tuple((argument.usage, argument.help) for argument in declared.arguments)),
            Section("Options", tuple((_flags(option), option.help) for option in declared.all_options)),
            Section("Examples", tuple((f"%serving {line}", note) for line, note in declared.examples)),
            Section("See also", tuple((f"%serving help {each}", command(each).summary) for each in declared.see_also)),
        ),
        data=declaration(name, declared),
    )


def declaration(name: str, declared: Command) -> dict[str, Any]:
    """Return how a command is declared, as data."""
    return {
        "name": name,
        "group": COMMANDS.get(name, "setup"),
        "summary": declared.summary,
        "about": declared.about,
        "usage": declared.usage(name, full=True),
        "body": declared.body,
        "arguments": [
            {
                "name": each.name,
                "word": each.type.word,
                "help": each.help,
                "required": each.required,
                "repeated": each.repeated,
            }
            for each in declared.arguments
        ],
        "options": [
            {
                "flags": list(each.spellings),
                "value": each.value.strip() or None,
                "help": each.help,
                "repeated": each.repeated,
            }
            for each in declared.all_options
        ],
        "examples": [{"line": f"%serving {line}", "note": note} for line, note in declared.examples],
        "see_also": list(declared.see_also),
    }


def _flags(option: Option) -> str:
    return ", ".join(f"{flag}{option.value}" for flag in option.spellings) + ("…" if option.repeated else "")
