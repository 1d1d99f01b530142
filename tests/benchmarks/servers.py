"""Other sides of the wire, each in a process of its own: the embedded workspace, and a server that only answers."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "dapi0123456789abcdef"

ANSWERING = """
import json, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
try:
    from orjson import loads
except ImportError:
    loads = json.loads

pause, slow, document = float(sys.argv[1]), float(sys.argv[2]), json.loads(sys.argv[3])
ENDPOINT = {"name": "bench", "state": {"ready": "READY", "config_update": "NOT_UPDATING"}, "config": {
    "config_version": 1, "served_entities": [{"name": "m-1", "entity_name": "a.b.m", "entity_version": "1"}]}}
count = 0

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        known = {"serving-endpoints": {"endpoints": [ENDPOINT]}, "openapi": document}
        self.answer(known.get(self.path.split("/")[-1], ENDPOINT))

    def do_POST(self):
        global count
        count += 1
        first = count == 1
        body = loads(self.rfile.read(int(self.headers["Content-Length"])))
        if slow and first:
            time.sleep(slow)
        self.answer({"predictions": [0.5] * len(body["dataframe_split"]["data"])})

    def answer(self, document):
        time.sleep(pause)
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


@contextmanager
def workspace(endpoints: int) -> Iterator[tuple[str, str]]:
    """Run the embedded workspace; address and token."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "connection.json"
        command = [sys.executable, "-m", "serving_widgets.cli", "mock", "--clock", "manual"]
        with subprocess.Popen(
            [*command, "--scenario", f"large:{endpoints}", "--connection-file", str(file)], stdout=subprocess.DEVNULL
        ) as process:
            try:
                while not file.exists() and process.poll() is None:
                    time.sleep(0.05)
                said = json.loads(file.read_text())
                yield said["host"], said["users"][0]["token"]
            finally:
                process.terminate()


@contextmanager
def answering(*, pause: float = 0.0, slow: float = 0.0, document: object = None) -> Iterator[str]:
    """Run a server with one endpoint, "bench", that answers each request after a pause, the first query later."""
    command = [sys.executable, "-c", ANSWERING, str(pause), str(slow), json.dumps(document or {})]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()
