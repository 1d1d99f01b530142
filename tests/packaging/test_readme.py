"""README's two commands: CI runs the one that tests, so it must be found, and both must name what is there."""

import re
import tomllib

import pytest


@pytest.fixture(scope="module")
def commands(project) -> list[str]:
    return re.findall(r"^python3 -m venv .*$", (project / "README.md").read_text(), flags=re.MULTILINE)


def test_there_is_one_command_to_try_it_and_one_to_test_it(commands):
    to_try, to_test = commands
    assert to_try.endswith(".venv/bin/serving-widgets tutorial notebooks")
    assert to_test.endswith("-m pytest")


def test_ci_finds_the_test_command_in_the_readme_and_has_none_of_its_own(project, commands):
    script = (project / ".ci" / "run").read_text()
    (pattern,) = re.findall(r"grep -E '(.*)' README\.md", script)
    assert [command for command in commands if re.search(pattern, command)] == commands[1:]
    assert script.count("pytest") == pattern.count("pytest")


def test_the_commands_name_extras_and_files_that_exist(project, commands):
    extras = tomllib.loads((project / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for command in commands:
        assert set(re.findall(r"\[(\w+)\]", command)) <= set(extras)
        assert all((project / name).exists() for name in re.findall(r"\S+\.ipynb", command))


def test_links_in_the_readme_lead_somewhere(project):
    targets = re.findall(r"\]\(([^)#]+)\)", (project / "README.md").read_text())
    assert not [name for name in targets if not name.startswith("https://") and not (project / name).exists()]
