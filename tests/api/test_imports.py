"""Errors are cheap to import."""


def test_errors_need_nothing_but_the_standard_library(run_python):
    assert run_python("import sys, serving_widgets.api.errors; print('pydantic' in sys.modules)") == "False"
