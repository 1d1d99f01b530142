"""The examples in the docstrings hold."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "module", ["actions", "answers", "envelope", "errors", "models", "permissions", "status", "users"]
)
def test_the_examples_of_a_module_hold(module):
    results = doctest.testmod(importlib.import_module(f"serving_widgets.api.{module}"))
    assert results.failed == 0
    assert results.attempted > 0


def test_errors_need_nothing_but_the_standard_library(run_python):
    assert run_python("import sys, serving_widgets.api.errors; print('pydantic' in sys.modules)") == "False"
