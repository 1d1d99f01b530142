"""Parameters of a model, as JSON has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.model import Column

from .cells import CellContext, plain
from .nested_values import conformed


@dataclass(slots=True)
class _ParamContext(CellContext):
    def refuse(self, what: str, hint: str = "") -> NoReturn:
        how = "" if "df" in hint else hint
        raise EncodingError(f"Parameter {self.column!r}: {what}. Nothing was sent.", column=self.column, hint=how)


def plain_params(params: Mapping[str, Any], known: Iterable[Column] = ()) -> dict[str, Any]:
    """Return parameters as plain Python values, whatever library theirs are of.

    Parameters
    ----------
    known
        What the endpoint's schema says of its parameters.

    Raises
    ------
    EncodingError
        When JSON has no form for one, such as infinity; it names the parameter.

    Examples
    --------
    >>> from decimal import Decimal
    >>> plain_params({"threshold": Decimal("0.5")})
    {'threshold': 0.5}
    """
    by_name = {column.name: column for column in known}
    result = {}
    for name, value in params.items():
        if not isinstance(name, str):
            raise EncodingError(f"The parameter {name!r} has a name that is not text.", hint='{"threshold": 0.5}')
        column = by_name.get(name)
        # Without a schema, a decimal number is a number: text is refused where numbers are declared.
        declared = column.declared if column is not None and column.declared else "double"
        made = plain(value, _ParamContext(name, declared=declared))
        result[name] = made if column is None else conformed(made, column)
    return result
