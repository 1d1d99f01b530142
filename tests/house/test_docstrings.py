"""What users call says in its docstring what each parameter is, with its type."""

import inspect
import re

import pytest

import serving_widgets as sw
from serving_widgets.widgets.core.base import ServingWidget
from serving_widgets.workspace.handles.endpoints import Endpoints
from serving_widgets.workspace.handles.permissions import Access, Permissions

SECTION = re.compile(r"^([A-Z][a-zA-Z ]+)\n-{3,}$", re.M)
PARAMETER = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)( : .+)?$", re.M)
#: What rooms of this package ask of each other on objects that users hold: described, without an example of a notebook.
BETWEEN_ROOMS = {
    *(f"EndpointPanel.{name}" for name in ("first_picture", "look", "publish_now")),
    *(
        f"Workspace.{name}"
        for name in ("client", "learn_names", "outlook", "page_of", "recipe", "record", "why_not", "write")
    ),
}
#: IPython calls these.
BY_IPYTHON = {"load_ipython_extension", "unload_ipython_extension"}
#: ipywidgets' own.
THEIRS = {"set_state"}


def ours(kind):
    """Yield the public methods of a class that are written in this package."""
    for name in dir(kind):
        written_here = any(
            name in each.__dict__ for each in kind.__mro__ if each.__module__.startswith("serving_widgets")
        )
        if written_here and not name.startswith("_") and name not in THEIRS and callable(member := getattr(kind, name)):
            yield f"{kind.__name__}.{name}", member


def called():
    """Yield what users call: functions, the constructors of widgets, and the methods of all that they hold."""
    public = [getattr(sw, name) for name in sw.__all__]
    for each in public:
        if inspect.isfunction(each):
            yield each.__name__, each
    for kind in (*filter(inspect.isclass, public), Endpoints, Permissions, Access):
        if issubclass(kind, ServingWidget):
            yield kind.__name__, kind
        yield from ours(kind)


@pytest.mark.parametrize("function", [pytest.param(each, id=name) for name, each in called()])
def test_each_parameter_is_described_with_its_type(function):
    parameters = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
    parts = SECTION.split(inspect.getdoc(function) or "")
    described = {}
    for names, kind in PARAMETER.findall(dict(zip(parts[1::2], parts[2::2], strict=True)).get("Parameters", "")):
        described |= dict.fromkeys(re.findall(r"\w+", names), bool(kind))
    assert [name for name in parameters if name not in described] == []
    assert [name for name, typed in described.items() if not typed] == []


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(each, id=name)
        for name, each in called()
        if name not in BETWEEN_ROOMS | BY_IPYTHON and not name.endswith(".problem")
    ],
)
def test_what_users_call_has_an_example(function):
    assert ">>> " in (inspect.getdoc(function) or "")
