"""``%serving list``: which endpoints are meant, and how many of them an output shows."""

import json

import serving_widgets as sw


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


def test_an_output_shows_200_rows_and_says_how_to_get_the_others(shell, run, workspace):
    sw.connect("mock", name="large", scenario="large:1200", clock="manual")
    (shown,) = run("%serving list").displays
    for text in shown.data.values():
        assert "1,200 endpoints – mock workspace" in text
        assert "And 1,000 more: the same line with --all shows them, to_frame() has them" in text
        assert len(text) < 300_000
    assert len(shown.data["text/plain"].splitlines()) < 210
    listing = run("%serving list --all -o found\nfound").value
    assert len(repr(listing).splitlines()) > 1200
    assert "more" not in repr(listing).splitlines()[-1]
    assert len(listing.to_frame()) == len(listing) == 1200
    assert len(json.loads(run("%serving list --json").text)) == 1200
    assert "And 999 more" in repr(run("%serving list -o found\nfound[1:]").value)
