"""Made bodies sent to MLflow's own scoring server over HTTP, beside what is said of them here before they are sent.

Run ``python tests/benchmarks/mlflow_server.py``, with a number of bodies a signature if it is not to be 150. The server
is the application that ``mlflow models serve`` runs, on loopback, one for each signature; its model keeps what it is
given. Counted are bodies that pass here and are refused there (false OK), that reach the model as something else
(silent change), and that are refused here and reach the model unchanged (false alarm). Exceptions are listed with their
reasons.
"""

import asyncio
import importlib.util
import json
import socket
import sys
import threading
import time
import warnings
from collections import Counter
from pathlib import Path

import httpx

sys.path[:0] = [str(Path(__file__).parents[1] / "support")]
# What is an error here although MLflow takes it, and why.
OUR_OWN = {"not_text": "a model gets numbers where it declares text", "not_base64": "an empty list where bytes are"}


def main(bodies=150, names=None) -> Counter:
    """Print the counts for the signatures of these names, or all, and return them."""
    import uvicorn
    from documents import document_for
    from made_bodies import SIGNATURES, body_for, random_of
    from mlflow.models import Model
    from mlflow.pyfunc import PyFuncModel, scoring_server
    from mlflow_oracle import plain, signature_of
    from mlflow_takes import unchanged

    warnings.simplefilter("ignore")
    kept = []

    class Keeping:
        def predict(self, data, params=None):
            kept.append((plain(data), plain(params or {})))
            return [0]

    counts, reasons, differing, began = Counter(), Counter(), [], time.perf_counter()
    for name in names or SIGNATURES:
        signature = SIGNATURES[name]
        meta = Model(signature=signature_of(signature), flavors={"python_function": {"loader_module": "kept"}})
        app = scoring_server.init(PyFuncModel(meta, Keeping()))
        document, rng = document_for(signature), random_of(name)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
            thread = threading.Thread(target=lambda s=server, sock=listener: asyncio.run(s.serve([sock])), daemon=True)
            thread.start()
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False) as client:
                for _ in range(bodies):
                    body = body_for(rng, signature)
                    text = json.dumps(body)
                    kept.clear()
                    headers = {"Content-Type": "application/json"}
                    status = client.post("/invocations", content=text, headers=headers, timeout=60).status_code
                    same = status == 200 and bool(kept) and unchanged(signature, body, *kept[0])
                    report = document.validate(text)
                    if report.ok == same:
                        kind = "right" if same else "refused"
                    elif report.ok:
                        kind = "silent change" if status == 200 else "false OK"
                    elif report.errors[0].code in OUR_OWN:
                        kind = "exception"
                        reasons[OUR_OWN[report.errors[0].code]] += 1
                    else:
                        kind = "false alarm"
                    counts[kind] += 1
                    if kind in ("silent change", "false OK", "false alarm"):
                        differing.append((name, kind, text[:200], [each.code for each in report.errors], status, kept))
            server.should_exit = True
            thread.join()
    print(f"{counts.total():,} bodies, {len(names or SIGNATURES)} signatures, {time.perf_counter() - began:.0f} s")
    for kind in ("right", "refused", "false OK", "silent change", "false alarm", "exception"):
        print(f"{kind:15}{counts[kind]:6,}")
    for reason, count in reasons.items():
        print(f"  {count:,} × {reason}")
    for each in differing[:20]:
        print(each)
    return counts


if __name__ == "__main__":
    if importlib.util.find_spec("mlflow") is None:
        sys.exit("Not tried: MLflow is not installed (pip install mlflow-skinny).")
    main(*map(int, sys.argv[1:2]))
