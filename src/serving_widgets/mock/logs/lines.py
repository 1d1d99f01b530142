"""Formats of lines in a model server's log."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache

Chunk = tuple[float, tuple[str, ...]]
"""What was written at once, and when: a line, or several that belong together."""

ENVIRONMENT = "/opt/conda/envs/mlflow-env"
PACKAGES = f"{ENVIRONMENT}/lib/python3.11/site-packages"

YELLOW, BOLD, GREEN, PLAIN = "\x1b[33m", "\x1b[1m", "\x1b[32m", "\x1b[0m"

MASTER = 1
WORKER = 7
"""Process ids within a container: gunicorn's own, and that of its worker."""


def hash32(*parts: object) -> int:
    """Return 32 bits that depend on `parts` alone; quicker than a digest, for logs have very many lines."""
    return zlib.crc32(":".join(map(str, parts)).encode())


def stamp(at: float) -> str:
    """Return a time as gunicorn writes it."""
    day, second = divmod(int(at), 86_400)
    return f"{_day(day)} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} +0000"


def mlflow_stamp(at: float) -> str:
    """Return a time as MLflow writes it."""
    return stamp(at)[:19].replace("-", "/")


def log_line(replica: str, at: float, level: str, text: str, pid: int = WORKER) -> str:
    """Return a line of a replica, as gunicorn writes it."""
    return f"[{replica}] [{stamp(at)}] [{pid}] [{level}] {text}"


def raw_lines(replica: str, lines: Iterable[str]) -> tuple[str, ...]:
    """Return lines that come from no logger, such as a traceback, with the replica's name before each."""
    return tuple(f"[{replica}] {line}" for line in lines)


def access_line(replica: str, at: float, status: int, took_ms: float, salt: int) -> str:
    """Return the line about a query: client, method, path, status and milliseconds."""
    client = f"10.139.{salt % 61 + 4}.{salt // 61 % 253 + 1}"
    return log_line(replica, at, "INFO", f'{client} - "POST /invocations HTTP/1.1" {status} {took_ms:.1f}ms')


def idle_lines(replica: str, at: float, salt: int) -> tuple[str, ...]:
    """Return lines that a server writes without queries: probes, figures, and now and then a warning."""
    share = salt % 100
    for upper, write in _IDLE:
        if share < upper:
            return write(replica, at, salt // 100)
    raise AssertionError(share)


def _health(replica: str, at: float, salt: int) -> tuple[str, ...]:
    text = f'10.139.{salt % 3 + 1}.1 - "GET /health HTTP/1.1" 200 0.{salt % 9 + 1}ms'
    return (log_line(replica, at, "INFO", text),)


def _memory(replica: str, at: float, salt: int) -> tuple[str, ...]:
    text = f"memory: {400 + salt % 900 / 10:.1f} MiB resident, {salt % 7 + 9} threads, {salt % 4} requests in flight"
    return (log_line(replica, at, "INFO", text),)


def _coloured_probe(replica: str, at: float, salt: int) -> tuple[str, ...]:
    source = f"10.139.{salt % 3 + 1}.1:{32_768 + salt % 28_000}"
    status = f"{GREEN}200 OK{PLAIN}"
    return (f'[{replica}] {GREEN}INFO{PLAIN}:     {source} - "{BOLD}GET /ping HTTP/1.1{PLAIN}" {status}',)


def _debug(replica: str, at: float, salt: int) -> tuple[str, ...]:
    return (log_line(replica, at, "DEBUG", f"keep-alive: closed {salt % 5 + 1} idle connections"),)


def _slow_probe(replica: str, at: float, salt: int) -> tuple[str, ...]:
    return (log_line(replica, at, "WARNING", f"health probe answered after {500 + salt % 700} ms"),)


def _coloured_warning(replica: str, at: float, salt: int) -> tuple[str, ...]:
    text = "WARNING mlflow.utils.requirements_utils: Detected one or more mismatches between the model's dependencies "
    text += "and the current Python environment"
    return (f"[{replica}] {YELLOW}{mlflow_stamp(at)} {text}{PLAIN}",)


def _python_warning(replica: str, at: float, salt: int) -> tuple[str, ...]:
    lines = (
        f"{PACKAGES}/sklearn/base.py:376: InconsistentVersionWarning: Trying to unpickle estimator from version "
        "1.3.0 when using version 1.3.2. This might lead to breaking code or invalid results.",
        "  warnings.warn(",
    )
    return raw_lines(replica, lines)


_IDLE: tuple[tuple[int, Callable[[str, float, int], tuple[str, ...]]], ...] = (
    (70, _health),
    (84, _memory),
    (89, _coloured_probe),
    (94, _debug),
    (97, _slow_probe),
    (99, _coloured_warning),
    (100, _python_warning),
)


@lru_cache(maxsize=64)
def _day(day: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))
