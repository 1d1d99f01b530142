"""A JupyterLab server for tests, and the kernels that a notebook can have there."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

OLD_KERNEL = "ipykernel73"
OLD_KERNEL_PLACE = "SERVING_WIDGETS_IPYKERNEL73"


class LabServer:
    """A JupyterLab server of our own: private folders, a random port and token, no news and no update checks."""

    def __init__(self, base: Path) -> None:
        self.root = base / "notebooks"
        self.token = secrets.token_hex(16)
        self._runtime = base / "runtime"
        self._log = base / "server.log"
        self._ending = ThreadPoolExecutor(2)
        self._old_kernel = os.environ.get(OLD_KERNEL_PLACE)
        for folder in ("notebooks", "config", "data", "runtime", "settings", "workspaces", "ipython"):
            (base / folder).mkdir()
        quiet = base / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
        quiet.parent.mkdir(parents=True)
        quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
        if self._old_kernel:
            write_kernelspec(base / "data" / "kernels" / OLD_KERNEL, self._old_kernel)
        env = os.environ | {
            "JUPYTER_CONFIG_DIR": str(base / "config"),
            "JUPYTER_DATA_DIR": str(base / "data"),
            "JUPYTER_RUNTIME_DIR": str(self._runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(base / "workspaces"),
            "IPYTHONDIR": str(base / "ipython"),
            "JUPYTER_TOKEN": self.token,
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={self.root}"]
        command += ["--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
        command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
        command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, env=env, cwd=base, stdout=log, stderr=log, start_new_session=True)
        self.url = self._wait_until_it_listens()

    @property
    def kernels(self) -> list[str]:
        """Names of the kernels a notebook can have here."""
        return ["python3", *([OLD_KERNEL] if self._old_kernel else [])]

    def rest(self, method: str, path: str) -> Any:
        """Talk to the server's own API."""
        request = urllib.request.Request(f"{self.url}/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    def end_kernels(self, *, wait: bool = True) -> None:
        """End every session that there is now, so that kernels do not pile up."""
        ended = [self._ending.submit(self._end, session["id"]) for session in self.rest("GET", "api/sessions")]
        for each in ended if wait else ():
            each.result()

    def _end(self, session: str) -> None:
        try:
            self.rest("DELETE", f"api/sessions/{session}")
        except urllib.error.HTTPError as error:
            # It ended by itself between the two calls.
            if error.code != 404:
                raise

    def stop(self) -> None:
        """End the server and, with it, the kernels it started."""
        self._ending.shutdown()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)

    def _wait_until_it_listens(self) -> str:
        for _ in range(1200):
            for file in self._runtime.glob("jpserver-*.json"):
                told = json.loads(file.read_text() or "{}")
                if told.get("port"):
                    return f"http://127.0.0.1:{told['port']}"
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{self._log.read_text()[-4000:]}")


def write_kernelspec(folder: Path, place: str) -> None:
    """Describe the kernel that runs the older ipykernel from its own folder."""
    folder.mkdir(parents=True)
    path = os.pathsep.join(filter(None, [place, os.environ.get("PYTHONPATH")]))
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": OLD_KERNEL,
        "language": "python",
        "env": {"PYTHONPATH": path},
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
