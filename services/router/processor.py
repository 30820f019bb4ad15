"""派: every opened ticket is routed at once, or put before a person with what is known. What is
said of it later may make it more urgent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from services.domain import events as e
from services.domain import events_merging as m
from services.domain.commands import RaiseUrgency, RouteTicket, SendToTriage, TicketCommand
from services.domain.event_base import UrgencyDays
from services.domain.working_time import WorkingCalendar
from services.platform.keys import Keyring
from services.platform.processor import Reaction
from services.platform.tail import Fact
from services.platform.words import open_words
from services.router.classifier.guess import Classifier, Guess
from services.router.directory import (
    Directory,
    Route,
    RouteQuery,
    Triage,
    find_route,
    guess_where_needed,
    with_urgency,
)
from services.router.returns.case import Past
from services.router.returns.policy import answer_return, words_of
from services.router.urgency import find_claims

ACTOR = "processor:router"
# What `_policy` has an answer for; most facts are none of these.
ANSWERED = frozenset(
    {
        e.TicketOpened,
        e.ReportJoined,
        e.TicketSupplemented,
        e.TicketReturned,
        m.TicketUnmerged,
    }
)


def no_classifier() -> Classifier | None:
    """Dispatch by aliases alone."""
    return None


class RouterProcessor:
    name = "router"
    is_projection = False
    tables: tuple[str, ...] = ()

    def __init__(
        self,
        directory: Callable[[], Directory],
        keyring: Keyring,
        calendar: Callable[[], WorkingCalendar],
        past: Past,
        classifier: Callable[[], Classifier | None] = no_classifier,
    ) -> None:
        """past: a ticket's facts up to a version."""
        self._directory = directory
        self._keyring = keyring
        self._calendar = calendar
        self._past = past
        self._classifier = classifier

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        calendar, directory = self._calendar(), self._directory()
        classifier = self._classifier()
        guesses = self._guesses(facts, calendar, directory, classifier)
        asked = (classifier, guesses)
        return Reaction(
            [
                command
                for fact in facts
                if type(fact.event) in ANSWERED
                for command in self._policy(fact, now, calendar, directory, asked)
            ]
        )

    def tick(self, now: datetime) -> Reaction:
        return Reaction()

    def _policy(
        self,
        fact: Fact,
        now: datetime,
        calendar: WorkingCalendar,
        directory: Directory,
        asked: tuple[Classifier | None, Mapping[int, Guess | None]],
    ) -> Iterable[TicketCommand]:
        match fact.event:
            case e.TicketOpened():
                on = calendar.local_date(fact.event.occurred_at)
                query = self._query(fact.event, fact.version, on)
                classifier, guesses = asked
                found = find_route(directory, query, classifier, guesses.get(fact.position))
                if isinstance(found, Route):
                    found = with_urgency(directory, query, found)
                yield dispatch(fact, found, directory.version, now)
                if isinstance(found, Triage):
                    yield from self._raise_urgency(fact, calendar, directory, now)
            case e.ReportJoined() | e.TicketSupplemented():
                yield from self._raise_urgency(fact, calendar, directory, now)
            case e.TicketReturned():
                past = self._past(fact.event.ticket_id, fact.version)
                on = calendar.local_date(fact.event.occurred_at)
                yield answer_return(fact, past, directory, words_of(self._keyring), on, now)
            case m.TicketUnmerged(stage="received" | "returned"):
                yield decide_unmerged(fact, fact.event, directory.version, now)
            case _:
                return

    def _guesses(
        self,
        facts: Sequence[Fact],
        calendar: WorkingCalendar,
        directory: Directory,
        classifier: Classifier | None,
    ) -> Mapping[int, Guess | None]:
        """Position -> what the model says, asked once for all of the batch: it takes its time."""
        if classifier is None:
            return {}
        queries = {
            fact.position: self._query(
                fact.event, fact.version, calendar.local_date(fact.event.occurred_at)
            )
            for fact in facts
            if isinstance(fact.event, e.TicketOpened)
        }
        found = guess_where_needed(directory, classifier, list(queries.values()))
        return dict(zip(queries, found, strict=True))

    def _query(self, event: e.TicketOpened, version: int, on: date) -> RouteQuery:
        def words(field: str) -> str | None:
            return open_words(self._keyring, event, version, field)

        return RouteQuery(
            item=event.item,
            title=words("title") or "",
            text=words("text") or "",
            area=event.area,
            address=words("address"),
            on=on,
        )

    def _raise_urgency(
        self, fact: Fact, calendar: WorkingCalendar, directory: Directory, now: datetime
    ) -> Iterable[RaiseUrgency]:
        """What is said here is put to the ticket, which knows its item and how many have told it.
        A note (补充) is no further reporter, so rules without words have nothing to do with it."""
        event = fact.event
        title, text, note = (
            open_words(self._keyring, event, fact.version, field) or ""
            for field in ("title", "text", "note")
        )
        is_report = not isinstance(event, e.TicketSupplemented)
        on = calendar.local_date(event.occurred_at)
        claims = find_claims(directory.urgency, title, text or note, on, with_wordless=is_report)
        if claims:
            yield RaiseUrgency(
                ticket_id=event.ticket_id,
                actor=ACTOR,
                cause=f"event:{event.ticket_id}/{fact.version}",
                now=now,
                claims=tuple(claims),
                directory_version=directory.version,
            )


def dispatch(
    fact: Fact, found: Route | Triage, directory_version: str, now: datetime
) -> TicketCommand:
    event = fact.event
    cause = f"event:{event.ticket_id}/{fact.version}"
    if isinstance(found, Route):
        return RouteTicket(
            ticket_id=event.ticket_id,
            actor=ACTOR,
            cause=cause,
            now=now,
            lead=found.lead,
            assisting=found.assisting,
            item=found.item,
            area=found.area,
            urgency_days=cast(UrgencyDays, found.urgency_days),
            method=found.method,
            confidence=found.confidence,
            explanation=found.explanation,
            directory_version=directory_version,
            model_version=found.model_version,
            urgency_rules=found.urgency_rules or None,
        )
    return SendToTriage(
        ticket_id=event.ticket_id,
        actor=ACTOR,
        cause=cause,
        now=now,
        reason=found.reason,
        explanation=found.explanation,
        directory_version=directory_version,
        model_version=found.model_version,
        candidates=tuple(
            e.Candidate(item=c.item, score=c.score, words=c.words) for c in found.candidates
        ),
    )


def decide_unmerged(
    fact: Fact, event: m.TicketUnmerged, directory_version: str, now: datetime
) -> SendToTriage:
    """It was merged before anybody dispatched it; a person has just taken it out again."""
    return SendToTriage(
        ticket_id=event.ticket_id,
        actor=ACTOR,
        cause=f"event:{event.ticket_id}/{fact.version}",
        now=now,
        reason="unmerged",
        explanation=f"Taken out of {event.primary} before it was dispatched: a dispatcher decides.",
        directory_version=directory_version,
    )
