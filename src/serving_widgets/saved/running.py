"""A notebook run from top to bottom in a fresh kernel, as ``jupyter nbconvert --execute`` does; its widgets kept."""

from __future__ import annotations

import ast
import atexit
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from serving_widgets.api.errors import ServingError
from serving_widgets.api.read_only_env import READ_ONLY_VARIABLE

from .models import STATE, outputs, reachable_models, shown_model

# Evaluated in the kernel, in which the package may never have been imported: then there is nothing of ours to keep.
_KEPT = (
    "__import__('serving_widgets.widgets.core.freeze', fromlist=['kept']).kept({names!r})"
    " if 'serving_widgets.widgets' in __import__('sys').modules else '{{}}'"
)
# Read before the first cell, which could take the variable away otherwise.
_LOCKED = "bool(__import__('serving_widgets.workspace.session.write_guard'))"
# The line of a cell that the last error came from: a syntax error says it itself, any other by the cell's frame.
_LINE = (
    "next((number for frame, number in __import__('traceback').walk_tb("
    "getattr(__import__('sys'), 'last_traceback', None)) if frame.f_code.co_name == '<module>'), "
    "getattr(getattr(__import__('sys'), 'last_value', None), 'lineno', None) or 1)"
)

#: Told of each cell before it runs: its number, and how many there are.
Progress = Callable[[int, int], None]


class NotebookRun:
    """One run of a notebook.

    Parameters
    ----------
    document
        The notebook, nbformat 4; its cells get new outputs and its metadata the language of the kernel.
    path
        Where it comes from: it runs in that folder.
    timeout
        Seconds that one cell may take.
    allow_changes
        Whether the run may change a real workspace.
    """

    def __init__(
        self, document: dict[str, Any], path: Path, *, timeout: float, allow_changes: bool, progress: Progress
    ) -> None:
        self._path = path
        self._timeout = timeout
        self._allow_changes = allow_changes
        self._progress = progress
        self._models: dict[str, Any] = {}
        self._index, self._line = 0, 1
        self._client = _client(document, path, timeout)

    def run(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Run the cells.

        Returns
        -------
        dict, dict
            The notebook as it is afterwards, and the widget models that its kernel had, by id.

        Raises
        ------
        ServingError
            When a cell fails that was not meant to, takes too long, or there is no such kernel.
        """
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

        self._client.on_cell_start = self._started
        self._client.on_cell_executed = self._executed
        env = dict(os.environ) if self._allow_changes else {**os.environ, READ_ONLY_VARIABLE: "1"}
        try:
            ran = self._client.execute(env=env)
        except CellExecutionError as error:
            raise self._failed(f"{error.ename}: {error.evalue}" if error.evalue else error.ename) from None
        except CellTimeoutError:
            hint = f"Give it more time: --timeout {self._timeout * 2:g}"
            raise self._failed(f"it took longer than {self._timeout:g} s", hint) from None
        except DeadKernelError:
            raise self._failed("the kernel died") from None
        except NoSuchKernel as error:
            raise ServingError(
                f"{self._path} wants the kernel {error.name}, which is not installed.",
                hint="jupyter kernelspec list shows those that are.",
            ) from None
        except RecursionError:
            raise
        except RuntimeError as error:  # it ended before it answered, so that no cell is to blame
            raise ServingError(
                f"{self._path}: the kernel did not start: {error}.",
                hint="Open the notebook and run a cell to see what it says. Nothing was written.",
            ) from None
        finally:
            # nbclient leaves this behind where no kernel started, and it then fails as the process ends.
            atexit.unregister(self._client._cleanup_kernel)
        metadata = ran["metadata"].pop("widgets", {})
        return ran, {**metadata.get(STATE, {}).get("state", {}), **self._models}

    async def _started(self, cell: Mapping[str, Any], cell_index: int) -> None:
        if cell_index == 0:
            await self._evaluated(_LOCKED)
        self._index, self._line = cell_index, 1
        self._progress(cell_index + 1, len(self._client.nb.cells))

    async def _executed(self, cell: dict[str, Any], cell_index: int, execute_reply: Mapping[str, Any]) -> None:
        if execute_reply["content"]["status"] != "ok":
            self._line = await self._evaluated(_LINE) or 1
        roots = [shown_model(output) for output in outputs([cell])]
        if roots:
            # The picture of the moment, like the table beside it: what comes later belongs to later cells.
            known = {name: {"state": state} for name, state in self._client.widget_state.items()}
            names, _ = reachable_models(known, roots)
            self._models.update(json.loads(await self._evaluated(_KEPT.format(names=names)) or "{}"))

    async def _evaluated(self, expression: str) -> Any:
        """Evaluate an expression in the kernel without leaving a trace there; None where that fails."""
        message = self._client.kc.execute("", silent=True, user_expressions={"asked": expression})
        reply = await self._client.async_wait_for_reply(message)
        told = reply["content"].get("user_expressions", {}).get("asked", {}) if reply is not None else {}
        return ast.literal_eval(told["data"]["text/plain"]) if told.get("status") == "ok" else None

    def _failed(self, what: str, hint: str = "") -> ServingError:
        lines = self._client.nb.cells[self._index].source.splitlines() or [""]
        line = lines[min(self._line, len(lines)) - 1].strip()
        return ServingError(
            f"{self._path}, cell {self._index + 1}, line {self._line} failed: {line}\n{what}",
            hint=hint or "Fix it, or tag the cell raises-exception where it is meant to fail. Nothing was written.",
        )


def _client(document: dict[str, Any], path: Path, timeout: float) -> Any:
    try:
        import nbformat.v4
        from nbclient import NotebookClient
    except ImportError:
        raise ServingError(
            "Freezing runs notebooks, for which nbclient is missing.",
            hint="Install the extra lab: pip install 'serving-widgets[lab]'",
            code="extra_missing",
        ) from None
    return NotebookClient(
        nbformat.v4.to_notebook_json(document),  # type: ignore[no-untyped-call]  # nbformat has no types
        timeout=timeout,
        record_timing=False,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
