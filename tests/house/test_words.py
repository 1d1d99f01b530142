"""Names of the code: each class has its own, and each module says what it holds."""

import ast
import re
from collections import defaultdict

import house
import pytest


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {file: ast.parse(text) for file, text in house.sources().items()}


def test_a_class_name_means_one_thing_in_the_whole_package(trees):
    places = defaultdict(list)
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(file)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_every_module_says_what_it_holds(trees):
    assert [file for file, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_sentences_name_who_or_what_they_are_about(trees):
    vague = re.compile(r"\b(somebody|nobody|anybody)\b", re.IGNORECASE)
    pages = {
        str(path): path.read_text(encoding="utf-8")
        for path in (house.PROJECT / "js/src").rglob("*")
        if path.suffix in {".ts", ".tsx", ".css"}
    }
    assert [file for file, text in {**house.sources(), **pages}.items() if vague.search(text)] == []
