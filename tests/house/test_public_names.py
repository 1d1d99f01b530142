"""Every public name, signature and command of the snapshot is there: names may be added, none may go away."""

import ast
import importlib
import json
import pkgutil

import public_names
import pytest

import serving_widgets as sw

BEFORE = json.loads(public_names.FILE.read_text(encoding="utf-8"))


#: What follows is an argument now, so that lines stay as they were and the option means one thing everywhere.
WITHOUT_VALUE = {"--json [JSON]": "--json"}


@pytest.fixture(scope="module")
def now():
    return json.loads(json.dumps(public_names.snapshot()))


def test_every_error_that_a_call_may_end_with_has_its_name_in_the_package():
    rooms = (each.name for each in pkgutil.walk_packages(sw.__path__, "serving_widgets.") if ".mock" not in each.name)
    for module in rooms:
        if not module.endswith("__main__"):
            importlib.import_module(module)
    waiting, found = [sw.ServingError], set()
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if not cls.__name__.startswith("_") and cls.__module__.startswith("serving_widgets."):
            found.add(cls)
    assert len(found) > 40
    assert not [cls for cls in found if cls.__name__ not in sw.__all__ or getattr(sw, cls.__name__) is not cls]


def test_every_name_of_the_package_is_there(now):
    assert set(BEFORE["all"]) <= set(now["all"])


@pytest.mark.parametrize("name", BEFORE["objects"])
def test_what_users_hold_has_every_member_with_the_parameters_that_it_had(name, now):
    before, after = BEFORE["objects"][name], now["objects"][name]
    assert set(before) <= set(after)
    changed = {
        member: (told, after[member])
        for member, told in before.items()
        if (told is None) != (after[member] is None) or (told is not None and not is_kept(told, after[member]))
    }
    assert changed == {}


@pytest.mark.parametrize("name", BEFORE["commands"])
def test_a_command_takes_what_it_took(name, now):
    before, after = BEFORE["commands"][name], now["commands"][name]
    assert after["group"] == before["group"]
    # What had to be given may be left out now, for a form that asks for it.
    kept = after["arguments"][: len(before["arguments"])]
    assert len(kept) == len(before["arguments"])
    assert all(now in (then, f"{then}?") for now, then in zip(kept, before["arguments"], strict=True))
    assert all(added.endswith("?") for added in after["arguments"][len(before["arguments"]) :])
    assert {WITHOUT_VALUE.get(option, option) for option in before["options"]} <= set(after["options"])


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("(a, b=1)", "(a, b=1, *, c=None)", True),
        ("(a, *, b=1)", "(a, *, c=2, b=1)", True),
        ("(a, *, b=1)", "(a=None, *, b=1)", True),
        ("(a, b=1)", "(a, b=2)", False),
        ("(a, b=1)", "(a, c=1)", False),
        ("(a, b)", "(b, a)", False),
        ("(a)", "(a, b)", False),
        ("(a)", "(a, *, b)", False),
        ("(a, **more)", "(a)", False),
    ],
)
def test_only_what_breaks_no_call_counts_as_kept(before, after, kept):
    assert is_kept(before, after) is kept


def is_kept(before, after):
    """Whether every call that fitted the signature before fits it now, with the same defaults."""
    old, new = parameters(before), parameters(after)
    in_order = [name for name, (kind, _) in old.items() if kind == "positional"]
    added = [default for name, (kind, default) in new.items() if name not in old and not kind.startswith("*")]
    return (
        list(new)[: len(in_order)] == in_order
        and all(name in new and fits(told, new[name]) for name, told in old.items())
        and None not in added
    )


def fits(before, after):
    """Whether a parameter takes what it took: one that had to be given may have got a default."""
    return before == after or (before[0] == after[0] == "positional" and before[1] is None)


def parameters(signature):
    """Return kind and default of each parameter of a signature's text; a default of None is not a default at all."""
    text = signature.replace("<factory>", "'factory'")
    arguments = ast.parse(f"def f{text}: pass").body[0].args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    found = {each.arg: ("positional", written(default)) for each, default in zip(positional, defaults, strict=True)}
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found[each.arg] = ("keyword", written(default))
    for each, kind in ((arguments.vararg, "*"), (arguments.kwarg, "**")):
        if each is not None:
            found[each.arg] = (kind, None)
    return found


def written(default):
    """Return the source of a default; None where there is none."""
    return None if default is None else ast.unparse(default)
