"""What residents told in some days, out of the log: opened for a look at all of it together."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.console.message_reading import TITLE_LETTERS
from services.domain.events import ReportJoined, TicketOpened
from services.domain.working_time import ZONE_NAME
from services.findings.meaning.hot import Message
from services.platform.event_log import EventLog
from services.platform.keys import Keyring, SealBroken
from services.platform.processor import decode_all
from services.platform.tail import Fact
from services.platform.words import open_words

TYPES = ("ticket.opened.v1", "ticket.report_joined.v1")
READ_MAX = 5_000
MESSAGES_MAX = 50_000
ZONE = ZoneInfo(ZONE_NAME)
Report = TicketOpened | ReportJoined


class TooManyMessages(ValueError):
    """More than can be compared with each other: ask for fewer days."""


class Told(NamedTuple):
    """tickets: message → the ticket that it belongs to now. unreadable: erased, or not ours."""

    messages: Sequence[Message]
    tickets: dict[str, str]
    unreadable: int


def told_in(log: EventLog, keyring: Keyring, first: date, last: date, position: int) -> Told:
    """Reports that came on these local days, known at a position. Tip-offs (举报) are left out:
    they are confidential. Raises TooManyMessages, Outage."""
    reports: dict[str, Fact] = {}  # a report that was split off stands where it went
    for fact in _facts(log, position):
        event = fact.event
        if not isinstance(event, Report) or event.kind == "tipoff":
            continue
        if first <= event.occurred_at.astimezone(ZONE).date() <= last:
            reports[event.report_id] = fact
    if len(reports) > MESSAGES_MAX:
        many = f"{len(reports)} reports from {first} to {last}"
        raise TooManyMessages(f"{many}, more than {MESSAGES_MAX}: ask for fewer days")
    keyring.expect([_report(fact).resident for fact in reports.values()])
    opened = [_message(keyring, fact) for fact in reports.values()]
    messages = [message for message in opened if message is not None]
    tickets = {report_id: fact.event.ticket_id for report_id, fact in reports.items()}
    return Told(messages, tickets, len(opened) - len(messages))


def _facts(log: EventLog, position: int) -> Iterator[Fact]:
    after = 0
    while recorded := log.read_types(TYPES, after, READ_MAX, position):
        after = recorded[-1].position
        yield from decode_all(recorded)[0]


def _message(keyring: Keyring, fact: Fact) -> Message | None:
    report = _report(fact)
    try:
        title, text, address = (
            open_words(keyring, report, fact.version, name) for name in ("title", "text", "address")
        )
    except SealBroken:
        return None
    if text is None:
        return None
    day = report.occurred_at.astimezone(ZONE).date()
    # An address says where, in the text; a label is made from titles, and says what.
    told = f"{address}，{text}" if address else text
    return Message(report.report_id, title or text[:TITLE_LETTERS], told, report.resident, day, "")


def _report(fact: Fact) -> Report:
    assert isinstance(fact.event, Report)
    return fact.event
