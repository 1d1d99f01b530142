"""The property that following a log stands on: windows at random times are pieces of one text that only grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.mock.logs import WorkspaceLogs
from serving_widgets.mock.service.endpoint import Config, EndpointRecord, Entity

ACTS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0, 300)),
    st.tuples(st.just("ask"), st.sampled_from([200, 200, 400, 429, 504])),
    st.tuples(st.just("write"), st.integers(1, 30)),
    st.tuples(st.just("look"), st.none()),
)


class Server:
    """A model server that has run since time 0, its clock, and everything that happened to it."""

    def __init__(self, failing="", size="Small"):
        spec = {"name": "model-1", "entity_name": "main.ml.model", "entity_version": "1", "workload_size": size}
        self.entity = Entity(spec, "ada@example.com", 0.0, failing=failing, booted=0.0, settled=25.0)
        self.config = Config(1, [self.entity], [("model-1", 100)], 0.0)
        self.endpoint = EndpointRecord("e", "0" * 32, "ada", "Ada", "User", 0.0, 0.0, self.config, ready=True)
        self.endpoint.history.append(self.config)
        self.logs = WorkspaceLogs()
        self.now = 0.0
        self.written = 0

    def whose(self):
        return self.endpoint, self.config, self.entity

    def look(self):
        return self.logs.server(*self.whose(), self.now)

    def act(self, kind, how):
        if kind == "wait":
            self.now += how
        elif kind == "ask":
            self.logs.queried(self.endpoint, self.entity, self.now, how, 12.5)
        elif kind == "write":
            self.written += 1
            self.logs.write(*self.whose(), self.now, "\n".join(f"{self.written}/{line}" for line in range(how)))


def unwatched(acts, failing=""):
    """Return everything that was written by the end of `acts`, as somebody sees it who looks for the first time."""
    server = Server(failing)
    server.logs.roll(*server.whose(), 0.0, 1_000_000)
    for kind, how in acts:
        server.act(kind, how)
    return server.look()


@given(acts=st.lists(ACTS, max_size=25), window=st.integers(1, 120), failing=st.sampled_from(["", "worker_timeout"]))
def test_each_window_is_the_end_of_one_text_that_only_grows(acts, window, failing):
    server, before = Server(failing), []
    server.logs.roll(*server.whose(), 0.0, window)
    for place, (kind, how) in enumerate([*acts, ("look", None)]):
        server.act(kind, how)
        if kind == "look":
            text = unwatched(acts[:place], failing)
            assert text[: len(before)] == before, "the text only grows"
            assert server.look() == text[-window:], "a window is its end, however often somebody looked before"
            before = text


@given(acts=st.lists(ACTS, max_size=25), window=st.integers(5, 60))
def test_windows_put_together_are_the_text_as_long_as_they_overlap(acts, window):
    server, followed = Server(), []
    server.logs.roll(*server.whose(), 0.0, window)
    for place, (kind, how) in enumerate([*acts, ("look", None)]):
        server.act(kind, how)
        if kind == "look":
            text, shown = unwatched(acts[:place]), server.look()
            gained = len(text) - len(followed)
            if gained >= window:
                return
            overlap = len(shown) - gained
            assert shown[:overlap] == followed[len(followed) - overlap :]
            followed += shown[overlap:]
            assert followed == text


@pytest.mark.parametrize("size", ["Small", "Medium", "Large"])
@pytest.mark.parametrize("after", [26.0, 59.9, 60.0, 3600.0, 1e8])
def test_the_most_recent_lines_do_not_depend_on_how_long_ago_the_server_started(size, after):
    server = Server(size=size)
    server.now = after
    before = server.look()
    server.logs.roll(*server.whose(), 0.0, 50)
    assert server.look() == before[-50:]


def test_a_log_of_years_is_read_in_no_time_for_only_its_end_is_made():
    server = Server()
    server.now = 1e9
    assert len(server.look()) == 5_000


def test_an_answer_that_comes_late_does_not_slip_in_before_what_was_seen():
    server = Server()
    server.now = 3600.0
    before = server.look()
    server.logs.queried(server.endpoint, server.entity, 3000.0, 200, 600_000.0)
    assert server.look()[:-1] == before[-len(server.look()) + 1 :]


def test_no_two_servers_write_the_same():
    one, other = Server(), Server()
    other.endpoint.id = "1" * 32
    one.now = other.now = 3600.0
    assert not set(one.look()) & set(other.look())


def test_times_never_run_backwards_within_a_replica():
    server = Server()
    server.now = 7200.0
    times = {}
    for line in server.look():
        if "+0000]" in line:
            replica, at = line[1:6], line.split("[")[2][:19]
            assert at >= times.get(replica, "")
            times[replica] = at
    assert len(times) == 2
