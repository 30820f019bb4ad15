"""Ids, clocks, settings, the writers' lock and the tail of what was written."""

import os
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain import events as e
from services.platform.clock import ScaledClock, SystemClock, VirtualClock
from services.platform.file_lock import FileLock
from services.platform.ids import time_ordered_id
from services.platform.settings import DEFAULT_DATA_DIR, SettingsInvalid, load_settings
from services.platform.tail import TAIL_MAX, Fact, Tail
from tests.domain.facts import MONDAY, TUESDAY, fact

MOMENTS = st.integers(10**8, 7 * 10**15).map(
    lambda microseconds: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
)


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_that_holds_its_time(now, noise):
    value = uuid.UUID(time_ordered_id(now, lambda size: noise[:size]))
    assert (value.version, value.variant) == (7, uuid.RFC_4122)
    assert value.int >> 80 == int(now.timestamp() * 1000)
    kept = (value.int >> 64 & 0xFFF) << 62 | value.int & ((1 << 62) - 1)
    assert kept == int.from_bytes(noise, "big") & ((1 << 74) - 1), "74 bits of noise are kept"


@given(MOMENTS, MOMENTS)
def test_later_ids_sort_later(one, other):
    ids = sorted([one, other])
    assert ids[1] - ids[0] < timedelta(milliseconds=1) or (
        time_ordered_id(ids[0], lambda size: b"\xff" * size)
        < time_ordered_id(ids[1], lambda size: b"\x00" * size)
    )


def test_ids_of_one_moment_differ():
    assert len({time_ordered_id(MONDAY, os.urandom) for _ in range(1_000)}) == 1_000


def test_the_time_is_that_of_the_system_and_aware():
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert SystemClock().now().tzinfo is UTC


def test_a_virtual_clock_stands_still_and_never_goes_back():
    clock = VirtualClock(MONDAY)
    assert clock.now() == clock.now() == MONDAY
    clock.advance_to(TUESDAY)
    clock.advance_to(MONDAY)
    assert clock.now() == TUESDAY


def test_a_scaled_clock_runs_faster_from_its_start_and_never_before_it():
    real = datetime.now(UTC)
    hour = ScaledClock(MONDAY, real - timedelta(seconds=10), 360.0).now() - MONDAY
    assert timedelta(hours=1) <= hour < timedelta(hours=2)
    assert ScaledClock(MONDAY, real + timedelta(hours=1), 360.0).now() == MONDAY


def test_defaults_keep_everything_in_one_folder():
    settings = load_settings(None, environment={})
    assert settings.data_dir == DEFAULT_DATA_DIR
    assert settings.log_file == DEFAULT_DATA_DIR / "yousu.db"
    assert settings.keys_file == DEFAULT_DATA_DIR / "keys" / "keys.db"
    assert settings.master_key_file == DEFAULT_DATA_DIR / "keys" / "master.key"
    assert (settings.api_keys, settings.directory, settings.policy) == ({}, None, None)


def test_arguments_win_over_the_environment():
    environment = {
        "YOUSU_DATA": "from-environment",
        "YOUSU_MASTER_KEY_FILE": "apart/master.key",
        "YOUSU_DIRECTORY": "directory",
        "YOUSU_SLA_POLICY": "policy.toml",
        "YOUSU_API_KEYS": "wechat:abc, hotline : d:e ,",
    }
    settings = load_settings(None, environment=environment)
    assert settings.data_dir == Path("from-environment")
    assert settings.master_key_file == Path("apart/master.key")
    assert (settings.directory, settings.policy) == (Path("directory"), Path("policy.toml"))
    assert settings.api_keys == {"wechat": "abc", "hotline": "d:e"}
    assert load_settings(Path("named"), environment=environment).data_dir == Path("named")


def test_the_process_environment_is_read_when_none_is_given(monkeypatch):
    monkeypatch.setenv("YOUSU_DATA", "from-process")
    assert load_settings(None).data_dir == Path("from-process")


@pytest.mark.parametrize("text", ["secret", "wechat:", ":secret", "wechat:abc,secret", " : "])
def test_keys_that_cannot_be_read_are_refused_and_not_quoted(text):
    with pytest.raises(SettingsInvalid, match="YOUSU_API_KEYS") as caught:
        load_settings(None, environment={"YOUSU_API_KEYS": text})
    assert "secret" not in str(caught.value)


def test_a_lock_is_held_by_one_thread_at_a_time_also_over_two_openings(tmp_path):
    locks = [FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")]
    inside, most = [], []

    def work(lock):
        for _ in range(20):
            with lock:
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work, args=(lock,)) for lock in locks * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (max(most), len(most)) == (1, 80)
    for lock in locks:
        lock.close()


def test_a_lock_is_given_back_after_an_error_and_a_closed_one_blocks_nobody(tmp_path):
    lock = FileLock(tmp_path / "lock")
    with pytest.raises(ValueError, match="inside"), lock:
        raise ValueError("inside")
    with lock:
        pass
    lock.close()
    lock.close()
    for _ in range(2):
        with pytest.raises((OSError, ValueError)), lock:
            pass


def facts_at(*positions):
    progressed = fact(e.TicketProgressed)
    return [Fact(position, 1, progressed) for position in positions]


def positions(facts):
    return [one.position for one in facts]


def extended(tail, *at):
    tail.extend(facts_at(*at), at[0], at[-1])


def known(tail, position, limit=10):
    facts, upto = tail.after(position, limit) or ((), None)
    return positions(facts), upto


def test_the_tail_gives_what_follows_a_position_if_it_holds_it():
    tail = Tail()
    assert tail.after(0, 10) is None
    extended(tail, 4, 5)
    extended(tail, 6)
    assert known(tail, 3) == ([4, 5, 6], 6)
    assert known(tail, 4, 1) == ([5], 5)
    assert tail.after(2, 10) is None, "position 3 is missing: the log has it"
    assert tail.after(6, 10) is tail.after(9, 10) is None


def test_a_gap_begins_the_tail_anew():
    tail = Tail()
    extended(tail, 1, 2)
    extended(tail, 4, 5)
    assert tail.after(1, 10) is None
    assert known(tail, 3) == ([4, 5], 5)


def test_facts_of_other_families_are_no_gap():
    tail = Tail()
    tail.extend(facts_at(1, 2), 1, 3)  # 3 came with them
    tail.skip(3, 5)
    extended(tail, 6)
    tail.extend([], 7, 8)
    assert known(tail, 0) == ([1, 2, 6], 8)
    assert known(tail, 4, 1) == ([6], 8)
    assert known(tail, 6) == ([], 8)
    tail.skip(10, 12)
    assert known(tail, 6) == ([], 8), "9 and 10 may be about tickets"


def test_the_tail_has_an_end():
    tail = Tail()
    extended(tail, *range(1, TAIL_MAX + 3))
    assert tail.after(1, 10) is None
    assert len(known(tail, 2, 2 * TAIL_MAX)[0]) == TAIL_MAX
