"""Secrets where they are quoted back, cut in pieces, or wrong from the beginning."""

import subprocess
import sys

import pytest

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


def test_pytest_shows_no_token_among_the_local_variables_either(tmp_path):
    (tmp_path / "tok").write_text(f"{SECRET}\n")
    (tmp_path / "test_it.py").write_text(
        "import pathlib\nimport serving_widgets as sw\n\ndef test_it():\n"
        "    sw.connect(host='https://x.example', token=pathlib.Path('tok').read_text())\n"
    )
    told = [sys.executable, "-m", "pytest", "-q", "--showlocals", "-p", "no:cacheprovider", "test_it.py"]
    said = subprocess.run(told, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "ConfigError" in said
    assert SECRET not in said


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
