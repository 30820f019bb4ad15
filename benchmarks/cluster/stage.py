"""A city in the middle of its day: facts that are on the topic, and that the router has not seen.

Of seven facts one is a new ticket, which the router routes; the others are of tickets that it has
routed before: accepted, resolved, two deadlines met, evaluated, closed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from benchmarks import city
from benchmarks.cluster.ground import LANES, Ground, without_kafka
from services.console.system import System, bootstrap
from services.console.workers import split_log
from services.platform.clock import VirtualClock
from services.platform.event_log import Checkpoint, EventLog, open_postgres_log
from services.platform.settings import load_settings
from services.platform.transport.kafka_admin import create_topics, wanted_topics
from services.platform.transport.kafka_publisher import KafkaPublisher
from services.platform.transport.relay import Outgoing, Relay, outgoing

BATCH = 500


class Stage(NamedTuple):
    """url: of a database to copy. before: the position up to which every processor and the relay
    have come. messages: what follows, as it is on the topic. lasts: the last position by lane."""

    url: str
    prefix: str
    before: int
    head: int
    messages: list[Outgoing]
    lasts: tuple[int, ...]

    def effects(self, log: EventLog) -> int:
        """How many facts the router has added."""
        return log.head() - self.head


@contextmanager
def stage(ground: Ground, tickets: int) -> Iterator[Stage]:
    with ground.installation() as made:
        prefix = made.environment["YOUSU_KAFKA_PREFIX"]
        clock = VirtualClock(city.START)
        settings = load_settings(None, environment=without_kafka(made.environment))
        system = bootstrap(settings, clock)
        old = _routed(system, clock, tickets)
        before = system.log.head()
        system.log.append([], checkpoint=Checkpoint("relay", before))
        split_log(system, LANES)
        _go_on(system, clock, old)
        head = system.log.head()
        recorded = system.log.read_all(before, head)
        system.close()
        messages, lasts = outgoing(recorded, [before] * LANES)
        create_topics(ground.settings(prefix), wanted_topics(LANES, 1, 1))
        made_stage = Stage(
            made.environment["YOUSU_DATABASE_URL"], prefix, before, head, messages, lasts
        )
        _publish(ground, made_stage)
        yield made_stage


def _routed(system: System, clock: VirtualClock, tickets: int) -> list[str]:
    found: list[str] = []
    for first in range(0, tickets, BATCH):
        receipts = system.intake.submit(city.reports(first, BATCH, clock.now()))
        found += [receipt.ticket_id for receipt in receipts]
        system.transport.run_until_idle()
    return found


def _go_on(system: System, clock: VirtualClock, old: list[str]) -> None:
    """New tickets, and the lives of old ones, side by side."""
    for first in range(0, len(old), BATCH):
        clock.advance_to(clock.now() + timedelta(minutes=10))
        tickets = list(system.handler.tickets(old[first : first + BATCH]).values())
        steps = list(city.lives(system, clock.now(), tickets))
        share = BATCH // len(steps) + 1
        some = city.reports(len(old) + first, BATCH, clock.now())
        for number, (at, commands) in enumerate(steps):
            clock.advance_to(at)
            system.handler.handle(partial(list, commands))
            system.intake.submit(some[number * share : (number + 1) * share])


def _publish(ground: Ground, stage: Stage) -> None:
    with ground.copy(stage.url) as url:
        log = open_postgres_log(url)
        relay = Relay(log, KafkaPublisher(ground.settings(stage.prefix)), LANES)
        run_to_the_end(relay, stage.head)
        relay._publisher.close()
        log.close()


def run_to_the_end(relay: Relay, head: int) -> None:
    while relay.position < head:
        relay.step()
    relay.save()
