import io
import re
import subprocess
import sys
import threading
from html.parser import HTMLParser

import pytest

from serving_widgets.workspace.runtime import progress_bar
from serving_widgets.workspace.runtime.progress_bar import Bar, Notebook, Terminal


class Paper:
    """A surface that keeps what was drawn."""

    def __init__(self):
        self.drawn = []

    def show(self, text, markup):
        self.drawn.append(text)

    def clear(self):
        self.drawn.append("")


@pytest.fixture
def paper():
    return Paper()


@pytest.fixture
def bar(paper):
    """Make a bar on paper whose clock only the test moves."""

    def make(total=None, title="Scoring churn"):
        bar = Bar(title, total, "rows", lambda: paper, lambda: bar_clock[0])
        bar.wait = lambda seconds: bar_clock.__setitem__(0, bar_clock[0] + seconds)
        return bar

    bar_clock = [100.0]
    return make


def test_what_is_done_within_a_second_is_never_drawn(bar, paper):
    quick = bar(10)
    quick.update(5)
    quick.wait(0.9)
    quick.update(5)
    quick.close()
    assert paper.drawn == []


def test_what_takes_longer_is_drawn_now_and_then_and_taken_away_at_the_end(bar, paper):
    slow = bar(10_000)
    slow.wait(2)
    slow.update(4_000)
    slow.update(1_000, note="batch refused, looking for the row")
    slow.wait(0.3)
    slow.draw()
    slow.close()
    assert paper.drawn == [
        "Scoring churn: 4,000 of 10,000 rows (40 %), about 3 s left",
        "Scoring churn: 5,000 of 10,000 rows (50 %), about 2 s left – batch refused, looking for the row",
        "",
    ]


def test_without_a_total_there_is_the_title_and_the_note(bar, paper):
    wait = bar(title="Waiting for churn")
    wait.wait(2)
    wait.update(0, note="Not ready (Updating)")
    assert paper.drawn == ["Waiting for churn – Not ready (Updating)"]


def test_other_threads_count_and_the_first_one_draws(bar, paper):
    slow = bar(10)
    slow.wait(2)
    worker = threading.Thread(target=slow.update, args=(4,))
    worker.start()
    worker.join()
    assert paper.drawn == []
    slow.draw()
    assert "4 of 10" in paper.drawn[0]


def test_a_surface_that_fails_ends_the_drawing_and_nothing_else(bar, paper):
    paper.show = lambda text, markup: 1 / 0
    slow = bar(10)
    for _ in range(3):
        slow.wait(2)
        slow.update(1)
    assert slow.done == 3


def test_the_markup_has_neither_script_nor_style_and_escapes_what_it_says(bar):
    slow = bar(10, title="<b>&")
    slow.update(4)
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    parser.feed(slow.markup())
    assert tags == [("div", {}), ("progress", {"aria-label": "<b>&", "value": "4", "max": "10"}), ("span", {})]
    assert "value" not in bar(None).markup()


def test_a_terminal_has_one_line_that_is_empty_in_the_end(monkeypatch):
    monkeypatch.setenv("COLUMNS", "21")
    stream = io.StringIO()
    terminal = Terminal(stream)
    terminal.show("x" * 50, "")
    terminal.clear()
    assert stream.getvalue() == "\r" + "x" * 20 + "\x1b[K" + "\r\x1b[K"


def test_a_notebook_has_one_output_that_is_empty_in_the_end(monkeypatch):
    sent = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: sent.append(("new", bundle, kwargs)))
    monkeypatch.setattr("IPython.display.update_display", lambda bundle, **kwargs: sent.append(("old", bundle, kwargs)))
    notebook = Notebook()
    notebook.show("a", "<p>a</p>")
    notebook.show("b", "<p>b</p>")
    notebook.clear()
    assert [what for what, *_ in sent] == ["new", "old", "old"]
    assert len({kwargs["display_id"] for *_, kwargs in sent}) == 1
    assert sent[-1][1] == {"text/plain": "", "text/html": ""}


def test_a_script_gets_a_line_now_and_then(monkeypatch):
    stream, now = io.StringIO(), [0.0]
    lines = progress_bar.Lines(stream, lambda: now[0])
    for second in range(25):
        now[0] = float(second)
        lines.show(f"Waiting for churn – {second} s", "")
    lines.clear()
    assert stream.getvalue().splitlines() == [
        "Waiting for churn – 0 s",
        "Waiting for churn – 10 s",
        "Waiting for churn – 20 s",
    ]


def test_only_the_main_thread_draws_on_a_terminal_or_in_a_log(monkeypatch):
    found = []
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: None)
    assert isinstance(progress_bar.find_surface(), progress_bar.Lines)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert isinstance(progress_bar.find_surface(), Terminal)
    worker = threading.Thread(target=lambda: found.append(progress_bar.find_surface()))
    worker.start()
    worker.join()
    assert found == [None]


def test_in_a_kernel_the_cell_is_where_to_draw(monkeypatch):
    shell = type("Shell", (), {"kernel": object()})()
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
    assert isinstance(progress_bar.find_surface(), Notebook)


def test_drawing_does_not_load_ipython():
    code = (
        "import sys; from serving_widgets.workspace.runtime.progress_bar import find_surface; find_surface();"
        "print('IPython' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_the_with_block_takes_the_bar_away_when_it_fails(monkeypatch, paper):
    monkeypatch.setattr(progress_bar, "find_surface", lambda: paper)
    monkeypatch.setattr(progress_bar, "DELAY", 0.0)

    def divide():
        with progress_bar.progress("Dividing", total=3, unit="numbers") as bar:
            bar.update(1)
            bar.update(1 // 0)

    with pytest.raises(ZeroDivisionError):
        divide()
    assert re.match(r"Dividing: 1 of 3 numbers \(33 %\)", paper.drawn[0])
    assert paper.drawn[-1] == ""
