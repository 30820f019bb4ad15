"""Reports sealed to the service's public key, so that a broker's disks hold no resident's words.

HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The private key
follows from the master key, so there is nothing more to keep.
"""

import base64
import binascii
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field

from services.platform.http.bodies import Body

INFO = b"yousu/intake-reports/1"
KEY_ID_DIGITS = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealRefused(ValueError):
    """This envelope cannot be opened. `field` and `code` as in a fault of a field."""

    def __init__(self, field: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.code = code


class PublicKeyInvalid(ValueError):
    """Not the PEM of an X25519 public key."""


class Envelope(Body):
    """A report sealed with HPKE. sealed: base64url of the encapsulated key and the ciphertext,
    padding optional. key: which public key it was sealed to."""

    sealed: str = Field(pattern=r"^[A-Za-z0-9_-]*={0,2}$")
    key: str = Field(pattern=r"^[0-9a-f]{16}$")


def intake_private_key(master_key: bytes) -> X25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"yousu/intake-seal")
    return X25519PrivateKey.from_private_bytes(derived.derive(master_key))


def key_id(key: X25519PublicKey) -> str:
    """The first 64 bits of the SHA-256 of its raw bytes, in hexadecimal digits."""
    return sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_DIGITS]


def public_pem(key: X25519PublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def load_public_key(pem: bytes) -> X25519PublicKey:
    """Raises PublicKeyInvalid."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError:
        raise PublicKeyInvalid("is not a public key in PEM") from None
    if not isinstance(key, X25519PublicKey):
        raise PublicKeyInvalid("is not an X25519 key")
    return key


def seal(value: bytes, key: X25519PublicKey) -> bytes:
    """The value of a message."""
    box = _SUITE.encrypt(value, key, INFO)
    sealed = base64.urlsafe_b64encode(box).decode().rstrip("=")
    return Envelope(sealed=sealed, key=key_id(key)).model_dump_json().encode()


def open_sealed(envelope: Envelope, key: X25519PrivateKey) -> bytes:
    """Raises SealRefused."""
    if envelope.key != key_id(key.public_key()):
        raise SealRefused("key", "key_unknown", "is not the key of this service")
    try:
        bare = envelope.sealed.rstrip("=")
        box = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
        return _SUITE.decrypt(box, key, INFO)
    except (InvalidTag, ValueError, binascii.Error):
        raise SealRefused("sealed", "seal_broken", "cannot be opened: cut or changed") from None
