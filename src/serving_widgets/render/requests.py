"""A request that was not sent."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from serving_widgets.render.blocks.text import escape, plain

_NOT_SENT = "Nothing was changed. This request would be sent"


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class RequestCard:
    """What a writing command would send.

    Attributes
    ----------
    method, path
        As in ``POST /api/2.0/serving-endpoints``.
    body
        The JSON body, without secrets; None where there is none.
    where
        What the workspace is called that it would be sent to.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    where: str = ""

    def __repr__(self) -> str:
        return f"{self._lead()}\n\n{plain(self._text(), lines=True)}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._lead())}</p>\n<pre><code>{escape(self._text(), lines=True)}</code></pre>"

    def _lead(self) -> str:
        return f"{_NOT_SENT} – {plain(self.where)}:" if self.where else f"{_NOT_SENT}:"

    def _text(self) -> str:
        first = f"{self.method} {self.path}"
        return first if self.body is None else f"{first}\n{json.dumps(self.body, indent=2, ensure_ascii=False)}"
