"""A server with a certificate."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.api.conftest import running

from prefect._api import tls
from prefect._link.transport import Transport


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    return files


def test_clients_that_know_the_certificate_reach_the_server(
    certificate: tuple[Path, Path], home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(tls.CERT_FILE, str(certificate[0]))
    monkeypatch.setenv(tls.KEY_FILE, str(certificate[1]))
    with pytest.raises(tls.CertificateUnusable, match="cannot be used"):
        tls.check()
    monkeypatch.setenv(tls.KEY_PASSWORD, "secret")
    tls.check()
    home(PREFECT_API_SSL_CERT_FILE=str(certificate[0]))
    with running() as server:
        url = server.url.replace("http://", "https://")
        transport = Transport(url)
        assert transport.send("GET", "/health", None, None).body == b"true"
        transport.close()
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"{url}/health", trust_env=False)


def test_a_key_without_a_certificate_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    tls.check()
    monkeypatch.setenv(tls.KEY_FILE, "/key.pem")
    with pytest.raises(tls.CertificateUnusable, match="set both"):
        tls.check()
