"""What other processes run, and small processors with one plain habit each."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.platform.key_store import KeyStore
from services.platform.keys import Keyring
from tests.domain.facts import MONDAY

MASTER_KEY = bytes(range(32))


def name_contacts(keys_file: str, contacts: Sequence[str], now: datetime = MONDAY) -> list[str]:
    """One process that names residents, a few at a time."""
    keyring = Keyring(KeyStore(Path(keys_file)), MASTER_KEY)
    subjects: list[str] = []
    for start in range(0, len(contacts), 5):
        subjects += keyring.residents(contacts[start : start + 5], now)
    keyring.close()
    return subjects
