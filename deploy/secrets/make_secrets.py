"""Passwords and certificates of a cluster on one machine, made at random, once, into volumes.

Runs as root in a container without a network, before everything else, because each file belongs
to the user that reads it. What is there stays; `--renew` makes new certificates. The authority's
key is never written down: nobody can issue a further certificate with it.
"""

import argparse
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIVES = timedelta(days=730)
# Who reads the files of each folder: the user of its image.
OWNERS = {"kafka": 1000, "postgres": 999, "yousu": 10001, "prometheus": 65534, "grafana": 472}
USERS = ("admin", "relay", "worker", "worker-intake")  # on the brokers; docs/kafka-security.md
LAST = "yousu/pgpass"  # written when everything else is there
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required"


class Issued(NamedTuple):
    """PEM."""

    certificate: bytes
    key: bytes


class Authority:
    def __init__(self, now: datetime) -> None:
        self._now = now
        self._key = generate(SECP256R1())
        self._name = _name("yousu, this cluster's authority")
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self._builder(self._name, self._key)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        certificate = builder.add_extension(usage, True).sign(self._key, hashes.SHA256())
        self.certificate = certificate.public_bytes(Encoding.PEM)

    def issue(self, host: str) -> Issued:
        """For a server that is called by this name, and from its own container as localhost."""
        key = generate(SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host), x509.DNSName("localhost")])
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            self._builder(_name(host), key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(names, False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(authority_id, False)
            .sign(self._key, hashes.SHA256())
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Issued(certificate.public_bytes(Encoding.PEM), private)

    def _builder(self, subject: x509.Name, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(hours=1))
            .not_valid_after(self._now + LIVES)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificates(now: datetime) -> Mapping[str, bytes]:
    """Path under the folder of secrets → content."""
    authority = Authority(now)
    kafka, postgres = authority.issue("kafka"), authority.issue("postgres")
    return {
        "authority/ca.pem": authority.certificate,
        "kafka/server.pem": kafka.key + kafka.certificate,
        "kafka/ca.pem": authority.certificate,
        "postgres/server.crt": postgres.certificate,
        "postgres/server.key": postgres.key,
    }


def passwords() -> Mapping[str, bytes]:
    """32 random bytes each; in the form in which each reader wants them."""
    database, scraper, grafana = (secrets.token_urlsafe(32) for _ in range(3))
    brokers = {name: secrets.token_urlsafe(32) for name in USERS}
    admin = brokers["admin"]
    login = f'{SCRAM} username="admin" password="{admin}";'
    users = "".join(
        f"SCRAM-SHA-512=[name={name},password={password}]\n" for name, password in brokers.items()
    )
    texts = {
        "kafka/users": users,
        "kafka/login.properties": f"listener.name.clients.scram-sha-512.sasl.jaas.config={login}\n",
        "kafka/admin.properties": (
            "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n"
            f"sasl.jaas.config={login}\n"
            "ssl.truststore.type=PEM\nssl.truststore.location=/run/secrets/kafka/ca.pem\n"
        ),
        "postgres/password": database,
        "yousu/pgpass": f"postgres:5432:*:yousu:{database}\n",
        "yousu/api-keys": f"prometheus:{scraper}",
        "prometheus/api-key": scraper,
        "grafana/admin-password": grafana,
    }
    texts |= {f"yousu/kafka-{name}": password for name, password in brokers.items()}
    return {path: text.encode() for path, text in texts.items()}


def write(folder: Path, files: Mapping[str, bytes], owned: bool) -> None:
    """Whole or not at all, readable by their owner only; certificates are for everybody."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        public = target.name == "ca.pem"
        new = target.with_name(f".{target.name}.new")
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        new.chmod(0o444 if public else 0o400)
        owner = OWNERS.get(target.parent.name)
        if owned and owner is not None:
            os.chown(new, owner, owner)
        new.replace(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--renew", action="store_true", help="new certificates, same passwords")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    owned = os.geteuid() == 0
    made = (folder / LAST).exists()
    if arguments.renew or not made:
        write(folder, certificates(datetime.now(UTC)), owned)
    if not made:
        write(
            folder, dict(sorted(passwords().items(), key=lambda p: p[0] == "yousu/pgpass")), owned
        )
    print("secrets:", "were there" if made and not arguments.renew else "made")


if __name__ == "__main__":
    main()
