"""From a report in the log to what it is compared by: opened in memory, and kept nowhere else."""

from collections.abc import Callable

from services.domain.events import ReportJoined, TicketOpened
from services.intake.similarity.matter import Matter
from services.platform.keys import Keyring, SealBroken
from services.platform.tail import Fact
from services.platform.words import open_words

# area code given, address, title, text -> area code, if it is known well enough to tell two apart
Where = Callable[[str | None, str | None, str, str], str | None]


def matter_of(keyring: Keyring, fact: Fact, where: Where) -> Matter | None:
    """None if nothing can be compared: the resident was erased, or a seal is broken (which the
    door that shows the ticket tells). Raises Outage."""
    event = fact.event
    assert isinstance(event, TicketOpened | ReportJoined)
    try:
        title, text, address = (
            open_words(keyring, event, fact.version, field)
            for field in ("title", "text", "address")
        )
    except SealBroken:
        return None
    if text is None:
        return None
    return Matter(
        title=title or "",
        text=text,
        address=address or "",
        area=where(event.area, address, title or "", text),
        longitude=event.longitude,
        latitude=event.latitude,
        item=event.item,
        at=event.occurred_at,
        resident=event.resident,
    )


def given_area(area: str | None, address: str | None, title: str, text: str) -> str | None:
    """Where nobody can read places: the code that came with the report."""
    return area
