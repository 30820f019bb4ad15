"""Lanes side by side: the bus brings facts, the log fills holes, and none holds up another."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from services.platform import processor_errors
from services.platform.clock import VirtualClock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import Checkpoint, EventLog
from services.platform.failures import Outage, RowsRefused
from services.platform.transport import back_off, lane_batches, lane_worker
from services.platform.transport.lane_worker import LaneWorker
from services.platform.transport.topics import partition_of
from tests.domain.facts import MONDAY, WORDS
from tests.platform.bus import (
    Noting,
    Seconds,
    append,
    effects,
    handler_of,
    on_the_bus,
    opened,
    quarantined,
    tickets_of,
)
from tests.platform.helpers import Processing, counted, open_tickets

LANES = 3
ALL = frozenset(range(LANES))
A, B, C = (tickets_of(lane, LANES, 2) for lane in range(LANES))


@pytest.fixture
def log(tmp_path):
    with opened(tmp_path / "yousu.db") as log:
        yield log


@pytest.fixture
def other_log(tmp_path, log):
    with opened(tmp_path / "yousu.db") as other:
        yield other


@dataclass
class Bench:
    """One worker, and what it stands between."""

    log: EventLog
    handler: CommandHandler
    policy: Noting = field(default_factory=Noting)
    seconds: Seconds = field(default_factory=Seconds)
    far_behind: int = 10_000

    def __post_init__(self) -> None:
        clock = VirtualClock(MONDAY)
        self.worker = LaneWorker(
            self.policy,
            self.log,
            self.handler,
            clock,
            LANES,
            far_behind=self.far_behind,
            elapsed_s=self.seconds,
        )

    def live(self) -> "Bench":
        """Holds every lane, has seen the whole log, and the bus has spoken a moment ago."""
        self.worker.hold(ALL)
        append(self.log, [A[0], B[0], C[0]])
        self.worker.look()
        append(self.log, [A[0], B[0], C[0]])
        self.bring()
        return self

    def bring(self, lanes=ALL, last=1) -> None:
        """The last messages of some partitions."""
        bus = on_the_bus(self.log, LANES)
        self.worker.take({lane: bus[lane][-last:] for lane in lanes})

    def positions(self) -> list[int]:
        return [self.worker.runners[lane].position for lane in sorted(self.worker.runners)]


@pytest.fixture
def bench(log, keyring):
    return Bench(log, handler_of(log, keyring))


@pytest.fixture
def reads(log, monkeypatch):
    found = []
    read_all = log.read_all

    def reading(after, limit, to=None):
        if to is not None:  # not our own, to see what the bus has
            found.append((after, to))
        return read_all(after, limit, to)

    monkeypatch.setattr(log, "read_all", reading)
    return found


def test_lanes_are_taken_up_from_the_log(bench):
    append(bench.log, [A[0], B[0], A[0], C[0]])
    bench.worker.hold(ALL)
    assert bench.worker.look() is False
    assert effects(bench.log) == [(A[0], 1), (A[0], 3), (B[0], 2), (C[0], 4)]
    assert bench.positions() == [4, 4, 4]


def test_what_the_bus_brings_needs_no_read(bench, reads):
    bench.live()
    reads.clear()
    append(bench.log, [A[0], B[0]])
    bench.bring([0, 1])
    bench.worker.look()
    assert {position for _, position in effects(bench.log)} == set(range(1, 9))
    assert reads == []


def test_copies_have_no_effect(bench):
    bench.live()
    before = effects(bench.log)
    bench.bring(last=100)
    bench.bring(last=1)
    bench.worker.look()
    assert effects(bench.log) == before


def test_a_hole_is_filled_from_the_log_before_what_follows(bench):
    bench.live()
    append(bench.log, [A[0], A[1], A[0]])
    bench.bring([0], last=1)
    assert len(effects(bench.log)) == 6, "nothing after a hole is taken in"
    bench.worker.look()
    assert effects(bench.log)[6:] == [(A[0], 7), (A[1], 8), (A[0], 9)]


def test_after_a_hole_was_filled_the_bus_brings_what_follows(bench, reads):
    bench.live()
    append(bench.log, [A[0], A[0]])
    bench.bring([0], last=1)
    bench.worker.look()
    bench.bring([0], last=1)  # a copy by now, and a sign that the bus is alive
    reads.clear()
    append(bench.log, [A[0]])
    bench.worker.look()
    assert reads == [], "it waits for the bus"
    bench.bring([0], last=1)
    assert effects(bench.log)[-1] == (A[0], 9)


def test_a_bus_that_is_far_behind_what_was_read_is_no_reason_to_wait_for_it(
    bench, reads, monkeypatch
):
    monkeypatch.setattr(lane_worker, "NEAR", 2)
    bench.live()
    append(bench.log, [A[0]] * 4)
    bench.bring([0], last=1)
    bench.worker.look()
    bus = on_the_bus(bench.log, LANES)
    bench.worker.take({0: bus[0][:1]})
    reads.clear()
    append(bench.log, [A[0]])
    bench.worker.look()
    assert reads


def test_what_does_not_belong_in_a_partition_is_left_alone(bench):
    bench.live()
    append(bench.log, [B[0]])
    bench.worker.take({0: on_the_bus(bench.log, LANES)[1]})
    assert len(effects(bench.log)) == 6
    bench.bring([1])
    assert effects(bench.log)[6:] == [(B[0], 7)]


def test_messages_of_lanes_that_are_not_ours_are_left_alone(bench):
    bench.worker.hold(frozenset({0}))
    append(bench.log, [A[0], B[0]])
    bench.bring()
    bench.worker.look()
    assert effects(bench.log) == [(A[0], 1)]
    assert list(bench.worker.runners) == [0]


def test_partitions_beyond_the_lanes_are_nobodys(bench):
    append(bench.log, [A[0]])
    bench.worker.hold(frozenset({0, LANES, LANES + 1}))
    bench.worker.look()
    bench.worker.close()
    assert list(bench.worker.runners) == [0]


def test_silence_is_asked_about(bench):
    bench.live()
    append(bench.log, [A[0]])
    assert bench.worker.look() is False
    assert len(effects(bench.log)) == 6
    bench.seconds.pass_(lane_worker.SILENT_S + 0.1)
    bench.worker.look()
    assert effects(bench.log)[6:] == [(A[0], 7)]


def test_who_is_far_behind_reads_the_log(log, keyring, reads):
    bench = Bench(log, handler_of(log, keyring), far_behind=5).live()
    append(log, [A[0]] * 6)
    reads.clear()
    bench.seconds.pass_(lane_worker.LOOK_EVERY_S)
    assert bench.worker.look() is False
    assert bench.positions() == [12, 12, 12]
    assert reads, "though the bus has spoken a moment ago"


def test_lanes_that_stand_together_share_a_read(bench, reads):
    append(bench.log, [A[0], B[0], C[0]])
    bench.worker.hold(ALL)
    bench.worker.look()
    assert reads == [(0, 3)]


def test_a_long_way_is_gone_in_pieces_for_a_while_at_a_time(bench, monkeypatch):
    monkeypatch.setattr(lane_worker, "READ_MAX", 4)
    monkeypatch.setattr(lane_batches, "BATCH_MAX", 2)
    append(bench.log, [A[0], B[0]] * 10)
    react = bench.policy.react

    def slow(facts, now):
        bench.seconds.pass_(0.3)
        return react(facts, now)

    monkeypatch.setattr(bench.policy, "react", slow)
    bench.worker.hold(ALL)
    assert bench.worker.look() is True, "there is more to do at once"
    assert 0 < len(effects(bench.log)) < 20
    while bench.worker.look():
        pass
    assert [position for ticket, position in effects(bench.log) if ticket == A[0]] == list(
        range(1, 20, 2)
    )
    assert len(effects(bench.log)) == 20


def test_poison_is_set_aside_once_and_holds_up_nobody(bench):
    poison, spoiled = tickets_of(0, LANES, 1, "poison")[0], tickets_of(0, LANES, 1, "spoiled")[0]
    append(bench.log, [A[0], poison, A[0], spoiled, A[0], B[0]])
    bench.worker.hold(ALL)
    bench.worker.look()
    bench.bring(last=100)
    assert effects(bench.log) == [(A[0], 1), (A[0], 3), (A[0], 5), (B[0], 6)]
    assert quarantined(bench.log) == [2, 4]
    assert bench.worker.stopped == set()


def test_too_much_poison_stops_its_lane_alone_and_steps_over_nothing(bench, monkeypatch):
    monkeypatch.setattr(lane_batches, "BATCH_MAX", 60)
    monkeypatch.setattr(lane_worker, "READ_MAX", 1_000)
    [poison] = tickets_of(0, LANES, 1, "poison")
    append(bench.log, [poison] * 101 + [A[0]] * 150 + [B[0]])
    bench.worker.hold(ALL)
    bench.worker.look()
    assert bench.worker.stopped == {0}
    assert effects(bench.log) == [(B[0], 252)]
    assert bench.log.checkpoint("noting/0-of-3") == 100
    assert "too many dead letters" in processor_errors.current(bench.log)["noting/0-of-3"]
    append(bench.log, [A[0], B[0]])
    bench.bring([0, 1])
    assert bench.worker.look() is False, "nobody waits for a lane that has stopped"
    assert effects(bench.log) == [(B[0], 252), (B[0], 254)]
    assert bench.log.checkpoint("noting/0-of-3") == 100


def test_a_lane_that_is_given_away_stops_for_us(bench):
    bench.live()
    bench.worker.hold(frozenset({1}))
    append(bench.log, [A[0], B[0]])
    bench.bring([0, 1])
    assert effects(bench.log)[6:] == [(B[0], 8)]
    bench.worker.hold(frozenset({0, 1}))
    bench.worker.look()
    assert effects(bench.log)[6:] == [(B[0], 8), (A[0], 7)]


def test_an_outage_of_one_lane_holds_up_no_other_and_steps_over_nothing(bench):
    bench.live()
    bench.policy.away = {A[0]}
    append(bench.log, [A[0], B[0], A[1], C[0]])
    bench.bring(last=2)
    assert effects(bench.log)[6:] == [(B[0], 8), (C[0], 10)]
    assert bench.worker.look() is False, "who rests is not asked again at once"
    assert processor_errors.current(bench.log) == {"noting/0-of-3": "the calendar is away"}
    append(bench.log, [A[1], B[0]])
    bench.bring([0, 1])
    assert effects(bench.log)[8:] == [(B[0], 12)]
    bench.policy.away = set()
    bench.seconds.pass_(back_off.BACK_OFF_S[0])
    bench.worker.look()
    assert effects(bench.log)[9:] == [(A[0], 7), (A[1], 9), (A[1], 11)]
    assert processor_errors.current(bench.log) == {}


def test_who_fails_again_and_again_rests_longer(bench):
    bench.live()
    bench.policy.away = {A[0]}
    append(bench.log, [A[0]])
    tried = []
    react = bench.policy.react

    def counting(facts, now):
        tried.append(bench.seconds.now_s)
        return react(facts, now)

    bench.policy.react = counting
    for _ in range(120):
        bench.seconds.pass_(0.1)
        bench.worker.look()
    times = sorted({round(at_s, 1) for at_s in tried if at_s > lane_worker.SILENT_S})
    gaps = [round(later - sooner, 1) for sooner, later in pairwise(times)]
    assert gaps[0] <= 0.2
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 5.0


def test_a_lane_that_waits_far_back_starves_nobody(bench, monkeypatch):
    monkeypatch.setattr(lane_worker, "READ_MAX", 2)
    bench.policy.away = {A[0]}
    append(bench.log, [A[0]] + [B[0], C[0]] * 10)
    bench.worker.hold(ALL)
    bench.worker.look()
    assert len(effects(bench.log)) == 20


def test_a_log_that_is_away_is_everybodys_outage(bench, monkeypatch):
    bench.live()
    append(bench.log, [A[0]])

    def away(*_, **__):
        raise Outage("database: away")

    with monkeypatch.context() as broken:
        broken.setattr(bench.log, "append", away)
        broken.setattr(bench.log, "head", away)
        with pytest.raises(Outage, match="database"):
            bench.bring([0])
    assert bench.positions()[0] == 4
    bench.bring([0])
    assert effects(bench.log)[6:] == [(A[0], 7)], "the same again, later"


def test_what_could_not_be_told_is_told_later(bench, monkeypatch):
    bench.live()
    bench.policy.away = {A[0]}
    append(bench.log, [A[0]])
    bench.bring([0])
    bench.policy.away = set()
    bench.seconds.pass_(10)

    def away(changes):
        raise Outage("database: away")

    with monkeypatch.context() as broken:
        broken.setattr(bench.log, "apply", away)
        bench.worker.look()
    assert processor_errors.current(bench.log)
    append(bench.log, [A[0]])
    bench.bring([0])
    assert processor_errors.current(bench.log) == {}


def test_clocks_go_with_the_first_lane_only(bench):
    bench.worker.hold(frozenset({1, 2}))
    bench.worker.look()
    assert bench.policy.ticks == []
    bench.worker.hold(frozenset({0}))
    bench.worker.look()
    bench.worker.look()
    assert len(bench.policy.ticks) == 1
    bench.seconds.pass_(lane_worker.TICK_EVERY_S)
    bench.worker.look()
    assert len(bench.policy.ticks) == 2


@pytest.mark.parametrize("failure", [Outage("away"), RowsRefused("rows"), ValueError(WORDS)])
def test_clocks_that_fail_hold_up_no_facts_and_tell_no_words(bench, failure, caplog):
    bench.policy.tick_failure = failure
    bench.live()
    assert len(effects(bench.log)) == 6
    bench.policy.tick_failure = None
    bench.seconds.pass_(lane_worker.TICK_EVERY_S)
    bench.worker.look()
    assert len(bench.policy.ticks) == 2
    assert WORDS not in caplog.text


def test_facts_without_effect_are_written_down_now_and_then(bench):
    quiet = [tickets_of(lane, LANES, 1, "quiet")[0] for lane in range(LANES)]
    names = [f"noting/{lane}-of-3" for lane in range(LANES)]
    bench.live()
    append(bench.log, quiet)
    bench.bring()
    bench.worker.look()
    before = [bench.log.checkpoint(name) for name in names]
    bench.seconds.pass_(lane_worker.SAVE_EVERY_S)
    bench.worker.look()
    assert before == [4, 5, 6]
    assert [bench.log.checkpoint(name) for name in names] == [7, 8, 9]


def test_what_is_left_is_written_down_at_the_end(bench):
    bench.live()
    append(bench.log, tickets_of(0, LANES, 1, "quiet"))
    bench.bring([0])
    bench.worker.close()
    assert bench.log.checkpoint("noting/0-of-3") == 7


def test_leaving_while_the_log_is_away_is_no_failure(bench, monkeypatch):
    bench.live()
    append(bench.log, tickets_of(0, LANES, 1, "quiet"))
    bench.bring([0])

    def away(*_, **__):
        raise Outage("database: away")

    monkeypatch.setattr(bench.log, "append", away)
    bench.worker.close()
    assert bench.log.checkpoint("noting/0-of-3") == 4


def test_saving_beside_another_worker_follows_it_where_it_is_ahead(bench, other_log):
    quiet = tickets_of(0, LANES, 1, "quiet") + tickets_of(1, LANES, 1, "quiet")
    bench.live()
    append(bench.log, quiet)
    bench.bring([0, 1])
    other_log.append([], also=[Checkpoint("noting/0-of-3", 6, after=4)])
    bench.worker.close()
    assert bench.positions()[:2] == [6, 8]
    assert [bench.log.checkpoint(f"noting/{n}-of-3") for n in (0, 1)] == [6, 8]


def zombie(bench, other_log, keyring):
    """A second worker that believes it holds the same lanes, on a connection of its own."""
    return Bench(other_log, handler_of(other_log, keyring))


def test_who_was_overtaken_backwards_steps_over_nothing(bench, other_log, keyring, monkeypatch):
    monkeypatch.setattr(lane_batches, "BATCH_MAX", 2)
    bench.live()
    ours, theirs = bench, zombie(bench, other_log, keyring)
    [quiet] = tickets_of(0, LANES, 1, "quiet")
    append(bench.log, [quiet, quiet, A[0], A[0], A[0], A[0]])
    theirs.worker.hold(ALL)
    theirs.worker.look()
    with_one_fact = on_the_bus(bench.log, LANES)[0]
    assert effects(bench.log)[6:] == [(A[0], at) for at in range(9, 13)]
    # Ours has seen the quiet ones, and believes to stand at 8 with 4 written down.
    ours.worker.take({0: with_one_fact[2:4]})
    ours.worker.take({0: with_one_fact[4:]})
    while ours.worker.look():
        pass
    assert effects(bench.log)[6:] == [(A[0], at) for at in range(9, 13)]
    assert ours.positions()[0] == 12


def test_behind_another_that_saved_less_than_we_have_seen_nothing_is_lost(
    bench, other_log, monkeypatch
):
    monkeypatch.setattr(lane_batches, "BATCH_MAX", 2)
    bench.live()
    [quiet] = tickets_of(0, LANES, 1, "quiet")
    append(bench.log, [quiet, A[1], quiet, quiet, A[0], A[0], A[0], A[0]])
    bus = on_the_bus(bench.log, LANES)[0]
    bench.worker.take({0: bus[2:3]})  # at 7 in memory, 4 written down
    other_log.append([], also=[Checkpoint("noting/0-of-3", 6, after=4)])
    bench.worker.take({0: bus[3:]})  # overtaken at its first batch: the next ones do not follow
    bench.seconds.pass_(10)
    while bench.worker.look():
        pass
    assert effects(bench.log)[6:] == [(A[1], 8), *((A[0], at) for at in range(11, 15))]


def test_behind_another_that_saved_in_the_middle_of_a_batch_nothing_is_doubled(
    bench, other_log, keyring, monkeypatch
):
    bench.live()
    theirs = zombie(bench, other_log, keyring)
    append(bench.log, [*[A[0]] * 3, *[B[0]] * 3, A[0]])
    theirs.worker.hold(ALL)
    theirs.worker.look()
    append(bench.log, [A[0], B[0]])
    monkeypatch.setattr(lane_batches, "BATCH_MAX", 3)
    bus = on_the_bus(bench.log, LANES)
    bench.worker.take({0: bus[0][-5:], 1: bus[1][-4:]})
    bench.seconds.pass_(10)
    while bench.worker.look():
        pass
    assert sorted(at for _, at in effects(bench.log)) == list(range(1, 16))


def test_commands_of_two_workers_are_decided_once(log, other_log, keyring):
    rows = "CREATE TABLE IF NOT EXISTS seen (position INTEGER PRIMARY KEY, times INTEGER)"
    log.redefine([rows])
    seconds = Seconds()
    workers = []
    for one in (log, other_log):
        policy, clock = Processing("router", routes=True), VirtualClock(MONDAY)
        worker = LaneWorker(policy, one, handler_of(one, keyring), clock, LANES, elapsed_s=seconds)
        worker.hold(ALL)
        worker.look()
        workers.append(worker)
    open_tickets(handler_of(log, keyring), 6)
    bus = on_the_bus(log, LANES)
    for worker in workers:
        worker.take(dict(enumerate(bus)))
        worker.look()
    assert log.head() == 12, "each was routed once"
    seconds.pass_(10)
    for worker in workers:
        while worker.look():
            pass
    assert counted(log) == dict.fromkeys(range(1, 13), 1)


def test_what_is_held_may_change_from_any_thread(bench):
    """One value, replaced as a whole, and read once a turn."""
    bench.live()
    bench.worker.hold(frozenset({2}))
    assert sorted(bench.worker.runners) == [0, 1, 2]
    bench.worker.look()
    assert sorted(bench.worker.runners) == [2]
    assert partition_of(C[0], LANES) == 2
