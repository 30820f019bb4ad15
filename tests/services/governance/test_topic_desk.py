"""Deeds on a real log: versions, several writers, unknown codes, and what stands in memory."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from services.audit.replay import live_state, replay
from services.domain import topic_commands as k
from services.domain.topic_rejections import SelfStrikeOff, TopicChanged, TopicUnknown
from services.governance.known import NotInDirectory, TicketsUnknown
from services.governance.live_topics import LiveTopics
from services.platform.processor import decode_all
from tests.domain.topic_facts import CODE, PROPOSER, propose
from tests.services.governance.topic_city import LEAD, REPORTER, TopicCity


def test_a_deed_is_written_and_seen_at_once(city: TopicCity) -> None:
    done = city.do(propose(), PROPOSER)
    assert [fact.type for fact in done.facts] == ["topic.proposed.v1"]
    assert done.position == city.system.log.head()
    found = city.governance.topics.get(CODE)
    assert found == done.topic
    assert city.do(propose(), PROPOSER).position == 0, "a repeat writes nothing"
    assert city.system.log.head() == done.position


def test_a_rule_s_no_writes_nothing(city: TopicCity) -> None:
    city.adopted()
    city.item()
    city.report(471)
    head = city.system.log.head()
    with pytest.raises(SelfStrikeOff):
        city.do(k.StrikeOff(item_code="1", evidence=("验收单",)), REPORTER)
    with pytest.raises(TopicUnknown):
        city.do(k.Decline(why="?"), PROPOSER, "no-such-topic")
    assert city.system.log.head() == head


def test_a_deed_may_insist_on_what_the_actor_saw(city: TopicCity) -> None:
    city.adopted()
    city.item()
    with pytest.raises(TopicChanged, match="at version 3, not 2"):
        city.do(k.ReportProgress(item_code="1", done=1), expected_version=2)
    assert city.do(k.ReportProgress(item_code="1", done=1), expected_version=3).topic.version == 4


def test_a_command_that_comes_again_under_its_own_id_is_answered_as_before(city: TopicCity) -> None:
    """Also when the same words would mean something else by now: another week."""
    city.adopted()
    city.item()
    first = city.do(k.ReportProgress(item_code="1", done=1), once=True)
    city.deeds -= 1
    city.pass_days(7)
    again = city.do(k.ReportProgress(item_code="1", done=1), once=True)
    assert (again.position, [*again.facts]) == (first.position, [*first.facts])
    assert city.do(k.ReportProgress(item_code="1", done=1)).position > first.position


@pytest.mark.parametrize(
    "deed",
    [
        propose(request_items=("99.99",)),
        propose(request_areas=("999999",)),
        k.Adopt(lead="no-such-unit", target=date(2026, 6, 1)),
    ],
    ids=["item", "area", "unit"],
)
def test_codes_are_those_of_the_directory(city: TopicCity, deed: k.AnyDeed) -> None:
    with pytest.raises(NotInDirectory):
        city.do(deed, PROPOSER)


def test_only_tickets_are_linked(city: TopicCity) -> None:
    city.adopted()
    ticket = city.ticket("a")
    strange = ("no-such-ticket", f"topic:{CODE}", "号\x00", "topic")
    with pytest.raises(TicketsUnknown, match="no-such-ticket"):
        city.do(k.LinkTickets(tickets=(ticket, *strange)))
    city.do(k.LinkTickets(tickets=(ticket,)))
    assert [one.code for one in city.governance.topics.of_ticket(ticket)] == [CODE]
    city.do(k.UnlinkTicket(ticket_id=ticket, why="另一件事"))
    assert city.governance.topics.of_ticket(ticket) == []


def test_many_writers_lose_nothing(city: TopicCity) -> None:
    city.adopted()
    begin = Barrier(6)

    def add(number: int) -> None:
        begin.wait()
        for n in range(5):
            due = (city.clock.now() + timedelta(days=9)).date()
            deed = k.AddItem(
                item_code=f"{number}-{n}",
                heading="项目",
                counted_in="户",
                total=1,
                due=due,
                responsible=LEAD,
            )
            city.do(deed, f"office:{number}")

    threads = [Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    topic = city.governance.topics.get(CODE)
    assert topic is not None
    assert (len(topic.items), topic.version) == (30, 32)


def test_what_another_process_writes_is_seen_a_moment_later(city: TopicCity) -> None:
    now_s = [100.0]
    elsewhere = LiveTopics(city.system.log, lambda: now_s[0])
    assert list(elsewhere.all()) == []
    city.adopted()
    assert list(elsewhere.all()) == []
    now_s[0] += 1
    assert [one.stage for one in elsewhere.all()] == ["adopted"]
    city.item()
    now_s[0] += 1
    assert elsewhere.all() == city.governance.topics.all()


def test_topics_stand_in_the_order_of_their_months(city: TopicCity) -> None:
    for code, month in (("b", "2026-03"), ("a", "2026-03"), ("c", "2026-04")):
        city.do(propose(month=month), PROPOSER, code)
    assert [one.code for one in city.governance.topics.all()] == ["c", "a", "b"]


def test_topics_leave_tickets_and_their_state_alone(city: TopicCity) -> None:
    city.ticket("a")
    before = replay(city.system.log)
    city.adopted()
    city.item()
    city.report(471)
    city.strike_off()
    city.system.transport.run_until_idle()
    after = replay(city.system.log)
    assert after.position == before.position + 5
    assert (after.state_sha256, after.undecodable) == (before.state_sha256, 0)
    assert live_state(city.system.log, city.system.handler) == after
    recorded = city.system.log.read_all(before.position, 100)
    assert decode_all(recorded) == ([], [])
    assert {one.stream_id for one in recorded} == {f"topic:{CODE}"}
    assert city.system.log.query("SELECT COUNT(*) FROM quarantine")[0][0] == 0
