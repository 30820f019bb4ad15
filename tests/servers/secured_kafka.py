"""An Apache Kafka as docs/kafka-security.md wants it: TLS, SCRAM users, nothing without a right."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.platform.transport.kafka_settings import KafkaSettings
from tests.servers.kafka import ApacheKafka

PASSWORD = "a password of the tests"
ADDRESS = "127.0.0.1"


class SecuredKafka(ApacheKafka):
    """`servers` is the operator's own listener; everybody else comes by `settings`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ca_file, keystore = write_certificates(folder, ADDRESS)
        with self._configuration.open("a") as file:
            file.write(secured(self._ports.direct, self._ports.proxied, self._ports.controller))
            file.write(f"listener.name.secured.ssl.keystore.location={keystore}\n")

    def settings(self, user: str, prefix: str = "", password: str = PASSWORD) -> KafkaSettings:
        servers = (f"{ADDRESS}:{self._ports.proxied}",)
        scram = ("SASL_SSL", "SCRAM-SHA-512", user, password)
        return KafkaSettings(servers, *scram, self.ca_file, prefix)  # type: ignore[arg-type]

    def operator(self, prefix: str = "") -> KafkaSettings:
        return KafkaSettings((self.servers,), prefix=prefix)


def secured(direct: int, port: int, controller: int) -> str:
    """What comes after the ordinary configuration, and wins."""
    login = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    return f"""
listeners=DIRECT://{ADDRESS}:{direct},SECURED://{ADDRESS}:{port},CONTROLLER://{ADDRESS}:{controller}
advertised.listeners=DIRECT://{ADDRESS}:{direct},SECURED://{ADDRESS}:{port}
listener.security.protocol.map=DIRECT:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.secured.scram-sha-512.sasl.jaas.config={login}
listener.name.secured.ssl.keystore.type=PEM
"""


def write_certificates(folder: Path, address: str) -> tuple[Path, Path]:
    """(authority, server's key and certificates), both PEM, good for a day."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    authority = _certificate(name, authority_key, name, authority_key, None)
    host = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    server = _certificate(host, server_key, name, authority_key, address)
    ca_file, keystore = folder / "ca.pem", folder / "keystore.pem"
    ca_file.write_bytes(authority.public_bytes(Encoding.PEM))
    key = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keystore.write_bytes(key + server.public_bytes(Encoding.PEM) + ca_file.read_bytes())
    return ca_file, keystore


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    address: str | None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1))
    builder = builder.not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(
        x509.BasicConstraints(ca=address is None, path_length=None), True
    )
    if address is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, False)
    return builder.sign(issuer_key, hashes.SHA256())
