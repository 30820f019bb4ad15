"""Opening residents' words: the one door from a sealed fact to what it says."""

from services.domain.events import TicketEvent
from services.domain.personal import Personal, associated_data
from services.platform.keys import Keyring


def open_words(keyring: Keyring, event: TicketEvent, version: int, field: str) -> str | None:
    """What a personal field of an event says; None if it is empty or its resident was erased.

    Raises SealBroken if the value does not belong to this event at this version.
    """
    words: Personal | None = getattr(event, field, None)
    place = associated_data(event.ticket_id, version, event.type, field)
    return keyring.open(words, place)
