"""The examples in the docstrings hold."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "codegen",
        "conform",
        "described",
        "document",
        "encode",
        "examples",
        "generate",
        "language",
        "literals",
        "normalise",
        "refs",
        "response",
        "sample",
        "series",
        "tasks",
        "validate",
        "values",
    ],
)
def test_the_examples_of_a_module_hold(module):
    results = doctest.testmod(importlib.import_module(f"serving_widgets.openapi.{module}"))
    assert results.failed == 0
    assert results.attempted > 0
