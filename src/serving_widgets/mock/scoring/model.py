"""Models of the mock: Python functions with the signature that a logged model would have."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import signature as signatures

JSON = dict[str, Any]
Predict = Callable[..., Any]


@dataclass(frozen=True)
class Model:
    """A function that answers queries.

    Parameters
    ----------
    predict : callable
        Called with the data of the request and, if it takes a second argument, with its ``params``. Columns arrive
        as a list of dicts, one for each row, whose values are of the signature's types: `datetime` for datetime,
        `bytes` for binary. Tensors arrive as nested lists (a dict of them if they are named). A model with a `task`
        gets the whole body. It runs on a thread of the mock's pool.
    signature : mapping, optional
        ``inputs``, ``outputs`` and ``params`` as MLflow writes them. Without one, any input is passed on.
    task : str
        ``"llm/v1/chat"`` and so on for models with an OpenAI-like interface, ``"features"`` for a feature spec.
    example : object, optional
        An input in ``dataframe_split`` form, or a tensor.
    seconds : float, optional
        Service time an answer takes, beside the host's time that the function needs.
    respond : callable, optional
        Takes the parsed body of a query and returns the whole answer, in place of reading, calling and writing.

    Raises
    ------
    ValueError
        If the signature has a type that MLflow does not know.
    """

    predict: Predict
    signature: Mapping[str, Any] | None = None
    task: str = ""
    example: Any = None
    seconds: float = 0.0
    respond: Callable[[Any], Any] | None = None
    takes_params: bool = field(init=False)
    declared: signatures.Signature | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "takes_params", _takes_two(self.predict))
        object.__setattr__(self, "declared", None if self.signature is None else signatures.read(self.signature))

    def call(self, data: Any, params: Mapping[str, Any]) -> Any:
        """Return the function's prediction."""
        return self.predict(data, params) if self.takes_params else self.predict(data)


def _takes_two(function: Predict) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.kind in places and one.default is inspect.Parameter.empty for one in parameters) >= 2
