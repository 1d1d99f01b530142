"""Imports what kernels need, then forks one kernel after the other."""

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
from types import ModuleType

#: First imported in the kernel, as far as anyone can tell: `ipywidgets` registers itself with it then.
LAST = ("ipywidgets", "anywidget", "serving_widgets")
OTHERS = (
    *("ipykernel.kernelapp", "ipykernel.zmqshell", "IPython.core.completer", "pandas", "pandas.io.formats.style"),
    *("httpx", "h11", "anyio._backends._asyncio", "uvicorn.lifespan.on", "uvicorn.loops.asyncio"),
    *("uvicorn.protocols.http.h11_impl", "jsonschema_rs", "narwhals", "ipywidgets", "anywidget"),
)
#: The package's modules for other places than a kernel.
ELSEWHERE = ("serving_widgets.testing", "serving_widgets.cli")


def serve(place: str, owner: int) -> None:
    """Fork kernels as long as the tests' process and the socket are there; return in each kernel."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{place}.new")
    listener.listen(64)
    ended, wake = os.pipe()
    os.set_blocking(ended, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    watched = selectors.DefaultSelector()
    watched.register(listener, selectors.EVENT_READ)
    watched.register(ended, selectors.EVENT_READ)
    kernels: dict[int, socket.socket] = {}
    os.rename(f"{place}.new", place)
    while os.path.exists(place) and lives(owner):
        for key, _ in watched.select(2):
            if key.fileobj is listener:
                link = listener.accept()[0]
                streams, *wanted = read(link)
                if (pid := os.fork()) == 0:
                    for each in (watched, listener, link, *kernels.values()):
                        each.close()
                    signal.set_wakeup_fd(-1)
                    os.close(ended)
                    os.close(wake)
                    become(streams, *wanted)
                    return
                os.setpgid(pid, pid)
                for stream in streams:
                    os.close(stream)
                kernels[pid] = link
                watched.register(link, selectors.EVENT_READ, pid)
            elif key.fileobj == ended:
                os.read(ended, 4096)
            elif key.data in kernels:
                # The signals that the process which stands in was sent; none, when it is no more.
                for number in key.fileobj.recv(64) or [signal.SIGKILL]:
                    os.killpg(key.data, number)
                    if number == signal.SIGKILL:
                        watched.unregister(key.fileobj)
        for pid, status in reaped(kernels):
            link = kernels.pop(pid)
            with contextlib.suppress(KeyError):
                watched.unregister(link)
            with contextlib.suppress(OSError):
                link.send(str(status).encode())
            link.close()
    for pid in kernels:
        os.killpg(pid, signal.SIGKILL)
    os._exit(0)


def lives(pid: int) -> bool:
    """Return whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def reaped(kernels: dict[int, socket.socket]) -> list[tuple[int, int]]:
    """Return kernels that have ended, with how."""
    found = [os.waitpid(pid, os.WNOHANG) for pid in kernels]
    return [(pid, os.waitstatus_to_exitcode(status)) for pid, status in found if pid]


def read(link: socket.socket) -> list:
    """Return what is asked: streams, arguments, folder and environment."""
    size, streams, _, _ = socket.recv_fds(link, 4, 3)
    text = b""
    while len(text) < int.from_bytes(size, "big"):
        text += link.recv(1 << 20)
    return [streams, *json.loads(text)]


def become(streams: list[int], arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Make this process look as a kernel's process does after it was started by itself."""
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    # A kernel ends with its parent.
    os.environ.update(environment | {"JPY_PARENT_PID": str(os.getppid())})
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = sys.orig_argv = [launcher.origin, *arguments]
    sys.meta_path.insert(0, Again({name: sys.modules.pop(name) for name in LAST}))


class Again(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives modules that were imported before the fork; what they do with a kernel is done when one asks for them."""

    def __init__(self, modules: dict[str, ModuleType]) -> None:
        self._modules = modules
        self._specs = {name: module.__spec__ for name, module in modules.items()}

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name in self._modules else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return self._modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._specs[module.__name__]
        sys.modules.update(self._modules)
        self._modules["ipywidgets"].register_comm_target()
        sys.meta_path.remove(self)


def prepare() -> None:
    """Import what kernels import sooner or later."""
    # More threads than one can't be forked.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in OTHERS:
        importlib.import_module(name)
    package = importlib.import_module("serving_widgets")
    for each in pkgutil.walk_packages(package.__path__, "serving_widgets."):
        if not each.name.startswith(ELSEWHERE):
            with contextlib.suppress(ImportError):
                importlib.import_module(each.name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    # Where Python found this file no kernel looks for modules.
    del sys.path[0]
    prepare()
    serve(sys.argv[1], int(sys.argv[2]))
    importlib.import_module("ipykernel.kernelapp").launch_new_instance()
