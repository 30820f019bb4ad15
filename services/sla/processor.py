"""督: sets clocks when tickets are routed or reopened, and acts when they run out."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypedDict

from services.domain import events as e
from services.domain import events_merging as m
from services.domain.commands import (
    ClockRules,
    RecountDeadlines,
    SetDeadline,
    SetPartDeadlines,
    ShortenDeadline,
    TicketCommand,
)
from services.domain.event_base import Clock, Event
from services.domain.events_urgency import TicketUrgencyRaised
from services.domain.working_time import CalendarYearMissing
from services.platform.event_log import EventLog, merged_apart
from services.platform.failures import Outage
from services.platform.processor import Reaction
from services.platform.tail import Fact
from services.sla.deadlines import BEGINNING, Place, due_clocks
from services.sla.ladder import act
from services.sla.policy_values import SlaPolicy
from services.sla.recounting import Recounting, recount_command
from services.sla.rows import rows
from services.sla.rules import SlaRules

ACTOR = "processor:sla"


class SlaProcessor:
    name = "sla"
    is_projection = False
    tables = ("deadlines",)

    def __init__(self, log: EventLog, rules: Callable[[], SlaRules]) -> None:
        self._log = log
        self._rules = rules
        self._ticked_to: Place = BEGINNING
        self._recounting = Recounting(log)

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        rules = self._rules()
        clock_rules = rules.clock_rules()
        promised = (promises(fact, rules.policy, clock_rules, now) for fact in facts)
        commands = [command for some in promised for command in some]
        try:
            changes = [(fact.event.ticket_id, rows(fact.event, rules)) for fact in facts]
        except CalendarYearMissing as error:  # not the fact's fault: wait for the operator
            raise Outage(str(error)) from error
        return Reaction(commands, merged_apart(changes))

    def tick(self, now: datetime) -> Reaction:
        """Harmless when it comes twice, late, or from two workers: the decider knows better.

        Each tick goes on where the one before had enough, so that rows for which nothing can be
        done just now (they lag behind the log, or wait for a calendar year) hold up no others.
        """
        rules = self._rules()
        recount = self._recounting.step(now, rules)
        due, self._ticked_to = due_clocks(self._log, now, self._ticked_to)
        commands: list[TicketCommand] = [*recount.commands]
        for clock in due:
            if recount.due_from is not None and clock.due_at >= recount.due_from:
                commands.append(recount_command(clock.ticket_id, now, rules))
            commands += act(clock, now, rules)
        return Reaction(commands, recount.changes)


def promises(
    fact: Fact, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    """Policy: a routed ticket gets both clocks, a reopened one a new time to resolve.
    What became more urgent gets earlier ends, if they are earlier."""
    follows = _FOLLOWS.get(type(fact.event))
    return () if follows is None else follows(fact, fact.event, policy, rules, now)


def _routed(
    fact: Fact, event: e.TicketRouted, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    accept_days = policy.accept_working_days(event.urgency_days)
    yield SetDeadline(**_asked(fact, "accept", rules, now), working_days=accept_days)
    yield SetDeadline(**_asked(fact, "resolve", rules, now), working_days=event.urgency_days)
    if event.assisting:
        yield _for_parts(fact, policy, rules, now)


def _assistance_asked(
    fact: Fact, event: e.AssistanceAsked, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    yield _for_parts(fact, policy, rules, now)


def _reopened(
    fact: Fact, event: e.TicketReopened, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    yield SetDeadline(**_asked(fact, "resolve", rules, now))


def _urgency_raised(
    fact: Fact, event: TicketUrgencyRaised, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    days = event.urgency_days
    accept_days = policy.accept_working_days(days)
    yield ShortenDeadline(**_asked(fact, "accept", rules, now), working_days=accept_days)
    yield ShortenDeadline(**_asked(fact, "resolve", rules, now), working_days=days)


def _unmerged(
    fact: Fact, event: m.TicketUnmerged, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    yield from _not_promised_yet(fact, event, policy, rules, now)
    yield _for_parts(fact, policy, rules, now)
    yield RecountDeadlines(**_about(fact, now), rules=rules)


_Follows = Callable[[Fact, Any, SlaPolicy, ClockRules, datetime], Iterable[TicketCommand]]
_FOLLOWS: dict[type[Event], _Follows] = {
    e.TicketRouted: _routed,
    e.AssistanceAsked: _assistance_asked,
    e.TicketReopened: _reopened,
    TicketUrgencyRaised: _urgency_raised,
    m.TicketUnmerged: _unmerged,
}


def _for_parts(fact: Fact, policy: SlaPolicy, rules: ClockRules, now: datetime) -> SetPartDeadlines:
    share = policy.assisting.fraction
    return SetPartDeadlines(**_about(fact, now), fraction=share, rules=rules)


class About(TypedDict):
    """What every command that follows from a fact has in common."""

    ticket_id: str
    actor: str
    cause: str
    now: datetime


class Asked(About):
    clock: Clock
    starts_at: datetime
    rules: ClockRules


def _asked(
    fact: Fact, clock: Clock, rules: ClockRules, now: datetime, starts_at: datetime | None = None
) -> Asked:
    starts = starts_at or fact.event.occurred_at
    return {**_about(fact, now), "clock": clock, "starts_at": starts, "rules": rules}


def _about(fact: Fact, now: datetime) -> About:
    ticket_id = fact.event.ticket_id
    cause = f"event:{ticket_id}/{fact.version}"
    return {"ticket_id": ticket_id, "actor": ACTOR, "cause": cause, "now": now}


def _not_promised_yet(
    fact: Fact, event: m.TicketUnmerged, policy: SlaPolicy, rules: ClockRules, now: datetime
) -> Iterable[TicketCommand]:
    """It may have been merged before its promises were made; those that were made stand."""
    if event.since is None or event.urgency_days is None:
        return
    if event.stage == "routed":
        accept_days = policy.accept_working_days(event.urgency_days)
        yield SetDeadline(
            **_asked(fact, "accept", rules, now, event.since), working_days=accept_days
        )
    yield SetDeadline(
        **_asked(fact, "resolve", rules, now, event.since), working_days=event.urgency_days
    )
