"""A worker that dies is replaced, and its partitions move, within fifteen seconds."""

import json
import threading
import time

from services.console.system import bootstrap
from services.platform.event_log import EventLog
from services.platform.settings import load_settings
from services.platform.transport.lanes import lane_names
from tests.cluster.conftest import LANES, Make
from tests.cluster.installation import SERVICES, Installation, wait_until
from tests.cluster.reports import reports, write

MOVED_WITHIN_S = 15.0
LEFT_WITHIN_S = 10.0
REPORTS_PER_S = 40


def level(log: EventLog) -> bool:
    """Whether every lane of the router is where the log is, give or take what is just coming."""
    head = log.head()
    return all(log.checkpoint(name) >= head for name in lane_names("router", LANES))


class Stream(threading.Thread):
    """Publishes a few reports every half second until it is told to stop."""

    def __init__(self, made: Installation) -> None:
        super().__init__(name="stream", daemon=True)
        self._made = made
        self._stop_asked = threading.Event()
        self.sent = 0

    def run(self) -> None:
        every = reports(100_000)
        while not self._stop_asked.wait(0.5):
            some = [next(every) for _ in range(REPORTS_PER_S // 2)]
            file = write(self._made.folder / "stream.jsonl", some)
            self._made.run("publish", file)
            self.sent += len(some)

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(60)


def routed_after(log: EventLog, position: int) -> set[int]:
    """The lanes in which the router has gone beyond a position."""
    return {
        lane
        for lane, name in enumerate(lane_names("router", LANES))
        if log.checkpoint(name) > position
    }


def test_the_partitions_of_a_killed_worker_move_to_the_other_within_fifteen_seconds(
    install: Make,
) -> None:
    made = install()
    watching = ("sla", "supervision", "evaluation", "reporting")
    for name in ("relay", "intake", "router", "router-2", *watching):
        made.start_relay() if name == "relay" else made.start_worker(name.split("-")[0], name)
    system = bootstrap(load_settings(None, environment=made.environment))
    stream = Stream(made)
    stream.start()
    wait_until(lambda: routed_after(system.log, 200) == set(range(LANES)), 60)
    made.children["router"].kill()
    killed_at = system.log.head()
    took_s = wait_until(lambda: routed_after(system.log, killed_at) == set(range(LANES)), 30)
    stream.stop()
    assert took_s <= MOVED_WITHIN_S
    made.run("process", "--until-idle")
    assert level(system.log)
    system.close()


def test_everybody_leaves_within_ten_seconds_of_a_sigterm_also_without_servers(
    install: Make,
) -> None:
    made = install()
    made.start_all()
    made.run("publish", write(made.folder / "some.jsonl", list(reports(200))))
    made.run("process", "--until-idle")
    start_s = time.monotonic()
    assert made.stop_all() == dict.fromkeys(("relay", *SERVICES), 0)
    assert time.monotonic() - start_s <= LEFT_WITHIN_S
    status = json.loads(made.run("status", "--json"))
    assert status


def test_workers_without_their_servers_wait_and_leave_when_they_are_told_to(
    install: Make,
) -> None:
    made = install()
    nowhere = {"YOUSU_KAFKA": "127.0.0.1:9"}
    made.start_relay("relay", **nowhere)
    made.start_worker("router", "router", **nowhere)
    time.sleep(3)
    assert [child.poll() for child in made.children.values()] == [None, None]
    assert made.stop_all() == {"relay": 0, "router": 0}
