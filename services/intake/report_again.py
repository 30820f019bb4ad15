"""A report that was joined, ready to open a ticket of its own."""

from services.domain.command_base import Report
from services.domain.events import ReportJoined, TicketOpened
from services.domain.personal import Personal
from services.platform.keys import Keyring
from services.platform.tail import Fact
from services.platform.words import open_words


def report_again(fact: Fact, keyring: Keyring) -> Report:
    """Sealed words belong to the place where they stand, so they are opened, to be sealed anew.

    Of an erased resident nothing is left to open: what was said stays a sealed field that nobody
    can read, and is shown as erased. Raises TypeError if the fact is no report, SealBroken.
    """
    event = fact.event
    if not isinstance(event, TicketOpened | ReportJoined):
        raise TypeError(f"{event.type} is no report")

    def again(field: str) -> Personal | None:
        if getattr(event, field) is None:
            return None
        words = open_words(keyring, event, fact.version, field)
        return Personal(event.resident, "" if words is None else words)

    return Report(
        report_id=event.report_id,
        channel=event.channel,
        reference=event.reference,
        resident=event.resident,
        text=again("text") or Personal(event.resident, ""),
        title=again("title"),
        address=again("address"),
        contact=again("contact"),
        name=again("name"),
        kind=event.kind,
        area=event.area,
        longitude=event.longitude,
        latitude=event.latitude,
        item=event.item,
        attachments=event.attachments,
        fingerprint=event.fingerprint,
        rule_version=event.rule_version,
    )
