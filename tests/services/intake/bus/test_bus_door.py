"""Messages become reports once: after repeats, gaps, poison and crashes."""

import random

import pytest
from city_history import START

from services.domain import commands as k
from services.domain.personal import Personal
from services.intake import submission
from services.intake.bus.door import BATCH_MAX, BusMessage
from services.intake.bus.sealing import intake_private_key, seal
from services.platform.command_handler import CommandHandler
from services.platform.event_log import Checkpoint, EventLog
from services.platform.failures import Outage, Overtaken
from services.platform.master_key import load_master_key
from services.platform.transport.bus_door import MessagesMissing
from tests.services.intake.bus.bus_city import PARTITION, BusCity, encoded, messages, report

GOOD = [encoded(report(f"r{number}", text=f"第{number}条路灯坏了")) for number in range(10)]
NAMES = [f"r{number}" for number in range(10)]


def test_messages_become_reports_and_the_position_moves(city: BusCity) -> None:
    city.take(*GOOD)
    assert city.references() == NAMES
    assert city.position == 10
    assert city.system.log.head() == 10


def test_nothing_is_nothing(city: BusCity) -> None:
    city.take()
    assert (city.position, city.system.log.head()) == (0, 0)


def test_a_report_may_come_twice(city: BusCity) -> None:
    city.take(GOOD[0], GOOD[0], GOOD[1])
    city.take(GOOD[0], start=3)
    assert city.references() == NAMES[:2]
    assert city.position == 4
    assert city.door.counts == {"opened": 2, "duplicate": 2, "quarantined": 0}


def test_redelivery_from_the_start_changes_nothing(city: BusCity) -> None:
    city.take(*GOOD)
    head = city.system.log.head()
    city.take(*GOOD)
    city.take(*GOOD[:5])
    assert (city.system.log.head(), city.position) == (head, 10)


@pytest.mark.parametrize("seed", range(5))
def test_any_overlapping_pieces_come_to_the_same(city: BusCity, seed: int) -> None:
    chance = random.Random(seed)
    fetched = messages([*GOOD[:4], b"poison", *GOOD[4:]])
    while city.position < len(fetched):
        start = chance.randint(0, city.position)
        city.door.take({PARTITION: fetched[start : chance.randint(start, len(fetched))]})
    assert city.references() == NAMES
    assert len(city.set_aside()) == 1
    assert city.system.log.head() == 10


def test_a_batch_may_be_larger_than_a_transaction(city: BusCity) -> None:
    count = BATCH_MAX + 3
    city.take(*(encoded(report(f"n{n:04}", text=f"第{n}号")) for n in range(count)))
    assert len(city.references()) == count
    assert city.position == count


def test_messages_that_were_not_fetched_stop_it(city: BusCity) -> None:
    city.take(*GOOD[:2])
    with pytest.raises(MessagesMissing):
        city.take(*GOOD[3:5], start=3)
    hole = [BusMessage(2, 2, GOOD[2]), BusMessage(5, 4, GOOD[5])]
    with pytest.raises(MessagesMissing):
        city.door.take({PARTITION: hole})
    assert city.position == 2
    assert city.references() == NAMES[:2]


def test_offsets_may_have_gaps_that_the_consumer_vouches_for(city: BusCity) -> None:
    city.door.take({PARTITION: [BusMessage(0, 0, GOOD[0]), BusMessage(7, 1, GOOD[1])]})
    assert city.position == 8
    city.door.take({PARTITION: [BusMessage(9, 8, GOOD[2])]})
    assert city.references() == NAMES[:3]


def test_what_the_topic_no_longer_holds_is_given_up_on_purpose_only(city: BusCity) -> None:
    assert city.door.give_up_until(PARTITION, 100)
    assert not city.door.give_up_until(PARTITION, 50)
    city.take(GOOD[0], start=100)
    assert (city.position, city.references()) == (101, ["r0"])


def test_partitions_and_topics_have_positions_of_their_own(city: BusCity) -> None:
    city.door.take(
        {"intake-reports/a/0": messages(GOOD[:2]), "intake-reports/a/1": messages(GOOD[2:3])}
    )
    city.door.take({"intake-reports/b/0": messages(GOOD[:3])})  # made anew: the same once more
    assert city.references() == NAMES[:3]
    assert city.door.position("intake-reports/a/0") == 2
    assert city.door.position("intake-reports/b/0") == 3


def test_poison_blocks_nobody_and_keeps_its_bytes_sealed(city: BusCity) -> None:
    words = encoded({"channel": "app", "text": "马晓梅家的暖气", "contact": "13812345678"})
    city.take(GOOD[0], words, b"\xff\x00", GOOD[1], None)
    assert city.references() == NAMES[:2]
    assert city.position == 5
    first, second, third = city.set_aside()
    assert first.payload is not None
    assert second.payload is not None
    assert bytes(first.payload).startswith(b"s1.")
    assert "马晓梅".encode() not in bytes(first.payload)
    assert third.payload is None
    assert first.stream_id == f"{PARTITION}@1"
    assert first.error == "reference: Field required"
    assert city.door.counts["quarantined"] == 3


def test_only_poison_moves_the_position_too(city: BusCity) -> None:
    city.take(*[b"{}"] * 200)
    assert city.position == 200
    assert len(city.set_aside()) == 200
    assert city.system.log.head() == 0


def test_sealed_messages_are_opened_and_broken_ones_set_aside(city: BusCity) -> None:
    master_key = load_master_key(city.system.settings.master_key_file)
    mine = intake_private_key(master_key).public_key()
    theirs = intake_private_key(bytes(32)).public_key()
    city.take(seal(GOOD[0], mine), seal(GOOD[1], theirs), seal(b"{}", mine))
    assert city.references() == ["r0"]
    errors = [letter.error for letter in city.set_aside()]
    assert errors[0] == "key: is not the key of this service"
    assert errors[1].startswith("channel: Field required")


def test_a_crash_before_the_commit_leaves_nothing(
    city: BusCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **values: object) -> None:
        raise Outage("database: away")

    with monkeypatch.context() as patched:
        patched.setattr(EventLog, "append", away)
        with pytest.raises(Outage):
            city.take(*GOOD[:3], b"poison")
    assert (city.position, city.references(), city.set_aside()) == (0, [], [])
    city.take(*GOOD[:3], b"poison")
    assert (city.position, city.references()) == (4, NAMES[:3])
    assert len(city.set_aside()) == 1


def test_a_lost_answer_after_the_commit_doubles_nothing(
    city: BusCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = EventLog.append

    def lost(self: EventLog, *args: object, **values: object) -> None:
        append(self, *args, **values)  # type: ignore[arg-type]
        raise Outage("database: the answer was lost")

    with monkeypatch.context() as patched:
        patched.setattr(EventLog, "append", lost)
        with pytest.raises(Outage):
            city.take(*GOOD[:3], b"poison")
    city.take(*GOOD[:3], b"poison")
    assert (city.position, city.references()) == (4, NAMES[:3])
    assert len(city.set_aside()) == 1
    assert city.system.log.head() == 3


def test_a_second_worker_on_the_partition_doubles_nothing(
    city: BusCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = BusCity(city.system.settings.data_dir)
    handle, done = CommandHandler.handle, []

    def late(self: CommandHandler, *args: object, **values: object) -> object:
        if not done:  # between our look at the position and our append
            done.append(True)
            other.take(*GOOD[:4], b"poison")
        return handle(self, *args, **values)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(CommandHandler, "handle", late)
        city.take(*GOOD[:4], b"poison", *GOOD[4:])
    assert done
    assert city.references() == NAMES
    assert len(city.set_aside()) == 1
    assert (city.position, city.system.log.head()) == (11, 10)
    other.system.close()


def test_one_report_that_cannot_be_stored_is_found_and_set_aside(
    city: BusCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = submission.same_matter

    def broken(one: object) -> object:
        if getattr(one, "reference", None) == "r1":
            raise ValueError("马晓梅")
        return plain(one)  # type: ignore[arg-type]

    monkeypatch.setattr(submission, "same_matter", broken)
    city.take(*GOOD[:3])
    assert city.references() == ["r0", "r2"]
    (letter,) = city.set_aside()
    assert letter.error.startswith("ValueError at ")
    assert "马晓梅" not in letter.error


def test_a_ticket_closed_at_the_last_moment_loses_no_report(
    city: BusCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two reports of one matter: the ticket is ended by another process between our look for it
    and our joining. Nothing may be half done, for the position would step past the report."""
    same = {"address": "海晏路1号"}
    city.take(encoded(report("a1", **same)))
    ((ticket_id,),) = city.system.log.query("SELECT ticket_id FROM report_keys")
    other = BusCity(city.system.settings.data_dir)
    city.system.handler._tickets.clear()  # as after many others
    look, done = submission.open_matters, []

    def late(log: EventLog, fingerprints: list[str]) -> dict[str, str]:
        found = look(log, fingerprints)
        if not done:
            done.append(True)
            resident = other.system.handler.tickets([ticket_id])[ticket_id].resident
            other.system.handler.execute(
                k.AnswerAtOnce(
                    ticket_id=ticket_id,
                    actor="person:test",
                    cause="command:1",
                    now=START,
                    reply=Personal(resident, "修好了"),
                )
            )
        return found

    monkeypatch.setattr(submission, "open_matters", late)
    city.take(encoded(report("a2", **same)), encoded(report("b1", text="水管漏水")), start=1)
    assert city.references() == ["a1", "a2", "b1"]
    assert city.position == 3
    assert city.door.counts["opened"] == 3
    other.system.close()


def test_the_position_cannot_be_moved_back(city: BusCity) -> None:
    city.take(*GOOD[:3])
    handler = city.system.handler
    with pytest.raises(Overtaken, match="stands at 3"):
        handler.handle(lambda: [], checkpoint=Checkpoint(PARTITION, 2, 1))
