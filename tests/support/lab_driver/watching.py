"""What the browser says meanwhile: errors in its console, and requests that would leave the machine."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from .notebook import Lab

OUTSIDE = re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])")

# JupyterLab's own noise, none of it ours: each line says where it comes from.
NOT_OURS = re.compile(
    r"favicon\.ico"  # the browser asks for it by itself
    r"|Could not restore the debugger state"  # the debugger's side bar, when a kernel restarts or its tab closes
    r"|reading 'schema'[^\0]*static/notebook/notebook_core"  # Notebook 7 reading its settings, with any notebook
    r"|Command 'filebrowser:open-path' not registered"  # Notebook 7, which has no file browser beside a notebook
    r"|127\.0\.0\.1:\d+/images/\w+\.png"  # a notebook's picture, before JupyterLab has resolved where the notebook lies
    r"|static/notebook/\w+\.woff2"  # Notebook 7's icon font, which its server does not give to everyone
)


@contextlib.contextmanager
def watched(driver: Lab) -> Iterator[None]:
    """Fail at the end if there were errors in the browser's console, or requests that would leave the machine."""
    page = driver.page

    def hear(message: Any) -> None:
        driver.console.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")
        if message.type == "error" and not NOT_OURS.search(f"{message.text} {message.location.get('url', '')}"):
            driver.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def crash(error: Any) -> None:
        driver.console.append(f"uncaught: {error}\n{error.stack}")
        if not NOT_OURS.search(f"{error}\n{error.stack}"):
            driver.errors.append(str(error))

    def leave(request: Any) -> None:
        if OUTSIDE.match(request.url):
            driver.outside.append(request.url)

    listeners = {"console": hear, "pageerror": crash, "request": leave, "websocket": leave}
    page.route(OUTSIDE, lambda route: route.abort())
    for event, listener in listeners.items():
        page.on(event, listener)
    yield
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    page.unroute_all()
    kept = driver.evidence() if driver.errors or driver.outside else ""
    assert not driver.errors, "\n".join(["errors in the browser's console:", *driver.errors, kept])
    assert not driver.outside, "\n".join(["requests that left this machine:", *driver.outside, kept])
