"""Grants as a JSON text to keep, to compare or to bring to another endpoint: written, and read with care. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.suggest import did_you_mean

from .access_control_list import LEVELS, PRINCIPAL_FIELDS, Principal, request_entries

_LIST = "access_control_list"
#: Characters that a text may have; a list of ten thousand grants has a tenth of that.
_MOST = 10_000_000


def write_grants(name: str, grants: Mapping[Principal, str], *, where: str = "") -> str:
    """Return the direct grants of an endpoint as text: the body that would set them, and whose they were.

    Parameters
    ----------
    where
        What the workspace is called that they were read from, and nothing of the connection, so that the same grants
        give the same text; "" says nothing of it.

    Examples
    --------
    >>> print(write_grants("churn", {Principal("group", "analysts"): "CAN_VIEW"}))
    {
      "endpoint": "churn",
      "access_control_list": [
        {"group_name": "analysts", "permission_level": "CAN_VIEW"}
      ]
    }
    """
    entries = [f"    {_line(entry)}" for entry in request_entries(grants)]
    inside = "[\n{}\n  ]".format(",\n".join(entries)) if entries else "[]"
    origin = f',\n  "workspace": {_line(where)}' if where else ""
    return f'{{\n  "endpoint": {json.dumps(name)}{origin},\n  "{_LIST}": {inside}\n}}'


def read_grants(text: str, levels: Sequence[str] = LEVELS) -> dict[Principal, str]:
    """Return the grants that a text holds.

    Read are what :func:`write_grants` writes, the body of a request, a bare list of entries, and the service's own
    answer, of which only what is granted on the endpoint itself counts.

    Parameters
    ----------
    levels
        The levels that there are.

    Raises
    ------
    ConfigError
        When anything in it is not what it should be; names the place. Nothing is taken from such a text.

    Examples
    --------
    >>> read_grants('[{"group_name": "analysts", "permission_level": "CAN_VIEW"}]')
    {Principal(kind='group', name='analysts'): 'CAN_VIEW'}
    """
    value = _parsed(text)
    place, entries = "", value
    if isinstance(value, Mapping):
        if _LIST not in value:
            raise _fault("", f"there is no {_LIST}", "It is the list of grants, as the export writes it.")
        place, entries = _LIST, value[_LIST]
    if not isinstance(entries, list):
        raise _fault(place, f"a list of grants belongs here, not {_word(entries)}")
    found: dict[Principal, str] = {}
    places: dict[Principal, str] = {}
    for number, entry in enumerate(entries):
        here = f"{place}[{number}]"
        principal, level = _read_entry(entry, here, levels)
        if principal in places:
            raise _fault(here, f"{principal} stands in {places[principal]} already")
        places[principal] = here
        if level is not None:
            found[principal] = level
    return found


def _line(entry: Mapping[str, str] | str) -> str:
    text = json.dumps(entry, ensure_ascii=False)
    # A character that does not print could make a name look like another one.
    return text if text.isprintable() else json.dumps(entry)


def _parsed(text: str) -> Any:
    if not text.strip():
        raise ConfigError("There is nothing to read: the text is empty.", code="bad_grants")
    if len(text) > _MOST:
        raise ConfigError("That is too long to be a list of grants.", code="bad_grants")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ConfigError(f"That is not JSON: {error.msg} at {where}.", hint=_UNTOUCHED, code="bad_grants") from None
    except RecursionError:
        raise ConfigError("That is nested too deeply to be a list of grants.", code="bad_grants") from None


def _read_entry(entry: Any, here: str, levels: Sequence[str]) -> tuple[Principal, str | None]:
    if not isinstance(entry, Mapping):
        raise _fault(here, f"a grant is an object, not {_word(entry)}")
    named = [(kind, field) for kind, field in PRINCIPAL_FIELDS.items() if entry.get(field) is not None]
    if len(named) != 1:
        fields = ", ".join(PRINCIPAL_FIELDS.values())
        raise _fault(
            here, f"{'no principal is' if not named else 'more than one principal is'} named; it takes one of {fields}"
        )
    kind, field = named[0]
    name = entry[field]
    if not isinstance(name, str) or not name.strip():
        raise _fault(f"{here}.{field}", f"a name belongs here, not {_word(name)}")
    principal = Principal(kind, name.strip())
    if "permission_level" in entry:
        return principal, _level(entry["permission_level"], f"{here}.permission_level", levels)
    permissions = entry.get("all_permissions")
    if not isinstance(permissions, list):
        raise _fault(here, f"{principal} has no permission_level")
    direct = [
        _level(each.get("permission_level"), f"{here}.all_permissions[{number}].permission_level", levels)
        for number, each in enumerate(permissions)
        if isinstance(each, Mapping) and each.get("inherited") is not True
    ]
    return principal, max(direct, key=lambda level: tuple(levels).index(level), default=None)


def _level(value: Any, here: str, levels: Sequence[str]) -> str:
    if isinstance(value, str) and value in levels:
        return value
    meant = did_you_mean(str(value), levels)
    raise _fault(here, f"{_word(value)} is not a level", f"{meant} There are {', '.join(levels)}.".lstrip())


def _fault(place: str, what: str, hint: str = "") -> ConfigError:
    said = f"{place}: {what}." if place else f"{what[:1].upper()}{what[1:]}."
    return ConfigError(said, hint=f"{hint} {_UNTOUCHED}".strip(), code="bad_grants")


def _word(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_SHOWN = 60
_UNTOUCHED = "Nothing was imported."
