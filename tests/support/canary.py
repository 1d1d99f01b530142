"""Looking for a secret as closely as one can: in texts, objects, tracebacks, log records and on the wire."""

import asyncio
import base64
import gc
import inspect
import io
import re
import socket
import threading
import traceback
from urllib.parse import quote

from IPython.core import ultratb


def verbose(error):
    """What IPython prints in its most talkative mode: all frames with all local variables."""
    out = io.StringIO()
    # IPython 9 has themes in the place of color schemes, which it still takes.
    newer = "theme_name" in inspect.signature(ultratb.VerboseTB).parameters
    plain = {"theme_name": "nocolor"} if newer else {"color_scheme": "NoColor"}
    drawn = ultratb.VerboseTB(**plain, include_vars=True, ostream=out)
    drawn(type(error), error, error.__traceback__)
    return out.getvalue() + "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def texts(*things):
    """All texts that can be reached from objects without reading functions' cells."""
    seen, waiting, found = set(), list(things), []
    while waiting:
        each = waiting.pop()
        if id(each) in seen or inspect.isfunction(each) or inspect.ismodule(each) or inspect.isclass(each):
            continue
        seen.add(id(each))
        if isinstance(each, str | bytes | bytearray):
            found.append(each if isinstance(each, str) else bytes(each).decode("latin-1"))
        elif isinstance(each, BaseException):
            waiting += [each.args, vars(each), each.__cause__, each.__context__]
        elif not inspect.isframe(each) and not isinstance(each, asyncio.AbstractEventLoop):
            waiting += gc.get_referents(each)
    return found


def guises(secret):
    """A secret as it is, and in the guises in which it might travel."""
    shifts = (base64.b64encode(b"x" * pad + secret.encode())[4:-4] for pad in range(3))
    return {secret.encode(), quote(secret, safe="").encode(), secret.encode().hex().encode(), *shifts}


class Wire:
    """Every byte that this process sends on a connection, by the connection, in the order in which it went out."""

    def __init__(self, monkeypatch):
        self._sent = {}
        self._lock = threading.Lock()
        self._apart = threading.local()
        for name in ("send", "sendall", "sendmsg"):
            monkeypatch.setattr(socket.socket, name, self._tapped(name, getattr(socket.socket, name)))

    def apart(self, fn, *args):
        """Call a function whose bytes are the test's own."""
        self._apart.on = True
        try:
            return fn(*args)
        finally:
            self._apart.on = False

    def _tapped(self, name, original):
        def tapped(sock, data, *rest):
            count = original(sock, data, *rest)
            whole = b"".join(map(bytes, data)) if name == "sendmsg" else bytes(data)
            self._keep(sock, whole if count is None else whole[:count])
            return count

        return tapped

    def _keep(self, sock, data):
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or getattr(self._apart, "on", False):
            return
        try:
            ends = (sock.getsockname(), sock.getpeername())
        except OSError:
            return
        with self._lock:
            self._sent.setdefault((id(sock), *ends), bytearray()).extend(data)

    def requests(self):
        """Return what was sent as (request line, credentials, everything else), one for each request."""
        with self._lock:
            streams = [bytes(stream) for stream in self._sent.values()]
        parts = [part for stream in streams for part in _REQUEST.split(stream) if part]
        return [
            (
                part.split(b"\r\n", 1)[0].decode(),
                [value.decode() for value in _CREDENTIALS.findall(part)],
                _CREDENTIALS.sub(b"", part),
            )
            for part in parts
        ]


_REQUEST = re.compile(rb"(?=(?:GET|POST|PUT|PATCH|DELETE) /\S* HTTP/1\.1\r\n)")
_CREDENTIALS = re.compile(rb"(?im)^authorization: ([^\r\n]+)\r\n")
