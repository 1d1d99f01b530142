"""Loading costs next to nothing, twice is once, and unloading leaves nothing behind."""

import subprocess
import sys

import pytest

import serving_widgets as sw

HEAVY = ("pandas", "pydantic", "httpx", "starlette", "jsonschema", "ipywidgets", "anywidget", "asyncio.runners")


def test_loading_imports_nothing_heavy():
    code = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell as S; shell = S.instance();"
        "before = set(sys.modules); shell.run_line_magic('load_ext', 'serving_widgets');"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "serving_widgets.magic" in loaded
    assert not loaded & set(HEAVY)
    assert not any(name.startswith("serving_widgets.magic.commands") for name in loaded)


def test_the_magic_is_there_straight_after_loading(shell):
    assert shell.find_line_magic("serving") is not None
    assert shell.find_cell_magic("serving") is not None


def test_loading_twice_registers_once(shell):
    matchers = list(shell.Completer.custom_matchers)
    magic = shell.find_line_magic("serving")
    sw.load_ipython_extension(shell)
    assert shell.Completer.custom_matchers == matchers
    assert shell.find_line_magic("serving") == magic
    assert len([c for c in shell.configurables if type(c).__name__ == "ServingMagics"]) == 1


def test_unloading_leaves_the_shell_as_it_was(shell):
    shell.run_line_magic("unload_ext", "serving_widgets")
    assert shell.find_line_magic("serving") is None
    assert shell.find_cell_magic("serving") is None
    assert not [m for m in shell.Completer.custom_matchers if "serving" in str(m)]
    assert not [
        c for c in shell.events.callbacks["pre_run_cell"] if "serving_widgets" in str(getattr(c, "__module__", ""))
    ]
    assert not [c for c in shell.configurables if type(c).__name__ == "ServingMagics"]
    sw.unload_ipython_extension(shell)  # nothing is left to take back
    sw.load_ipython_extension(shell)
    assert shell.find_line_magic("serving") is not None


@pytest.mark.parametrize("setting", ["debug = True", "display = 'static'"])
def test_settings_are_changed_as_those_of_ipython_are(shell, run, setting):
    assert run(f"%config ServingMagics.{setting}").error is None
    name, _, value = setting.partition(" = ")
    magics = shell.magics_manager.registry["ServingMagics"]
    assert getattr(magics, name) == eval(value)
