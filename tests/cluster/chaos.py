"""Faults in a seeded order. Each kind is counted, so that a test can show that it happened."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

from services.platform.event_log import EventLog
from services.platform.transport import kafka_admin
from services.platform.transport.kafka_clients import admin
from services.platform.transport.kafka_publisher import KafkaPublisher
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.relay import outgoing
from services.platform.transport.topics import TICKET_EVENTS
from tests.cluster.installation import Installation
from tests.servers.kafka import ApacheKafka
from tests.servers.postgres import OwnServer
from tests.servers.proxy import Proxy

PUBLISH_MAX = 2_000


class Chaos:
    """Works on one installation from the calling thread; `run` plays faults one after another."""

    def __init__(
        self,
        seed: int,
        installation: Installation,
        kafka: ApacheKafka,
        postgres: OwnServer,
        proxies: tuple[Proxy, ...],
        settings: KafkaSettings,
        log: EventLog,
        lanes: int,
    ) -> None:
        self.random = random.Random(seed)
        self.installation = installation
        self.fired: Counter[str] = Counter()
        self._kafka = kafka
        self._postgres = postgres
        self._proxies = proxies
        self._settings = settings
        self._log = log
        self._lanes = lanes

    def plan(self, kills: int, rounds: int) -> list[Callable[[], None]]:
        """Every kind of fault `rounds` times among the kills, in a random order."""
        others = [
            self.kill_the_broker,
            self.restart_the_broker,
            self.kill_postgres,
            self.restart_postgres,
            self.cut_connections,
            self.half_open,
            self.delay,
            self.recreate_the_topic,
            self.deliver_all_again,
        ]
        faults = [self.kill] * kills + others * rounds
        self.random.shuffle(faults)
        return faults

    def run(self, faults: list[Callable[[], None]], every_s: float) -> None:
        for fault in faults:
            fault()
            self.fired[fault.__name__] += 1
            end_s = time.monotonic() + self.random.uniform(0.5, 1.5) * every_s
            while time.monotonic() < end_s:
                self.installation.restart_the_dead()
                time.sleep(0.05)

    def kill(self) -> None:
        name = self.random.choice(sorted(self.installation.children))
        self.installation.children[name].kill()

    def kill_the_broker(self) -> None:
        self._kafka.kill_9()
        self._kafka.start()

    def restart_the_broker(self) -> None:
        self._kafka.restart()

    def kill_postgres(self) -> None:
        self._postgres.kill_9()
        self._postgres.start()

    def restart_postgres(self) -> None:
        self._postgres.restart()

    def cut_connections(self) -> None:
        for proxy in self._proxies:
            proxy.cut()

    def half_open(self) -> None:
        proxy = self.random.choice(self._proxies)
        proxy.hold()
        time.sleep(2.0)
        if self.random.random() < 0.5:
            proxy.cut()
        proxy.release()

    def delay(self) -> None:
        proxy = self.random.choice(self._proxies)
        proxy.delay(0.1)
        time.sleep(2.0)
        proxy.delay(0)

    def recreate_the_topic(self) -> None:
        with admin(self._settings) as client:
            client.delete_topics([self._settings.topic(TICKET_EVENTS)])
        time.sleep(1.0)
        wanted = kafka_admin.wanted_topics(self._lanes, 1, 1)
        made: list[str] = []
        while TICKET_EVENTS not in made:
            made += kafka_admin.create_topics(self._settings, wanted[:1])

    def deliver_all_again(self) -> None:
        """As a relay without memory would: every event of the log once more, from the first."""
        publisher = KafkaPublisher(self._settings)
        lasts: tuple[int, ...] = (0,) * self._lanes
        position = 0
        while some := self._log.read_all(position, PUBLISH_MAX):
            messages, lasts = outgoing(some, lasts)
            publisher.confirm(publisher.send(messages))
            position = some[-1].position
        publisher.close()


class Publishing(threading.Thread):
    """Publishes files one by one, each until it is confirmed: a repeat is harmless."""

    def __init__(self, publish: Callable[[int], bool], files: int) -> None:
        super().__init__(name="publishing", daemon=True)
        self._publish = publish
        self._files = files
        self.repeats = 0

    def run(self) -> None:
        for number in range(self._files):
            while not self._publish(number):
                self.repeats += 1
                time.sleep(0.5)
