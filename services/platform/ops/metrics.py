"""What one process counts, for Prometheus. Names of processors, topics and stages only: never a
ticket, a resident, or a word of theirs."""

import re
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from typing import TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from services.platform.clock import Clock
from services.platform.event_log import Recorded
from services.platform.processor import Batch

STEP_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STAGE_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 15, 60, 300, 1800)
SAMPLES_MAX = 8  # latencies of one batch: a batch is stored at one moment, so few tell enough
_RECORDED_AT = re.compile(rb'"recorded_at":\s*"([^"\\]{1,40})"')
Item = TypeVar("Item")


class Metrics:
    """Made once a process. `clock`: the one that facts are recorded by.

    Its methods are hooks: cheap, from any thread, and nothing they are given is kept.
    """

    def __init__(self, service: str, clock: Clock) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each
        self._clock = clock
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        build = Info("yousu_build", "What runs here.", registry=registry)
        build.info({"version": version("yousu"), "service": service})
        self._messages = Counter(
            "yousu_messages", "Messages that arrived from the bus.", ["topic"], registry=registry
        )
        self._facts = Counter(
            "yousu_facts_taken",
            "Facts whose effects are stored, by where they came from: bus or log.",
            ["processor", "source"],
            registry=registry,
        )
        self._steps = Histogram(
            "yousu_step_seconds",
            "One step of a processor over one lane, with its transaction.",
            ["processor"],
            buckets=STEP_BUCKETS_S,
            registry=registry,
        )
        self._stages = Histogram(
            "yousu_stage_seconds",
            "From one stage to the next, sampled: how long a fact or a message was on its way.",
            ["stage"],
            buckets=STAGE_BUCKETS_S,
            registry=registry,
        )
        self._outages = Counter(
            "yousu_outages", "Turns that failed and are tried again.", ["processor"],
            registry=registry,
        )  # fmt: skip
        self._relayed = Counter(
            "yousu_relay_published", "Events that the broker has confirmed.", registry=registry
        )

    def messages(self, topic: str, count: int) -> None:
        self._messages.labels(topic).inc(count)

    def step(self, processor: str, batch: Batch, took_s: float) -> None:
        """A batch was taken in, and its effects are stored."""
        self._facts.labels(processor, batch.source).inc(len(batch.facts))
        self._steps.labels(processor).observe(took_s)
        moments = [fact.event.recorded_at for fact in sampled(batch.facts)]
        self._observe(f"stored_to_{processor}", moments)

    def taken(self, published_at: Sequence[datetime | None]) -> None:
        """Messages of intake-reports are stored; when the broker had taken them in."""
        moments = [moment for moment in sampled(published_at) if moment is not None]
        self._observe("published_to_stored", moments)

    def relayed(self, count: int, oldest: Recorded) -> None:
        """Events are confirmed by the broker; the oldest of them."""
        self._relayed.inc(count)
        moment = recorded_at(oldest)
        self._observe("stored_to_relayed", [moment] if moment else [])

    def outage(self, processor: str) -> None:
        self._outages.labels(processor).inc()

    def _observe(self, stage: str, moments: Sequence[datetime]) -> None:
        now = self._clock.now()
        histogram = self._stages.labels(stage)
        for moment in moments:
            histogram.observe(max(0.0, (now - moment).total_seconds()))


def sampled(items: Sequence[Item]) -> Sequence[Item]:
    """Evenly, with the first, at most SAMPLES_MAX."""
    stride = -(-len(items) // SAMPLES_MAX)
    return items[:: max(1, stride)]


def recorded_at(recorded: Recorded) -> datetime | None:
    """Out of the stored bytes, without decoding them; None if they do not say it plainly.

    The last one in the bytes: a resident's words, which could say anything, are sealed anyway.
    """
    found = _RECORDED_AT.findall(recorded.data)
    try:
        moment = datetime.fromisoformat(found[-1].decode()) if found else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
