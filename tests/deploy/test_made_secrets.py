"""Passwords and certificates of a cluster: made once, whole, strict enough for strict clients."""

import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

MAKE = Path(__file__).parent.parent.parent / "deploy/secrets/make_secrets.py"


def made(folder: Path, *options: str) -> dict[str, bytes]:
    subprocess.run([sys.executable, MAKE, folder, *options], check=True, capture_output=True)
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_what_is_there_stays(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert first == made(tmp_path)
    assert len(first) == 17


def test_two_clusters_share_nothing(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    assert one.keys() == other.keys()
    assert all(one[name] != other[name] for name in one)


def test_renewing_keeps_passwords(tmp_path: Path) -> None:
    before, after = made(tmp_path), made(tmp_path, "--renew")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "authority/ca.pem", "kafka/ca.pem", "kafka/server.pem",
        "postgres/server.crt", "postgres/server.key",
    }  # fmt: skip


def test_only_authorities_may_be_read_by_everybody(tmp_path: Path) -> None:
    made(tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == (0o044 if path.name == "ca.pem" else 0)


@pytest.mark.parametrize("host", ["postgres", "localhost"])
def test_a_strict_client_trusts_a_server_by_its_name(tmp_path: Path, host: str) -> None:
    assert _shakes_hands(tmp_path, host)


def test_a_server_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        _shakes_hands(tmp_path, "kafka")


def _shakes_hands(folder: Path, host: str) -> bool:
    """With the database's certificate, over a real connection."""
    made(folder)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "postgres/server.crt", folder / "postgres/server.key")
    client = ssl.create_default_context(cafile=folder / "authority/ca.pem")
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except ssl.SSLError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname=host) as connection:
            return connection.version() == "TLSv1.3"
    finally:
        ours.close()
        thread.join()
