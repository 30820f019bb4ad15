"""Which notices follow from which fact, when they are superseded, and at which hours they go."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.domain import events as e
from services.domain.events_clocks import DeadlineSet, DeadlineWarned, TicketEscalated
from services.domain.events_parts import (
    PartDeadlineMissed,
    PartDeadlineSet,
    PartDeadlineWarned,
    SubtaskDone,
    SubtaskGiven,
    SubtaskWithdrawn,
)
from services.domain.notice_hours import Hours, next_allowed
from services.domain.notice_policy import (
    Reporter,
    Wanted,
    is_superseded,
    leader_of,
    reporters_among,
    wanted_of,
)
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.domain.working_time import CalendarYearMissing
from tests.domain.facts import (
    FRIDAY,
    HEATING,
    OTHER_TICKET,
    RESIDENT,
    ROADS,
    SHANGHAI,
    THURSDAY,
    TICKET,
    TUESDAY,
    WATER,
    calendar,
    fact,
    words,
)

OTHER = "018f00000000bbbbbbbbbbbb"
TOLD = [Reporter(RESIDENT, TICKET, "report-1"), Reporter(OTHER, OTHER_TICKET, "report-2")]
WAKING = Hours(time(8), time(21), working_days=False)
OFFICE = Hours(time(8, 30), time(18), working_days=True)


def opened(**values: Any) -> e.TicketOpened:
    return fact(e.TicketOpened, **{"contact": words("13897000001"), **values})


def routed(**values: Any) -> e.TicketRouted:
    return fact(e.TicketRouted, **{"assisting": (ROADS,), **values})


def resolve_set() -> DeadlineSet:
    return fact(DeadlineSet, clock="resolve", due_at=THURSDAY, warn_at=TUESDAY)


def warned(**values: Any) -> DeadlineWarned:
    return fact(DeadlineWarned, **{"clock": "resolve", "due_at": THURSDAY, **values})


def escalated(level: int, measure: str, addressee: str) -> TicketEscalated:
    given = {"clock": "resolve", "due_at": THURSDAY}
    return fact(TicketEscalated, level=level, measure=measure, addressee=addressee, **given)


def given_task() -> SubtaskGiven:
    return fact(SubtaskGiven, subtask=1, unit=WATER)


def part_set(**values: Any) -> PartDeadlineSet:
    given = {"unit": WATER, "subtask": 1, "due_at": THURSDAY, "warn_at": TUESDAY}
    return fact(PartDeadlineSet, **given | values)


def part_warned() -> PartDeadlineWarned:
    return fact(PartDeadlineWarned, unit=WATER, subtask=1, due_at=THURSDAY)


def part_missed(**values: Any) -> PartDeadlineMissed:
    given = {"unit": WATER, "subtask": 1, "due_at": THURSDAY, "done_at": None}
    return fact(PartDeadlineMissed, **given | values)


def told(event: Any, ticket: Ticket | None = None) -> list[tuple[str, str]]:
    ticket = fold([opened(), routed()]) if ticket is None else ticket
    return [(one.kind, one.recipient) for one in wanted_of(event, ticket, TOLD)]


def test_who_reports_is_told_that_it_was_received() -> None:
    assert list(wanted_of(opened(), Ticket(), [])) == [
        Wanted("received", "resident", RESIDENT, TICKET, "report-1")
    ]
    joined = fact(e.ReportJoined, resident=OTHER, report_id="report-2", contact=words("1"))
    assert told(joined) == [("received", OTHER)]


def test_who_left_no_contact_is_noted_once() -> None:
    wanted = list(wanted_of(opened(contact=None), Ticket(), []))
    assert [one.suppression for one in wanted] == ["no_contact"]
    assert reporters_among([fold([opened(contact=None)])]) == []


def test_a_report_that_was_split_off_is_not_received_again() -> None:
    assert told(opened(split_from=OTHER_TICKET)) == []


def test_a_routed_ticket_is_told_to_its_reporters_and_units() -> None:
    assert told(routed()) == [
        ("routed", RESIDENT),
        ("routed", OTHER),
        ("assigned", HEATING),
        ("assigned", ROADS),
    ]
    assert told(fact(e.AssistanceAsked, unit=ROADS)) == [("assigned", ROADS)]
    assert told(fact(e.TicketReopened)) == [("assigned", HEATING)]
    assert told(fact(e.TicketReopened), Ticket()) == []


@pytest.mark.parametrize("answer", [e.TicketResolved, e.TicketAnsweredAtOnce])
def test_an_answer_is_told_and_asked_about(answer: type[e.TicketEvent]) -> None:
    kinds = [("resolved", RESIDENT), ("resolved", OTHER), ("rate", RESIDENT), ("rate", OTHER)]
    assert told(fact(answer)) == kinds


def test_what_is_declined_is_told_and_not_asked_about() -> None:
    assert told(fact(e.TicketDeclined)) == [("resolved", RESIDENT), ("resolved", OTHER)]


def test_a_warning_goes_to_the_unit_and_the_ladder_to_whom_it_names() -> None:
    assert told(warned()) == [("due_soon", HEATING)]
    assert told(escalated(1, "remind", "unit")) == []
    assert told(escalated(2, "urge", "unit_leader")) == [
        ("escalated", leader_of(HEATING)),
        ("escalated", HEATING),
    ]
    assert told(escalated(3, "supervise", "supervisor")) == [
        ("escalated", "supervisor"),
        ("escalated", HEATING),
    ]
    assert told(escalated(4, "criticise", "city"), Ticket()) == [("escalated", "city")]


def test_units_are_told_of_their_parts_and_the_lead_of_what_others_are_late_with() -> None:
    assert told(given_task()) == [("assigned", WATER)]
    assert told(part_warned()) == [("due_soon", WATER)]
    assert told(part_missed()) == [("escalated", WATER), ("escalated", HEATING)]
    assert told(part_missed(), Ticket()) == [("escalated", WATER)]
    assert told(part_missed(done_at=FRIDAY)) == []


def test_other_facts_tell_nobody_anything() -> None:
    assert told(fact(e.TicketProgressed)) == []


def test_each_resident_is_told_once_however_many_reports_they_made() -> None:
    one = fold([opened(), fact(e.ReportJoined, report_id="report-2", contact=words("1"))])
    follower = fold([opened(ticket_id=OTHER_TICKET, resident=OTHER, report_id="report-3")])
    assert reporters_among([one, follower]) == [
        Reporter(RESIDENT, TICKET, "report-1"),
        Reporter(OTHER, OTHER_TICKET, "report-3"),
    ]


RECEIVED_THEN = [opened(), routed(), resolve_set()]
RESOLVED = fact(e.TicketResolved, occurred_at=TUESDAY, recorded_at=TUESDAY)
LATER = fact(e.TicketResolved, occurred_at=FRIDAY, recorded_at=FRIDAY)
REOPENED = fact(e.TicketReopened)


@pytest.mark.parametrize(
    ("kind", "event", "since", "superseded"),
    [
        ("received", opened(), [], False),
        ("received", opened(), [RESOLVED], True),
        ("routed", routed(), [], False),
        ("routed", routed(), [fact(e.TicketReturned)], True),
        ("routed", routed(), [routed(lead=ROADS, attempt=2)], True),
        ("routed", routed(), [RESOLVED], True),
        ("resolved", RESOLVED, [RESOLVED], False),
        ("resolved", RESOLVED, [RESOLVED, REOPENED], True),
        ("resolved", RESOLVED, [RESOLVED, REOPENED, LATER], True),
        ("resolved", RESOLVED, [RESOLVED, fact(e.TicketClosed)], False),
        ("rate", RESOLVED, [RESOLVED], False),
        ("rate", RESOLVED, [RESOLVED, fact(e.TicketEvaluated, report_id="report-1")], True),
        ("rate", RESOLVED, [RESOLVED, fact(e.TicketEvaluated, report_id=None)], True),
        ("rate", RESOLVED, [RESOLVED, fact(e.TicketClosed)], True),
        ("resolved", fact(e.TicketDeclined), [fact(e.TicketDeclined)], False),
        ("resolved", RESOLVED, [RESOLVED, fact(e.TicketMerged)], False),
        ("assigned", routed(), [], False),
        ("assigned", routed(), [fact(e.TicketReturned)], True),
        ("assigned", routed(), [RESOLVED], True),
        ("due_soon", warned(), [], False),
        ("due_soon", warned(), [RESOLVED], True),
        ("due_soon", warned(due_at=FRIDAY), [], True),
        ("escalated", escalated(2, "urge", "unit_leader"), [], False),
        (
            "escalated",
            escalated(2, "urge", "unit_leader"),
            [escalated(3, "supervise", "supervisor")],
            True,
        ),
        ("escalated", escalated(2, "urge", "unit_leader"), [RESOLVED], True),
    ],
)
def test_what_has_happened_since_supersedes(
    kind: Any, event: Any, since: list[Any], superseded: bool
) -> None:
    ticket = fold([*RECEIVED_THEN, *since])
    assert is_superseded(kind, event, ticket, HEATING, "report-1") is superseded


PART = [*RECEIVED_THEN, fact(e.TicketAccepted), given_task(), part_set()]


@pytest.mark.parametrize(
    ("kind", "event", "since", "superseded"),
    [
        ("assigned", given_task(), [], False),
        ("assigned", given_task(), [part_warned(), part_missed()], False),
        ("assigned", given_task(), [fact(SubtaskDone, subtask=1, unit=WATER)], True),
        ("assigned", given_task(), [fact(SubtaskWithdrawn, subtask=1, unit=WATER)], True),
        ("assigned", given_task(), [RESOLVED], True),
        ("due_soon", part_warned(), [part_warned()], False),
        ("due_soon", part_warned(), [part_warned(), part_missed()], True),
        ("due_soon", part_warned(), [part_set(due_at=FRIDAY)], True),
        ("escalated", part_missed(), [part_missed()], False),
        ("escalated", part_missed(), [part_missed(), RESOLVED], True),
        (
            "escalated",
            part_missed(),
            [part_missed(), fact(SubtaskDone, subtask=1, unit=WATER)],
            True,
        ),
    ],
)
def test_what_has_happened_to_a_part_since_supersedes(
    kind: Any, event: Any, since: list[Any], superseded: bool
) -> None:
    ticket = fold([*PART, *since])
    assert is_superseded(kind, event, ticket, WATER, None) is superseded
    assert is_superseded(kind, event, Ticket(), WATER, None)  # a foreign log


def test_a_part_without_a_promise_is_late_with_nothing() -> None:
    ticket = fold([*PART[:-1]])
    assert is_superseded("escalated", part_missed(), ticket, WATER, None)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "moment", "allowed"),
    [
        (WAKING, local(9, 10), local(9, 10)),
        (WAKING, local(9, 23), local(10, 8)),
        (WAKING, local(9, 0, 1), local(9, 8)),
        (WAKING, local(14, 12), local(14, 12)),  # Saturday
        (OFFICE, local(9, 18), local(10, 8, 30)),
        (OFFICE, local(13, 18, 1), local(16, 8, 30)),  # Friday evening to Monday morning
        (OFFICE, local(14, 12), local(16, 8, 30)),
    ],
)
def test_nobody_is_told_anything_at_night_or_on_days_that_are_not_worked(
    hours: Hours, moment: datetime, allowed: datetime
) -> None:
    assert next_allowed(moment, hours, calendar()) == allowed


def test_make_up_days_and_holidays_are_those_of_the_calendar() -> None:
    made_up = datetime(2026, 2, 14, 10, tzinfo=SHANGHAI)  # a Saturday that is worked
    assert next_allowed(made_up, OFFICE, calendar()) == made_up
    after = next_allowed(made_up + timedelta(hours=9), OFFICE, calendar())
    assert after == datetime(2026, 2, 24, 8, 30, tzinfo=SHANGHAI)  # after the Spring Festival
    with pytest.raises(CalendarYearMissing):
        next_allowed(datetime(2027, 1, 4, 10, tzinfo=SHANGHAI), OFFICE, calendar())


MOMENTS = st.integers(0, 334 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
)


@examples(MOMENTS, st.sampled_from([WAKING, OFFICE]))
def test_it_is_always_later_within_the_hours_and_stays(moment: datetime, hours: Hours) -> None:
    allowed = next_allowed(moment, hours, calendar())
    assert allowed >= moment
    clock = allowed.astimezone(SHANGHAI)
    assert hours.begins <= clock.time() < hours.ends
    assert not hours.working_days or calendar().is_working_day(clock.date())
    assert next_allowed(allowed, hours, calendar()) == allowed
