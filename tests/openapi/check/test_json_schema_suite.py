"""The cases of the JSON Schema test suite say the same with our references and repairs between as without."""

import jsonschema
from referencing import Registry

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
