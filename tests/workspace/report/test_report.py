"""Reports on a workspace and on one endpoint: what they tell, what they keep to themselves, what they compare."""

import asyncio
import re

import pytest

import serving_widgets as sw
from serving_widgets.render.report.data_block import read_data


@pytest.fixture
def cells():
    """Return a function that gives the rows of the first table of a heading."""

    def of(report, heading):
        section = next(each for each in report.content.front if each.heading == heading)
        return [list(row) for row in section.blocks[0].rows]

    return of


@pytest.fixture
def headings():
    """Return a function that gives what a chapter tells of, by heading."""

    def of(report, name):
        chapter = next(each for each in report.content.chapters if each.name == name)
        return {section.heading: section.blocks for section in chapter.sections}

    return of


def test_the_front_tells_first_what_failed_then_what_is_idle_then_what_is_always_on(ws, cells):
    rows = [row[:2] for row in cells(ws.report(), "Needs attention")]
    assert rows[:2] == [["churn", "Ready (Update failed)"], ["example-endpoint", "Idle and always on"]]
    assert rows[-1] == ["recommender", "Always on"]


def test_a_failure_is_told_with_its_diagnosis_and_the_end_of_its_log(ws, cells, headings):
    report = ws.report()
    assert cells(report, "Needs attention")[0][2].startswith("Version conflict: Two requirements")
    card, end = headings(report, "churn")["Why the update failed"]
    assert card.title == "Known failure: Version conflict"
    assert end.text.startswith("The end of the build log of churn_model-4:\n\n")


def test_the_overview_has_a_row_for_each_endpoint_with_what_it_serves_and_its_traffic(ws, cells):
    frame = ws.report().to_frame().set_index("name")
    assert list(frame.index) == sorted(each.name for each in ws.endpoints.list())
    assert frame.loc["fraud-detector", "serves"].endswith("fraud_challenger v2 (10 %)")
    assert frame.loc["fraud-detector", "requests_a_minute"] == 236
    assert frame.loc["pricing", "remarks"] == "Stopped"


def test_a_chapter_tells_of_state_update_metrics_permissions_and_schema(ws, headings):
    ws.endpoints.get("fraud-detector")
    ws.mock.advance(3600)
    ws.endpoints.get("fraud-detector")
    told = headings(ws.report(), "fraud-detector")
    assert "The update to configuration 12 was done after 61 min 15 s" in told["Last updates"][0].caption
    assert {"p50", "p99"} <= {
        column for block in told["Traffic and metrics"] for column in getattr(block, "columns", ())
    }
    assert ("the group data-science", "yes, granted here") in [row[:2] for row in told["Permissions"][0].rows]
    assert told["Schema"][0].tables[0].columns[:1] == ("Name",)


def test_updates_are_told_with_how_long_they_took(ws, headings):
    ep = ws.endpoints.get("example-endpoint")
    for version in ("3", "4"):
        ep.update_config(entity_name="main.examples.vanilla_simple_model", entity_version=version).wait()
    last, earlier = headings(ep.report(), "example-endpoint")["Last updates"]
    assert re.fullmatch(r"The update to configuration 4 was done after \d+ min \d\d s, .*", last.caption)
    assert earlier.rows[0][2].startswith("was done after ")


def test_several_samples_are_drawn(ws, headings):
    for _ in range(3):
        ws.endpoints.get("recommender").metrics()
        ws.mock.advance(60)
    report = ws.endpoints.get("recommender").report()
    assert report.html.count("<svg ") >= 2
    assert "Requests a minute" in report.markdown


def test_what_can_not_be_read_says_why_and_the_rest_is_told(connect, headings):
    admin = connect("mock", clock="manual")
    other = next(user for user in admin.mock.connection()["users"] if not user["admin"])
    ws = connect(host=admin.mock.host, token=other["token"], name="other")
    told = headings(ws.report(), "databricks-llama")
    assert "permissions" in told["Permissions"][0].text
    assert told["State and configuration"][0].facts


def test_a_terminal_shows_the_beginning_of_long_cells_and_a_page_all_of_them(ws):
    report = ws.report()
    assert max(len(line) for line in repr(report).splitlines()) < 220
    assert "so no set of packages satisfies both" in report._repr_html_()


def test_the_report_of_one_endpoint_tells_of_no_other(ws):
    report = ws.endpoints.get("churn").report()
    assert [chapter.name for chapter in report.content.chapters] == ["churn"]
    assert report.content.title == "Report on churn"
    assert "fraud-detector" not in report.html


def test_an_endpoint_that_is_not_there_is_an_error(ws):
    with pytest.raises(sw.NotFound):
        ws.report(names=["churn", "no-such-endpoint"])


def test_the_same_workspace_gives_the_same_bytes(connect):
    made = []
    for _ in range(2):
        ws = connect("mock", clock="manual")
        report = ws.report()
        made.append((report.html, report.markdown))
        assert made[-1] == (ws.report().html, ws.report().markdown)
    assert made[0] == made[1]


def test_a_twin_can_be_awaited(ws, tmp_path):
    async def main():
        return await ws.aio.report(tmp_path / "a.html"), await ws.endpoints.get("churn").aio.report()

    whole, one = asyncio.run(main())
    assert (tmp_path / "a.html").read_text() == whole.html
    assert "churn" in one.html


@pytest.mark.parametrize("name", ["serving.html", "serving.md"])
def test_what_has_changed_since_a_report_is_told_by_either_form(ws, tmp_path, cells, name):
    ws.report(tmp_path / name)
    ws.endpoints.get("pricing").start()
    ws.endpoints.get("churn").set_tags({"owner": "ada"})
    ws.endpoints.get("churn").permissions.grant("analysts", "CAN_MANAGE")
    ws.endpoints.get("chat").delete()
    ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    ws.endpoints.get("recommender").update_config(entity_name="main.shop.recommender", entity_version="22")
    ws.mock.advance(3600)
    rows = cells(ws.report(since=tmp_path / name), "What has changed")
    assert ["pricing", "Status", "Not ready (Stopped)", "Ready"] in rows
    assert ["churn", "Tag owner", "–", "ada"] in rows
    assert ["churn", "Permission of the group analysts", "CAN_VIEW", "CAN_MANAGE"] in rows
    assert ["chat", "Endpoint", "Ready", "deleted"] in rows
    assert ["ads", "Endpoint", "–", "created"] in rows
    assert ["recommender", "recommender-22: Version", "21", "22"] in rows
    assert {row[0] for row in rows} <= {"pricing", "churn", "chat", "ads", "recommender", "fraud-detector"}


def test_nothing_has_changed_since_a_moment_ago(ws, tmp_path):
    ws.report(tmp_path / "a.html")
    assert "Nothing, since 2026-01-12 09:00:00 UTC." in ws.report(since=tmp_path / "a.html").html


def test_a_report_with_names_and_one_without_are_compared_by_pseudonyms(ws, tmp_path, cells):
    ws.report(tmp_path / "names.html", keep_names=True)
    ws.report(tmp_path / "none.html")
    for file, keep in (("names.html", False), ("none.html", True)):
        assert cells(ws.report(since=tmp_path / file, keep_names=keep), "What has changed") == []


def test_a_report_of_one_endpoint_is_no_news_of_the_others(ws, tmp_path, cells):
    ws.endpoints.get("churn").report(tmp_path / "churn.html")
    assert cells(ws.report(since=tmp_path / "churn.html"), "What has changed") == []


def test_a_report_may_be_written_over_the_one_it_is_compared_with(ws, tmp_path):
    file = tmp_path / "serving.html"
    ws.report(file)
    ws.mock.advance(60)
    ws.report(file, since=file)
    assert read_data(file.read_text())["made"] == 1768208460000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "can't be read"),
        ("<html>", "it carries no data of a report"),
        ('<!-- report-data: {"format":"serving-widgets report","version":99} -->', "version 99"),
        ('<!-- report-data: {"format" -->', "it carries no data"),
    ],
)
def test_a_file_that_is_no_report_is_refused_before_anything_is_read(ws, tmp_path, text, why):
    file = tmp_path / "before.html"
    if text is not None:
        file.write_text(text)
    asked = len(ws.mock.journal())
    with pytest.raises(sw.ConfigError, match=re.escape(why)):
        ws.report(since=file)
    assert len(ws.mock.journal()) == asked


def test_a_report_of_another_workspace_is_not_compared_with(ws, connect, tmp_path):
    connect("mock", scenario="incident", clock="manual", name="other").report(tmp_path / "other.html")
    with pytest.raises(sw.ConfigError, match="another workspace"):
        ws.report(since=tmp_path / "other.html")


@pytest.mark.parametrize("name", ["serving", "serving.pdf"])
def test_the_name_of_the_file_says_which_form_it_gets(ws, tmp_path, name):
    with pytest.raises(sw.ConfigError, match=r"ends neither in \.html nor in \.md"):
        ws.report(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_names_are_replaced_unless_they_are_kept(ws):
    hidden, kept = ws.report(), ws.report(keep_names=True)
    assert "@example.com" not in hidden.html + hidden.markdown
    assert "e-mail addresses" in hidden.replaced
    assert {"ada@example.com"} <= set(re.findall(r"\w+@example\.com", kept.html.replace("<wbr>", "")))
    assert "Names were kept." in kept.html


def test_fifty_endpoints_with_a_history_take_less_than_a_megabyte(connect):
    ws = connect("mock", scenario="large:50", clock="manual")
    for _ in range(3):
        ws.report()
        ws.mock.advance(60)
    report = ws.report()
    assert len(report.content.chapters) >= 50
    assert len(report.html.encode()) < 1_000_000
    assert len(report.markdown) < 65_536
    assert "To limit its size" in report.markdown


def test_a_file_that_cannot_be_written_is_named_and_an_earlier_one_stays(ws, tmp_path, monkeypatch):
    with pytest.raises(sw.ConfigError, match=r"nowhere/serving\.html can't be written: No such file"):
        ws.report(tmp_path / "nowhere" / "serving.html")
    ws.report(tmp_path / "serving.html")
    before = (tmp_path / "serving.html").read_bytes()

    def full(*given, **how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(sw.ConfigError, match="No space left"):
        ws.report(tmp_path / "serving.html")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("serving.html", before)]
