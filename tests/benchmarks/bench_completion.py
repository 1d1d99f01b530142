"""How long a completion takes: of commands, options, names and entities, with a thousand endpoints known.

Run ``python tests/benchmarks/bench_completion.py``. The peer, in the same run: IPython completing an attribute of an
object that has a thousand. Every figure is the whole way through the completer, as a front end asks for it; the median
and the slowest of many are printed, and how many requests were sent meanwhile.
"""

import statistics
import time

from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import serving_widgets as sw

ROUNDS, ENDPOINTS = 50, 1_000


class Big:
    """An object with as many attributes as there are endpoints."""


def times(shell: InteractiveShell, line: str) -> list[float]:
    """Return how long each of many completions of a line took, in seconds."""
    taken = []
    with provisionalcompleter():
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            offers = list(shell.Completer.completions(line, len(line)))
            taken.append(time.perf_counter() - begin)
            assert offers, line
    return taken


def main() -> None:
    """Print every figure beside the peer's."""
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=settings)
    shell.run_line_magic("load_ext", "serving_widgets")
    ws = sw.connect("mock", scenario=f"large:{ENDPOINTS}")
    names = [endpoint.name for endpoint in ws.endpoints.list()]
    custom = next(endpoint for endpoint in ws.endpoints.list() if endpoint.kind == "custom").refresh()
    big = Big()
    for name in names:
        setattr(big, name.replace("-", "_"), 1)
    shell.user_ns["big"] = big
    cases = {
        "commands": "%serving st",
        "options": "%serving create ads --",
        f"names, all {len(names):,}": "%serving stop ",
        "names, some": f"%serving stop {custom.name[:8]}",
        "entities": f"%serving logs {custom.name} --entity ",
        f"an attribute of {len(names):,} (peer)": f"big.{names[0][:4].replace('-', '_')}",
    }
    for line in cases.values():
        times(shell, line)
    asked = len(ws.mock.journal())
    for what, line in cases.items():
        taken = times(shell, line)
        print(f"{what:32s} median {statistics.median(taken) * 1000:7.2f} ms  slowest {max(taken) * 1000:7.2f} ms")
    print(f"requests sent meanwhile: {len(ws.mock.journal()) - asked}")
    ws.close()


if __name__ == "__main__":
    main()
