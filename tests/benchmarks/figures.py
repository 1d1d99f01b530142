"""Figures of benchmarks: measured side by side, told as rows, printed as one table."""

import json
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: Set where a test only wants to know that a benchmark can be started.
SMALL = "SERVING_WIDGETS_BENCH_SMALL"
#: Names a file that rows are added to, instead of being printed.
ROWS = "SERVING_WIDGETS_BENCH_ROWS"

Ways = Mapping[str, Callable[[], object] | None]


@dataclass
class Row:
    """One line of the table, and one more for each further peer.

    Parameters
    ----------
    what : str
        What is measured, and in which kind of time.
    ours : list of float
        One figure a round.
    unit : str
        Unit of the figures; of those a second more is better, of all others less.
    peers : dict of str to list of float
        Figures by the peer's name; empty where the peer is not installed.
    most : float, optional
        The most that ours may be.
    ratio : float, optional
        How many times as good as the first peer ours has to be.
    """

    what: str
    ours: list[float]
    unit: str = "ms"
    peers: dict[str, list[float]] = field(default_factory=dict)
    most: float | None = None
    ratio: float | None = None

    def better(self, peer: list[float]) -> float:
        """Return how many times as good as a peer ours is."""
        ours, theirs = statistics.median(self.ours), statistics.median(peer)
        up, down = (ours, theirs) if self.unit.endswith("/s") else (theirs, ours)
        return up / down if down else math.inf

    def lines(self) -> list[tuple[str, ...]]:
        """Return the row as it is printed: what, ours, peer, theirs, ratio, budget, whether that is missed."""
        peers = list(self.peers.items()) or [("", [])]
        return [self._line(name, figures, first=place == 0) for place, (name, figures) in enumerate(peers)]

    def _line(self, peer: str, theirs: list[float], *, first: bool) -> tuple[str, ...]:
        ratio = self.better(theirs) if theirs else None
        budgets, missed = [], False
        if first and self.most is not None:
            budgets.append(f"≤ {self.most:,g} {self.unit}")
            missed |= statistics.median(self.ours) > self.most
        if first and self.ratio is not None:
            budgets.append(f"≥ {self.ratio:g} ×")
            missed |= ratio is not None and ratio < self.ratio
        return (
            self.what if first else "",
            shown(self.ours, self.unit) if first else "",
            peer,
            shown(theirs, self.unit) if theirs else ("not installed" if peer else ""),
            "" if ratio is None else f"{ratio:.2f} ×",
            ", ".join(budgets),
            "missed" if missed else "",
        )


HEAD = ("what", "ours", "peer", "theirs", "ratio", "budget", "")


def size(full: Any, small: Any) -> Any:
    """Return the size of a benchmark: in full, or so small that it says nothing of speed."""
    return small if os.environ.get(SMALL) else full


def shown(figures: list[float], unit: str) -> str:
    """Return the median and half of the distance between the quartiles."""
    if len(figures) < 2:
        return f"{_number(figures[0])} {unit}".rstrip()
    low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
    return f"{_number(median)} ± {_number((high - low) / 2)} {unit}".rstrip()


def measured(ways: Ways, *, rounds: int, clock: Callable[[], float] = time.process_time) -> dict[str, list[float]]:
    """Return the milliseconds of each way, which take turns; none for one that is missing."""
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            if way is not None:
                begin = clock()
                way()
                figures[name].append(1000 * (clock() - begin))
    return figures


def compared(what: str, ours: Callable[[], object], peers: Ways, *, rounds: int, **more: Any) -> Row:
    """Return a row of milliseconds: our way beside those of peers, in the same rounds."""
    clock = more.pop("clock", time.process_time)
    figures = measured({"ours": ours, **peers}, rounds=rounds, clock=clock)
    return Row(what, figures.pop("ours"), peers=figures, **more)


def exponent(sizes: Iterable[float], costs: Iterable[float]) -> float:
    """Return the exponent by which a cost grows: the slope of its logarithm over that of the size."""
    xs, ys = [math.log(each) for each in sizes], [math.log(max(each, 1e-9)) for each in costs]
    return statistics.linear_regression(xs, ys).slope


def grown(what: str, sizes: list[int], cost: Callable[[int], float], unit: str = "ms") -> Row:
    """Return a row that tells how a cost grows: the exponent, and in its name the cost of each size."""
    costs = [cost(each) for each in sizes]
    told = ", ".join(f"{each:,}: {_number(one)}" for each, one in zip(sizes, costs, strict=True))
    return Row(f"{what} ({told} {unit})", [exponent(sizes, costs)], unit="exponent")


def tell(rows: Iterable[Row]) -> None:
    """Print rows as a table, or add them to the file that the whole table is made of."""
    file = os.environ.get(ROWS)
    if file is None:
        print_table(list(rows))
        return
    with open(file, "a", encoding="utf-8") as out:
        for row in rows:
            print(json.dumps(asdict(row)), file=out, flush=True)


def told(file: str) -> list[Row]:
    """Return the rows of such a file."""
    with open(file, encoding="utf-8") as lines:
        return [Row(**json.loads(line)) for line in lines]


def print_table(rows: list[Row]) -> None:
    """Print a table in Markdown."""
    lines = [HEAD, *(line for row in rows for line in row.lines())]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        print("| " + " | ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)) + " |")
    sys.stdout.flush()


def _number(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"
