"""通知: which notices follow from what happens. It queues them; the postman delivers them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.domain.city_events import encode_city
from services.domain.events_clocks import DeadlineWarned
from services.domain.events_parts import PartDeadlineWarned
from services.domain.notice import Notice, fold_notice
from services.domain.notice_commands import QueueNotice
from services.domain.notice_decide import decide_notice
from services.domain.notice_policy import NOTED, Wanted, reporters_among, wanted_of
from services.domain.notice_values import notice_id
from services.domain.ticket import Ticket
from services.notices.policy import NoticePolicy
from services.notices.rows import TABLES, keep, known_notices
from services.platform.event_log import EventLog, NewEvent
from services.platform.processor import Reaction
from services.platform.tail import Fact

ACTOR = "processor:notices"
TicketsOf = Callable[[Sequence[str]], Mapping[str, Ticket]]
FollowersOf = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


class NoticesProcessor:
    """tickets: as they stand now. followers: those that were merged into each, straight or over
    others."""

    name = "notices"
    is_projection = True
    tables = TABLES

    def __init__(
        self, log: EventLog, policy: NoticePolicy, tickets: TicketsOf, followers: FollowersOf
    ) -> None:
        self._log = log
        self._policy = policy
        self._tickets = tickets
        self._followers = followers

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        """Again with the same facts it asks for nothing: what is queued is in its rows."""
        noted = [fact for fact in facts if isinstance(fact.event, NOTED)]
        if not noted:
            return Reaction()
        commands = self._commands(noted, now)
        known = known_notices(self._log, list(commands))
        queued = [_queued(command) for notice, command in commands.items() if notice not in known]
        changes = keep(one.notice for one in queued)
        return Reaction(changes=changes, others=[new for one in queued for new in one.events])

    def tick(self, now: datetime) -> Reaction:
        """Nothing follows from time alone but delivery, which is not done here."""
        return Reaction()

    def _commands(self, facts: Sequence[Fact], now: datetime) -> dict[str, QueueNotice]:
        """notice → what queues it."""
        ids = list(dict.fromkeys(fact.event.ticket_id for fact in facts))
        behind = self._followers(ids)
        followers = dict.fromkeys(one for some in behind.values() for one in some)
        tickets = self._tickets([*ids, *followers])
        found: dict[str, QueueNotice] = {}
        for fact in facts:
            ticket_id = fact.event.ticket_id
            together = [tickets[one] for one in (ticket_id, *behind[ticket_id])]
            for wanted in wanted_of(fact.event, together[0], reporters_among(together)):
                command = self._command(fact, wanted, now)
                if command is not None:
                    found.setdefault(command.notice_id, command)
        return found

    def _command(self, fact: Fact, wanted: Wanted, now: datetime) -> QueueNotice | None:
        """None if nobody wants to know, or if it was old when it was written down."""
        values, event = self._policy.kinds[wanted.kind], fact.event
        if not values.on or event.recorded_at - event.occurred_at > values.fresh_for:
            return None
        until = stale_at(fact, values.fresh_for)
        return QueueNotice(
            notice_id=notice_id(wanted.kind, wanted.recipient, event.ticket_id, fact.version),
            actor=ACTOR,
            cause=f"event:{event.ticket_id}/{fact.version}",
            now=now,
            kind=wanted.kind,
            audience=wanted.audience,
            recipient=wanted.recipient,
            ticket_id=event.ticket_id,
            fact_version=fact.version,
            report_ticket=wanted.report_ticket,
            report_id=wanted.report_id,
            stale_at=until,
            suppression=wanted.suppression or ("stale" if now >= until else None),
        )


def stale_at(fact: Fact, fresh_for: timedelta) -> datetime:
    """A warning is of no use once what it warns of is there."""
    event = fact.event
    if isinstance(event, DeadlineWarned | PartDeadlineWarned):
        return event.due_at
    return event.occurred_at + fresh_for


class _Queued(NamedTuple):
    notice: Notice
    events: Sequence[NewEvent]


def _queued(command: QueueNotice) -> _Queued:
    facts = decide_notice(command, Notice())
    events = [
        NewEvent(fact.stream_id, version, fact.type, encode_city(fact))
        for version, fact in enumerate(facts, start=1)
    ]
    return _Queued(fold_notice(facts), events)
