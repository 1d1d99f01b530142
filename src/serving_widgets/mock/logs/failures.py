"""Failures of models, and what the logs say then: one table.

The stage at which a model fails is given by a word in its name: ``broken`` (when its image is built), ``crashing``
(when it is loaded), ``stuck`` (it is never ready in time) or ``troubled`` (now and then, while it serves). The kind of
failure is the one whose name occurs there, too, as in ``main.ml.broken_version_conflict``; else one that fits the
stage, always the same for the same model and version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from . import captured
from .lines import PACKAGES, hash32

Stage = Literal["build", "load", "deploy", "serve"]
"""When it goes wrong: the image can't be built, the server can't load the model, it doesn't get ready in time, or it
runs into trouble now and then while it serves."""


@dataclass(frozen=True)
class Failure:
    """A kind of failure.

    Parameters
    ----------
    name : str
        Its name, which is that of the captured text if there is one.
    stage : str
        When it strikes.
    reason : str
        What tells it from all others: a piece of a line that its log has.
    requirements : tuple of str
        What the model's requirements have in them, where they are to blame.
    source : str
        Where the words come from, if they were written by hand after a description rather than captured.
    written : tuple of str
        The lines, in that case.
    """

    name: str
    stage: Stage
    reason: str
    requirements: tuple[str, ...] = ()
    source: str = ""
    written: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What the failing program writes."""
        return self.written or captured.text(self.name)


def failure_of(failing: str, model: str, version: str) -> Failure | None:
    """Return what befalls a version of a model, given the kind or the stage; None if nothing does."""
    if failing in get_args(Stage):
        name = model.lower().replace("-", "_")
        kinds = [one for one in FAILURES if one.stage == failing]
        named = [one for one in kinds if one.name in name]
        # The longer name is meant where one name holds another.
        return max(named, key=lambda one: len(one.name)) if named else kinds[hash32(model, version) % len(kinds)]
    return next((one for one in FAILURES if one.name == failing), None)


_CONDA_DOCS = "conda docs, *Troubleshooting*: packages not found"
_DOCKER_DOCS = "Docker docs: exit code 137 is 128 + SIGKILL; wording of BuildKit's last line"
_PYTHON_DOCS = "Python docs, *errno*: ENOSPC, as pip shows it"
_UNITY_DOCS = "Databricks docs, *Manage privileges in Unity Catalog*: EXECUTE on a registered model"
_TORCH_DOCS = "PyTorch docs, *CUDA semantics*: memory management"
_LIMIT_DOCS = "Databricks docs, *Model Serving limits and regions*: queries beyond the provisioned concurrency get 429"
_DEPLOY_DOCS = "Databricks docs, *Debugging guide for Model Serving*, and Kubernetes' words for a probe that fails"

FAILURES = (
    Failure(
        "version_conflict",
        "build",
        "scikit-learn 1.3.0 depends on numpy<2",
        requirements=("scikit-learn==1.3.0", "numpy==2.1.0"),
    ),
    Failure(
        "version_conflict_in_colour",
        "build",
        "mlflow 2.9.2 depends on cloudpickle<4",
        requirements=("mlflow==2.9.2", "cloudpickle==4.0.0"),
    ),
    Failure(
        "unsupported_python",
        "build",
        "that require a different python version: 2.4.0 Requires-Python >=3.12",
        requirements=("churn-features==2.4.0",),
    ),
    Failure(
        "no_distribution",
        "build",
        "No matching distribution found for churn-features==1.2.0",
        requirements=("churn-features==1.2.0",),
    ),
    Failure(
        "source_build", "build", "fatal error: openblas/cblas.h: No such file", requirements=("churn-native==0.3.1",)
    ),
    Failure(
        "hash_mismatch", "build", "THESE PACKAGES DO NOT MATCH THE HASHES", requirements=("churn-features==1.1.0",)
    ),
    Failure(
        "conda_unsolvable",
        "build",
        "PackagesNotFoundError",
        source=_CONDA_DOCS,
        written=(
            "Collecting package metadata (repodata.json): ...working... done",
            "Solving environment: ...working... failed",
            "",
            "PackagesNotFoundError: The following packages are not available from current channels:",
            "",
            "  - python=3.7.99",
        ),
    ),
    Failure(
        "build_killed",
        "build",
        "exit code: 137",
        source=_DOCKER_DOCS,
        written=(
            "Installing collected packages: nvidia-cudnn-cu12, nvidia-cublas-cu12, triton, torch",
            "Killed",
            'ERROR: failed to solve: process "/bin/sh -c conda env update" did not complete successfully: '
            "exit code: 137",
        ),
    ),
    Failure(
        "disk_full",
        "build",
        "No space left on device",
        source=_PYTHON_DOCS,
        written=(
            "Installing collected packages: nvidia-cudnn-cu12, nvidia-cublas-cu12, triton, torch",
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        ),
    ),
    Failure(
        "no_privilege",
        "build",
        "does not have EXECUTE on Routine or Model",
        source=_UNITY_DOCS,
        written=(
            "Downloading model artifacts",
            "ERROR: Failed to download the artifacts of the model version.",
            "PERMISSION_DENIED: User does not have EXECUTE on Routine or Model.",
        ),
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
        "cuda_out_of_memory",
        "load",
        "CUDA out of memory",
        source=_TORCH_DOCS,
        written=(
            "Traceback (most recent call last):",
            '  File "/model/code/embedder.py", line 31, in _load_pyfunc',
            '    return Embedder.from_pretrained(path).to("cuda")',
            f'  File "{PACKAGES}/torch/nn/modules/module.py", line 1340, in to',
            "    return self._apply(convert)",
            "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of "
            "14.58 GiB of which 1.12 GiB is free.",
        ),
    ),
    Failure(
        "slow_start",
        "deploy",
        "did not become ready",
        source=_DEPLOY_DOCS,
        written=(
            "Startup probe failed: HTTP probe failed with statuscode: 503",
            "The model server did not become ready within 600 seconds and is started again.",
        ),
    ),
    Failure("model_error", "serve", "KeyError: 'weekly'"),
    Failure("wrong_input", "serve", "Model is missing inputs ['contract']"),
    Failure("worker_timeout", "serve", "WORKER TIMEOUT"),
    Failure(
        "throttled",
        "serve",
        "REQUEST_LIMIT_EXCEEDED",
        source=_LIMIT_DOCS,
        written=(
            "Request turned away: REQUEST_LIMIT_EXCEEDED: 9 requests in flight, the provisioned concurrency is 4.",
        ),
    ),
)
"""All kinds of failure; a name is a word for a model's name and, for captured ones, the name of the text."""
