"""Run the programs whose failures the mock's logs quote, and keep what they write.

    python tests/support/capture_logs.py [NAME …]

Needs pip, gunicorn and a C compiler beside the packages of the extra ``test``, and no network: every package that is
installed, or is not, gets made here. What comes out differs with the versions of these programs, so no test runs it.
"""

import base64
import hashlib
import io
import os
import pickle
import platform
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

from serving_widgets.mock.logs import texts

TARGET = texts.CAPTURED
LIMIT_S = 60
STOPPED = "Handling signal: term"


def wheel(folder: Path, name: str, version: str, *needs: str, python: str = "", also: str = "") -> Path:
    """Make a wheel with next to nothing in it."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    head = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", f"Requires-Python: {python}\n" * bool(python)]
    files = {
        f"{name.replace('-', '_')}/__init__.py": also,
        f"{stem}.dist-info/METADATA": "".join([*head, *(f"Requires-Dist: {one}\n" for one in needs)]),
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    with zipfile.ZipFile(path, "w") as archive:
        for inside, content in files.items():
            archive.writestr(inside, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).decode().rstrip("=")
            rows.append(f"{inside},sha256={digest},{len(content)}\n")
        archive.writestr(f"{stem}.dist-info/RECORD", "".join([*rows, f"{stem}.dist-info/RECORD,,\n"]))
    return path


def version_conflict(wheels: Path, model: Path) -> None:
    wheel(wheels, "numpy", "1.26.4")
    wheel(wheels, "numpy", "2.1.0")
    wheel(wheels, "scipy", "1.11.4", "numpy<1.28.0,>=1.21.6")
    wheel(wheels, "joblib", "1.4.2")
    wheel(wheels, "threadpoolctl", "3.5.0")
    wheel(wheels, "scikit-learn", "1.3.0", "numpy<2,>=1.17.3", "scipy>=1.5.0", "joblib>=1.1.1", "threadpoolctl>=2.0.0")
    (model / "requirements.txt").write_text("scikit-learn==1.3.0\nnumpy==2.1.0\n")


def version_conflict_in_colour(wheels: Path, model: Path) -> None:
    wheel(wheels, "cloudpickle", "3.1.0")
    wheel(wheels, "cloudpickle", "4.0.0")
    wheel(wheels, "mlflow", "2.9.2", "cloudpickle<4")
    (model / "requirements.txt").write_text("mlflow==2.9.2\ncloudpickle==4.0.0\n")


def unsupported_python(wheels: Path, model: Path) -> None:
    older = wheel(wheels, "churn-features", "2.3.0", python=">=3.9")
    newest = wheel(wheels, "churn-features", "2.4.0", python=">=3.12")
    (wheels / "churn-features").mkdir()
    (wheels / "churn-features" / "index.html").write_text(
        f'<a href="{newest.as_uri()}" data-requires-python="&gt;=3.12">{newest.name}</a>\n'
        f'<a href="{older.as_uri()}">{older.name}</a>\n'
    )


def no_distribution(wheels: Path, model: Path) -> None:
    wheel(wheels, "pandas", "2.2.3")
    wheel(wheels, "churn-features", "1.0.0")
    wheel(wheels, "churn-features", "1.1.0")
    (model / "requirements.txt").write_text("pandas==2.2.3\nchurn-features==1.2.0\n")


def source_build(wheels: Path, model: Path) -> None:
    setup = """
        from setuptools import Extension, setup
        setup(name="churn-native", version="0.3.1", ext_modules=[Extension("churn_native", ["churn_native.c"])])
        """
    files = {
        "setup.py": textwrap.dedent(setup),
        "churn_native.c": "#include <openblas/cblas.h>\nint main(void) { return 0; }\n",
        "PKG-INFO": "Metadata-Version: 2.1\nName: churn-native\nVersion: 0.3.1\n",
    }
    with tarfile.open(wheels / "churn-native-0.3.1.tar.gz", "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"churn-native-0.3.1/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content.encode()))


def hash_mismatch(wheels: Path, model: Path) -> None:
    before = hashlib.sha256(wheel(wheels, "churn-features", "1.1.0").read_bytes()).hexdigest()
    wheel(wheels, "churn-features", "1.1.0", also="REBUILT = True\n")
    (model / "requirements.txt").write_text(f"churn-features==1.1.0 --hash=sha256:{before}\n")


def module_not_found(wheels: Path, model: Path) -> None:
    loader(model, "import lightgbm")


def syntax_error(wheels: Path, model: Path) -> None:
    loader(model, 'def describe(row):\n    return f"{row["customer_id"]}: {row["tenure_months"]} months"')


def unpickling(wheels: Path, model: Path) -> None:
    (model / "code").mkdir()
    (model / "code" / "churn_training.py").write_text("class ChurnModelV2:\n    pass\n")
    (model / "python_model.pkl").write_bytes(b"\x80\x04cchurn_training\nChurnModel\n)\x81.")
    mlmodel(model, "mlflow.pyfunc.model", "    python_model: python_model.pkl\n    cloudpickle_version: 2.2.1\n")


def pickle_protocol(wheels: Path, model: Path) -> None:
    unpickling(wheels, model)
    (model / "python_model.pkl").write_bytes(b"\x80\x07" + pickle.dumps([])[2:])


def wrong_artifact(wheels: Path, model: Path) -> None:
    (model / "model.pkl").write_bytes(pickle.dumps([]))
    (model / "conda.yaml").write_text("name: mlflow-env\n")


def shared_library(wheels: Path, model: Path) -> None:
    loader(model, "import pyodbc")
    (model / "odbc.c").write_text("void SQLAllocHandle(void) {}\n")
    (model / "pyodbc.c").write_text(
        "#include <Python.h>\nvoid SQLAllocHandle(void);\n"
        'static struct PyModuleDef pyodbc = {PyModuleDef_HEAD_INIT, "pyodbc", 0, -1, 0};\n'
        "PyMODINIT_FUNC PyInit_pyodbc(void) { SQLAllocHandle(); return PyModule_Create(&pyodbc); }\n"
    )
    include = sysconfig.get_path("include")
    for line in (
        "gcc -shared -fPIC -Wl,-soname,libodbc.so.2 -o libodbc.so.2 odbc.c",
        f"gcc -shared -fPIC -I{include} -o code/pyodbc.so pyodbc.c ./libodbc.so.2",
        "rm libodbc.so.2 odbc.c pyodbc.c",
    ):
        subprocess.run(line.split(), cwd=model, check=True)


def out_of_memory(wheels: Path, model: Path) -> None:
    loader(model, body="import numpy\n    return numpy.zeros((1_000_000, 1_536))")


def killed(wheels: Path, model: Path) -> None:
    loader(model, body="import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)")


def worker_timeout(wheels: Path, model: Path) -> None:
    # A power that takes minutes, in C code that never lets go of the interpreter.
    loader(model, body="return Slow()", top="class Slow:\n    def predict(self, frame):\n        return 9 ** 9**9")
    (model / "body.json").write_text('{"inputs": {"tenure_months": [14], "contract": ["one year"]}}')


def port_in_use(wheels: Path, model: Path) -> None:
    loader(model)


def model_error(wheels: Path, model: Path) -> None:
    loader(model, body="return Churn()", top=CHURN)
    ask(model, '{"dataframe_split": {"columns": ["tenure_months", "contract"], "data": [[14, "weekly"]]}}')


def wrong_input(wheels: Path, model: Path) -> None:
    loader(model, body="return Churn()", top=CHURN)
    ask(model, '{"dataframe_split": {"columns": ["tenure_months"], "data": [[14]]}}')


CHURN = """
class Churn:
    weights = {"month-to-month": 0.8, "one year": 0.0, "two years": -0.9}

    def predict(self, frame):
        return [self.weights[row.contract] - 0.04 * row.tenure_months for row in frame.itertuples()]
"""


def loader(model: Path, top: str = "", body: str = "return None") -> None:
    """Write a model whose code, `churn_model.py`, loads it."""
    (model / "code").mkdir()
    (model / "code" / "churn_model.py").write_text(f"{top}\n\n\ndef _load_pyfunc(path):\n    {body}\n")
    mlmodel(model, "churn_model")


def mlmodel(model: Path, loader_module: str, more: str = "") -> None:
    inputs = '[{"type": "long", "name": "tenure_months"}, {"type": "string", "name": "contract"}]'
    (model / "MLmodel").write_text(
        f"flavors:\n  python_function:\n    code: code\n    loader_module: {loader_module}\n"
        f"    python_version: {platform.python_version()}\n{more}"
        f"signature:\n  inputs: '{inputs}'\n  outputs: '[{{\"type\": \"double\"}}]'\n"
    )


def ask(model: Path, body: str) -> None:
    """Write a script that sends a body to MLflow's scoring server and shows what it answers."""
    (model / "ask.py").write_text(
        "import mlflow\nfrom mlflow.pyfunc import scoring_server\nfrom starlette.testclient import TestClient\n"
        "client = TestClient(scoring_server.init(mlflow.pyfunc.load_model('/model')))\n"
        f"answer = client.post('/invocations', content='{body}', headers={{'content-type': 'application/json'}})\n"
        "print(answer.json()['message'])\nprint(answer.json().get('stack_trace', ''), end='')\n"
    )


def capture(name: str) -> str:
    """Run the command of a capture where it fails as told, and return what it writes."""
    with tempfile.TemporaryDirectory() as scratch:
        wheels, model = Path(scratch) / "wheels", Path(scratch) / "model"
        wheels.mkdir()
        model.mkdir()
        prepare: Callable[[Path, Path], None] = globals()[name]
        prepare(wheels, model)
        taken = socket.create_server(("0.0.0.0", 0))
        port = str(taken.getsockname()[1])
        if name != "port_in_use":
            taken.close()
        command = texts.sources()[name]["command"].replace(":8080", f":{port}")
        command = command.replace("/tmp/wheels", str(wheels)).replace("/model", str(model))
        if (model / "ask.py").exists():
            (model / "ask.py").write_text((model / "ask.py").read_text().replace("/model", str(model)))
        env = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": scratch,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_TARGET": f"{scratch}/installed",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_IGNORE_INSTALLED": "1",
            "__pyfunc_model_path__": str(model),
            **{key: value for key, value in os.environ.items() if key == "PYTHONPATH"},
        }
        written = stopped_in_time(command, model, env)
        taken.close()
        return neutral(written, Path(scratch), port)


def stopped_in_time(command: str, folder: Path, env: dict[str, str]) -> str:
    """Run a command; a server that tries again and again is stopped when it has shown what it does."""
    process = subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=12 if "gunicorn" in command else LIMIT_S)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 15)
        return process.communicate()[0]


def neutral(written: str, scratch: Path, port: str) -> str:
    """Take this machine's folders out of a text, and the port that happened to be free."""
    home = "/opt/conda/envs/mlflow-env"
    beside = [path for path in os.environ.get("PYTHONPATH", "").split(":") if path]
    prefixes = {
        str(scratch / "wheels"): "/tmp/wheels",
        str(scratch / "model"): "/model",
        str(scratch / "installed"): f"{home}/lib/python3.11/site-packages",
        sys.prefix: home,
        sys.base_prefix: home,
        **dict.fromkeys(beside, f"{home}/lib/python3.11/site-packages"),
    }
    for found, put in sorted(prefixes.items(), key=lambda pair: -len(pair[0])):
        written = written.replace(found, put)
    written = re.sub(r"/tmp/(pip|tmp)[\w.-]+", r"/tmp/\1-build", written)
    # What a server says when it is told to stop is of no interest.
    written = written.partition(STOPPED)[0].rpartition("\n")[0] + "\n" if STOPPED in written else written
    return written.replace(port, "8080")


def main() -> None:
    assert shutil.which("gcc"), "needs a C compiler"
    for name in sys.argv[1:] or texts.sources():
        text = capture(name)
        (TARGET / f"{name}.txt").write_text(text)
        print(f"{'=' * 20} {name}\n{text}")


if __name__ == "__main__":
    main()
