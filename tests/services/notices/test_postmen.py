"""Several postmen, clocks that jump, rows that lie, and a hundred due at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.console.notices import desk_of
from services.domain.working_time import WorkingCalendar
from services.notices import postman as postman_module
from services.notices.cases import read_notices
from services.notices.channels.message import SENT, Message, Outcome
from services.notices.daily import DailyQueue
from services.notices.policy import default_notice_policy
from services.notices.rows import keep
from services.platform.event_log import Change
from services.platform.failures import ConcurrentAppend
from tests.services.notices.notice_city import WEDNESDAY, Box, NoticeCity
from tests.services.notices.policies import at_any_hour, without_haste

LEASE_IS_OVER = timedelta(minutes=16)


class SlowBox(Box):
    """While it sends, another postman takes its own for dead."""

    def __init__(self, city: NoticeCity, resends: bool) -> None:
        super().__init__()
        self._city = city
        self._policy = at_any_hour("mail", resend_unsure=resends)
        self.other = Box()

    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        self._city.clock.advance_to(self._city.clock.now() + LEASE_IS_OVER)
        self._city.postman({"mail": self.other}, self._policy).deliver_all()
        return super().send(messages, within_s)


@pytest.mark.parametrize("resends", [False, True])
def test_what_was_sent_counts_as_sent_though_its_postman_was_taken_for_dead(
    city: NoticeCity, resends: bool
) -> None:
    city.ticket()
    slow = SlowBox(city, resends)
    city.postman({"mail": slow}, at_any_hour("mail", resend_unsure=resends)).deliver_all()
    assert {row.status for row in city.rows()} == {"sent"}
    twice = {one.notice_id for one in slow.taken} & {one.notice_id for one in slow.other.taken}
    assert bool(twice) == resends  # held, or dropped by whoever gets it


def test_who_comes_second_looks_again(city: NoticeCity, monkeypatch: pytest.MonkeyPatch) -> None:
    city.ticket()
    log, box = city.system.log, Box()
    append = log.append
    conflicts = [ConcurrentAppend("taken"), ConcurrentAppend("taken")]

    def contested(*arguments: object, **named: object) -> object:
        if conflicts:
            raise conflicts.pop()
        return append(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(log, "append", contested)
    postman = city.postman({"file": box})
    first = postman.deliver()
    assert (first.sent, first.looked) == (0, 5)
    postman.deliver_all()
    assert len(box.taken) == 5


def test_rows_that_lie_are_mended_from_the_facts(city: NoticeCity) -> None:
    city.ticket()
    city.postman({"file": Box()}).deliver_all()
    lie = "UPDATE notices SET status = 'waiting', next_at = queued_at"
    city.system.log.apply([Change(lie, [()])])
    box = Box()
    city.postman({"file": box}).deliver_all()
    assert box.taken == []
    assert {(row.status, row.next_at) for row in city.rows()} == {("sent", None)}


def test_a_row_of_a_later_fact_is_never_mended_back(city: NoticeCity) -> None:
    city.ticket()
    ids = [row.notice_id for row in city.rows()]
    queued = read_notices(city.system.log, ids)
    city.postman({"file": Box()}).deliver_all()
    before = city.rows()
    city.system.log.apply(keep(queued.values()))  # by a postman who has read before
    assert city.rows() == before
    assert {row.status for row in before} == {"sent"}


def test_a_clock_that_jumps_back_sends_nothing_twice(city: NoticeCity) -> None:
    city.ticket()
    city.postman({"file": Box(*[Outcome("failed", "http_503")] * 5)}).deliver_all()
    city.clock.current -= timedelta(days=1)
    box = Box()
    city.postman({"file": box}).deliver_all()
    assert box.taken == []
    city.clock.current += timedelta(days=1, minutes=1)
    city.postman({"file": box}).deliver_all()
    assert len(box.taken) == 5


def test_a_hundred_due_at_once_go_in_bounded_batches(
    city: NoticeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman_module, "BATCH_MAX", 7)
    for number in range(20):
        city.ticket(str(number))
    sizes: list[int] = []

    class Counting(Box):
        def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
            sizes.append(len(messages))
            return [SENT] * len(messages)

    city.postman({"file": Counting()}).deliver_all()
    assert max(sizes) <= 7
    assert sum(sizes) == len(city.rows()) == 100


def test_a_year_that_is_not_loaded_puts_off_what_needs_it(tmp_path: Path) -> None:
    city = NoticeCity(tmp_path, datetime(2026, 3, 13, 11, tzinfo=UTC))  # Friday, 19:00
    city.ticket()
    days = (date(2025, 1, 1) + timedelta(days=n) for n in range(365))
    over = WorkingCalendar.of(dict.fromkeys(days, True))
    postman = city.postman({"file": Box()}, without_haste())
    postman._planner = postman._planner._replace(calendar=lambda: over)
    postman.deliver_all()
    assigned = {(row.status, row.reason, row.next_at) for row in city.rows(kind="assigned")}
    assert assigned == {("waiting", "calendar", "2026-03-13T17:00:00.000000Z")}
    assert city.stands()["received", "resident"] == ("sent", None)
    city.close()


def test_a_daily_list_is_made_once_by_whoever_is_first(city: NoticeCity) -> None:
    city.ticket()
    calendar = city.system.rules().calendar

    def queue() -> DailyQueue:
        policy = default_notice_policy()
        return DailyQueue(city.system.log, policy, lambda: calendar, lambda: ["heating", "water"])

    first, second = queue(), queue()
    early = WEDNESDAY - timedelta(hours=2)
    assert first(early) == 0  # 08:00
    assert first(WEDNESDAY) == 2
    assert first(WEDNESDAY) == second(WEDNESDAY) == second(WEDNESDAY) == 0
    assert first(WEDNESDAY + timedelta(days=3)) == 0  # Saturday
    assert first(WEDNESDAY + timedelta(days=5)) == 2
    assert first(datetime(2027, 1, 4, 2, tzinfo=UTC)) == 0  # a year that is not loaded
    assert len(city.rows(kind="daily_list")) == 4


def test_no_unit_with_open_tickets_no_list(city: NoticeCity) -> None:
    calendar = city.system.rules().calendar
    queue = DailyQueue(city.system.log, default_notice_policy(), lambda: calendar, list)
    assert queue(WEDNESDAY) == queue(WEDNESDAY) == 0


def test_a_deed_that_is_second_is_decided_again(
    city: NoticeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.ticket()
    city.postman({"file": Box(*[Outcome("refused", "http_404")] * 5)}).deliver_all()
    desk, notice = desk_of(city.system), city.rows()[0].notice_id
    log = city.system.log
    append = log.append
    conflicts = [ConcurrentAppend("taken"), ConcurrentAppend("taken")]

    def contested(*arguments: object, **named: object) -> object:
        if conflicts:
            raise conflicts.pop()
        return append(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(log, "append", contested)
    assert desk.retry(notice, "operator:li", "1").status == "waiting"
    conflicts += [ConcurrentAppend("taken")]
    assert desk.opt_out("r" * 24, ("rate",), "operator:li", "2").opted_out == {"rate"}
