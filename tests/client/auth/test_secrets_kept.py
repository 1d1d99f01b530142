"""Secrets where they are quoted back, cut in pieces, or wrong from the beginning."""

import logging
import os
import subprocess
import sys

import pytest
from scripted_service import ScriptedService

import serving_widgets as sw
from serving_widgets.client import Credential

SECRET = "canary-7f3a9c-ZZtop"


@pytest.mark.parametrize("token", [f"{SECRET}\n", f" {SECRET}", f"{SECRET} x", f"{SECRET}é"])
def test_a_token_that_fails_its_check_is_in_no_frame_of_the_error(token):
    with pytest.raises(sw.ConfigError) as caught:
        sw.connect(host="https://x.example", token=token)
    frame = caught.tb.tb_next
    assert frame is not None
    while frame is not None:
        assert SECRET not in repr(frame.tb_frame.f_locals), frame.tb_frame.f_code.co_qualname
        frame = frame.tb_next


FAILING_TESTS = """
import os, pathlib
import pytest
import serving_widgets as sw
from serving_widgets.api.errors import ServingError

def opened():
    return sw.connect(host=os.environ["SERVICE"], token=pathlib.Path("token").read_text(), name="x")

def test_wrong_token():
    sw.connect(host="https://x.example", token=pathlib.Path("wrong").read_text())

def test_refused():
    opened().endpoints.list()

def test_a_write():
    opened().endpoints.get("churn").stop()

def test_chained():
    try:
        opened().endpoints.list()
    except ServingError as error:
        raise RuntimeError("no workspace today") from error

def test_nobody_there():
    sw.connect(host="http://127.0.0.1:9", token=pathlib.Path("token").read_text()).endpoints.list()

def test_from_the_environment():
    os.environ.update(DATABRICKS_HOST=os.environ["SERVICE"], DATABRICKS_CLIENT_ID="x")
    os.environ["DATABRICKS_CLIENT_SECRET"] = pathlib.Path("token").read_text()
    sw.connect().endpoints.list()
"""


def test_pytest_shows_no_token_whatever_fails_and_however_much_it_tells(tmp_path):
    (tmp_path / "token").write_text(SECRET)
    (tmp_path / "wrong").write_text(f"{SECRET}\n")
    (tmp_path / "test_it.py").write_text(FAILING_TESTS)
    told = [sys.executable, "-X", "dev", "-m", "pytest", "-q", "--showlocals", "--log-level=DEBUG", "-W", "always"]
    refused = {"error_code": "PERMISSION_DENIED", "message": f"Not with Bearer {SECRET}, nor {SECRET}."}
    with ScriptedService(lambda method, path: (403, {"x-echo": f"Bearer {SECRET}"}, refused)) as service:
        said = subprocess.run(
            [*told, "-p", "no:cacheprovider", "test_it.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "SERVICE": service.host},
        )
    assert "6 failed" in said.stdout
    for expected in ("ConfigError", "PermissionDenied", "ConnectionFailed", "DEBUG    httpcore.http11", "x-echo"):
        assert expected in said.stdout
    assert SECRET not in said.stdout + said.stderr


def test_a_token_that_a_service_says_back_in_a_header_is_not_logged(caplog):
    caplog.set_level(logging.DEBUG)
    with (
        ScriptedService(lambda method, path: (200, {"x-echo": f"Bearer {SECRET}"}, {"endpoints": []})) as service,
        sw.connect(host=service.host, token=SECRET) as ws,
    ):
        ws.endpoints.list()
    assert "x-echo" in caplog.text
    assert SECRET not in caplog.text + "".join(repr(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9, 64])
def test_a_token_that_comes_back_in_pieces_is_taken_out(size):
    scrub = Credential(SECRET).scrubber()
    said = f'{{"a": "Bearer {SECRET}", "b": "cana", "c": "{SECRET[:9]}"}} {SECRET[:5]}'.encode()
    pieces = [said[at : at + size] for at in range(0, len(said), size)]
    whole = b"".join(scrub(piece, False) for piece in pieces) + scrub(b"", True)
    assert whole == said.replace(SECRET.encode(), b"***")


def test_what_a_token_was_had_for_is_taken_out_of_answers_too():
    credential = Credential.from_provider(dict, known=lambda: (SECRET.encode(),))
    assert SECRET not in credential.redact(f"invalid_client: bad secret {SECRET}")


def test_an_error_has_neither_escape_sequences_nor_marks_of_direction():
    said = "no \x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link\x1b]8;;\x07 e\u202ee \x9b1mx\nnext\tcell"
    error = sw.ServingError(said, hint=said)
    assert error.message == "no red link ee x\nnext\tcell"
    assert "\x1b" not in str(error)
