"""While another thread imports pandas, what was edited is read all the same: as when the first request is sent."""

import subprocess
import sys

SCRIPT = """
import sys, threading
from importlib.abc import MetaPathFinder
import pyarrow as pa
from serving_widgets.openapi.editing.request_draft import RequestDraft
from serving_widgets.openapi.encode.body_values import is_data, plain_body
from serving_widgets.openapi.model import Column, InputFormat

begun, go_on = threading.Event(), threading.Event()
class Slow(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pandas.core.api":
            begun.set()
            go_on.wait()
sys.meta_path.insert(0, Slow())
threading.Thread(target=lambda: __import__("pandas"), daemon=True).start()
begun.wait()
assert not hasattr(sys.modules["pandas"], "DataFrame")

draft = RequestDraft(InputFormat("dataframe_split", "split", (Column("n", "integer", "int64"),)))
draft.write('{"dataframe_split": {"columns": ["n"], "data": [[1], [2]]}}')
for edit in (lambda: draft.set_cell(0, "n", "7"), lambda: draft.add_rows(1), lambda: draft.remove_rows([2]),
             lambda: draft.paste(0, "n", "8"), draft.undo, lambda: draft.put(plain_body(draft.body))):
    edit()
print(draft.body["dataframe_split"]["data"], is_data([1]), is_data({"n": 1}))

answers = []
asking = threading.Thread(target=lambda: answers.append(is_data(pa.table({"n": [1]}))))
asking.start()
go_on.set()
asking.join()
import pandas
print(answers, is_data(pandas.DataFrame()))
"""


def test_edits_and_tables_are_read_while_pandas_is_half_imported():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[[7], [2]] False False", "[True] True"]
