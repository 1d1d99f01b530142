"""Stands in for a kernel's process in the eyes of Jupyter: takes its signals, and ends as the kernel ends."""

import fcntl
import json
import os
import signal
import socket
import sys
import time
import zlib

#: Settings that are read as Python starts or the package is imported: of no use to a kernel that is forked later.
READ_EARLY = ("PYTHON", "SERVING_WIDGETS_READ_ONLY")
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def stand_in(folder: str, owner: str, *arguments: str) -> None:
    """Ask for a kernel and wait for its end; if this process is killed, its connection ends, and so does the kernel."""
    link = reach(folder, owner)
    for each in FORWARDED:
        signal.signal(each, lambda number, _: link.send(bytes([number])))
    wanted = json.dumps([arguments, os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(link, [len(wanted).to_bytes(4, "big")], [0, 1, 2])
    link.sendall(wanted)
    for number in (0, 1, 2):
        os.close(number)
    status = int(link.recv(16) or b"1")
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def reach(folder: str, owner: str) -> socket.socket:
    """Return a connection to the process that forks, started by whoever is first with these settings."""
    settings = sorted((name, value) for name, value in os.environ.items() if name.startswith(READ_EARLY))
    place = os.path.join(folder, f"{zlib.crc32(repr(settings).encode()):08x}.socket")
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(place):
            import subprocess

            command = [sys.executable, os.path.join(os.path.dirname(__file__), "forks.py"), place, owner]
            with open(f"{place}.log", "w") as log:
                forks = subprocess.Popen(command, stdin=log, stdout=log, stderr=log, cwd="/", start_new_session=True)
            while not os.path.exists(place):
                if forks.poll() is not None:
                    sys.exit(f"no kernels: see {log.name}")
                time.sleep(0.01)
    link = socket.socket(socket.AF_UNIX)
    link.connect(place)
    return link


stand_in(*sys.argv[1:])
