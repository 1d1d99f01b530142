"""Every public call of handles, with arguments that it takes.

What holds for every call – the token stays where it is, a read-only workspace refuses every write – is tested for all
that stand here, and that all stand here is tested, too: a new call needs a line.
"""

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import Any

from serving_widgets.workspace import Endpoint, Endpoints
from serving_widgets.workspace.handles.permissions import Permissions

CONFIG = {
    "served_entities": [
        {
            "entity_name": "main.ml.ads",
            "entity_version": "1",
            "workload_size": "Small",
            "scale_to_zero_enabled": True,
            "environment_vars": {"API_KEY": "canary-variable-0123"},
        }
    ]
}
ROWS = {"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]}

# Command → lines that show something of the demo workspace, also where nothing may be changed. ``{again}`` stands for
# the arguments that open the same connection anew.
LINES = {
    "connect": ["connect", "connect --read-only {again}"],
    "list": ["list", "list nobody-has-this", "list --status stopped"],
    "browse": ["browse", "browse churn"],
    "panel": ["panel churn", "panel churn --tab tags"],
    "status": ["status", "status churn", "status churn --live"],
    "models": ["models", "models main.risk.fraud_detector"],
    "undo": ["undo nightly-scores --list"],
    "compare": ["compare churn pricing"],
    "idle": ["idle"],
    "watch": ["watch"],
    "wait": ["wait unity-model-endpoint"],
    "create": ["create ads --entity main.ml.ads --version 3 --dry-run"],
    "ensure": [
        "ensure ads --entity main.ml.ads --version 3 --dry-run",
        "ensure example-endpoint --tag team=risk --dry-run --entity main.default.example_model --version 1",
    ],
    "close": [],
    "tutorial": [],
    "update": ["update example-endpoint --version 3 --dry-run"],
    "stop": ["stop unity-model-endpoint --dry-run"],
    "start": ["start pricing --dry-run"],
    "delete": ["delete churn --dry-run"],
    "logs": ["logs unity-model-endpoint", "logs churn --build --entity churn_model-4", "logs churn --compare 3"],
    "diagnose": [f"diagnose @{Path(__file__).parents[1] / 'api' / 'logs' / 'reported' / 'failing.txt'}"],
    "bug": [f"bug --save {Path(tempfile.gettempdir()) / 'serving-widgets-bug.md'}"],
    "report": ["report", "report churn"],
    "metrics": [
        "metrics fraud-detector",
        "metrics fraud-detector --history",
        "metrics pricing",
        "metrics churn --own",
        "metrics churn --watch",
    ],
    "permissions": [
        "permissions churn",
        "permissions churn --json",
        "permissions get servingendpoints churn",
        "permissions pricing --copy-from churn --dry-run",
    ],
    "grant": ["grant churn vera@example.com CAN_QUERY --dry-run"],
    "revoke": ["revoke churn analysts --dry-run"],
    "tags": ["tags churn", "tags churn team=risk --dry-run"],
    "budget": ["budget churn", "budget chat"],
    "schema": ["schema example-endpoint --notes", "schema chat", "schema example-endpoint --watch"],
    "sample": ["sample example-endpoint", "sample churn --code curl"],
    "query": [
        f"query unity-model-endpoint {json.dumps(ROWS)}",
        f"query unity-model-endpoint {json.dumps(ROWS)} --no-check --raw",
        "query chat 'What is a serving endpoint?'",
    ],
    "predict": [f"predict unity-model-endpoint {json.dumps(ROWS['dataframe_records'])}"],
    "mock": ["mock", "mock advance 5", "mock journal", "mock reset"],
}


@dataclasses.dataclass(frozen=True)
class PublicCall:
    """One call: of which class, on which endpoint, and whether it changes something."""

    owner: str
    method: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = dataclasses.field(default_factory=dict)
    endpoint: str = "unity-model-endpoint"
    writes: bool = False
    twin: bool = True  # whether there is one to await

    def on(self, ws):
        """Return the object that has the method."""
        if self.owner == "Endpoints":
            return ws.endpoints
        handle = Endpoint(ws, self.endpoint)
        return handle.permissions if self.owner == "Permissions" else handle

    def __call__(self, ws):
        return getattr(self.on(ws), self.method)(*self.args, **self.kwargs)

    def awaited(self, ws):
        """Return the coroutine of the call's twin."""
        return getattr(self.on(ws).aio, self.method)(*self.args, **self.kwargs)

    def __str__(self):
        return f"{self.owner}.{self.method}"


def calls():
    """Return the calls, in an order in which most of them succeed on the demo workspace."""
    import pandas as pd

    frame = pd.DataFrame(ROWS["dataframe_records"], index=["a"])
    return [
        PublicCall("Endpoints", "list"),
        PublicCall("Endpoints", "get", ("churn",)),
        PublicCall("Endpoints", "exists", ("nobody",)),
        PublicCall("Endpoints", "plan", ("ads", CONFIG), twin=False),
        PublicCall("Endpoints", "create", ("ads", CONFIG), writes=True),
        PublicCall("Endpoints", "ensure", ("example-endpoint",), {"tags": {"team": "risk"}}, writes=True),
        PublicCall("Endpoint", "refresh"),
        PublicCall("Endpoint", "wait"),
        PublicCall("Endpoint", "openapi", endpoint="example-endpoint"),
        PublicCall("Endpoint", "sample"),
        PublicCall("Endpoint", "validate", (ROWS,)),
        PublicCall("Endpoint", "query", (ROWS,)),
        PublicCall("Endpoint", "predict", (frame,)),
        PublicCall("Endpoint", "scoring", (frame,), twin=False),
        PublicCall("Endpoint", "logs"),
        PublicCall("Endpoint", "build_logs", ("churn_model-4",), endpoint="churn"),
        PublicCall("Endpoint", "latency"),
        PublicCall("Endpoint", "metrics"),
        PublicCall("Endpoint", "metrics", kwargs={"history": True}),
        PublicCall("Endpoint", "report"),
        PublicCall("Endpoint", "plan", ("update", CONFIG), twin=False),
        PublicCall("Endpoint", "set_tags", ({"team": "risk"},), writes=True),
        PublicCall("Permissions", "list"),
        PublicCall("Permissions", "levels"),
        PublicCall("Permissions", "explain", ("vera@example.com",)),
        PublicCall("Permissions", "grant", ("vera@example.com", "CAN_QUERY"), writes=True),
        PublicCall("Permissions", "change", ({},), writes=True),
        PublicCall("Permissions", "revoke", ("vera@example.com",), writes=True),
        PublicCall("Endpoint", "update_config", (CONFIG,), endpoint="example-endpoint", writes=True),
        PublicCall("Endpoint", "stop", writes=True),
        PublicCall("Endpoint", "start", endpoint="pricing", writes=True),
        PublicCall("Endpoint", "delete", endpoint="churn", writes=True),
    ]


def public_methods():
    """Return every public method of the classes, as a call is named."""
    return {
        f"{owner.__name__}.{name}"
        for owner in (Endpoint, Endpoints, Permissions)
        for each in owner.__mro__
        if each is not object
        for name, value in vars(each).items()
        if callable(value) and not name.startswith("_")
    }


def forget_bug_recordings() -> None:
    """Remove the recordings beside the files of ``bug``: the next one has a number where there is one."""
    for file in Path(tempfile.gettempdir()).glob("serving-widgets-bug*.recording"):
        file.unlink(missing_ok=True)
