"""What a failing log means: known failures by the lines that give them away, and what to do. Pure; one table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from .log_lines import without_escapes


class Rule(NamedTuple):
    """A known failure.

    Attributes
    ----------
    code
        A word for programs.
    signs
        What gives it away: a piece of a line, and what that line has to match besides, "" where the piece is enough.
        What its group ``what`` matches completes the meaning.
    title
        What happened, in a few words.
    meaning
        What the line means.
    advice
        What to do.
    """

    code: str
    signs: tuple[tuple[str, str], ...]
    title: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A known failure found in a log.

    Attributes
    ----------
    number
        The line's number, from 0.
    line
        The line, without escape sequences.
    """

    code: str
    title: str
    meaning: str
    advice: str
    number: int
    line: str


#: The rules, the more telling first, for a failure drags others after it. Sources: pip, conda, gunicorn, MLflow and
#: Python write these lines themselves; Databricks docs, *Debugging guide for Model Serving* and *Model Serving limits
#: and regions* say what becomes of them.
RULES: tuple[Rule, ...] = (
    Rule(
        "version_conflict",
        (
            (" depends on ", r"^\s*(?P<what>\S+ \S+ depends on \S.*)$"),
            ("ResolutionImpossible", ""),
            ("have conflicting dependencies", ""),
        ),
        "Version conflict",
        "Two requirements of the model exclude each other, so no set of packages satisfies both.",
        "Loosen or align the versions in the model's requirements, log the model again, and deploy the new version.",
    ),
    Rule(
        "unsupported_python",
        (
            ("require a different python version: ", r"version: (?P<what>.+)"),
            ("requires a different Python", r"(?P<what>\S+ requires a different Python.*)"),
        ),
        "Unsupported Python",
        "A package, or the model, asks for a version of Python that the environment has not.",
        "Log the model with a Python version that all its packages support, or choose versions of them for this one.",
    ),
    Rule(
        "package_not_found",
        (("No matching distribution found for ", r"found for (?P<what>\S+)"), ("PackagesNotFoundError", "")),
        "Package not found",
        "The environment can't be built: a package is not to be had in this version.",
        "Check name and version in the model's requirements. A private package has to be logged with the model, "
        "or its index made known to the endpoint.",
    ),
    Rule(
        "hash_mismatch",
        (("DO NOT MATCH THE HASHES", ""),),
        "Package differs from its hash",
        "A downloaded package is not the one whose hash the requirements name.",
        "Update the hashes in the requirements, or find out why the package changed.",
    ),
    Rule(
        "disk_full",
        (("No space left on device", ""),),
        "Disk full",
        "The packages or the model are larger than the space that a container image may take.",
        "Leave out packages that serving does not need, such as GPU builds on a CPU endpoint.",
    ),
    Rule(
        "package_build",
        (("Failed building wheel for ", r"wheel for (?P<what>\S+)"), ("subprocess-exited-with-error", "")),
        "Package can't be built",
        "There is no ready-made package for this environment, and building it failed.",
        "Choose a version that has a wheel for this Python, or log the built wheel with the model.",
    ),
    Rule(
        "no_privilege",
        (("does not have ", r"does not have (?P<what>[A-Z][A-Z ]+) on "),),
        "Permission missing",
        "The endpoint's creator may not read the model, or what it needs.",
        "Grant the creator EXECUTE on the model, and USE on its catalog and schema.",
    ),
    Rule(
        "timed_out",
        (("WORKER TIMEOUT", ""), ("did not become ready within ", ""), ("because the endpoint update timed out", "")),
        "Timed out",
        "Loading the model or answering a query took longer than it may.",
        "Load and compute less at once; a query may take up to 297 seconds, a deployment 30 minutes on CPU.",
    ),
    Rule(
        "out_of_memory",
        (
            ("Perhaps out of memory?", ""),
            ("Unable to allocate ", r"allocate (?P<what>\S+ \S+) for an array"),
            ("CUDA out of memory", r"(?P<what>Tried to allocate \S+ [KMGT]iB)"),
            ("MemoryError", r"^(?:\w+\.)*MemoryError(?::|$)"),
            ("exit code: 137", ""),
            ("Killed", r"^Killed$"),
        ),
        "Out of memory",
        "The process needed more memory than it was given, and was ended.",
        "Choose a larger workload size or type, load less at once, or make the model smaller.",
    ),
    Rule(
        "missing_library",
        (("cannot open shared object file", r"(?P<what>\S+\.so[.\d]*): cannot open"),),
        "System library missing",
        "A Python package needs a library of the operating system that the container has not.",
        "Use a package that brings the library itself, such as a binary or headless variant of it.",
    ),
    Rule(
        "missing_module",
        (("No module named ", r"No module named '?(?P<what>[\w.]+)"),),
        "Missing module",
        "The model imports a module that is not among its requirements.",
        "Add it with pip_requirements= or code_paths= when logging the model, and deploy the new version.",
    ),
    Rule(
        "unpickling",
        (
            ("Can't get attribute ", r"attribute '(?P<what>\w+)' on"),
            ("unsupported pickle protocol", r"(?P<what>protocol: \d+)"),
            ("UnpicklingError", ""),
        ),
        "Model can't be unpickled",
        "The model was saved with other code or other versions than it is loaded with.",
        "Log the model with the same Python and package versions, and its own classes with code_paths=.",
    ),
    Rule(
        "wrong_artifact",
        (('Could not find an "MLmodel" configuration file', ""),),
        "Not a model",
        "The files of this version are not those of an MLflow model.",
        "Log the model with MLflow and register what that run logged, then deploy the new version.",
    ),
    Rule(
        "syntax_error",
        (("SyntaxError: ", r"^SyntaxError: (?P<what>.+)"), ("IndentationError: ", r"^IndentationError: (?P<what>.+)")),
        "Code does not parse",
        "The model's code is written for another version of Python, or has a slip in it.",
        "Load the model with the Python that the endpoint uses before you register it.",
    ),
    Rule(
        "port_in_use",
        (("Address already in use", ""),),
        "Port taken",
        "The model's own code occupies the port that the server needs.",
        "Start no server of your own when the model is loaded.",
    ),
    Rule(
        "throttled",
        (("REQUEST_LIMIT_EXCEEDED", ""), ("RESOURCE_EXHAUSTED", "")),
        "Throttled",
        "More queries came at once than the endpoint has capacity for; they got 429.",
        "Send fewer at once and try again after a pause, or give the endpoint more concurrency.",
    ),
    Rule(
        "wrong_input",
        (
            ("Model is missing inputs ", r"(?P<what>missing inputs \[.*?\])"),
            ("Failed to enforce schema", ""),
            ("Failed to convert column ", r"convert column (?P<what>\S+)"),
            ("does not match expected shape", ""),
        ),
        "Wrong input",
        "A query did not have the columns or types that the model's signature asks for.",
        "Compare the request with the schema: %serving schema shows it, ep.sample() makes one that fits.",
    ),
    Rule(
        "model_error",
        (
            ("unexpected error while evaluating the model", ""),
            ("Exception on /invocations", ""),
            *((f"{name}: ", rf"^(?P<what>{name}: .+)") for name in ("KeyError", "ValueError", "TypeError")),
            *((f"{name}: ", rf"^(?P<what>{name}: .+)") for name in ("AttributeError", "IndexError", "RuntimeError")),
        ),
        "Model raised an error",
        "The model's own code failed.",
        "Try the same input where the model was made; mend the code, and deploy a new version.",
    ),
)

# A line of a log begins with whose it is and when; what the rules look for follows.
_PREFIX = re.compile(r"^(?:\[[a-z0-9]{5}\] ?)?(?:\[\d{4}-[^\]]*\] ?)?(?:\[\d+\] ?)?(?:\[[A-Z]+\] ?)?")


def diagnose(text: str) -> tuple[Finding, ...]:
    r"""Return the known failures that a log tells of, the most telling first, each with the last line that shows it.

    Examples
    --------
    >>> [finding.title for finding in diagnose("ok\nModuleNotFoundError: No module named 'lightgbm'")]
    ['Missing module']
    """
    found = (_find(rule, text) for rule in RULES)
    return tuple(finding for finding in found if finding is not None)


def _find(rule: Rule, text: str) -> Finding | None:
    """Return the last line that shows a failure, one that names what failed before one that does not.

    Lines are looked for from their signs: a log may be of 20 MB.
    """
    shown = [found for sign, pattern in rule.signs if (found := _last_line(text, sign, pattern)) is not None]
    if not shown:
        return None
    at, line, what = max(shown, key=lambda found: (bool(found[2]), found[0]))
    meaning = f"{rule.meaning} Here: {what}." if what else rule.meaning
    return Finding(rule.code, rule.title, meaning, rule.advice, text.count("\n", 0, at), line)


def _last_line(text: str, sign: str, pattern: str) -> tuple[int, str, str] | None:
    at = text.rfind(sign)
    while at >= 0:
        begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = without_escapes(text[begin : end if end >= 0 else len(text)].rstrip("\r"))
        match = re.search(pattern, _PREFIX.sub("", line))
        if match is not None:
            return at, line, (match.groupdict().get("what") or "").strip()
        at = text.rfind(sign, 0, begin)
    return None
