"""`yousu relay` and `yousu worker`: the parts of a cluster, each a process of its own."""

import logging
import signal
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import click

from services.console.following import following_open_tickets
from services.console.kafka_options import kafka_of
from services.console.notices import postmen_at_work
from services.console.options import data_options, fail, open_system
from services.console.reports_door import build_door
from services.console.system import System
from services.console.telling import (
    database_answers,
    ops_options,
    ops_server,
    start_telling,
    tell_figures,
    worker_works,
)
from services.console.workers import SERVICES, build_worker
from services.platform.failures import Outage
from services.platform.ops.ops_server import turning
from services.platform.ops.watches import WatchedDoor, WatchedRelay, WatchedWorker
from services.platform.transport import kafka_admin
from services.platform.transport.kafka_publisher import KafkaPublisher
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.lane_worker import LaneWorker
from services.platform.transport.lanes import LanesChanged, lane_count
from services.platform.transport.pump import leave_soon
from services.platform.transport.relay import Relay, relayed
from services.platform.transport.topics import TICKET_EVENTS
from services.platform.transport.whole_worker import WholeWorker

logger = logging.getLogger(__name__)

ASK_AGAIN_S = 2.0


@click.command("relay")
@ops_options
@data_options
def relay_command(
    data_dir: Path | None, database_url: str | None, ops_port: int, ops_host: str
) -> None:
    """Carry the log to the topic ticket-events, until SIGTERM. A second relay stands by."""
    stop = _stopped_by_signals()
    with open_system(data_dir, database_url, must_exist=True) as system:
        kafka, lanes = kafka_of(system.settings), lanes_of(system)
        telling = start_telling("relay", system)
        tell_figures(telling.metrics, system)
        watch = WatchedRelay(telling.metrics, telling.tracing)
        relay = Relay(system.log, KafkaPublisher(kafka), lanes, watch)
        alive = turning(lambda: relay.turned_s, time.monotonic)
        with ops_server(telling, ops_port, ops_host, alive, database_answers(system)):
            try:
                relay.run(stop)
            except LanesChanged as error:
                fail(str(error), error.exit_code)


@click.command("worker")
@click.argument("service", type=click.Choice(SERVICES))
@ops_options
@data_options
def worker_command(
    service: str, data_dir: Path | None, database_url: str | None, ops_port: int, ops_host: str
) -> None:
    """Run one service's processors on what the bus brings, until SIGTERM. Start as many as you
    like: they share the partitions."""
    stop = _stopped_by_signals()
    with open_system(data_dir, database_url, must_exist=True) as system:
        kafka, lanes = kafka_of(system.settings), lanes_of(system)
        telling = start_telling(service, system)
        if not _topic_is_there(kafka, lanes, stop):
            return
        from services.platform.transport.faust_worker import FaustWorker  # slow, and only for this

        metrics = telling.metrics
        door = WatchedDoor(build_door(system, kafka), metrics) if service == "intake" else None
        worker = build_worker(system, service, lanes, metrics.step)
        watched = WatchedWorker(worker, metrics, telling.tracing)
        process = FaustWorker(
            kafka,
            watched,
            door,
            relayed=lambda: relayed(system.log, lanes),
            on_messages=metrics.messages,
        )
        alive = turning(lambda: process.turned_s, time.monotonic)
        ready = worker_works(system, lambda: process.is_assigned, lambda: stopped_lanes(worker))
        follows = following_open_tickets(system) if door is not None else nullcontext()
        tells = postmen_at_work(system) if service == "notices" else nullcontext()
        with ops_server(telling, ops_port, ops_host, alive, ready), follows, tells:
            process.run()


def stopped_lanes(worker: LaneWorker | WholeWorker) -> int:
    return len(worker.stopped) if isinstance(worker, LaneWorker) else 0


def lanes_of(system: System) -> int:
    found = lane_count(system.log)
    if found is None:
        fail("the log is not split into lanes yet: run `yousu topics create`")
    return found


def _topic_is_there(kafka: KafkaSettings, lanes: int, stop: threading.Event) -> bool:
    """Waits for it. False if we were told to leave."""
    while not stop.is_set():
        try:
            found = kafka_admin.partitions_of(kafka, TICKET_EVENTS)
            if found == lanes:
                return True
            logger.error("ticket-events has %s partitions, the log %s lanes", found or 0, lanes)
        except Outage as error:
            logger.warning("waiting: %s", error)
        stop.wait(ASK_AGAIN_S)
    return False


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def told_to_leave(signum: int, frame: object) -> None:
        stop.set()
        leave_soon()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, told_to_leave)
    return stop
