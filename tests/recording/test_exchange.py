"""The file of a recording: what is written is read, and a file cut anywhere loses its last exchange at most."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.errors import ConfigError
from serving_widgets.recording import RecordedExchange, RecordingHeader, read_recording

HEADER = RecordingHeader("workspace-1.example.com", 1.5)
BODIES = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), st.lists, max_leaves=5
    ).map(lambda value: json.dumps(value).encode()),
)


def exchange(answer: bytes = b'{"endpoints":[]}', **members: object) -> RecordedExchange:
    return RecordedExchange(
        **{"at": 2.0, "method": "GET", "path": "/api", "status": 200, "seconds": 0.1, "answer": answer, **members}
    )


@given(answer=BODIES, sent=st.none() | BODIES)
def test_bodies_of_any_kind_are_read_as_they_were_written(tmp_path_factory, answer, sent):
    file = tmp_path_factory.mktemp("recording") / "a"
    written = exchange(answer, sent=sent)
    file.write_bytes(f"{HEADER.line()}\n{written.line()}\n".encode("utf-8", "surrogatepass"))
    assert read_recording(file) == (HEADER, [written])


def test_a_file_that_is_cut_at_any_byte_loses_at_most_the_last_exchange(tmp_path):
    lines = [HEADER.line(), *(exchange(f'{{"n":{n}}}'.encode()).line() for n in range(3))]
    data = "".join(f"{line}\n" for line in lines).encode()
    file = tmp_path / "a"
    for cut in range(len(lines[0]) + 1, len(data) + 1):
        file.write_bytes(data[:cut])
        assert len(read_recording(file)[1]) == data[:cut].count(b"\n") - 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("{}\n", "its first line is not the one"),
        ("# a log\nof something\n", "its first line is not the one"),
        ('{"serving_widgets_recording": 99}\n', "newer version"),
        (f"{HEADER.line()}\n{{}}\n", "Line 2 of the recording"),
        (f"{HEADER.line()}\n{exchange().line()}\nnonsense\n", "Line 3 of the recording"),
    ],
)
def test_what_is_no_recording_is_refused_with_the_reason(tmp_path, text, said):
    (tmp_path / "a").write_text(text)
    with pytest.raises(ConfigError, match=said):
        read_recording(tmp_path / "a")


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere can't be read"):
        read_recording(tmp_path / "nowhere")
