"""Whom to trust: the certificates that the environment names, whichever HTTP client people named them for."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from serving_widgets.api.errors import ConfigError

#: Variables that name a file or a folder of certificates. The first two are OpenSSL's, which httpx honours, the others
#: those of requests, on which the official SDK is built: companies that look into connections set either.
VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def verification(address: str, environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """Return how to verify who answers at an address; reads files, so not for the thread that serves all.

    Trusted are the authorities in all that :data:`VARIABLES` name, and those alone; where none is set, the public ones
    that come with httpx.

    Raises
    ------
    ConfigError
        When a variable names what can't be read.
    """
    if not address.startswith("https://"):
        # Never used, and one without trusted roots costs nothing.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    named = [(variable, environ[variable]) for variable in VARIABLES if environ.get(variable)]
    if not named:
        return httpx.create_ssl_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for variable, place in named:
        folder = Path(place).is_dir()
        try:
            context.load_verify_locations(cafile=None if folder else place, capath=place if folder else None)
        except OSError as error:
            raise ConfigError(
                f"The certificates that tell whom to trust can't be read: {variable} names {place}: "
                f"{error.strerror or error}.",
                hint=f"Check the file that {variable} names.",
            ) from None
    return context
