"""The same script sees the same bytes: on another day, in another process, however often somebody looks in between.

Identical are status lines, headers and bodies, and so ids, times, logs, metrics, answers of models and request ids.
Random by design are the port and the tokens; they are replaced before texts are compared.
"""

import os
import re
import subprocess
import sys
import time
from functools import cache

import pytest

from serving_widgets.mock import Scenario

ENDPOINTS = 1000


@pytest.fixture(scope="module")
def transcript(project):
    """Return a way to run the script in a process of its own, whose sets and dicts are ordered in its own way."""

    @cache
    def run(scenario, seed, polls=0):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(project / "src")}
        done = subprocess.run(
            [sys.executable, str(project / "tests" / "support" / "transcript.py"), scenario, str(polls)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    return run


@pytest.mark.parametrize("scenario", ["demo", "incident"])
def test_the_same_script_gives_byte_identical_transcripts(transcript, scenario):
    first, second = (transcript(scenario, seed) for seed in (1, 2))
    assert first == second
    assert len(first) > 100_000
    assert " 500 " not in "".join(re.findall(r"^< .*$", first, re.MULTILINE))
    assert len(set(re.findall(r"x-request-id: (\S+)", first))) > 50


def test_how_often_somebody_looks_in_between_changes_nothing_that_the_script_sees(transcript):
    unwatched, watched = transcript("demo", 1), transcript("demo", 1, polls=4)
    # The journal, which does tell who looked, stands at the end of the one and is left out of the other.
    assert unwatched.startswith(watched.rstrip("\n"))


def test_an_hour_with_a_thousand_endpoints_that_are_all_updated_takes_less_than_a_second(started):
    scenario = Scenario("busy")
    for number in range(ENDPOINTS):
        scenario = scenario.endpoint(f"endpoint-{number}", status="updating", scale_to_zero=True)
    mock, ask = started(scenario, clock="manual")
    assert len(ask.names()) == ENDPOINTS
    begin = time.process_time()
    mock.advance(3600)
    ask.get("endpoint-0")
    seconds = time.process_time() - begin
    assert seconds < 1
    items = ask("GET", ask.control).body["endpoints"]
    assert {item["state"]["config_update"] for item in items} == {"NOT_UPDATING"}
    asleep = ask.get("endpoint-7").body["config"]["served_entities"][0]
    assert (asleep["entity_version"], asleep["state"]["deployment_state_message"]) == ("2", "Scaled to zero")
