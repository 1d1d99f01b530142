"""Journeys of asking models and reading what they did, with the keyboard alone."""

import re

from keyboard import Keyboard

CONNECT = """
%load_ext serving_widgets
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
"""


def test_a_request_is_edited_pasted_sent_and_compared(lab):
    lab.open([CONNECT, "sw.EndpointPanel('example-endpoint', tab='query')", "1"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    grid = keys.place.get_by_role("grid", name="Request rows")
    grid.wait_for()
    keys.to("Send request").press("Enter")
    answer = keys.place.get_by_role("region", name="Answer")
    answer.get_by_text("Status 200").wait_for()
    grid.get_by_role("gridcell").first.focus()
    keys.press("Enter", "Control+A").type("7").press("Enter")
    keys.to("Send request").press("Enter")
    answer.get_by_text("Answer 2").wait_for()
    keys.place.get_by_text("History").focus()
    keys.press("Enter").to("Compare answer 1 with answer 2").press("Enter")
    keys.place.get_by_text(re.compile("Answers 1 and 2: .* for different requests")).wait_for()


def test_a_chat_with_a_system_prompt_and_a_temperature(lab):
    lab.open([CONNECT, "sw.EndpointPanel('databricks-llama', tab='query')"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.into("tab", "Chat")
    keys.place.get_by_label("Message", exact=True).wait_for()
    keys.to("System prompt").type("Be brief.").to("Message").type("Say hello to Ada.")
    keys.to("temperature").type("0.5").to_back("Message").press("Enter")
    conversation = keys.place.get_by_role("list", name="Conversation")
    conversation.get_by_role("listitem").nth(1).get_by_text("Model", exact=True).wait_for()
    keys.place.get_by_role("region", name="Answer").get_by_text("Status 200").wait_for()
    lab.expect(keys.place.get_by_label("System prompt")).to_have_value("Be brief.")
    lab.shot("journey-chat", 1)


def test_metrics_are_compared_over_another_time_and_read_as_a_table(lab):
    hour = "for _ in range(20): ws.endpoints.get('fraud-detector').metrics(); ws.mock.advance(60)"
    lab.open([CONNECT + hour, "sw.EndpointPanel('fraud-detector')"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.into("tab", "Overview").press("ArrowRight", "ArrowRight")
    plot = keys.place.get_by_role("img", name="Requests a minute")
    lab.expect(plot).to_have_attribute("aria-label", re.compile("21 samples.*fraud_challenger-2 latest"))
    keys.to("Time").press("ArrowUp")
    lab.expect(plot).to_have_attribute("aria-label", re.compile("16 samples"))
    keys.to("Show as table").press("Enter")
    table = keys.place.get_by_role("table", name="Metrics of fraud-detector")
    lab.expect(table).to_contain_text("Share of requests")


def test_an_error_is_found_among_200_000_lines(lab):
    fill = """
ws.mock.roll_log("example-endpoint", 200_000, quiet=True)
line = "[hc4q8] [2026-01-12 09:00:00 +0000] [7] [INFO] request answered"
error = "[hc4q8] [2026-01-12 09:00:00 +0000] [7] [ERROR] the needle in it"
ws.mock.write_log("example-endpoint", "\\n".join(error if n == 90_000 else line for n in range(200_000)))
"""
    lab.open([CONNECT + fill, "sw.LogViewer('example-endpoint')"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    log = keys.place.get_by_role("log")
    log.get_by_text("request answered").first.wait_for()
    keys.into("searchbox", "Find in log").type("needle").press("Enter")
    log.get_by_text("the needle in it").wait_for()
    keys.to("Next match").press("Enter")
    lab.expect(log.get_by_text("the needle in it")).to_be_visible()
