"""Sealing to the service's key: nobody else opens it, and nothing can be changed on the way."""

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.intake.bus.sealing import (
    Envelope,
    PublicKeyInvalid,
    SealRefused,
    intake_private_key,
    key_id,
    load_public_key,
    open_sealed,
    public_pem,
    seal,
)

MINE = intake_private_key(bytes(32))
OTHER = intake_private_key(bytes(31) + b"\x01")
WORDS = "家里只有十二度".encode()


def envelope(value: bytes = WORDS) -> Envelope:
    return Envelope.model_validate_json(seal(value, MINE.public_key()))


def changed(box: str, index: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(box + "=" * (-len(box) % 4)))
    raw[index] ^= 1
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(st.binary(max_size=2_000))
def test_what_was_sealed_is_opened(value: bytes) -> None:
    assert open_sealed(envelope(value), MINE) == value


def test_nothing_can_be_read_on_the_way_and_no_two_are_alike() -> None:
    first, second = seal(WORDS, MINE.public_key()), seal(WORDS, MINE.public_key())
    assert first != second
    assert WORDS not in first


def test_padding_is_taken_and_not_needed() -> None:
    sealed = envelope().sealed
    padded = sealed + "=" * (-len(sealed) % 4)
    assert open_sealed(Envelope(sealed=padded, key=envelope().key), MINE) == WORDS


def test_another_services_key_is_told_by_its_id() -> None:
    with pytest.raises(SealRefused) as refused:
        open_sealed(envelope(), OTHER)
    assert (refused.value.field, refused.value.code) == ("key", "key_unknown")


def test_a_false_key_id_opens_nothing() -> None:
    theirs = Envelope(sealed=envelope().sealed, key=key_id(OTHER.public_key()))
    with pytest.raises(SealRefused) as refused:
        open_sealed(theirs, OTHER)
    assert refused.value.code == "seal_broken"


@pytest.mark.parametrize("index", [0, 31, 32, 40, -1])
def test_a_changed_byte_is_seen(index: int) -> None:
    sealed = envelope()
    with pytest.raises(SealRefused) as refused:
        open_sealed(Envelope(sealed=changed(sealed.sealed, index), key=sealed.key), MINE)
    assert refused.value.code == "seal_broken"


@pytest.mark.parametrize("length", [0, 1, 10, 43, 60])
def test_what_was_cut_is_seen(length: int) -> None:
    sealed = envelope()
    with pytest.raises(SealRefused):
        open_sealed(Envelope(sealed=sealed.sealed[:length], key=sealed.key), MINE)


def test_the_key_follows_from_the_master_key() -> None:
    assert key_id(intake_private_key(bytes(32)).public_key()) == key_id(MINE.public_key())
    assert key_id(OTHER.public_key()) != key_id(MINE.public_key())


def test_the_public_key_is_exchanged_as_pem() -> None:
    pem = public_pem(MINE.public_key())
    assert load_public_key(pem.encode()).public_bytes_raw() == MINE.public_key().public_bytes_raw()


def test_other_keys_are_refused() -> None:
    ed25519 = Ed25519PrivateKey.generate().public_key()
    pem = ed25519.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for bad in (b"", b"not a key", pem):
        with pytest.raises(PublicKeyInvalid):
            load_public_key(bad)


def test_a_channel_seals_with_the_ten_lines_of_the_page() -> None:
    page = (Path(__file__).parents[4] / "docs/channels.md").read_text()
    (code,) = [one for one in page.split("```") if one.startswith("python") and "sealed(" in one]
    names: dict[str, Any] = {}
    exec(code.removeprefix("python"), names)
    value = names["sealed"](WORDS, public_pem(MINE.public_key()).encode())
    assert open_sealed(Envelope.model_validate_json(value), MINE) == WORDS
