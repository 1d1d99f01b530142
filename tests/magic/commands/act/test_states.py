"""What a line does about a state that an endpoint is in already, and which one it waits for."""

import pytest


@pytest.mark.parametrize(("line", "refused"), [("stop pricing", "already stopped"), ("start churn", "running")])
def test_a_state_that_is_there_already_is_refused_unless_it_may_be(run, changes, line, refused):
    assert refused in run(f"%serving {line}").text
    assert run(f"%serving {line} --ok-if-already").error is None
    assert changes() == []


def test_wait_waits_for_the_state_that_is_named(run):
    assert run("%serving wait pricing --until stopped").error is None
    assert run("%serving wait pricing").error is not None
