"""What is counted, that it names no ticket, and how old what was taken in was."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.clock import VirtualClock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog, Recorded
from services.platform.ops.metrics import SAMPLES_MAX, Metrics, recorded_at, sampled
from services.platform.processor import Runner, read_batch
from tests.domain.facts import MONDAY
from tests.platform.helpers import Processing, open_tickets


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("tests", VirtualClock(MONDAY + timedelta(seconds=2)))


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_every_batch_a_runner_takes_in_is_counted_with_its_age(
    metrics: Metrics, log: EventLog, handler: CommandHandler
) -> None:
    open_tickets(handler, 3)
    runner = Runner(Processing(), log, handler, watch=metrics.step)
    batch = read_batch(log, 0, 100)

    runner.step(batch, MONDAY)
    runner.step(batch, MONDAY)  # seen before: nothing is taken in

    taken = value(metrics, "yousu_facts_taken_total", processor=runner.name, source="log")
    assert taken == len(batch.facts) > 0
    assert value(metrics, "yousu_step_seconds_count", processor=runner.name) == 1
    stage = f"stored_to_{runner.name}"
    ages = value(metrics, "yousu_stage_seconds_sum", stage=stage)
    assert ages == pytest.approx(2 * min(SAMPLES_MAX, len(batch.facts)))


def test_the_age_of_a_published_event_is_read_from_its_stored_bytes(
    metrics: Metrics, log: EventLog, handler: CommandHandler
) -> None:
    open_tickets(handler, 1)
    recorded = log.read_all(0, 1)[0]

    metrics.relayed(5, recorded)

    assert recorded_at(recorded) == MONDAY
    assert value(metrics, "yousu_relay_published_total") == 5
    assert value(metrics, "yousu_stage_seconds_sum", stage="stored_to_relayed") == 2


@given(
    st.text(), st.sampled_from(["", '"recorded_at":"', '{"recorded_at":"2001-01-01T00:00:00Z"}'])
)
def test_words_that_look_like_a_time_are_not_taken_for_one(words: str, bait: str) -> None:
    document = {"recorded_at": MONDAY.isoformat(), "note": bait + words}
    data = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    assert recorded_at(Recorded(1, "T", 1, "x.v1", data)) == MONDAY


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"recorded_at":"soon"}', b'{"recorded_at":"2026-01-01T00:00:00"}']
)
def test_bytes_without_an_aware_time_have_no_age(data: bytes) -> None:
    assert recorded_at(Recorded(1, "T", 1, "x.v1", data)) is None


@given(st.lists(st.integers(), max_size=200))
def test_samples_are_few_and_hold_the_oldest(items: list[int]) -> None:
    few = sampled(items)
    assert len(few) <= SAMPLES_MAX
    assert list(few[:1]) == items[:1]
    assert bool(few) == bool(items)
