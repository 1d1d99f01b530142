"""What HTTP libraries log of answers, without a token that a service has said back."""

from __future__ import annotations

import logging
import weakref

from .credential import Credential

#: The loggers that write down answers: headers, those of httpcore's connections; bodies, that of the official SDK.
LOGGERS = (
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "databricks.sdk",
)


def keep_out_of_logs(credential: Credential) -> None:
    """Have nothing of a credential in what is logged while there is one; a level that is off costs nothing."""
    _credentials.add(credential)
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_without_secrets)  # once, however often it is asked for


def _without_secrets(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    for credential in list(_credentials):
        said = credential.redact(said)
    record.msg, record.args = said, ()
    return True


_credentials: weakref.WeakSet[Credential] = weakref.WeakSet()
