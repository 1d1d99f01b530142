"""What real programs wrote when they failed, word for word, and the command beside each.

The texts are the files of this folder. They were taken on Linux, with Python 3.11, pip 26.3, MLflow 3.17 and gunicorn
27, by ``tests/support/capture_logs.py``, which also makes what each command works on: tiny packages and models.

Folders were made neutral: that of the interpreter became ``/opt/conda/envs/mlflow-env``, that of the model ``/model``,
that of the packages ``/tmp/wheels``; a server's port became 8080, and what it said when it was stopped in the end was
cut off. Time stamps and process ids are as they were; they change when a log quotes the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Capture:
    """How a text came about.

    Parameters
    ----------
    command : str
        What was run, in the folder that `note` describes.
    note : str
        What was wrong there.
    """

    command: str
    note: str


_INSTALL = "pip install --no-index --find-links /tmp/wheels"
_LOAD = "python -c \"import mlflow; mlflow.pyfunc.load_model('/model')\""
_ASK = "python /model/ask.py"
_SERVE = "gunicorn --worker-class asgi --bind 0.0.0.0:8080 --no-control-socket mlflow.pyfunc.scoring_server.app:app"

CAPTURES = {
    "version_conflict": Capture(
        f"{_INSTALL} -r requirements.txt",
        "numpy 2.1.0 is asked for beside scikit-learn 1.3.0, which wants numpy below 2",
    ),
    "version_conflict_in_colour": Capture(
        f"FORCE_COLOR=1 {_INSTALL} -r requirements.txt",
        "mlflow 2.9.2 wants cloudpickle below 4, the model another one; pip was told to colour its lines",
    ),
    "unsupported_python": Capture(
        "pip install --index-url file:///tmp/wheels churn-features==2.4.0",
        "the only wheel of that version says Requires-Python: >=3.12; the index is a folder",
    ),
    "no_distribution": Capture(
        f"{_INSTALL} -r requirements.txt", "one package of the list is in no index, though its older versions are"
    ),
    "source_build": Capture(
        f"{_INSTALL} --no-build-isolation churn-native==0.3.1",
        "there is a source archive only, with a C extension that includes a header which is not there",
    ),
    "hash_mismatch": Capture(
        f"{_INSTALL} --require-hashes -r requirements.txt", "a wheel was built again after its hash had been noted"
    ),
    "module_not_found": Capture(_LOAD, "the model's code imports a package that its requirements forget"),
    "syntax_error": Capture(_LOAD, "the model's code nests quotes in an f-string, which Python 3.12 allows, not 3.11"),
    "unpickling": Capture(
        _LOAD, "the pickled model is of a class that the package, as installed, does not have any more"
    ),
    "pickle_protocol": Capture(_LOAD, "the pickled model says a protocol that this version of Python can't read"),
    "wrong_artifact": Capture(_LOAD, "the model's folder has its artifacts, but no MLmodel file"),
    "shared_library": Capture(_LOAD, "a compiled module was linked with libodbc.so.2, which the image does not have"),
    "out_of_memory": Capture(
        f"ulimit -v 6291456; {_LOAD}", "the model allocates an array of 12 GB where the process may have 6"
    ),
    "killed": Capture(f"{_SERVE}", "the worker gets SIGKILL while it loads the model, as from the kernel's OOM killer"),
    "worker_timeout": Capture(
        f"{_SERVE} --timeout 3 & sleep 6; curl --silent --json @body.json localhost:8080/invocations",
        "a query makes the model compute for longer than the worker may be silent",
    ),
    "port_in_use": Capture(_SERVE, "another process listens at the port already"),
    "model_error": Capture(_ASK, "the body fits the signature, but the model's own code stumbles on a value in it"),
    "wrong_input": Capture(_ASK, "the body lacks a column that the signature requires"),
}
"""Name of each text, and what brought it about."""


@cache
def text(name: str) -> tuple[str, ...]:
    """Return the lines of a captured text.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    if name not in CAPTURES:
        raise KeyError(name)
    return tuple(resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines())
