"""Messages that could not be understood, with their bytes: sealed, for they hold residents' words.

Each has a key of its own in the keyring. Erasing it makes noise of the bytes.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain.personal import SEALED_PREFIX, Personal
from services.platform.event_log import Change
from services.platform.keys import Keyring
from services.platform.quarantine import DeadLetter, Quarantined, insert_dead_letters, set_status

PROCESSOR = "intake-reports"


class Refused(NamedTuple):
    """place: `<partition name>@<offset>`. why: fields and reasons, no values."""

    place: str
    value: bytes | None
    why: str


def changes(keyring: Keyring, refused: Sequence[Refused], at: datetime) -> list[Change]:
    """Rows for the quarantine. Makes a key for each message."""
    subjects = keyring.residents([None] * len(refused), at)
    letters = [
        DeadLetter(PROCESSOR, None, one.place, _sealed(keyring, one, subject), one.why, at)
        for one, subject in zip(refused, subjects, strict=True)
    ]
    return insert_dead_letters(letters)


def opened(keyring: Keyring, letter: Quarantined) -> bytes | None:
    """The message's value; None if it had none or its key was erased. Raises SealBroken."""
    words = _words(letter)
    plain = None if words is None else keyring.open(words, _place_data(letter.stream_id or ""))
    return None if plain is None else base64.b64decode(plain)


def taken_in(letter: Quarantined) -> list[Change]:
    """Out of quarantine, without its bytes: a second copy of a resident's words would survive
    the resident's erasure."""
    emptied = Change("UPDATE quarantine SET payload = NULL WHERE id = ?", [(letter.id,)])
    return [set_status(letter.id, "retried"), emptied]


def forget(keyring: Keyring, letter: Quarantined) -> None:
    """Its bytes stay where they are and can never be opened again."""
    words = _words(letter)
    if words is not None:
        keyring.erase(words.subject)


def _sealed(keyring: Keyring, refused: Refused, subject: str) -> bytes | None:
    if refused.value is None:
        return None
    words = Personal(subject, base64.b64encode(refused.value).decode())
    return keyring.seal(words, _place_data(refused.place)).encode()


def _words(letter: Quarantined) -> Personal | None:
    if letter.processor != PROCESSOR or letter.payload is None:
        return None
    sealed = bytes(letter.payload).decode()
    return Personal(sealed.removeprefix(SEALED_PREFIX).split(".")[0], sealed=sealed)


def _place_data(place: str) -> bytes:
    return f"quarantine|{place}".encode()
