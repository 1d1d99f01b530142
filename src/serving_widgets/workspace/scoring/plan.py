"""How a scoring is to be done: what ``ep.predict`` was told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from serving_widgets.api.errors import ConfigError
from serving_widgets.client.http.timing import checked_seconds

from .concurrency import CONCURRENCY

OnError = Literal["raise", "rows"]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How a scoring is to be done; the parameters are those of ``ep.predict``.

    Raises
    ------
    ConfigError
        When one of them is none that can be followed.
    """

    entity: str | None = None
    timeout: float | None = None
    on_error: OnError = "raise"
    params: Mapping[str, Any] | None = None
    concurrency: int = CONCURRENCY
    batch_rows: int | None = None
    coerce: bool = False
    check: bool = True

    def __post_init__(self) -> None:
        if self.on_error not in ("raise", "rows"):
            raise ConfigError(f"on_error={self.on_error!r} is unknown.", hint='Known are "raise" and "rows".')
        for what, number in (("concurrency", self.concurrency), ("batch_rows", self.batch_rows)):
            if number is not None and (not isinstance(number, int) or number < 1):
                raise ConfigError(f"{what}={number!r} is not a number of 1 or more.")
        if self.timeout is not None:
            checked_seconds(self.timeout)
        if not isinstance(self.params, Mapping | None):
            raise ConfigError(f"params= is {type(self.params).__name__}, not a dictionary.", hint='{"threshold": 0.5}')

    @property
    def by_row(self) -> bool:
        """Whether rows that go wrong are told, and the others scored."""
        return self.on_error == "rows"
