"""Whether MLflow takes a body and gives the model what it says, unchanged."""

from made_bodies import alike, rows_meant, tensors_meant
from mlflow_oracle import verdict


def takes_unchanged(signature, body):
    """Return whether it does, and what it makes of it in words."""
    try:
        data, params = verdict({**signature, "outputs": []}, body)
    except Exception as error:
        return False, repr(error)[:300]
    return unchanged(signature, body, data, params), f"the model gets {data} and {params}"


def unchanged(signature, body, data, params):
    """Return whether a model was given what a body says: ``data`` and ``params`` as Python's own types."""
    specs = signature["inputs"]
    for name, value in (body.get("params") or {}).items():
        if name in params and not alike(value, params[name]):
            return False
    if specs[0]["type"] == "tensor":
        wanted, got = tensors_meant(body, signature), data if isinstance(data, dict) else {"": data}
        single = "float" if any("32" in each["tensor-spec"]["dtype"] for each in specs) else ""
        return all(alike(wanted[name], got.get(name), single) for name in wanted)
    wanted = rows_meant(body, signature)
    if wanted is None or len(wanted) != len(data):
        return False
    for meant, got in zip(wanted, data, strict=True):
        row = got if "name" in specs[0] else dict(enumerate(got.values()))
        for place, spec in enumerate(specs):
            name = spec.get("name", place)
            if not alike(meant.get(name), row.get(name), "float" if _has_single(spec) else ""):
                return False
    return True


def _has_single(spec):
    return spec.get("type") == "float" or any(_has_single(each) for each in spec.values() if isinstance(each, dict))
