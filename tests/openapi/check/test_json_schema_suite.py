"""The JSON Schema test suite: the library that checks bodies says what it says, and our repairs change no verdict."""

import subprocess
import sys

import jsonschema
from referencing import Registry

from serving_widgets.openapi.check.json_schema import validator_of
from serving_widgets.openapi.read.normalise import normalised
from serving_widgets.openapi.read.refs import reachable

#: Schemas that refer to the language's own description of itself, which the library has at hand. We follow no
#: reference that leads out of a document.
OUTSIDE = "leads out of the document"


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
    right = alike = total = 0
    for groups in suite.values():
        for group in groups:
            for case in group["tests"]:
                total += 1
                try:
                    ours = validator_of(group["schema"]).is_valid(case["data"])
                except Exception:
                    ours = None
                right += ours is case["valid"]
                alike += isinstance(ours, bool) is isinstance(
                    other := verdict(group["schema"], case["data"]), bool
                ) and (ours is other or ours is None)
    assert total == 1299
    assert right >= 1254
    assert alike >= 1290


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
    for name, groups in suite.items():
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
    assert compared >= 1240
    assert rewritten >= 30
    assert outside + unreadable <= 60


def test_a_reference_that_leads_out_of_the_document_is_never_followed(suite):
    for group in suite["refRemote.json"]:
        told = []
        ours = reachable(group["schema"], group["schema"], told.append)
        own = "$id" in str(group["schema"]) or "$dynamicRef" in str(group["schema"])
        assert own or (told and "localhost" not in str(ours))
