"""How grave a line is, in the words of many loggers."""

import pytest

from serving_widgets.api.logs.log_levels import LOGGERS
from serving_widgets.api.logs.log_lines import read_lines


@pytest.mark.parametrize("logger", LOGGERS, ids=lambda logger: logger.name)
def test_each_logger_is_known_by_its_example(logger):
    assert logger.example[0] in logger.begins
    (line,) = read_lines([logger.example])
    assert line.level == "error"
    assert line.time is not None or "stamp" not in logger.pattern.groupindex


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("E1115 09:07:01.123456 12345 model.cc:123] failed to load", "error"),
        ("W tensorflow/core/op.cc:64] slow", "warning"),
        ("2024-11-12 13:56:46,923 I [10] azmlinfsrv - up", "info"),
        ("2022-08-29 08:46:21,338 | root | ERROR | the script failed", "error"),
        ('{"level": "warning", "event": "slow", "timestamp": "2026-03-02T08:15:03Z"}', "warning"),
        ('{"levelname": "ERROR", "message": "no", "asctime": "2026-03-02 08:15:03,123"}', "error"),
        ("2024-07-24T08:07:03.934829Z  INFO text_generation_launcher: up", "info"),
        ("2024-07-24T08:07:03.934829Z ERROR shard-manager: text_generation_launcher: down", "error"),
        ("26/03/02 08:15:03 WARN NativeCodeLoader: no native library", "warning"),
        ("2026-03-02 08:15:03.123  WARN 1 --- [main] c.e.App : slow", "warning"),
        ("2024-06-11 14:31:10,008 [mlserver.parallel] ERROR - no", "error"),
        ("ERROR:    Exception in ASGI application", "error"),
        ("ERROR:root:no", "error"),
        ("thread 'main' panicked at src/main.rs:3", "error"),
        ('Exception in thread "main" java.lang.IllegalStateException: no', "error"),
        ("ERROR 04-09 05:39:54 [core.py:390] engine died", "error"),
        ("2026-03-02 08:15:01 [error    ] it failed", "error"),
        ("{not json}", ""),
        ("Everything is fine", ""),
        ("I think so", ""),
    ],
)
def test_the_level_is_read(text, level):
    (line,) = read_lines([text])
    assert line.level == level
