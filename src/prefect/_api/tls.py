"""Serving over TLS: where the certificate of the server is, by the environment.

``PREFECT_SERVER_API_SSL_CERT_FILE`` names a file with the certificate and those above it, in PEM form, and
``PREFECT_SERVER_API_SSL_KEY_FILE`` one with its key (left out, the key is in the first file, too). Of a key
that is protected ``PREFECT_SERVER_API_SSL_KEY_PASSWORD`` is the password.
"""

from __future__ import annotations

import os
from typing import Any

CERT_FILE = "PREFECT_SERVER_API_SSL_CERT_FILE"
KEY_FILE = "PREFECT_SERVER_API_SSL_KEY_FILE"
KEY_PASSWORD = "PREFECT_SERVER_API_SSL_KEY_PASSWORD"


class CertificateUnusable(Exception):
    """The certificate or its key cannot be read; the message says which and why."""


def is_on() -> bool:
    return bool(os.environ.get(CERT_FILE))


def options() -> dict[str, Any]:
    """What uvicorn is told."""
    if not is_on():
        return {}
    return {
        "ssl_certfile": os.environ[CERT_FILE],
        "ssl_keyfile": os.environ.get(KEY_FILE) or None,
        "ssl_keyfile_password": os.environ.get(KEY_PASSWORD) or None,
    }


def check() -> None:
    """Raise `CertificateUnusable` unless the server could begin to serve with what the environment names."""
    if not is_on():
        if os.environ.get(KEY_FILE):
            raise CertificateUnusable(f"{KEY_FILE} is set, but {CERT_FILE} is not: set both.")
        return
    import ssl

    named = options()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(
            named["ssl_certfile"],
            named["ssl_keyfile"],
            # without a password OpenSSL would ask at the terminal
            lambda: named["ssl_keyfile_password"] or "",
        )
    except (OSError, ValueError) as error:
        raise CertificateUnusable(
            f"The certificate in {CERT_FILE} ({named['ssl_certfile']}) cannot be used: {error}."
        ) from error
