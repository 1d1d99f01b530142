"""Thousands of endpoints: as a line, and in the browser's kernel part; and how the costs grow."""

import asyncio
import itertools
import json
import sys
import time
from pathlib import Path

from figures import Row, grown, measured, size, tell

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import comm
from fake_page import FakeComm, Page
from IPython.core.interactiveshell import InteractiveShell
from patience import until

import serving_widgets as sw
from serving_widgets.workspace.runtime import event_loop

ENDPOINTS, SIZES, VIEWS, ROUNDS = size((10_000, [10, 100, 1_000, 10_000], [1, 10, 100], 5), (50, [10, 50], [1, 5], 1))
comm.create_comm = FakeComm


class LoopTurns:
    """The CPU milliseconds of each turn that the loop thread gave to a callback."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._run = asyncio.Handle._run

    def __enter__(self) -> "LoopTurns":
        def timed(handle: asyncio.Handle) -> None:
            if not event_loop.on_loop_thread():
                self._run(handle)
                return
            begin = time.thread_time()
            self._run(handle)
            self.taken.append(1000 * (time.thread_time() - begin))

        asyncio.Handle._run = timed
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.Handle._run = self._run


def change(ws: sw.Workspace, share: float) -> None:
    """Have a share of the endpoints look different."""
    world = ws.mock._world
    with world.lock:
        endpoints = list(world.endpoints())
        for endpoint in endpoints[:: max(int(1 / share), 1)]:
            endpoint.tags = {**endpoint.tags, "round": str(next(_ROUND))}
            endpoint.touch()


_ROUND = itertools.count()


def line():
    """Measure the line, and what it prints."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "serving_widgets")
    with sw.connect("mock", scenario=f"large:{ENDPOINTS}", clock="manual", name="line") as ws:
        list(ws.mock._world.endpoints())
        first = measured({"": lambda: shell.run_line_magic("serving", "list")}, rounds=1)[""]
        yield Row(f"`%serving list` of {ENDPOINTS:,}, the first (CPU, with the mock's part)", first, most=1000.0)
        again = measured({"": lambda: shell.run_line_magic("serving", "list")}, rounds=ROUNDS)[""]
        yield Row(f"`%serving list` of {ENDPOINTS:,} again (CPU)", again)
        shell.run_line_magic("serving", "list -o made")
        made = shell.user_ns["made"]
        sizes = len(made._repr_html_().encode()) + len(repr(made).encode())
        yield Row("what that line saves in the notebook", [sizes / 1000], "kB", most=300.0)


def ticks():
    """Measure a tick of the browser with one in a hundred changed, and with none."""
    with sw.connect("mock", scenario=f"large:{ENDPOINTS}", clock="manual", name="ticks") as ws:
        browser = sw.EndpointBrowser(workspace=ws)
        page = Page(browser)
        page.ask("hello", view="v1")
        longest, sent = [], []
        # The first tick brings all rows that the picture did not have.
        for warm in range(-1, ROUNDS):
            change(ws, 0.01)
            before = len(page.customs())
            with LoopTurns() as turns:
                event_loop.submit(ws.watcher.list_all())
                assert until(lambda before=before: len(page.customs()) > before)
            if warm >= 0:
                longest.append(max(turns.taken))
                sent.append(len(json.dumps(page.customs()[before:])) / 1000)
        what = f"a tick of {ENDPOINTS:,} with 1 % changed: "
        yield Row(f"{what}longest turn on the loop thread (CPU)", longest, most=10.0)
        yield Row(f"{what}bytes to the page", sent, "kB", most=20.0)
        browser.close()


def growth():
    """Tell how listing, a changed tick and drawing grow with the endpoints, and a tick with the views."""

    def first_list(endpoints: int) -> float:
        with sw.connect("mock", scenario=f"large:{endpoints}", clock="manual", name="growth") as ws:
            list(ws.mock._world.endpoints())
            return measured({"": ws.endpoints.list}, rounds=1)[""][0]

    def changed_tick(endpoints: int) -> float:
        with sw.connect("mock", scenario=f"large:{endpoints}", clock="manual", name="growth") as ws:
            ws.endpoints.list()
            change(ws, 0.01)
            return measured({"": lambda: event_loop.submit(ws.watcher.list_all()).result()}, rounds=1)[""][0]

    def tick_with(views: int) -> float:
        with sw.connect("mock", scenario="large:100", clock="manual", name="growth") as ws:
            badges = [sw.StatusBadge(info.name, workspace=ws) for info in ws.endpoints.list()[:views]]
            for badge in badges:
                Page(badge).ask("hello", view="v1")
            took = measured({"": lambda: event_loop.submit(ws.watcher.list_all()).result()}, rounds=3)[""]
            for badge in badges:
                badge.close()
            return min(took)

    yield grown("list endpoints for the first time: CPU", SIZES, first_list)
    yield grown("a tick with 1 % changed: CPU", SIZES, changed_tick)
    yield grown("an unchanged tick with badges: CPU", VIEWS, tick_with)


def rows():
    """Measure all of it."""
    yield from line()
    yield from ticks()
    yield from growth()


if __name__ == "__main__":
    tell(rows())
