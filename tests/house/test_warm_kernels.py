"""A kernel that was forked looks like one that was started by itself, obeys the same signals, and ends as it does."""

import ast
import os
import signal
import sys

import pytest

jupyter_client = pytest.importorskip("jupyter_client")
KernelSpecManager = jupyter_client.kernelspec.KernelSpecManager
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

LOOKS = """
import os, signal, sys, threading
unlike = {"JPY_PARENT_PID", "JUPYTER_PATH"}
def targets(): return sorted(get_ipython().kernel.comm_manager.targets)
before = targets(), "serving_widgets" in sys.modules, "ipywidgets" in sys.modules
import serving_widgets, ipywidgets
from importlib import resources
seen = {
    "environment": {name: value for name, value in os.environ.items() if name not in unlike},
    "folder": os.getcwd(), "argv": sys.argv[:-1], "path": sys.path, "flags": tuple(sys.flags), "before": before,
    "threads": sorted(thread.name.split("-")[0] for thread in threading.enumerate()), "after": targets(),
    "handlers": [str(signal.getsignal(n)).split(" at ")[0] for n in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
    "static": resources.files(serving_widgets).joinpath("static").is_dir(), "name": serving_widgets.__spec__.name,
    "main": __import__("__main__").__name__, "nproc": os.environ.get("OPENBLAS_NUM_THREADS"),
}
"""


@pytest.fixture
def started():
    running = []

    def start(plain=False, **env):
        specs = KernelSpecManager(**({"kernel_dirs": []} if plain else {}))
        manager = jupyter_client.KernelManager(kernel_name="python3", kernel_spec_manager=specs)
        manager.start_kernel(env=os.environ | env)
        client = manager.client()
        running.append((manager, client))
        client.start_channels()
        client.wait_for_ready(timeout=60)
        return manager, client

    yield start
    for manager, client in running:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def value(client, expression, code=""):
    """Run code, then return what an expression is."""
    told = client.execute(code, user_expressions={"asked": expression})
    reply = client.get_shell_msg(timeout=60)
    while reply["parent_header"]["msg_id"] != told:
        reply = client.get_shell_msg(timeout=60)
    return ast.literal_eval(reply["content"]["user_expressions"]["asked"]["data"]["text/plain"])


def test_it_looks_like_one_that_was_started_by_itself(started):
    forked, plain = started(NAME="value"), started(plain=True, NAME="value")
    programs = [" ".join(manager.kernel_spec.argv) for manager, _ in (forked, plain)]
    assert ["stand_in.py" in each for each in programs] == [True, False]
    assert value(forked[1], "seen", LOOKS) == value(plain[1], "seen", LOOKS)


def test_it_is_interrupted_ends_by_itself_and_is_killed(started):
    manager, client = started()
    told = client.execute("print('here')\nwhile True: pass", stop_on_error=False)
    while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=60)
    assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (told, "KeyboardInterrupt")
    client.execute("import os; os._exit(7)")
    assert manager.provisioner.process.wait(60) == 7
    manager, client = started()
    pid = value(client, "pid", "import os; pid = os.getpid()")
    manager.signal_kernel(signal.SIGKILL)
    assert manager.provisioner.process.wait(60) == -signal.SIGKILL
    while os.path.exists(f"/proc/{pid}"):
        pass
