"""派: every opened ticket is routed at once, or put before a person with what is known."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from services.domain import events as e
from services.domain.commands import RouteTicket, SendToTriage, TicketCommand
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
)

ACTOR = "processor:router"


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
        classifier: Callable[[], Classifier | None] = no_classifier,
    ) -> None:
        self._directory = directory
        self._keyring = keyring
        self._calendar = calendar
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
                yield dispatch(fact, found, directory.version, now)
            case e.TicketReturned():
                yield decide_return(fact, fact.event, directory.version, now)
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


def decide_return(
    fact: Fact, event: e.TicketReturned, directory_version: str, now: datetime
) -> SendToTriage:
    """退单 is decided once, by a person: never bounced on by a rule."""
    proposed = event.proposed_unit
    proposal = f", which proposes {proposed}" if proposed else ""
    return SendToTriage(
        ticket_id=event.ticket_id,
        actor=ACTOR,
        cause=f"event:{event.ticket_id}/{fact.version}",
        now=now,
        reason="returned",
        explanation=f"Returned by {event.unit} ({event.reason}){proposal}: a dispatcher decides.",
        directory_version=directory_version,
    )
