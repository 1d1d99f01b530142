"""A report's two forms: what a page has to be, what Markdown has to be, and the data that both carry."""

import itertools
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Table
from serving_widgets.render.blocks.text import FailedText
from serving_widgets.render.cards import Card
from serving_widgets.render.report.content import EndpointChapter, ReportContent, ReportSection
from serving_widgets.render.report.data_block import ReportDataError, html_block, markdown_block, read_data
from serving_widgets.render.report.html_page import html_page
from serving_widgets.render.report.markdown_page import FITS, markdown_page, markdown_text

HOSTILE = "</script><script>alert(1)</script> --> <img src=x onerror=alert(1)> | `a` *b* [c](javascript:d) @ada\x1b[31m"
ROWS = Table(["Name", "Status", "Count"], [["churn", FailedText("Update failed"), 3], ["odd", "Ready", None]], "All")


VOID = {"meta", "br", "wbr", "polyline"}


class Outline(HTMLParser):
    """Elements with their attributes, and the text of headings."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.headings, self._open = [], [], []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and re.fullmatch("h[1-6]", self._open[-1]):
            self.headings[-1][1] += data


@pytest.fixture
def content():
    """Return a function that makes a report in which a text stands in every place."""

    def make(text="churn"):
        table = Table([text, "b"], [[text, FailedText(text)]], text, text, [text])
        blocks = (table, Card(text, [(text, text)], [table]), Message(f"{text}\n\n{text}"))
        front = (ReportSection("All endpoints", (ROWS, *blocks)), ReportSection("Empty", ()))
        chapter = EndpointChapter(text, FailedText(text), (ReportSection(text, blocks), ReportSection("No", ())), True)
        return ReportContent(text, (text,), front, (chapter,), (text,), {"endpoints": {text: {"status": text}}})

    return make


def test_a_page_runs_nothing_and_fetches_nothing_whatever_it_tells(content):
    page = Outline(html_page(content(HOSTILE)))
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "report-data"}]
    assert not {"img", "link", "iframe", "object", "embed", "form"} & {tag for tag, _ in page.elements}
    assert not {name for _, attributes in page.elements for name in attributes if name.startswith("on")}
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert links
    assert all(link.startswith("#") for link in links)
    policy = next(each["content"] for tag, each in page.elements if each.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_link_of_a_page_leads_somewhere_and_no_place_is_there_twice(content):
    page = Outline(html_page(content()))
    places = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(places) == len(set(places))
    assert {attributes["href"][1:] for tag, attributes in page.elements if tag == "a"} <= set(places)
    assert {each["aria-labelledby"] for _, each in page.elements if "aria-labelledby" in each} <= set(places)


def test_a_page_has_landmarks_one_first_heading_and_no_level_left_out(content):
    page = Outline(html_page(content()))
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.elements}
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [text for _, text in page.headings] == ["churn", "All endpoints", "Each endpoint", "churn", "churn"]


def test_every_cell_that_heads_others_says_which(content):
    page = Outline(html_page(content()))
    heads = [attributes.get("scope") for tag, attributes in page.elements if tag == "th"]
    assert heads
    assert set(heads) == {"col", "row"}


def test_endpoints_whose_names_look_alike_have_places_of_their_own():
    chapters = tuple(EndpointChapter(name, "Ready") for name in ("A b", "a-b", "a.b"))
    page = Outline(html_page(ReportContent("x", front=(ReportSection("All", (ROWS,)),), chapters=chapters)))
    places = [attributes["id"] for tag, attributes in page.elements if tag == "h3"]
    assert len(set(places)) == 3


def test_what_failed_is_marked_in_words_and_not_by_colour_alone(content):
    for text in (html_page(content()), markdown_page(content())):
        assert "▲ Update failed" in text


def test_markdown_shows_every_text_as_it_is(content):
    made = markdown_page(content(HOSTILE))
    fences = re.sub(r"^(`{3,})text\n.*?\n\1$", "", made, flags=re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"<(/?\w+)", fences)) == {"details", "/details", "summary", "/summary", "strong", "/strong"}
    assert "@ada" not in fences
    assert "\x1b" not in made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("0.1.0", "0.1.0"),
        ("a - b 1. c", "a - b 1. c"),
        ("a|b", r"a\|b"),
    ],
)
def test_marks_of_markdown_are_escaped_where_they_would_be_marks(text, shown):
    assert markdown_text(text) == shown


def test_rows_of_markdown_have_as_many_cells_as_their_head(content):
    lines = [line for line in markdown_page(content("a|b\nc")).splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
    assert lines
    assert set(cells) <= {3, 4}


def test_markdown_that_is_too_long_keeps_what_needs_attention_then_the_front():
    long = Table(["a"], [["x" * 100] for _ in range(200)])
    section = ReportSection("Facts", (long,))
    chapters = tuple(EndpointChapter(f"e{place}", "Ready", (section,), urgent=place == 3) for place in range(5))
    front = (ReportSection("All endpoints", (ROWS,)),)
    made = markdown_page(ReportContent("x", front=front, chapters=chapters, data={"endpoints": {}}))
    assert len(made) <= FITS
    assert "<strong>e3</strong>" in made
    assert "<strong>e1</strong>" not in made
    assert "To limit its size, only endpoints that need attention are described." in made
    assert read_data(made)["endpoints"] == {}
    many = tuple(EndpointChapter(f"e{place}", "Ready", (section,), urgent=True) for place in range(5))
    assert "no endpoint is described" in markdown_page(ReportContent("x", front=front, chapters=many))
    much = markdown_page(ReportContent("x", front=front, chapters=many, data={"endpoints": {"e": "x" * FITS}}))
    assert len(much) <= FITS
    assert "a later report can't be compared" in much


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda e: st.lists(e) | st.dictionaries(st.text(), e)
)


@given(JSON)
def test_data_are_read_as_they_were_written_from_either_form(value):
    for block in (html_block, markdown_block):
        assert read_data(f"before {block({'endpoints': value})} after")["endpoints"] == value


@given(st.text())
def test_no_data_can_end_their_block(text):
    assert html_block({"a": text}).count("</") == 1
    assert markdown_block({"a": text}).count("--") == 2


@pytest.mark.parametrize("text", ["", "<!-- report-data: {} -->", "<!-- report-data: {{ -->"])
def test_what_carries_no_data_is_said_so(text):
    with pytest.raises(ReportDataError, match="no data of a report"):
        read_data(text)


def test_each_text_of_a_report_can_be_changed_and_keeps_its_mark(content):
    changed = content("old").mapped(lambda text: text.replace("old", "new"))
    assert "old" not in html_page(changed).replace('"old"', "")
    assert isinstance(changed.chapters[0].lead, FailedText)
    assert changed.data == content("old").data
