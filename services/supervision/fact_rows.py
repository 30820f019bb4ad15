"""Projection: facts of supervision → rows of cases, tellings and cards, written together."""

from collections.abc import Iterable
from typing import assert_never

from services.domain import supervision_card_events as c
from services.domain import supervision_events as s
from services.domain.supervision_cards import card_source
from services.domain.supervision_case import case_code
from services.domain.supervision_union import AnySupervisionEvent
from services.platform.event_log import Change
from services.platform.stored_time import stored
from services.supervision.rules import SupervisionRules

WARNING, DUE, FIRST_RUNG = 0, 1, 2
# Of these a case ends by itself once its tickets are resolved and evaluated.
SETTLING = ("accept_overdue", "resolve_overdue")

_CASE = (
    "INSERT INTO supervision_cases (code, stage, reason, unit, why, reference, tickets, opened_at,"
    " opened_by, cause, due_at, step, next_at)"
    " VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"
)
_CASE_TICKET = "INSERT INTO supervision_case_tickets VALUES (?, ?, ?, 1)"
_ANSWERED = "DELETE FROM supervision_asked WHERE ticket_id = ? AND version = ?"
_STEP = "UPDATE supervision_cases SET step = ?, next_at = ? WHERE code = ?"
_MISSED = "UPDATE supervision_cases SET missed = 1, step = ?, next_at = ? WHERE code = ?"
_REPLIED = "UPDATE supervision_cases SET replied = 1, next_at = NULL WHERE code = ?"
_REVIEWED = "UPDATE supervision_cases SET replied = 0 WHERE code = ?"
_DUE_ANEW = (
    "UPDATE supervision_cases SET replied = 0, due_at = ?, step = 0, next_at = ? WHERE code = ?"
)
_CLOSED = (
    "UPDATE supervision_cases SET stage = 'closed', replied = 0, next_at = NULL, closed_at = ?,"
    " outcome = ? WHERE code = ?"
)
_TICKETS_FREE = "UPDATE supervision_case_tickets SET is_open = 0 WHERE code = ?"
_COUNTED = "INSERT INTO supervision_counted VALUES (?, ?, ?, ?, ?)"
_NOT_COUNTED = "DELETE FROM supervision_counted WHERE source = ?"
_TOLD = "INSERT INTO supervision_told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_RUNG_TOLD = "DELETE FROM supervision_rungs WHERE ticket_id = ? AND version = ?"
_CARD = (
    "INSERT INTO supervision_cards (unit, card, colour, rule, first_day, last_day, on_day,"
    " counted, explanation, policy_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_WITHDRAWN = (
    "UPDATE supervision_cards SET withdrawn_on = ?, withdrawn_by = ?, withdrawn_why = ?"
    " WHERE unit = ? AND card = ?"
)


def fact_rows(
    event: AnySupervisionEvent, version: int, rules: SupervisionRules
) -> Iterable[Change]:
    """version: the fact's number in its stream. Raises CalendarYearMissing."""
    match event:
        case s.CaseOpened():
            yield from _opened(event)
        case s.CaseAskedAgain():
            yield Change(_ANSWERED, [(event.ticket_id, event.asked_version)])
        case s.ReplyMissed():
            yield from _missed(event, version, rules)
        case s.AddresseeTold():
            yield from _told(event)
        case c.CardIssued():
            yield from _issued(event)
        case c.CardWithdrawn():
            row = (event.on.isoformat(), event.actor, event.why, event.unit, event.card)
            yield Change(_WITHDRAWN, [row])
            yield Change(_NOT_COUNTED, [(card_source(event),)])
        case _:
            yield from _of_case(event, rules)


CaseStep = (
    s.ReplyWarned
    | s.ReplyEscalated
    | s.CaseReplied
    | s.ReplyAccepted
    | s.ReplySentBack
    | s.ReplyExtended
    | s.CaseClosed
)


def _of_case(event: CaseStep, rules: SupervisionRules) -> Iterable[Change]:
    code = case_code(event.stream_id)
    match event:
        case s.ReplyWarned():
            yield Change(_STEP, [(DUE, stored(event.due_at), code)])
        case s.ReplyEscalated():
            yield Change(_STEP, [(*_rung(event, rules, event.level), code)])
        case s.CaseReplied():
            yield Change(_REPLIED, [(code,)])
        case s.ReplyAccepted():
            yield Change(_REVIEWED, [(code,)])
        case s.ReplySentBack() | s.ReplyExtended():
            yield Change(_DUE_ANEW, [(stored(event.due_at), stored(event.warn_at), code)])
        case s.CaseClosed():
            yield Change(_CLOSED, [(stored(event.occurred_at), event.outcome, code)])
            yield Change(_TICKETS_FREE, [(code,)])
        case _:
            assert_never(event)


def _opened(event: s.CaseOpened) -> Iterable[Change]:
    code = case_code(event.stream_id)
    about = (event.reason, event.unit, event.why, event.reference, len(event.tickets))
    by = (stored(event.occurred_at), event.actor, event.cause)
    yield Change(_CASE, [(code, *about, *by, stored(event.due_at), stored(event.warn_at))])
    if event.tickets:
        tickets = [(code, ticket_id, event.reason) for ticket_id in event.tickets]
        yield Change(_CASE_TICKET, tickets)
    if event.asked_version is not None:
        yield Change(_ANSWERED, [(event.tickets[0], event.asked_version)])


def _missed(event: s.ReplyMissed, version: int, rules: SupervisionRules) -> Iterable[Change]:
    code = case_code(event.stream_id)
    yield Change(_MISSED, [(*_rung(event, rules, 0), code)])
    day = rules.calendar.local_date(event.due_at).isoformat()
    source = f"case-{code}/{version}"
    yield Change(_COUNTED, [(source, event.unit, "reply_missed", day, None)])


def _rung(
    event: s.ReplyMissed | s.ReplyEscalated, rules: SupervisionRules, rung: int
) -> tuple[int, str | None]:
    """Wait for the rung-th step after the miss; for nothing more, if there is none."""
    ladder = rules.policy.reply.ladder
    if rung >= len(ladder):
        return FIRST_RUNG + rung, None
    after = ladder[rung].after
    at = rules.calendar.extend(event.due_at, after) if after else event.due_at
    return FIRST_RUNG + rung, stored(at)


def _told(event: s.AddresseeTold) -> Iterable[Change]:
    to = (event.on.isoformat(), event.part, event.addressee, event.role)
    keys = [(line.ticket_id, line.ticket_version) for line in event.lines]
    rows = [
        (*key, *to, line.unit, line.clock, stored(line.due_at), line.level, line.measure,
         event.explanation)
        for key, line in zip(keys, event.lines, strict=True)
    ]  # fmt: skip
    yield Change(_TOLD, rows)
    yield Change(_RUNG_TOLD, keys)


def _issued(event: c.CardIssued) -> Iterable[Change]:
    days = (event.first_day.isoformat(), event.last_day.isoformat(), event.on.isoformat())
    row = (event.unit, event.card, event.colour, event.rule, *days, len(event.counted))
    yield Change(_CARD, [(*row, event.explanation, event.policy_version)])
    if event.colour == "yellow":
        # It belongs to the day that made it full, however late that was seen.
        day = max(thing.on for thing in event.counted).isoformat()
        yield Change(_COUNTED, [(card_source(event), event.unit, "yellow_card", day, None)])
