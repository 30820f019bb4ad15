"""`yousu relay` and `yousu worker`: the parts of a cluster, each a process of its own."""

import logging
import signal
import threading
from pathlib import Path

import click

from services.console.kafka_options import kafka_of
from services.console.options import data_options, fail, open_system
from services.console.reports_door import build_door
from services.console.system import System
from services.console.workers import SERVICES, build_worker
from services.platform.failures import Outage
from services.platform.transport.kafka_publisher import KafkaPublisher
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.lanes import lane_count
from services.platform.transport.pump import leave
from services.platform.transport.relay import Relay

logger = logging.getLogger(__name__)

ASK_AGAIN_S = 2.0
LEAVE_WITHIN_S = 8.0


@click.command("relay")
@data_options
def relay_command(data_dir: Path | None, database_url: str | None) -> None:
    """Carry the log to the topic ticket-events, until SIGTERM. A second relay stands by."""
    stop = _stopped_by_signals()
    with open_system(data_dir, database_url, must_exist=True) as system:
        kafka, lanes = kafka_of(system.settings), lanes_of(system)
        Relay(system.log, KafkaPublisher(kafka), lanes).run(stop)


@click.command("worker")
@click.argument("service", type=click.Choice(SERVICES))
@data_options
def worker_command(service: str, data_dir: Path | None, database_url: str | None) -> None:
    """Run one service's processors on what the bus brings, until SIGTERM. Start as many as you
    like: they share the partitions."""
    stop = _stopped_by_signals()
    with open_system(data_dir, database_url, must_exist=True) as system:
        kafka, lanes = kafka_of(system.settings), lanes_of(system)
        if not _topic_is_there(kafka, lanes, stop):
            return
        from services.platform.transport.faust_worker import FaustWorker  # slow, and only for this

        door = build_door(system, kafka) if service == "intake" else None
        FaustWorker(kafka, build_worker(system, service, lanes), door).run()


def lanes_of(system: System) -> int:
    found = lane_count(system.log)
    if found is None:
        fail("the log is not split into lanes yet: run `yousu topics create`")
    return found


def _topic_is_there(kafka: KafkaSettings, lanes: int, stop: threading.Event) -> bool:
    """Waits for it. False if we were told to leave."""
    publisher = KafkaPublisher(kafka)
    try:
        while not stop.is_set():
            try:
                found = publisher.partitions()
                if found == lanes:
                    return True
                logger.error("ticket-events has %s partitions, the log %s lanes", found, lanes)
            except Outage as error:
                logger.warning("waiting: %s", error)
                publisher.reset()
            stop.wait(ASK_AGAIN_S)
        return False
    finally:
        publisher.close()


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def leave_soon(signum: int, frame: object) -> None:
        stop.set()
        timer = threading.Timer(LEAVE_WITHIN_S, leave, args=(0,))  # nothing is lost by it
        timer.daemon = True
        timer.start()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, leave_soon)
    return stop
