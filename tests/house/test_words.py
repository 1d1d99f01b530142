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


#: Forms of other spellings; ``colour`` alone is the name of an argument.
BRITISH = re.compile(
    r"\b(behaviour|(?<!')cancell(?:ed|ing)|labell(?:ed|ing)\b|modell(?:ed|ing)|travell|catalogue|centre|favour|honour|neighbour|grey|"
    r"licence|"
    r"(?:recogni|normali|seriali|initiali|summari|organi|optimi|authori|customi|minimi|maximi|utili)s(?:e|es|ed|ing)\b)",
    re.IGNORECASE,
)
TRANSLATED = re.compile(
    r"\b(mend it|couldn't look at|(?<!there )is no (text|number|notebook|endpoint|table)\b|one word too many)",
    re.IGNORECASE,
)


def test_what_is_shown_is_spelled_and_worded_as_one_product(trees):
    shown = {file: texts(tree) for file, tree in trees.items() if "/mock/" not in file}
    for path in (house.PROJECT / "js/src").rglob("*.tsx"):
        shown[str(path)] = re.findall(r'"([A-Z][^"\n]* [^"\n]*)"', path.read_text(encoding="utf-8"))
    for path in [house.PROJECT / "README.md", *(house.PROJECT / "notebooks").glob("0*.ipynb")]:
        shown[str(path)] = path.read_text(encoding="utf-8").split("\n")
    faults = [
        (file, text)
        for file, found in shown.items()
        for text in found
        if BRITISH.search(text) or TRANSLATED.search(text)
    ]
    assert faults == []


def texts(tree: ast.Module) -> list[str]:
    """Return the sentences of a module that may be shown: texts with a space in them, but for docstrings."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told)
    return [node.value for node in constants if isinstance(node.value, str) and " " in node.value.strip()]
