"""Recordings: what a workspace said, written to a file without secrets, and answered from it offline."""

from .conformance import Unfamiliar, unfamiliar
from .exchange import FORMAT, RecordedExchange, RecordingHeader, read_recording
from .recorder import Recorder, check_new
from .replay import Replay, ReplayTransport
from .suspects import SuspectedSecret, secrets_in_recording

__all__ = [
    "FORMAT",
    "RecordedExchange",
    "Recorder",
    "RecordingHeader",
    "Replay",
    "ReplayTransport",
    "SuspectedSecret",
    "Unfamiliar",
    "check_new",
    "read_recording",
    "secrets_in_recording",
    "unfamiliar",
]
