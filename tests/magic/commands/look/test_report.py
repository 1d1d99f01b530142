"""``%serving report``: the beginning of a report in the output, and the whole in a file."""

from serving_widgets.render.report.data_block import read_data


def test_a_line_shows_what_needs_attention_and_all_endpoints(run):
    outcome = run("%serving report")
    assert "10 endpoints of mock workspace (demo), as seen at" in outcome.text
    assert "▲ Ready (Update failed)" in outcome.text
    assert 'To save the full report: .save("serving.html"), or %serving report --save serving.html' in outcome.text


def test_a_line_writes_the_whole_into_a_file_and_says_so(run, tmp_path):
    outcome = run(f"%serving report churn pricing --save {tmp_path / 'two.md'}")
    assert "Written to two.md." in outcome.text
    text = (tmp_path / "two.md").read_text()
    assert text.startswith("# Report on serving endpoints")
    assert set(read_data(text)["endpoints"]) == {"churn", "pricing"}


def test_a_line_tells_what_has_changed_since_an_earlier_file(run, workspace, tmp_path):
    file = tmp_path / "serving.html"
    run(f"%serving report --save {file}")
    workspace.endpoints.get("churn").set_tags({"owner": "ada"})
    assert "Tag owner" in run(f"%serving report --since {file}").text


def test_the_value_is_the_report_and_its_data_are_json(run, shell):
    run("%serving report churn -o made")
    assert shell.user_ns["made"].html.startswith("<!DOCTYPE html>")
    assert set(run("kept = %serving report churn --json\nkept").value["endpoints"]) == {"churn"}


def test_variables_stand_for_endpoints(run, shell, workspace):
    shell.user_ns["ep"] = workspace.endpoints.get("churn")
    assert "1 endpoint of" in run("%serving report $ep").text


def test_a_name_that_is_not_there_or_a_file_of_another_form_is_an_error(run, tmp_path):
    assert "no-such-endpoint" in str(run("%serving report no-such-endpoint").error)
    outcome = run(f"%serving report --save {tmp_path / 'report.pdf'}")
    assert "ends neither in .html nor in .md" in str(outcome.error)
    outcome = run(f"%serving report --save {tmp_path / 'no' / 'report.html'}")
    assert "can't be written" in str(outcome.error)
