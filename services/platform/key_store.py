"""Where residents' wrapped data keys are kept, apart from the log and its backups."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class KeyStore(Protocol):
    """Durable when a call returns. Raises Outage."""

    def subjects(self, blinds: Sequence[str]) -> dict[str, str]:
        """blind index → subject; unknown ones are absent."""

    def add(self, keys: Sequence[tuple[str, bytes]], named: Mapping[str, str]) -> Mapping[str, str]:
        """Store new keys. Returns for each blind index whose subject it is now: another
        process may have named the same resident first."""

    def wrapped_key(self, subject: str) -> bytes | None:
        """None if there is none: erased, or never there."""

    def wrapped_keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Of many at once; those without a key are absent."""

    def any_key(self) -> tuple[str, bytes] | None:
        """One (subject, wrapped key), to try a master key on; None if there is none."""

    def erasures(self) -> int:
        """How many residents were erased so far, by any process: cheap enough to ask often."""

    def erase(self, subject: str) -> bool:
        """False if there was no key."""

    def close(self) -> None:
        """No file and no connection is held any longer."""
