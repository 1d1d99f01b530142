"""Engines that are too large for everybody who runs the tests: tried where they are, and where that is asked for."""

import importlib
import os

import pytest

#: How the reason of such a skip begins; it stays a skip unless SERVING_WIDGETS_ENGINES says that all are there.
OPTIONAL = "optional engine:"


def engine(name):
    """Return an engine's package; skip the module where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{OPTIONAL} {name} is not installed (pip install -e '.[engines]')", allow_module_level=True)


def is_wanted():
    """Tell whether every engine has to be tried."""
    return bool(os.environ.get("SERVING_WIDGETS_ENGINES"))
