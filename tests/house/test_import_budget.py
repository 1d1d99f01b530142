"""What `%load_ext serving_widgets` may cost: a name in the shell, and none of the heavy libraries."""

import json
import subprocess
import sys

HEAVY = ["pandas", "pydantic", "httpx", "starlette", "uvicorn", "jsonschema", "databricks", "mlflow"]

LOAD = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "serving_widgets")
print(json.dumps({
    "new": sorted({name.split(".")[0] for name in set(sys.modules) - before}),
    "line": "serving" in shell.magics_manager.magics["line"],
    "cell": "serving" in shell.magics_manager.magics["cell"],
}))
"""


def test_loading_the_extension_brings_the_magic_and_no_heavy_library():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["line"]
    assert told["cell"]
    assert not set(told["new"]) & set(HEAVY)
