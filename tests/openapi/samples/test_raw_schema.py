"""Samples, and samples with something changed, judged by another library on the document as it is written."""

import copy
import json
import random

import pytest
import yaml
from raw_schema import judge_of

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.document import load
from serving_widgets.openapi.model import TABLES
from serving_widgets.openapi.samples.sample import sample

#: Documents whose bodies are read otherwise than they are written, which they say in their notes: the service's own
#: doesn't require the members that mark its formats, so that every body fits both.
READ_OTHERWISE = {"databricks-serving-seed.openapi.json": "isn't required; read as if it were"}
#: What takes the place of a value.
OTHERS = [None, True, 0, 1.5, -1, 10**9, "", "x" * 60, "2024-01-01", [], {}, [1, "a"], {"a": 1}, "5"]
MUTANTS = 12


@pytest.fixture
def judged(documents):
    """Return each operation that can be judged: its document's name, its formats and the judge."""
    found = []
    for name, text in documents.items():
        raw = yaml.safe_load(text) if name.endswith(".yaml") else json.loads(text)
        for operation in load(text).operations():
            judge = judge_of(raw, operation.method, operation.path)
            if judge is not None and operation.formats:
                found.append((name, operation.formats, judge))
    return found


def test_no_sample_is_wrong_without_saying_so(judged, documents):
    silent, right = [], 0
    for name, formats, judge in judged:
        for made in formats:
            made_up = sample(made)
            verdict = judge(made_up.body)
            right += verdict is True
            if verdict is False and not made_up.notes and name not in READ_OTHERWISE:
                silent.append((name, made.name, made_up.text))
    assert silent == []
    assert right > 4 * len(documents)
    for name, words in READ_OTHERWISE.items():
        assert name not in documents or any(words in note.text for note in load(documents[name]).notes)


def test_what_is_said_of_a_changed_sample_is_what_the_document_says(judged, documents):
    rng, counts, wrong = random.Random(5), {True: 0, False: 0}, []
    for name, formats, judge in judged:
        if any(made.kind in TABLES for made in formats):
            continue  # those go by MLflow's rules, which differ from what its documents say
        for made in formats:
            body = sample(made).body
            for _ in range(MUTANTS):
                mutant = mutated(rng, body)
                verdict, report = judge(mutant), validate(json.dumps(mutant), formats)
                told_apart = report.ok and any(each.code == "oneOf" for each in report.warnings)
                if verdict is not None and not told_apart:
                    counts[verdict] += 1
                    if report.ok != verdict:
                        wrong.append((name, made.name, mutant, report))
    assert wrong == []
    assert min(counts.values()) > 10 * len(documents)


def places(value, way=()):
    yield way
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        yield from places(each, (*way, key))


def mutated(rng, body):
    """Return a body with something left out, replaced, added or doubled."""
    made = copy.deepcopy(body)
    way = rng.choice(list(places(made)))
    if not way:
        return rng.choice(OTHERS)
    inside = made
    for step in way[:-1]:
        inside = inside[step]
    choice = rng.random()
    if choice < 0.3:
        del inside[way[-1]]
    elif choice < 0.8:
        inside[way[-1]] = rng.choice(OTHERS)
    elif isinstance(inside, dict):
        inside["extra"] = rng.choice(OTHERS)
    else:
        inside.append(copy.deepcopy(inside[way[-1]]))
    return made
