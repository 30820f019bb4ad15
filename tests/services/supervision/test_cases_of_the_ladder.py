"""督办单: opened by the ladder, replied to, reviewed, closed; through the whole system."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain import commands as t
from services.domain import supervision_commands as k
from services.domain.supervision_events import CaseReplied
from services.domain.supervision_rejections import (
    CaseOpenAlready,
    NamesUnknown,
    TicketsDone,
)
from services.platform.event_log import NewEvent
from services.supervision.book import Book, Decide, Written
from services.supervision.desk import Done
from services.supervision.opening import Opener
from services.supervision.processor import SupervisionProcessor
from services.supervision.reading import case_facts
from tests.services.sla.sla_city import HOUR, MINUTE, local
from tests.services.supervision.watched_city import (
    SUPERVISOR,
    UNIT,
    WatchedCity,
    open_watched_city,
)

THURSDAY_EVENING = local("2026-03-12 18:01")


def test_a_ticket_that_reaches_supervision_has_a_case_until_it_is_resolved_and_evaluated(
    city: WatchedCity,
) -> None:
    ticket_id = city.overdue(1)  # due Tuesday 18:00; 督办 two working days later
    city.go_to(local("2026-03-12 17:59"))
    assert city.cases() == []
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    case = city.case(row.code)
    assert case.opening is not None
    seen = (row.code, row.stage, row.unit, row.reason)
    assert seen == ("2026-000001", "open", "heating", "resolve_overdue")
    assert case.opening.tickets == (ticket_id,)
    assert case.opening.why == "应于2026-03-10 18:00前办结，逾期后经催办仍未办"
    assert case.opening.cause.startswith(f"event:{ticket_id}/")
    assert case.due_at == local("2026-03-17 18:00"), "three working days from Thursday"
    city.resolve(ticket_id)
    assert city.cases("open"), "resolved is not evaluated"
    city.evaluated(ticket_id)
    assert city.case(row.code).outcome == "settled"
    assert city.rebuilt() == city.contents()


@pytest.mark.parametrize(
    "said",
    [
        {"reached": False, "solved": None},
        {"solved": True, "satisfaction": "dissatisfied"},
        {"solved": False},
    ],
)
def test_a_case_does_not_end_by_an_answer_that_nobody_gave_or_that_disagrees(
    city: WatchedCity, said: dict[str, Any]
) -> None:
    ticket_id = city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.resolve(ticket_id)
    city.evaluated(ticket_id, **said)
    assert city.case(row.code).stage == "open"
    assert city.rebuilt() == city.contents()
    if said.get("reached", True):
        city.resolve(ticket_id)  # a disagreement had reopened it
    city.evaluated(ticket_id)
    assert city.case(row.code).outcome == "settled"


def test_a_case_ends_when_its_ticket_is_closed_though_nobody_was_reached(
    city: WatchedCity,
) -> None:
    ticket_id = city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.resolve(ticket_id)
    city.evaluated(ticket_id, reached=False, solved=None)
    city.do(t.CloseTicket, ticket_id, reason="not_reached")
    assert city.case(row.code).outcome == "settled"


def test_a_case_of_a_merged_ticket_ends_with_what_that_follows(city: WatchedCity) -> None:
    late, middle, primary = city.overdue(1), city.overdue(11), city.overdue(11)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.do(t.MergeTicket, late, primary=middle)
    city.do(t.MergeTicket, middle, primary=primary)
    city.go_on_days(1)
    assert city.case(row.code).stage == "open", "what it follows is not done"
    city.resolve(primary)
    assert city.case(row.code).stage == "open", "resolved is not evaluated"
    city.evaluated(primary)
    assert city.case(row.code).outcome == "settled"
    assert city.rebuilt() == city.contents()


def test_a_merged_ticket_that_nobody_can_read_keeps_its_case_and_holds_up_no_other(
    city: WatchedCity,
) -> None:
    broken, other, primary = city.overdue(1), city.overdue(1), city.overdue(11)
    city.go_to(THURSDAY_EVENING)
    assert len(city.cases("open")) == 2
    for ticket_id in (broken, other):
        city.do(t.MergeTicket, ticket_id, primary=primary)
    log = city.system.log
    version = len(log.read_stream(broken)) + 1
    log.append([NewEvent(broken, version, "ticket.from_the_future.v1", b"{}")])
    city.resolve(primary)
    city.evaluated(primary)
    (waiting,) = city.cases("open")
    assert city.case(waiting.code).opening.tickets == (broken,)  # type: ignore[union-attr]


def test_the_reply_is_warned_of_missed_and_told_higher_up(city: WatchedCity) -> None:
    city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.go_to(local("2026-03-17 16:00"))
    assert city.course_of(row.code) == ["case_opened", "reply_warned"]
    city.go_to(local("2026-03-17 18:01"))
    assert city.course_of(row.code)[2:] == ["reply_missed", "reply_escalated"]
    city.go_to(local("2026-03-24 18:01"))
    told = city.written("reply_escalated")
    assert [(one.level, one.role, one.addressee) for one in told] == [
        (1, "leader", "heating"),
        (2, "office", "dispatch-centre"),
        (3, "office", "dispatch-centre"),
    ]
    assert "没有上级单位" in told[1].explanation
    assert city.rebuilt() == city.contents()


def test_a_reply_is_sealed_reviewed_and_may_be_sent_back(city: WatchedCity) -> None:
    city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.reply(row.code, "张先生家已修好")
    stored = city.system.log.read_stream(f"supervision:case-{row.code}")[-1].data
    assert "张先生".encode() not in stored
    (fact,) = [f for _, f in case_facts(city.system.log, row.code) if isinstance(f, CaseReplied)]
    assert fact.reply.subject == city.state(city.case(row.code).opening.tickets[0]).resident
    city.go_to(local("2026-03-23 10:00"))
    assert "reply_missed" not in city.course_of(row.code), "no clock runs while a reply waits"
    city.deed(row.code, k.SendBack(why="没有附照片", working_days=1))
    city.go_to(local("2026-03-24 18:01"))
    assert city.course_of(row.code)[2:] == [
        "reply_sent_back",
        "reply_missed",
        "reply_escalated",
    ]
    city.reply(row.code)
    city.deed(row.code, k.AcceptReply())
    assert city.case(row.code).stage == "closed"
    assert city.rebuilt() == city.contents()


def test_never_two_open_cases_for_one_ticket_and_reason(city: WatchedCity) -> None:
    ticket_id = city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    with pytest.raises(CaseOpenAlready, match="2026-000001"):
        city.open(ticket_id, reason="resolve_overdue")
    other = city.open(ticket_id)  # another reason
    assert other.case.code == "2026-000002"
    with pytest.raises(CaseOpenAlready):
        city.open(ticket_id)
    city.deed(other.case.code, k.CloseCase(why="已说明"))
    assert city.open(ticket_id).case.code == "2026-000003"


def test_what_a_case_may_name(city: WatchedCity) -> None:
    ticket_id = city.overdue(3)
    with pytest.raises(NamesUnknown, match="unit nobody"):
        city.open(ticket_id, unit="nobody")
    with pytest.raises(NamesUnknown, match="tickets no-such, directory"):
        city.open(ticket_id, "no-such", "directory")
    city.resolve(ticket_id)
    with pytest.raises(TicketsDone):
        city.open(ticket_id, reason="resolve_overdue")
    about_a_finding = city.open(reason="finding", reference="finding-7")
    assert about_a_finding.case.opening.tickets == ()
    city.go_on_days(1)
    assert city.case(about_a_finding.case.code).stage == "open", "nothing settles it by itself"


def test_what_is_done_before_the_case_is_opened_needs_none(city: WatchedCity) -> None:
    resolved, merged = city.overdue(1), city.overdue(1)
    city.system.clock.advance_to(THURSDAY_EVENING)
    runners = {one.name: one for one in city.system.transport.runners}
    sla = runners["sla"]
    while sla.tick(city.now):
        pass  # 督办 is a fact, and supervision has not seen it
    city.do(t.MergeTicket, merged, primary=resolved, process=False)
    city.resolve(resolved)
    assert city.cases() == []


def test_a_case_outlives_a_merge_and_ends_when_its_ticket_does(city: WatchedCity) -> None:
    ticket_id, primary = city.overdue(1), city.overdue(11)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.do(t.MergeTicket, ticket_id, primary=primary)
    assert city.case(row.code).stage == "open"
    city.do(t.UnmergeTicket, ticket_id)
    assert city.case(row.code).stage == "open"
    assert city.rebuilt() == city.contents()
    city.resolve(ticket_id)
    city.evaluated(ticket_id)
    assert city.case(row.code).outcome == "settled"


def test_what_was_asked_for_before_a_merge_is_opened_after_it_is_undone(
    city: WatchedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id, primary = city.overdue(1), city.overdue(11)
    with monkeypatch.context() as patched:
        patched.setattr(Opener, "tick", lambda *_: 0)
        city.go_to(THURSDAY_EVENING)
    city.do(t.MergeTicket, ticket_id, primary=primary)
    assert city.cases() == []
    city.do(t.UnmergeTicket, ticket_id)
    (row,) = city.cases()
    assert city.case(row.code).opening.tickets == (ticket_id,)


def supervised(city: WatchedCity) -> SupervisionProcessor:
    runners = {one.name: one for one in city.system.transport.runners}
    found = runners["supervision"].processor
    assert isinstance(found, SupervisionProcessor)
    return found


def test_a_ticket_that_cannot_be_read_holds_up_no_other(
    city: WatchedCity, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = city.overdue(1), city.overdue(1)
    with monkeypatch.context() as patched:
        patched.setattr(Opener, "tick", lambda *_: 0)
        city.go_to(THURSDAY_EVENING)  # 督办 is asked for both
    words = b'{"text": "13897001234"}'
    version = city.state(broken).version + 1
    city.system.log.append([NewEvent(broken, version, "ticket.routed.v1", words)])
    city.system.transport.run_until_idle()
    (row,) = city.cases()
    assert city.case(row.code).opening.tickets == (whole,)
    for _ in range(2):
        supervised(city).tick(city.now)
    told = [one.getMessage() for one in caplog.records if "no case for" in one.getMessage()]
    assert len(told) == 1
    assert broken in told[0]
    assert "13897001234" not in caplog.text


def test_what_one_part_of_supervision_cannot_do_holds_up_no_other(
    city: WatchedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id = city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()

    def fails(_: Opener, now: datetime) -> int:
        raise ValueError(f"at {now}")

    with monkeypatch.context() as patched:
        patched.setattr(Opener, "tick", fails)
        with pytest.raises(ValueError, match="at 2026"):
            city.resolve(ticket_id)
        with pytest.raises(ValueError, match="at 2026"):
            city.evaluated(ticket_id)
    assert city.case(row.code).outcome == "settled"


def test_week_long_downtime_opens_what_is_still_open_and_asks_for_a_reply_from_then_on(
    city: WatchedCity,
) -> None:
    ticket_id = city.overdue(1)
    city.go_to(local("2026-03-27 11:00"))
    (row,) = city.cases()
    case = city.case(row.code)
    assert case.due_at == local("2026-04-01 18:00"), "nobody is late for what nobody was asked"
    measures = [f.measure for f in city.facts(ticket_id) if f.type == "ticket.escalated.v1"]
    assert measures == ["urge", "supervise", "criticise"]


def test_a_tick_that_comes_twice_or_in_two_workers_changes_nothing(city: WatchedCity) -> None:
    city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    head, contents = city.system.log.head(), city.contents()
    second = open_watched_city(city.system.settings.data_dir, "2026-03-12 18:01")
    for one in (city, second):
        processor = next(
            r.processor for r in one.system.transport.runners if r.name == "supervision"
        )
        for _ in range(3):
            processor.tick(city.now + MINUTE)
    assert (city.system.log.head(), city.contents()) == (head, contents)
    second.system.close()


def test_an_idempotency_key_opens_one_case(city: WatchedCity) -> None:
    ticket_id = city.overdue(3)
    deed = k.OpenCase(
        reason="other", why="媒体曝光", basis="领导批示", unit="heating", tickets=(ticket_id,)
    )
    asking = city.asking(SUPERVISOR, once=True)
    first, again = city.desk.open(deed, asking), city.desk.open(deed, asking)
    assert first.case == again.case
    assert again.position == 0


def test_of_two_that_reply_at_once_under_one_key_one_is_first(
    city: WatchedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    asking, write = city.asking(UNIT, once=True), Book.write
    first: list[Done] = []

    def second(book: Book, decide: Decide) -> Written:
        monkeypatch.setattr(Book, "write", write)
        first.append(city.desk.reply(row.code, "heating", "已修好", asking))
        return write(book, decide)

    monkeypatch.setattr(Book, "write", second)
    again = city.desk.reply(row.code, "heating", "已修好", asking)
    assert (again.position, again.case) == (first[0].position, first[0].case)
    assert city.course_of(row.code).count("replied") == 1


def test_a_case_that_was_closed_by_a_person_while_its_ticket_is_late_stays_closed(
    city: WatchedCity,
) -> None:
    city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    (row,) = city.cases()
    city.deed(row.code, k.CloseCase(why="职责争议由市里协调"))
    city.go_on_days(3)
    assert [one.code for one in city.cases()] == [row.code]


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 100), max_size=6), st.booleans())
def test_a_reply_that_never_comes_has_the_same_course_however_time_is_looked_at(
    tmp_path_factory: pytest.TempPathFactory, hours: list[int], twice: bool
) -> None:
    """Missed and doubled ticks, jumps, and weeks of downtime; a warning that is too late is left
    out, as for tickets."""
    city = open_watched_city(tmp_path_factory.mktemp("course"), "2026-03-09 09:00")
    city.overdue(1)
    city.go_to(THURSDAY_EVENING)
    for step in hours:
        city.go_to(city.now + step * HOUR)
        if twice:
            city.system.transport.tick(city.now)
    city.go_to(max(city.now, local("2026-04-20 10:00")))
    (row,) = city.cases()
    course = [name for name in city.course_of(row.code) if name != "reply_warned"]
    assert course == ["case_opened", "reply_missed", *["reply_escalated"] * 3]
    assert {fact.due_at for fact in city.written("reply_missed")} == {local("2026-03-17 18:00")}
    assert [fact.level for fact in city.written("reply_escalated")] == [1, 2, 3]
    assert city.rebuilt() == city.contents()
    city.system.close()


def test_a_resident_who_disagrees_again_after_a_reopening_is_a_case_for_a_supervisor(
    city: WatchedCity,
) -> None:
    ticket_id = city.overdue(3)
    city.resolve(ticket_id)
    city.evaluated(ticket_id, solved=False)
    assert city.state(ticket_id).stage == "handling", "the first time it is reopened by rule"
    assert city.cases() == []
    city.resolve(ticket_id)
    city.evaluated(ticket_id, solved=False)
    (row,) = city.cases()
    assert (row.reason, row.unit, row.stage) == ("not_solved", "heating", "open")
    opening = city.case(row.code).opening
    assert opening is not None
    asked = city.facts(ticket_id)[(opening.asked_version or 0) - 1]
    assert asked.type == "ticket.disagreement_escalated.v1"
    city.do(t.CloseTicket, ticket_id, reason="done")
    assert city.case(row.code).stage == "open", "closed is not solved"
    assert city.rebuilt() == city.contents()
