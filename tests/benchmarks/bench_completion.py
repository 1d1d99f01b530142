"""How long a completion takes: of commands, options, names and entities, with a thousand endpoints known.

The peer is IPython completing an attribute of an object that has a thousand. Every figure is the whole way through the
completer, as a front end asks for it.
"""

from figures import Row, compared, size, tell
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import serving_widgets as sw

ENDPOINTS, ROUNDS = size((1_000, 25), (20, 1))


class Big:
    """An object with as many attributes as there are endpoints."""


def rows():
    """Measure all of it."""
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=settings)
    shell.run_line_magic("load_ext", "serving_widgets")
    with sw.connect("mock", scenario=f"large:{ENDPOINTS}") as ws:
        names = [endpoint.name for endpoint in ws.endpoints.list()]
        custom = next(endpoint for endpoint in ws.endpoints.list() if endpoint.kind == "custom").refresh()
        big = Big()
        for name in names:
            setattr(big, name.replace("-", "_"), 1)
        shell.user_ns["big"] = big

        def complete(line: str):
            def way() -> None:
                with provisionalcompleter():
                    assert list(shell.Completer.completions(line, len(line))), line

            way()
            return way

        peer = {f"an attribute of {len(names):,}": complete(f"big.{names[0][:4].replace('-', '_')}")}
        cases = {
            "complete a command (CPU)": "%serving st",
            "complete an option (CPU)": "%serving create ads --",
            f"complete a name, all {len(names):,} (CPU)": "%serving stop ",
            "complete a name, some (CPU)": f"%serving stop {custom.name[:8]}",
            "complete an entity (CPU)": f"%serving logs {custom.name} --entity ",
        }
        ways = {what: complete(line) for what, line in cases.items()}
        asked = len(ws.mock.journal())
        for what, way in ways.items():
            yield compared(what, way, peer, rounds=ROUNDS)
        yield Row("requests sent by completions", [len(ws.mock.journal()) - asked], unit="requests", most=0)


if __name__ == "__main__":
    tell(rows())
