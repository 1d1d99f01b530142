"""``%serving list``: which endpoints are meant, and how many of them an output shows."""


def names(shell, run, line):
    assert run(f"found = %serving list {line}").error is None
    return shell.user_ns["found"].names


def test_a_tag_is_asked_for_by_its_key_or_with_its_value(shell, run, workspace):
    workspace.endpoints.get("churn").set_tags({"team": "customers", "owner": "Ada L."})
    tagged = {each.name: each.tags for each in workspace.endpoints.list()}
    assert names(shell, run, "--tag team") == sorted(name for name, tags in tagged.items() if "team" in tags)
    assert names(shell, run, "--tag team=customers --tag tier") == ["churn"]
    assert names(shell, run, '--tag owner="Ada L."') == ["churn"]
    assert names(shell, run, "--tag nothing=so") == []


def test_keys_of_tags_are_completed_from_what_is_known(shell, run, workspace):
    from serving_widgets.magic.completion import complete

    run("%serving list;")
    assert "team" in complete("list --tag t")[1]
