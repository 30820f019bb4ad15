"""From publishing a report to its routing in the log, with every part a process of its own.

Counted from the moment at which the report is handed to the producer, not from its confirmation.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks import city
from benchmarks.cluster.ground import LANES, Ground
from benchmarks.figures import Figure
from services.domain.codec import decode
from services.domain.events import TicketOpened
from services.platform.clock import SystemClock
from services.platform.event_log import EventLog, open_postgres_log
from services.platform.transport.kafka_clients import producer
from services.platform.transport.topics import INTAKE_REPORTS
from tests.cluster.installation import Installation, wait_until

LOOK_EVERY_S = 0.005
WARM_S = 3
OPENED = "ticket.opened.v1"
DISPATCHED = ("ticket.routed.v1", "ticket.sent_to_triage.v1")


def end_to_end(ground: Ground, rate: int, seconds: int) -> Iterator[Figure]:
    """The first WARM_S seconds are sent, and not counted."""
    with ground.installation() as made:
        made.run("topics", "create", "--partitions", LANES)
        made.start_all()
        log = open_postgres_log(made.environment["YOUSU_DATABASE_URL"])
        _warm_up(made, log)
        watcher = Watcher(log)
        watcher.start()
        sent = _publish(ground, made, rate, WARM_S + seconds)
        wait_until(lambda: sent.keys() <= watcher.routed_s.keys(), 60)
        watcher.stop()
        log.close()
        made.stop_all()
    counted = sorted(sent)[rate * WARM_S :]
    taken_ms = sorted((watcher.opened_s[one] - sent[one]) * 1000 for one in counted)
    routed_ms = sorted((watcher.routed_s[one] - sent[one]) * 1000 for one in counted)
    at = f"at {rate} reports/s on the bus"
    yield Figure(f"published to taken in, p50 {at}", _at(taken_ms, 0.50), "ms")
    yield Figure(f"published to taken in, p99 {at}", _at(taken_ms, 0.99), "ms")
    yield Figure(f"published to routed, p50 {at}", _at(routed_ms, 0.50), "ms")
    p99_ms = _at(routed_ms, 0.99)
    yield Figure(f"published to routed, p99 {at}", p99_ms, "ms", None, 300, "<=", of="value")


def _at(ordered: list[float], fraction: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def _warm_up(made: Installation, log: EventLog) -> None:
    """Until every worker has its partitions, and one report has come through."""
    file = made.folder / "first.jsonl"
    file.write_text(json.dumps(_body("first", 10**8)) + "\n")
    made.run("publish", file)
    wait_until(lambda: len(log.read_all(0, 2)) == 2, 60)
    made.run("process", "--until-idle")


def _publish(ground: Ground, made: Installation, rate: int, seconds: int) -> Mapping[str, float]:
    """Open loop: the next goes out on time, whatever became of the last. reference → when."""
    settings = ground.settings(made.environment["YOUSU_KAFKA_PREFIX"])
    client, topic = producer(settings, linger_ms=0), settings.topic(INTAKE_REPORTS)
    client.partitions_for(topic)
    bodies = [_body(f"R{n:08}", n) for n in range(rate * seconds)]
    values = [json.dumps(one, ensure_ascii=False).encode() for one in bodies]
    sent = {}
    began_s = time.perf_counter()
    for number, value in enumerate(values):
        time.sleep(max(0.0, began_s + number / rate - time.perf_counter()))
        sent[bodies[number]["reference"]] = time.perf_counter()
        client.send(topic, value)
    client.flush()
    client.close()
    return sent


def _body(reference: str, number: int) -> dict[str, Any]:
    report = city.reports(number, 1, SystemClock().now())[0]
    return {
        "channel": report.channel,
        "reference": reference,
        "title": report.title,
        "text": report.text,
        "contact": report.contact,
        "address": report.address,
    }


class Watcher(threading.Thread):
    """Another process's view of the log: when each reference was first seen opened, and routed."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(name="watcher", daemon=True)
        self._log = log
        self._stop_asked = threading.Event()
        self._references: dict[str, str] = {}
        self.opened_s: dict[str, float] = {}
        self.routed_s: dict[str, float] = {}

    def run(self) -> None:
        after = self._log.head()
        while not self._stop_asked.wait(LOOK_EVERY_S):
            for one in self._log.read_all(after, 1_000):
                now_s, after = time.perf_counter(), one.position
                if one.type == OPENED:
                    event = decode(one.type, one.data)
                    assert isinstance(event, TicketOpened)
                    self._references[one.stream_id] = event.reference
                    self.opened_s[event.reference] = now_s
                elif one.type in DISPATCHED and one.stream_id in self._references:
                    self.routed_s.setdefault(self._references[one.stream_id], now_s)

    def stop(self) -> None:
        self._stop_asked.set()
        self.join()
