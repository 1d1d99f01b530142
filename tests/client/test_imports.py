"""A credential can be made without waiting for httpx."""

import importlib

import pytest


def test_a_credential_does_not_load_httpx(run_python):
    code = "import sys; from serving_widgets.client import Credential; print('httpx' in sys.modules)"
    assert run_python(code) == "False"


def test_a_name_the_room_does_not_have_is_an_attribute_error():
    client = importlib.import_module("serving_widgets.client")
    assert all(getattr(client, name) for name in client.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        client.Nonsense  # noqa: B018
