"""The JSON Schema test suite: the library that checks bodies says what it says, and our repairs change no verdict."""

import subprocess
import sys
from typing import NamedTuple

import jsonschema
from referencing import Registry

from serving_widgets.openapi.check.json_schema import validator_of
from serving_widgets.openapi.read.normalise import normalised
from serving_widgets.openapi.read.refs import reachable

#: Schemas that refer to the language's own description of itself, which the library has at hand. We follow no
#: reference that leads out of a document.
OUTSIDE = "leads out of the document"


class Expected(NamedTuple):
    """How much of a suite is read as it says, at least; and how much at most leads out of its documents."""

    cases: int
    right: int
    alike: int
    compared: int
    rewritten: int
    outside: int


EXPECTED = {
    "own": Expected(cases=162, right=158, alike=162, compared=158, rewritten=1, outside=4),
    "published": Expected(cases=1299, right=1254, alike=1290, compared=1240, rewritten=30, outside=60),
}


def mended(schema):
    """Return a schema as it is used, and what was said about it."""
    told = []
    return normalised(reachable(schema, schema, told.append), lambda _, text: told.append(text)), told


def verdict(schema, value):
    """Return whether a value is right; the name of the error where the library can't tell."""
    try:
        return jsonschema.Draft202012Validator(schema, registry=Registry()).is_valid(value)
    except Exception as error:
        return type(error).__name__


def test_the_library_that_checks_bodies_says_what_the_suite_and_another_library_say(suite):
    name, files = suite
    right = alike = total = 0
    for group in (group for groups in files.values() for group in groups):
        for case in group["tests"]:
            total += 1
            try:
                ours = validator_of(group["schema"]).is_valid(case["data"])
            except Exception:  # whatever is raised, it is not a verdict, and counts as a wrong one
                ours = None
            right += ours is case["valid"]
            other = verdict(group["schema"], case["data"])
            alike += isinstance(ours, bool) is isinstance(other, bool) and (ours is other or ours is None)
    expected = EXPECTED[name]
    assert total == expected.cases
    assert right >= expected.right
    assert alike >= expected.alike


def test_the_first_check_imports_no_packages_for_formats():
    code = (
        "import sys\n"
        "from serving_widgets.openapi.model import InputFormat\n"
        "from serving_widgets.openapi.check.validate import validate\n"
        "assert 'jsonschema_rs' not in sys.modules\n"
        "assert not validate({'a': 1}, InputFormat('json', 'json', schema={'type': 'array'})).ok\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'jsonschema', 'pandas', 'rfc3987', 'idna'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_our_references_and_repairs_change_no_verdict(suite):
    compared, rewritten, changed, outside, unreadable = 0, 0, [], 0, 0
    for name, groups in suite[1].items():
        for group in groups:
            ours, told = mended(group["schema"])
            rewritten += isinstance(ours, dict) and ours != group["schema"]
            for case in group["tests"]:
                bare = verdict(group["schema"], case["data"])
                if any(OUTSIDE in text for text in told):
                    outside += 1
                elif not isinstance(bare, bool):
                    unreadable += 1
                elif verdict(ours, case["data"]) != bare:
                    changed.append((name, group["description"], case["description"], told))
                else:
                    compared += 1
    assert changed == []
    expected = EXPECTED[suite[0]]
    assert compared >= expected.compared
    assert rewritten >= expected.rewritten
    assert outside + unreadable <= expected.outside


def test_a_reference_that_leads_out_of_the_document_is_never_followed(suite):
    for group in suite[1]["refRemote.json"]:
        told = []
        ours = reachable(group["schema"], group["schema"], told.append)
        own = "$id" in str(group["schema"]) or "$dynamicRef" in str(group["schema"])
        assert own or (told and "localhost" not in str(ours))
