"""Help: commands in groups, one command in full, readable in a terminal and in a narrow cell."""

import pytest

from serving_widgets.magic.registry import COMMANDS, GROUPS, command
from serving_widgets.magic.shared.help_pages import command_help, overview
from serving_widgets.render.blocks.pages import WIDE, Page, Section

#: No line of help is longer, but those that are there to be copied.
WIDEST = 100


def test_commands_stand_in_their_groups(run, workspace):
    text = run("%serving help").text
    places = [text.index(f"\n{title}\n") for title in GROUPS.values()]
    assert places == sorted(places)
    for group, title in GROUPS.items():
        part = text[text.index(f"\n{title}\n") :].split("\n\n")[0]
        names = [name for name in COMMANDS if COMMANDS[name] == group]
        assert names
        assert all(f"\n{name} " in part for name in names)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_a_group_and_names_others_to_look_at(name):
    declared = command(name)
    assert COMMANDS[name] in GROUPS
    assert set(declared.see_also) <= set(COMMANDS) - {name}


def test_the_overview_says_what_a_line_may_hold_and_where_one_is(run, workspace):
    text = " ".join(run("%serving help").text.split())
    assert "-o NAME or x = %serving … keeps the result, --json shows it as JSON" in text
    assert "Connected: mock workspace (demo)" in text
    assert "%serving help COMMAND tells more of one" in text


@pytest.mark.parametrize("page", [overview, *(lambda name=name: command_help(name) for name in ("", *COMMANDS))])
def test_a_line_of_help_fits_a_terminal_unless_it_is_an_example(page):
    made = page()
    examples = {line for section in made.sections if section.title == "Examples" for line, _ in section.rows}
    for line in repr(made).split("\n"):
        assert len(line) <= WIDEST or line in examples
        assert line == line.rstrip()


def test_the_help_on_a_command_shows_usage_arguments_options_examples_and_what_else_there_is():
    text = repr(command_help("stop"))
    for title in ("Arguments", "Options", "Examples", "See also"):
        assert f"\n{title}\n{'─' * len(title)}\n" in text
    assert text.startswith("%serving stop NAME [--wait] [--timeout SECONDS]")
    assert "\n%serving help start   " in text
    assert "\n%serving stop unity-model-endpoint\n    Stop it.\n" in text


def test_a_usage_line_breaks_between_its_options():
    usage = repr(command_help("create")).split("\n\n")[0]
    assert max(map(len, usage.split("\n"))) <= WIDE
    for line in usage.split("\n"):
        assert line.count("[") == line.count("]")


def test_a_page_has_groups_with_headings_and_code_to_copy(elements):
    shown = overview()._repr_html_()
    assert '<th colspan="2" scope="rowgroup" style="text-align:left">Look</th>' in shown
    assert "<code>list</code>" in shown
    assert elements(shown) <= {
        *("p", "code", "table", "tbody", "tr", "th", "td", "br", "span"),
        *("th[colspan]", "th[scope]", "th[style]", "td[style]", "span[style]"),
    }


def test_options_are_not_broken_on_a_page_and_examples_have_columns_of_their_own():
    shown = command_help("create")._repr_html_()
    assert '<span style="white-space:nowrap">[--workload-type TYPE]</span>' in shown
    assert '<span style="white-space:nowrap">--no-scale-to-zero</span>' in shown
    assert shown.count("<table>") == 4
    assert overview()._repr_html_().count("<table>") == 1


def test_a_usage_line_below_an_error_fits_a_cell_and_names_the_commands_own_options_first():
    assert command("status").usage("status").endswith("[--live] [--workspace NAME] [--json] [-o NAME]")
    line = "%serving start NAME [--wait] [--timeout SECONDS] [--ok-if-already] [--yes] [OPTION]…"
    assert command("start").usage("start") == line
    assert command("create").usage("create") == "%serving create [NAME] [OPTION]…"
    assert max(len(command(name).usage(name)) for name in COMMANDS) <= 88


def test_pages_take_hostile_words_as_text(elements):
    evil = "<img src=x onerror=alert(1)>\x1b[31m\u202e"
    page = Page(evil, (evil,), (Section(evil, ((evil, evil),)),), (evil,))
    assert "img" not in elements(page._repr_html_())
    for text in (repr(page), page._repr_html_()):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_page_is_a_table_to_work_with_too():
    frame = overview().to_frame()
    assert list(frame) == ["section", "line", "meaning"]
    assert list(frame.line) == [name for group in GROUPS for name in COMMANDS if COMMANDS[name] == group]
