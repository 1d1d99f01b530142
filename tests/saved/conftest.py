"""Notebooks that were frozen once for all tests that look at them, and a workspace in another process."""

import json
import os
import subprocess
import sys
import time
import urllib.request

import pytest
from made_notebooks import OPENED, WIDGETS, write

from serving_widgets.saved.freezing import freeze

BOX = 'from ipywidgets import VBox\n\nVBox([sw.StatusBadge("chat"), sw.LogViewer("churn")])'
#: Everything that shows a widget, and one that nothing shows.
CELLS = [*OPENED, *WIDGETS.values(), BOX, "%serving browse churn", 'hidden = sw.StatusBadge("pricing")']


class Service:
    """A workspace in another process, which is a real one to whoever connects to it by its address."""

    def __init__(self, file):
        document = json.loads(file.read_text())
        self.host = document["host"]
        self.token = next(user["token"] for user in document["users"] if user["admin"])

    def changes(self):
        """Return what was asked of it that may change something."""
        request = urllib.request.Request(f"{self.host}/_mock/journal")
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=10) as reply:
            told = json.loads(reply.read())
        entries = told["requests"] if isinstance(told, dict) else told
        return [f"{each['method']} {each['path']}" for each in entries if each["method"] != "GET"]


@pytest.fixture(scope="session")
def frozen(tmp_path_factory):
    """Return two notebooks that were made of the same one by two runs."""
    source = write(tmp_path_factory.mktemp("notebooks") / "all.ipynb", *CELLS)
    return [freeze(source, output_dir=tmp_path_factory.mktemp("frozen")).path for _ in range(2)]


@pytest.fixture
def service(tmp_path, monkeypatch):
    """Have a workspace served elsewhere, and the environment name it."""
    file = tmp_path / "connection.json"
    command = [sys.executable, "-m", "serving_widgets.cli", "mock", "--connection-file", str(file)]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    limit = time.monotonic() + 20
    while not file.exists():
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.02)
    found = Service(file)
    monkeypatch.setenv("DATABRICKS_HOST", found.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", found.token)
    yield found
    process.terminate()
    process.wait(10)
