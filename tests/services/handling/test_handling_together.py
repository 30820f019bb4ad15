"""Many commands at once: one commit for all, an answer for each."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from services.console.handling_door import handling_desk
from services.domain.rejections import MergedInCircle
from services.handling.bodies import MergeBody
from services.handling.desk import Request
from services.handling.verbs import VERBS
from services.platform.http.headers import Asked
from tests.services.door_server import ITEM, Door, opened_door

UNIT = {"unit": "heating"}
LATE_IN_THE_LAST_YEAR = datetime(2026, 12, 24, 1, 0, tzinfo=UTC)  # no calendar for 2027 is loaded


@pytest.fixture
def late_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened_door(tmp_path_factory.mktemp("late")) as door:
        door.clock.advance_to(LATE_IN_THE_LAST_YEAR)
        yield door


def waiting_for_an_extension(door: Door) -> str:
    ticket_id = door.ticket(item=ITEM)
    door.ask(ticket_id, "accept", UNIT)
    asked = {**UNIT, "working_days": 3, "reason": "parts"}
    assert door.ask(ticket_id, "request-extension", asked).status_code == 200
    return ticket_id


def test_what_needs_a_year_that_is_not_loaded_waits_and_holds_up_nobody(late_door: Door) -> None:
    stuck = waiting_for_an_extension(late_door)
    others = [waiting_for_an_extension(late_door) for _ in range(10)]
    before = late_door.events(stuck)

    def grant(ticket_id: str) -> int:
        days = {} if ticket_id == stuck else {"working_days": 1}
        return late_door.ask(ticket_id, "grant-extension", days, "supervisor:li").status_code

    with ThreadPoolExecutor(11) as pool:
        statuses = list(pool.map(grant, [*others[:5], stuck, *others[5:]]))
    assert statuses == [200] * 5 + [503] + [200] * 5
    assert late_door.events(stuck) == before


def test_of_many_who_looked_at_one_version_exactly_one_changes_it(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM)
    door.ask(ticket_id, "accept", UNIT)
    etag = door.client.get(f"/api/v1/tickets/{ticket_id}").headers["etag"]

    def note(number: int) -> int:
        body = {**UNIT, "note": f"第{number}次上门"}
        return door.ask(ticket_id, "progress", body, **{"If-Match": etag}).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(note, range(10)))
    assert statuses == [200] + [412] * 9
    assert door.events(ticket_id).count("ticket.progressed.v1") == 1


def test_reports_that_come_at_once_are_each_answered_with_their_own_ticket(door: Door) -> None:
    def report(number: int) -> tuple[int, str]:
        text, address = f"同时第{number}件", f"海晏路{number}号"
        answer = door.report(reference=f"at-once-{number % 40}", text=text, address=address)
        return answer.status_code, answer.json()["ticket_id"]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(report, range(80)))
    assert sorted(status for status, _ in answers) == [200] * 40 + [201] * 40
    assert len({ticket_id for _, ticket_id in answers}) == 40


def test_of_two_merges_into_each_other_that_come_at_once_one_is_refused(door: Door) -> None:
    for _ in range(5):
        one, two = door.ticket(item=ITEM), door.ticket(item=ITEM)

        def merge(pair: tuple[str, str]) -> tuple[int, str]:
            answer = door.ask(pair[0], "merge", {"primary": pair[1]}, "dispatcher:wang")
            return answer.status_code, answer.json().get("code", "")

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(merge, [(one, two), (two, one)]))
        assert answers == [(200, ""), (409, "MergedInCircle")]


def test_merges_of_one_commit_go_on_from_each_other(door: Door) -> None:
    """As one batch of the desk: the second merge sees the first."""
    one, two, three = (door.ticket(item=ITEM) for _ in range(3))
    system = door.system
    desk = handling_desk(system)
    merge = next(verb for verb in VERBS if verb.name == "merge")
    asked = Asked("dispatcher:wang", None, None)
    pairs = ((one, two), (three, one), (two, three), (two, one))
    answers = desk._run(
        [
            Request(ticket_id, merge, MergeBody(primary=primary), asked, f"c{number}")
            for number, (ticket_id, primary) in enumerate(pairs)
        ]
    )
    desk.close()
    assert [getattr(answer, "stage", "") for answer in answers] == ["merged", "merged", "", ""]
    assert [type(answer) for answer in answers[2:]] == [MergedInCircle, MergedInCircle]
    tickets = system.handler.tickets([one, two, three])
    assert [tickets[ticket_id].primary for ticket_id in (one, two, three)] == [two, None, two]
