"""Completion offers what fits, at once, and asks a workspace for its list once at most."""

import time

import pytest
from IPython.core.completer import MATCHES_LIMIT, provisionalcompleter
from scripted_service import ScriptedService, silent

import serving_widgets as sw
from serving_widgets.line import tokenise
from serving_widgets.magic.completion import complete
from serving_widgets.magic.registry import COMMANDS
from serving_widgets.workspace import active


@pytest.fixture
def offers(shell):
    """Return a function that completes a cell at its end, as a front end asks for it."""

    def complete(cell, cursor=None):
        at = len(cell) if cursor is None else cursor
        with provisionalcompleter():
            return [cell[: each.start] + each.text for each in shell.Completer.completions(cell, at)]

    return complete


@pytest.fixture
def listed(run, workspace):
    """Have the endpoints listed once, so that their names are known."""
    run("%serving list")


@pytest.mark.parametrize("before", ["%serving ", "%%serving ", "x = %serving ", "    %serving ", "x, y = %serving "])
def test_commands_are_offered_wherever_the_magic_may_stand(before, offers):
    assert offers(f"{before}st") == [f"{before}status", f"{before}stop", f"{before}start"]
    assert offers(before) == [f"{before}{name}" for name in COMMANDS]


@pytest.mark.parametrize("line", ["stop", "start", "status", "wait", "browse", "delete", "update"])
def test_names_of_endpoints_are_offered_once_they_are_known(line, offers, listed):
    assert offers(f"%serving {line} unity-mod") == [f"%serving {line} unity-model-endpoint"]
    assert offers(f"x = %serving {line} ch") == [f"x = %serving {line} chat", f"x = %serving {line} churn"]


def test_a_name_with_hyphens_is_completed_from_its_middle(offers, listed):
    assert offers("%serving stop unity-model-e") == ["%serving stop unity-model-endpoint"]


@pytest.mark.parametrize(
    "line", ["create chu", "connect --tok", "frobnicate x", "stop 'chu", 'create ads --config {"a', "stop churn x"]
)
def test_nothing_is_offered_where_nothing_is_known_to_fit(line, listed):
    assert complete(line)[1] == []


def test_served_entities_are_offered_for_a_share_of_the_traffic(offers, run, workspace):
    run("%serving status churn")
    line = "%serving update churn --traffic"
    assert offers(f"{line} ") == [f"{line} churn_model-3=", f"{line} churn_model-4="]


def test_names_come_from_the_workspace_that_the_line_names(offers, listed, run):
    run("%serving connect mock --scenario empty --name second")
    assert offers("%serving stop chu") == []
    assert offers("%serving stop --workspace tutorial chu") == ["%serving stop --workspace tutorial churn"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("stop churn --w", ["--wait", "--workspace"]),
        ("stop churn --wait --w", ["--workspace"]),
        ("create ads --no", ["--no-scale-to-zero"]),
        ("create ads --tag a=b --ta", ["--tag"]),
        ("list --status up", ["updating"]),
        ("list --status=up", ["updating"]),
        ("list --kind ", ["custom", "provisioned", "external", "foundation", "feature", "unknown"]),
        ("connect m", ["mock"]),
        ("connect mock --clock ", ["demo", "scaled", "manual"]),
        ("mock re", ["reset"]),
        ("help de", ["delete"]),
        ("create ads --size S", ["Small"]),
        ("list --workspace tut", ["tutorial"]),
    ],
)
def test_options_and_choices_are_offered_where_they_fit(line, expected, offers, listed):
    begun = line[: max(line.rfind(" "), line.rfind("=")) + 1]
    assert offers(f"%serving {line}") == [f"%serving {begun}{word}" for word in expected]


def test_variables_are_offered_after_a_dollar_sign(offers, shell):
    shell.user_ns.update(my_name="churn", my_config={}, _hidden=1)
    assert offers("%serving status $my_") == ["%serving status $my_config", "%serving status $my_name"]


def test_only_the_first_line_of_a_cell_magic_is_a_line_of_serving(offers, shell):
    assert offers("%%serving create ads\n%%serving st") == []
    assert offers("\n%%serving st") == ["\n%%serving status", "\n%%serving stop", "\n%%serving start"]


def test_a_later_line_of_a_cell_and_a_cursor_in_its_middle_complete_too(offers):
    cell = "x = 1\n%serving st churn"
    assert offers(cell, cursor=len("x = 1\n%serving st"))[0] == "x = 1\n%serving status"


def test_other_lines_are_left_alone(offers):
    assert "%servings st" not in offers("%servings st")
    assert offers("prin")[0] == "print"


def test_commands_and_options_are_offered_without_a_request(offers, workspace):
    assert "%serving stop --wait" in offers("%serving stop --")
    assert workspace.mock.journal() == []


def test_names_are_offered_right_after_connecting_for_one_list_and_no_more(offers, workspace):
    for _ in range(3):
        assert offers("%serving stop chu") == ["%serving stop churn"]
    assert [entry["path"] for entry in workspace.mock.journal()] == ["/api/2.0/serving-endpoints"]


def test_a_service_that_does_not_answer_does_not_hold_completion_up_for_long(offers, shell):
    with ScriptedService(lambda method, path: silent) as service:
        sw.connect(host=service.host, token="dapi-scripted-0123456789")
        began = time.monotonic()
        for _ in range(3):
            assert offers("%serving stop chu") == []
        assert time.monotonic() - began < 20
        sw.workspace().close()


def test_nothing_is_opened_for_a_completion(offers, nowhere):
    assert offers("%serving stop chu") == []
    assert active() is None


def test_a_warm_cache_is_not_refreshed_for_a_completion(offers, listed, workspace):
    asked = len(workspace.mock.journal())
    for line in ("%serving st", "%serving stop ch", "x = %serving create ads --", "%serving list --status "):
        assert offers(line)
    assert len(workspace.mock.journal()) == asked


def test_of_a_thousand_endpoints_names_and_entities_are_offered_without_a_request(offers, run, shell, workspace):
    large = sw.connect("mock", name="large", scenario="large")
    run("%serving list;")
    names = large.watcher.names()
    assert len(names) >= 1000
    name = next(each for each in names if large.watcher.store.get(each).info.kind == "custom")
    entities = [entity.name for entity in large.endpoints.get(name).entities]
    asked = len(large.mock.journal())
    line = f"%serving logs {name} --entity "
    assert offers(line) == [f"{line}{entity}" for entity in entities]
    assert offers("%serving stop ") == [f"%serving stop {each}" for each in names[:MATCHES_LIMIT]]
    for line in ("", "st", "stop --", f"logs {name} --entity ", "status --workspace ", "grant "):
        assert offers(f"%serving {line}")
    assert len(large.mock.journal()) == asked


def test_options_of_the_bare_line_are_offered(offers):
    assert offers("%serving --") == ["%serving --workspace", "%serving --json", "%serving --out"]
    assert offers("%serving --j") == ["%serving --json"]


def test_the_older_way_to_complete_knows_names_with_hyphens_too(shell, listed):
    _, found = shell.complete(None, "%serving stop unity-mod", 23)
    assert found == ["unity-model-endpoint"]


HOSTILE_NAMES = ["a b", "--yes", "$x", 'a"b', "a'b", "\x1b[31m", "e\u202ee", "x" * 5000, "a\nb", "`id`", "#x", "{y}"]


def test_names_that_are_words_of_a_line_are_offered_so_that_they_are_names(offers, shell):
    endpoints = [{"name": name, "state": {"ready": "READY"}} for name in HOSTILE_NAMES]
    with ScriptedService(lambda method, path: (200, {}, {"endpoints": endpoints})) as service:
        sw.connect(host=service.host, token="dapi-scripted-0123456789", name="hostile")
        found = offers("%serving status ")
        sw.workspace("hostile").close()
    options = [line for line in found if line.startswith("%serving status -")]
    assert "%serving status --yes" not in options
    for line in set(found) - set(options):
        (word,) = tokenise(line.removeprefix("%serving status "))
        assert word.text in HOSTILE_NAMES
        assert not word.is_option
        assert not word.is_variable
        assert "\n" not in line
