"""Logs in a real JupyterLab: followed, found, filtered and copied, with the keyboard alone; hostile lines stay text."""

import re
from pathlib import Path

import pytest

E = "example-endpoint"
CONNECT = f"""
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
E = "{E}"
ws.mock.roll_log(E, 3000, quiet=True)
def stamp(n, minute=0):
    return f"[hc4q8] [2026-01-12 09:{{minute + n // 60:02d}}:{{n % 60:02d}} +0000] [7]"
def say(count, text="news", level="INFO"):
    ws.mock.write_log(E, "\\n".join(f"{{stamp(n)}} [{{level}}] {{text}} {{n}}" for n in range(count)))
def fail(count):
    for n in range(count):
        ws.mock.write_log(E, "\\n".join([
            f"{{stamp(n, 30)}} [ERROR] Exception on /invocations",
            "[hc4q8] Traceback (most recent call last):",
            '[hc4q8]   File "model.py", line 3, in predict',
            "[hc4q8] ValueError: could not convert string to float: 'abc'",
        ]))
"""
HOSTILE = r"""
for text in [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "\x1b]8;;https://evil.example\x1b\\click me\x1b]8;;\x1b\\ and"
    " \x1b]8;;javascript:document.title='owned'\x07me\x1b]8;;\x07",
    "\x1b[31m<b onmouseover=alert(1)>red</b>\x1b[0m \x1b[999;999H\x1b[2J\x1b]0;title\x07 end",
    "evil\u202e}gpj.exe\u202c \u2066isolated\u2069 \u200bzero\u200b",
    " ".join(f"\x1b[{c}mcolour {c}\x1b[0m" for c in [*range(30, 38), *range(90, 98), *range(40, 48)]),
]:
    ws.mock.write_log(E, "[hc4q8] " + text)
"""


def viewer(lab, index=1):
    """Return the place of a log viewer once its lines are there."""
    place = lab.output(index)
    place.get_by_role("log").wait_for()
    place.locator(".sw-log-row").last.wait_for()
    return place


def top_line(place):
    """Return the text of the first line that is wholly on screen."""
    return place.get_by_role("log").evaluate(
        """list => {
          const top = list.getBoundingClientRect().top;
          const rows = [...list.querySelectorAll('.sw-log-row')];
          rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
          return rows.find(row => row.getBoundingClientRect().top >= top - 1).dataset.line;
        }"""
    )


def test_the_end_is_followed_until_somebody_scrolls_up_and_again_at_their_wish(lab):
    lab.open([CONNECT, "sw.LogViewer(E)", "say(1, 'first')", "say(100)", "say(3, 'last')"]).run(0).run(1)
    place = viewer(lab)
    log = place.get_by_role("log", name="Server logs")
    lab.run(2)
    log.get_by_text("first 0").wait_for()
    end = lab.settled(lambda: log.evaluate("list => list.scrollTop"))
    log.hover()
    lab.page.mouse.wheel(0, -20)
    lab.until(lambda: log.evaluate("list => list.scrollTop") <= end - 20)
    before = lab.settled(lambda: top_line(place))
    lab.run(3)
    pill = place.get_by_role("button", name="100 new")
    pill.wait_for()
    lab.until(lambda: top_line(place), before)
    lab.shot("logs-new", 1)
    log.focus()
    lab.page.keyboard.press("End")
    log.get_by_text("news 99").wait_for()
    pill.wait_for(state="detached")
    lab.run(4)
    log.get_by_text("last 2").wait_for()


def test_the_keyboard_alone_chooses_finds_filters_folds_and_copies(lab):
    lab.open([CONNECT + "fail(3)\nsay(200)", "sw.LogViewer(E)", "1"]).run(0).run(1)
    place = viewer(lab)
    keys, log = lab.page.keyboard, place.get_by_role("log")
    log.focus()
    keys.press("Control+f")
    lab.expect(place.get_by_role("searchbox", name="Find in log")).to_be_focused()
    keys.type("valueerror")
    place.get_by_text("3 matches").wait_for()
    keys.press("Enter")
    place.get_by_text(re.compile(r"^Match \d of 3$")).wait_for()
    log.get_by_text("ValueError: could not convert").first.wait_for()
    # To the switch that shows matching lines alone, past the arrows.
    keys.press("Tab")
    for _ in range(6):
        if lab.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Show matching lines only":
            break
        keys.press("Tab")
    keys.press("Enter")
    lab.expect(place.locator(".sw-log-row")).to_have_count(3)
    lab.shot("logs-filter", 1)
    keys.press("Enter")
    place.get_by_role("searchbox").focus()
    keys.press("Escape")
    keys.press("ArrowDown")
    lab.expect(log).to_be_focused()
    keys.press("e")
    chosen = place.locator(".sw-log-at")
    chosen.get_by_text("Exception on /invocations").wait_for()
    line = int(lab.settled(lambda: chosen.get_attribute("data-line")))
    keys.press("Enter")
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowDown")
    lab.expect(place.locator(".sw-log-at")).to_have_count(3)
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys.press("Control+c")
    place.get_by_text("Copied").wait_for(state="attached")
    copied = lab.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert len(copied) == 3
    assert copied[0].startswith("[hc4q8] [2026-01-12 09:30:")
    assert not any(re.match(rf"\s*{line + 1}\b", each) for each in copied)
    for key in "wtwt":
        keys.press(key)
    lab.expect(place.locator(".sw-log-at").first).to_have_attribute("data-line", str(line))
    keys.type("ddxaabb")
    assert len(lab.notebook()["cells"]) == 3
    place.get_by_role("tab", name="Server logs").focus()
    keys.press("ArrowRight")
    place.get_by_role("log", name="Build logs").get_by_text("Container image creation finished").wait_for()


def test_options_stay_when_others_change_when_lines_come_and_when_another_log_is_opened(lab):
    lab.open([CONNECT + "fail(3)\nsay(200)", "sw.LogViewer(E)", "say(20, 'needle')"]).run(0).run(1)
    place = viewer(lab)
    place.get_by_role("searchbox").fill("needle")
    place.get_by_role("button", name=re.compile("^Info")).click()
    place.get_by_role("button", name="View").click()
    place.get_by_role("menuitemcheckbox", name="Wrap lines").click()
    lab.page.keyboard.press("Escape")
    place.get_by_text("No matches").wait_for()
    lab.run(2)
    place.get_by_text("20 matches").wait_for()
    place.get_by_role("tab", name="Build logs").click()
    place.get_by_role("log", name="Build logs").wait_for()
    place.get_by_role("tab", name="Server logs").click()
    place.get_by_text("20 matches").wait_for()
    lab.expect(place.get_by_role("searchbox")).to_have_value("needle")
    lab.expect(place.get_by_role("button", name=re.compile("^Info"))).to_have_attribute("aria-pressed", "true")
    lab.expect(place.locator(".sw-log-wrapped")).to_have_count(1)


def test_hostile_lines_make_no_element_script_or_link(lab):
    lab.open([CONNECT + HOSTILE, "sw.LogViewer(E)"]).run(0).run(1)
    place = viewer(lab)
    log = place.get_by_role("log")
    log.get_by_text("colour 47").wait_for()
    for key in ("w", "t", "w", "t"):
        log.press(key)
    lab.absent(log.locator("img, script, a, b, iframe, svg:not(.sw-icon)"))
    shown = lab.settled(log.inner_text)
    assert "<script>document.title='owned'</script>" in shown
    assert "click me and me" in shown
    assert "\u202e" not in shown
    assert "U+202E" in shown
    assert "owned" not in lab.page.title()
    lab.shot("logs-hostile", 1)


CONTRASTS = """
list => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const painted = (...colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => rgb.map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  return [...list.querySelectorAll('.sw-log-text span, .sw-log-number')].map(span => {
    const grounds = [];
    for (let at = span; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const ground = painted('#fff', ...grounds);
    const ink = painted('#fff', ...grounds, getComputedStyle(span).color);
    const [dark, bright] = [light(ground), light(ink)].sort((a, b) => a - b);
    return [span.className, (bright + 0.05) / (dark + 0.05)];
  });
}
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_read(lab, theme):
    lab.open([CONNECT + "fail(1)" + HOSTILE, "sw.LogViewer(E)"]).run(0).run(1).theme(theme)
    place = viewer(lab)
    place.get_by_text("colour 47").wait_for()
    for sought in ("", "colour"):
        place.get_by_role("searchbox").fill(sought)
        if sought:
            place.locator(".sw-log-found").first.wait_for()
        told = lab.settled(lambda: place.get_by_role("log").evaluate(CONTRASTS))
        assert len({name for name, _ in told if "sw-ansi" in name}) >= 24
        assert [(name, ratio) for name, ratio in told if ratio < 4.5] == []


def test_axe_finds_nothing_in_any_state_of_the_log(lab):
    views = [
        "sw.LogViewer('churn', sort='build')",
        "sw.LogViewer(E)",
        "sw.LogViewer('pricing')",
        "sw.LogViewer('chat')",
    ]
    lab.open([CONNECT + HOSTILE + "fail(2)\nsay(2, 'odd', 'WARNING')", *views, "sw.LogViewer('nope')"]).run_all()
    place = lab.show(1).output(1)
    place.get_by_role("region", name="Diagnosis").wait_for()
    place.get_by_role("button", name="More").click()
    place.get_by_role("menuitem", name="Compare builds…").click()
    place.get_by_role("combobox", name="Other build").select_option(label="churn_model-3")
    place.get_by_role("button", name="Compare", exact=True).click()
    place.get_by_role("region", name="Packages that differ").wait_for()
    place = lab.show(2).output(2)
    place.get_by_role("searchbox").fill("colour|Exception")
    place.get_by_role("button", name="Regular expression").click()
    place.get_by_role("button", name="Show matching lines only").click()
    place.get_by_role("combobox", name="Lines of context").select_option("2")
    place.get_by_role("log").press("Home")
    lab.show(4).output(4).get_by_text("Its logs are there, not here.").wait_for()
    lab.axe_all({index: f"logs-{index}" for index in range(1, 6)})


def test_the_whole_log_is_downloaded_without_escape_sequences(lab):
    lab.open([CONNECT + HOSTILE, "sw.LogViewer(E)"]).run(0).run(1)
    place = viewer(lab)
    place.get_by_role("button", name="More").click()
    with lab.page.expect_download() as told:
        place.get_by_role("menuitem", name="Download the log").click()
    file = told.value
    assert file.suggested_filename == f"{E}-vanilla_simple_model-2-server.log"
    text = Path(file.path()).read_text(encoding="utf-8")
    assert len(text.splitlines()) == 3000
    assert "\x1b" not in text


def test_a_log_that_was_saved_is_readable_without_a_kernel(lab):
    lab.open([CONNECT + "say(30, 'kept')", "sw.LogViewer(E)"]).run(0).run(1)
    viewer(lab)
    assert "kept 29" in lab.text(1)
    assert "kept 3\n" not in lab.text(1)
    lab.restart()
    lab.output(1).locator(".sw-banner-frozen").wait_for()
    lab.expect(lab.output(1).get_by_text("kept 29").first).to_be_visible()
    lab.shot("logs-frozen", 1)
    lab.errors[:] = [error for error in lab.errors if "Cannot send" not in error]


def test_a_tab_that_was_hidden_shows_the_same_place(lab):
    lab.open([CONNECT + "say(500)", "sw.LogViewer(E)"]).run(0).run(1)
    place = viewer(lab)
    place.get_by_role("log").press("Home")
    place.get_by_role("log").press("PageDown")
    before = lab.rest().settled(lambda: top_line(place))
    path = lab.path
    lab.open(["1"])
    lab.page.evaluate("path => jupyterapp.shell.activateById(lab.panel(path).id)", path)
    lab.path = path
    place = viewer(lab)
    lab.until(lambda: top_line(place), before).stays(lambda: top_line(place), 0.3)


FAILED = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
sw.EndpointPanel("churn")
"""


def test_a_failure_leads_to_its_cause_to_what_was_otherwise_before_and_to_the_next_version(lab):
    lab.open([FAILED]).run(0)
    place = lab.show(0).output(0)
    place.get_by_role("button", name="Show the build log").press("Enter")
    card = place.get_by_role("region", name="Diagnosis")
    lab.expect(card).to_contain_text("Version conflict")
    card.get_by_role("button", name="Compare with the last good build").press("Enter")
    changes = place.get_by_role("region", name="Packages that differ")
    lab.expect(changes.locator("tbody tr").first).to_contain_text("named in the failure")
    lab.shot("logs-failure")
    card.get_by_role("button", name="Deploy a version").press("Enter")
    lab.expect(place.get_by_role("tab", name="Config")).to_have_attribute("aria-selected", "true")


def test_a_range_of_time_is_chosen_by_keys_or_dragged_over_and_errors_are_counted_and_grouped(lab):
    lab.open([CONNECT + "fail(3)\nsay(200)", "sw.LogViewer(E)"]).run(0).run(1)
    place = viewer(lab)
    place.get_by_role("button", name="Previous error").press("Enter")
    lab.expect(place.get_by_text("Error 3 of 3", exact=True)).to_be_visible()
    place.get_by_role("button", name="Repeated errors").press("Enter")
    groups = place.get_by_role("group", name="Repeated errors")
    lab.expect(groups.get_by_role("button")).to_contain_text("× 3")
    groups.get_by_role("button").press("Escape")
    bars = place.get_by_role("slider", name="Lines over time")
    bars.press("End")
    lab.expect(place.locator(".sw-log-row")).to_have_count(3)
    lab.expect(bars).to_have_attribute("aria-valuetext", re.compile("3 errors"))
    lab.shot("logs-range")
    box, keys = bars.bounding_box(), lab.page.mouse
    middle = box["y"] + box["height"] / 2
    keys.move(box["x"] + box["width"] / 2, middle)
    keys.down()
    keys.move(box["x"] + 3, middle, steps=4)
    # The bars between are marked while the button is down; lines are chosen when it goes up.
    lab.expect(place.locator(".sw-log-bar-on").nth(1)).to_be_visible()
    lab.expect(place.locator(".sw-log-row")).to_have_count(3)
    keys.up()
    lab.expect(bars).to_have_attribute("aria-valuetext", re.compile(r"entries, \d+ warnings$"))
    warnings = re.search(r"(\d+) warnings", lab.settled(lambda: bars.get_attribute("aria-valuetext")))[1]
    lab.expect(place.get_by_role("button", name=f"Warning {warnings}", exact=True)).to_be_visible()
    lab.expect(place.get_by_role("button", name="Error 0")).to_be_visible()
    place.get_by_role("button", name="All times").click()
    lab.expect(place.get_by_role("button", name="Error 3")).to_be_visible()
    place.get_by_role("log").press("?")
    lab.expect(place.get_by_role("group", name="Keys")).to_be_visible()
    lab.axe(1, "logs-keys")
    place.get_by_role("group", name="Keys").press("Escape")
    lab.width(360, 1)
    lab.expect(bars).to_be_visible()
    lab.shot("logs-360", 1)
