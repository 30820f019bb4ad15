"""What a batch of notices is about, read together: tickets as they stand, facts, reports."""

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.domain.city_events import decode_city
from services.domain.codec import Undecodable
from services.domain.events import ReportJoined, TicketOpened
from services.domain.notice import Notice, fold_notice
from services.domain.notice_events import NOTICE_FACTS, AnyNoticeFact
from services.domain.notice_values import notice_stream
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.platform.event_log import EventLog, Recorded
from services.platform.processor import decode_all
from services.platform.tail import Fact

logger = logging.getLogger(__name__)


class Case(NamedTuple):
    """fact: that the notice is about. report: that names the resident's contact."""

    ticket: Ticket = Ticket()
    fact: Fact | None = None
    report: Fact | None = None


def read_notices(log: EventLog, notices: Sequence[str]) -> dict[str, Notice]:
    """As their facts tell them; unknown ones are absent, and those that nobody can read."""
    found = {}
    for stream_id, stream in log.read_streams([notice_stream(one) for one in notices]).items():
        try:
            notice = fold_notice(facts_of(stream))
        except Undecodable as error:  # it names no values
            logger.error("%s cannot be read: %s", stream_id, error)
        else:
            found[notice.notice_id] = notice
    return found


def facts_of(stream: Sequence[Recorded]) -> list[AnyNoticeFact]:
    """Raises Undecodable."""
    facts = [decode_city(one.type, one.data) for one in stream]
    return [fact for fact in facts if isinstance(fact, NOTICE_FACTS)]


def read_cases(log: EventLog, notices: Sequence[Notice]) -> dict[str, Case]:
    """Of each notice. What is missing in a foreign log stays empty."""
    ids = [one for notice in notices for one in (notice.ticket_id, notice.report_ticket) if one]
    streams = log.read_streams(ids) if ids else {}
    facts = {ticket_id: decode_all(stream)[0] for ticket_id, stream in streams.items()}
    tickets = {one: fold(fact.event for fact in some) for one, some in facts.items()}
    return {notice.notice_id: _case(notice, facts, tickets) for notice in notices}


def _case(
    notice: Notice, facts: Mapping[str, Sequence[Fact]], tickets: Mapping[str, Ticket]
) -> Case:
    history = facts.get(notice.ticket_id or "", ())
    about = [fact for fact in history if fact.version == notice.fact_version]
    reports = [
        fact
        for fact in facts.get(notice.report_ticket or "", ())
        if isinstance(fact.event, TicketOpened | ReportJoined)
        and fact.event.report_id == notice.report_id
    ]
    ticket = tickets.get(notice.ticket_id or "", Ticket())
    return Case(ticket, about[0] if about else None, reports[0] if reports else None)
