"""Failures of models, and what the logs say then: one table.

The stage at which a model fails is given by a word in its name: ``broken`` (when its image is built), ``crashing``
(when it is loaded), ``stuck`` (it is never ready in time) or ``troubled`` (now and then, while it serves). The kind of
failure is the one whose name occurs there, too, as in ``main.ml.broken_version_conflict``; else one that fits the
stage, always the same for the same model and version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from . import texts
from .lines import hash32

Stage = Literal["build", "load", "deploy", "serve"]
"""When it goes wrong: the image can't be built, the server can't load the model, it doesn't get ready in time, or it
runs into trouble now and then while it serves."""


@dataclass(frozen=True)
class Failure:
    """A kind of failure.

    Parameters
    ----------
    name : str
        Its name, and that of its text.
    stage : str
        When it happens.
    reason : str
        What tells it from all others: a piece of a line that its log has.
    requirements : tuple of str
        What the model's requirements have in them, where they are to blame.
    source : str
        Where the words come from, if they were written by hand after a description rather than captured.
    """

    name: str
    stage: Stage
    reason: str
    requirements: tuple[str, ...] = ()
    source: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What the failing program writes."""
        return texts.lines(self.name)


def failure_of(failing: str, model: str, version: str) -> Failure | None:
    """Return the failure of a version of a model, given its kind or stage; None if it does not fail."""
    if failing in get_args(Stage):
        name = model.lower().replace("-", "_")
        kinds = [one for one in FAILURES if one.stage == failing]
        named = [one for one in kinds if one.name in name]
        # The longer name is meant where one name holds another.
        return max(named, key=lambda one: len(one.name)) if named else kinds[hash32(model, version) % len(kinds)]
    return next((one for one in FAILURES if one.name == failing), None)


FAILURES = (
    Failure(
        "version_conflict", "build", "scikit-learn 1.3.0 depends on numpy<2", ("scikit-learn==1.3.0", "numpy==2.1.0")
    ),
    Failure(
        "version_conflict_in_colour",
        "build",
        "mlflow 2.9.2 depends on cloudpickle<4",
        ("mlflow==2.9.2", "cloudpickle==4.0.0"),
    ),
    Failure(
        "unsupported_python",
        "build",
        "that require a different python version: 2.4.0 Requires-Python >=3.12",
        ("churn-features==2.4.0",),
    ),
    Failure(
        "no_distribution",
        "build",
        "No matching distribution found for churn-features==1.2.0",
        ("churn-features==1.2.0",),
    ),
    Failure("source_build", "build", "fatal error: openblas/cblas.h: No such file", ("churn-native==0.3.1",)),
    Failure("hash_mismatch", "build", "THESE PACKAGES DO NOT MATCH THE HASHES", ("churn-features==1.1.0",)),
    Failure(
        "conda_unsolvable", "build", "PackagesNotFoundError", source="conda docs, *Troubleshooting*: packages not found"
    ),
    Failure(
        "build_killed",
        "build",
        "exit code: 137",
        source="Docker docs: exit code 137 is 128 + SIGKILL; wording of BuildKit's last line",
    ),
    Failure("disk_full", "build", "No space left on device", source="Python docs, *errno*: ENOSPC, as pip shows it"),
    Failure(
        "no_privilege",
        "build",
        "does not have EXECUTE on Routine or Model",
        source="Databricks docs, *Manage privileges in Unity Catalog*: EXECUTE on a registered model",
    ),
    Failure("module_not_found", "load", "No module named 'lightgbm'"),
    Failure("syntax_error", "load", "SyntaxError: f-string: unmatched '['"),
    Failure("unpickling", "load", "Can't get attribute 'ChurnModel'"),
    Failure("pickle_protocol", "load", "unsupported pickle protocol: 7"),
    Failure("wrong_artifact", "load", 'Could not find an "MLmodel" configuration file'),
    Failure("shared_library", "load", "libodbc.so.2: cannot open shared object file"),
    Failure("out_of_memory", "load", "Unable to allocate 11.4 GiB"),
    Failure("killed", "load", "was sent SIGKILL! Perhaps out of memory?"),
    Failure("port_in_use", "load", "Address already in use"),
    Failure(
        "cuda_out_of_memory", "load", "CUDA out of memory", source="PyTorch docs, *CUDA semantics*: memory management"
    ),
    Failure(
        "slow_start",
        "deploy",
        "did not become ready",
        source="Databricks docs, *Debugging guide for Model Serving*, and Kubernetes' words for a probe that fails",
    ),
    Failure("model_error", "serve", "KeyError: 'weekly'"),
    Failure("wrong_input", "serve", "Model is missing inputs ['contract']"),
    Failure("worker_timeout", "serve", "WORKER TIMEOUT"),
    Failure(
        "throttled",
        "serve",
        "REQUEST_LIMIT_EXCEEDED",
        source="Databricks docs, *Model Serving limits and regions*: past the provisioned concurrency, 429",
    ),
)
"""All kinds of failure; a name is a word for a model's name, and the name of the text."""
