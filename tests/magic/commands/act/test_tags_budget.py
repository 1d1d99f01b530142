"""``%serving tags``, ``budget`` and ``panel``, and the budget policy of a new endpoint."""

import json

import pytest

import serving_widgets as sw
from serving_widgets.magic.completion import complete
from serving_widgets.magic.shared.help_pages import command_help
from serving_widgets.render.tags import tag_changes_table, tags_table

POLICY = "7d0c5e1a-52a4-4b1e-9a55-3f0c8f6f2b10"
EXTERNAL = {"served_entities": [{"name": "m", "external_model": {"name": "m", "provider": "openai"}}]}


@pytest.fixture
def bodies(workspace):
    """Return a function that lists the bodies of the requests that may have changed something."""
    return lambda: [each["body"] for each in workspace.mock.journal() if each["method"] != "GET"]


def rows(text):
    """Return the cells below the line that rules a table off."""
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("─"))
    return [line.split() for line in lines[start + 1 :] if line]


def test_tags_are_shown(run, shell, workspace):
    assert rows(run("%serving tags churn").text) == [["team", "customers"], ["tier", "standard"]]
    run("tags = %serving tags churn")
    assert shell.user_ns["tags"] == {"team": "customers", "tier": "standard"}
    assert "It has no tags." in run("%serving tags unity-model-endpoint").text


def test_tags_are_added_changed_and_removed_by_one_request_and_read_back(run, bodies, workspace):
    text = run("%serving tags churn team=risk 'owner=Ada L.' pii= --remove tier").text
    assert rows(text) == [
        ["owner", "–", "Ada", "L.", "added"],
        ["pii", "–", "added"],
        ["team", "customers", "risk", "changed"],
        ["tier", "standard", "–", "removed"],
    ]
    assert bodies() == [
        {
            "add_tags": [{"key": "team", "value": "risk"}, {"key": "owner", "value": "Ada L."}, {"key": "pii"}],
            "delete_tags": ["tier"],
        }
    ]
    assert workspace.endpoints.get("churn").tags == {"team": "risk", "owner": "Ada L.", "pii": ""}


def test_tags_that_are_so_already_send_nothing(run, bodies, workspace):
    assert "The tags of churn are already as wanted" in run("%serving tags churn team=customers").text
    assert bodies() == []


def test_keys_with_an_equals_sign_come_as_json(run, workspace):
    assert run('%serving tags churn {"a=b": "c", "pii": null}').error is None
    assert workspace.endpoints.get("churn").tags["a=b"] == "c"


def test_a_variable_is_the_value_of_a_tag_and_quotes_keep_spaces(run, shell, workspace):
    shell.user_ns.update(team="risk and fraud", more={"tier": "gold"}, number=7, rows=[1])
    line = """%serving tags churn team=$team owner="Ada  L." cost='$5' batch=$number $more"""
    assert run(line).error is None
    assert workspace.endpoints.get("churn").tags == {
        "team": "risk and fraud",
        "owner": "Ada  L.",
        "cost": "$5",
        "batch": "7",
        "tier": "gold",
    }
    assert run("%serving create ads --entity main.ml.ads --version 3 --tag team=$team").error is None
    assert workspace.endpoints.get("ads").tags == {"team": "risk and fraud"}
    for wrong, words in {"$tem": "Did you mean $team?", "$rows": "$rows holds list, and no text."}.items():
        outcome = run(f"%serving tags churn team={wrong}")
        assert words in outcome.text
        said = outcome.text.split("\n")
        assert said[2].index("^") >= said[1].index("team=")


def test_a_recipe_for_tags_does_what_it_says(run, workspace):
    made = workspace.recipe("tags", "churn", tags={"a=b": "c", "don't": "-x"}, remove=["tier"])
    assert run(made.magic).error is None
    assert workspace.endpoints.get("churn").tags == {"team": "customers", "a=b": "c", "don't": "-x"}


def test_what_the_service_provides_can_not_be_tagged(run, bodies, workspace):
    assert "can't be tagged" in run("%serving tags databricks-llama a=b").text
    assert bodies() == []


def test_keys_of_tags_are_offered_from_what_is_known(run, workspace):
    run("%serving list")
    asked = len(workspace.mock.journal())
    assert complete("tags churn t")[1] == ["team=", "tier="]
    assert complete("tags churn team=x t")[1] == ["team=", "tier="]
    assert complete("tags churn --remove t")[1] == ["team", "tier"]
    assert len(workspace.mock.journal()) == asked


def test_hostile_tags_stay_text(run, elements, workspace):
    evil = "<img src=x onerror=alert(1)>\u202e"
    run(f"%serving tags churn {json.dumps({evil: evil}, ensure_ascii=False)}")
    for line in ("tags churn", "tags churn a=b"):
        (shown,) = run(f"%serving {line}").displays
        assert "img" not in elements(shown.data["text/html"])
        assert "\u202e" not in shown.data["text/html"] + shown.data["text/plain"]
    for table in (tags_table({evil: evil}, evil, where=evil), tag_changes_table({}, {evil: evil}, evil, where=evil)):
        assert "img" not in elements(table._repr_html_())


@pytest.mark.parametrize(
    ("name", "policy", "words"),
    [
        ("churn", POLICY, "No public call of the service changes the budget policy of an existing endpoint"),
        ("pricing", "none", "on its page in the workspace"),
        ("chat", "none", "Endpoints that serve external models can't have one."),
        ("databricks-llama", "none", "Endpoints that serve pay-per-token foundation models can't have one."),
    ],
)
def test_a_budget_policy_is_shown_with_where_it_comes_from_or_why_there_is_none(name, policy, words, run, workspace):
    text = run(f"%serving budget {name}").text
    assert f"Budget policy  {policy}\n" in f"{text}\n"
    assert words in text
    assert "\nOrigin  " in text
    assert ("To change it" in text) is (name in ("churn", "pricing"))


def test_the_page_where_a_policy_is_changed_is_named_where_there_is_one(run, workspace):
    assert "Its page" not in run("%serving budget churn").text
    sw.connect(host=workspace.host, token=workspace.mock.token, name="real")
    assert f"Its page       {workspace.host}/ml/endpoints/churn" in run("%serving budget churn").text


@pytest.mark.parametrize("flag", ["--budget", "--budget-policy"])
def test_a_new_endpoint_gets_the_policy_that_is_named(flag, run, bodies, workspace):
    assert run(f"%serving create ads --entity main.ml.ads --version 3 {flag} b-1 --wait").error is None
    assert bodies()[0]["budget_policy_id"] == "b-1"
    assert workspace.endpoints.get("ads").budget_policy_id == "b-1"


def test_an_external_model_gets_none_and_the_line_is_pointed_at(run, shell, bodies, workspace):
    shell.user_ns["external"] = EXTERNAL
    outcome = run("%serving create bot --config $external --budget b-1")
    lines = outcome.text.split("\n")
    assert lines[0] == "bot can't have a budget policy: endpoints that serve external models have none."
    assert lines[2].index("^") == lines[1].index("--budget")
    with pytest.raises(sw.ConfigError, match="can't have a budget policy"):
        workspace.endpoints.create("bot", EXTERNAL, budget_policy_id="b-1")
    assert bodies() == []


def test_help_says_where_a_policy_comes_from_and_who_may_change_it():
    text = " ".join(repr(command_help("create")).split())
    assert "the one that is assigned to you" in text
    assert "with CAN_MANAGE" in text


def test_the_panel_opens_on_a_tab_and_is_a_card_where_widgets_are_not_wanted(run, workspace):
    panel = run("p = %serving panel churn --tab tags\np").value
    assert isinstance(panel, sw.EndpointPanel)
    assert panel.endpoint == "churn"
    panel.close()
    run("%config ServingMagics.display = 'static'")
    assert run("%serving panel churn").text.startswith("churn – mock workspace (demo)")
