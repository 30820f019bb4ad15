"""Consumers to compare, each a process: `python -m benchmarks.cluster.children NAME` with a JSON
object on standard input. Prints when the first fact came and when the last was done with, in
seconds of the machine's monotonic clock; then waits for SIGTERM.

What they share: the topic, from its first offset; as many messages; the collector's settings.
"""

import asyncio
import gc
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.console.main import COLLECT_EVERY


def tell(began_s: float, ended_s: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = used.ru_utime + used.ru_stime
    print(json.dumps({"began_s": began_s, "ended_s": ended_s, "cpu_s": cpu_s}), flush=True)


def aiokafka_alone(task: Mapping[str, Any]) -> None:
    asyncio.run(_aiokafka_alone(task))


async def _aiokafka_alone(task: Mapping[str, Any]) -> None:
    from aiokafka import AIOKafkaConsumer, TopicPartition

    consumer = AIOKafkaConsumer(bootstrap_servers=task["servers"], enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(task["topic"], n) for n in range(task["lanes"])])
    await consumer.seek_to_beginning()
    began_s, count = time.monotonic(), 0
    while count < task["messages"]:
        found = await consumer.getmany(timeout_ms=1_000)
        for records in found.values():
            for _ in records:
                count += 1
    tell(began_s, time.monotonic())
    await consumer.stop()


def plain_faust(task: Mapping[str, Any]) -> None:
    asyncio.run(_plain_faust(task))


async def _plain_faust(task: Mapping[str, Any]) -> None:
    """As faust is used: an agent that gets one event after the other; nothing is done with it."""
    import faust

    app = faust.App(
        f"plain-{uuid4().hex}",
        broker=f"kafka://{task['servers']}",
        value_serializer="raw",
        key_serializer="raw",
        store="memory://",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        autodiscover=False,
        datadir=f"{task['folder']}/plain-{uuid4().hex}",
        consumer_auto_offset_reset="earliest",
    )
    topic = app.topic(task["topic"], value_type=bytes, key_type=bytes, internal=False)
    wanted = task["messages"]

    @app.agent(topic)
    async def nothing(stream: Any) -> None:
        count, began_s = 0, 0.0
        async for _ in stream:
            if not count:
                began_s = time.monotonic()
            count += 1
            if count == wanted:
                tell(began_s, time.monotonic())

    app.finalize()
    await app.start()
    await asyncio.Event().wait()


def router(task: Mapping[str, Any]) -> None:
    """The real worker, but for this: it starts at the topic's first offset, and (unless the task
    says `read_log`) takes nothing from the log. With `share` it waits until it holds so many lanes
    and the file `gate` is there."""
    from services.console.system import bootstrap
    from services.console.workers import processor_of
    from services.platform.settings import load_settings
    from services.platform.transport import lane_worker
    from services.platform.transport.faust_worker import FaustWorker
    from services.platform.transport.ticket_message import TicketMessage

    lasts: list[int] = task["lasts"]
    gate = Path(task["gate"]) if task.get("gate") else None
    share = task.get("share", 0)

    class Timed(lane_worker.LaneWorker):
        began_s = 0.0
        told = ready = False

        def _behind(self, head: int) -> Any:
            return super()._behind(head) if task.get("read_log") else {}

        def take(self, messages: Mapping[int, Sequence[TicketMessage]]) -> None:
            if gate is not None:
                if len(self._wanted) != share:
                    return
                if not self.ready:
                    self.ready = True
                    print(json.dumps("ready"), flush=True)
                while not gate.exists():
                    time.sleep(0.002)
            self.began_s = self.began_s or time.monotonic()
            super().take(messages)
            self.look_whether_done()

        def look(self) -> bool:
            if task.get("read_log") and self._wanted:
                self.began_s = self.began_s or time.monotonic()
            more = super().look()
            self.look_whether_done()
            return more

        def look_whether_done(self) -> None:
            held = self.runners
            if self.told or not held or not self.began_s or len(held) < share:
                return
            if all(one.position >= lasts[lane] for lane, one in held.items()):
                self.told = True
                tell(self.began_s, time.monotonic())

    class FromTheBeginning(FaustWorker):
        async def _start_at(self, assignment: Any) -> Any:
            return dict.fromkeys(await super()._start_at(assignment), 0)

    system = bootstrap(load_settings(None, environment=task["environment"]))
    assert system.settings.kafka is not None
    far_behind: dict[str, Any] = {} if task.get("read_log") else {"far_behind": 2**62}
    worker = Timed(
        processor_of(system, "router"),
        system.log,
        system.handler,
        system.clock,
        task["lanes"],
        **far_behind,
    )
    FromTheBeginning(system.settings.kafka, worker).run()
    system.close()


def main() -> None:
    gc.set_threshold(*COLLECT_EVERY)
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    {"aiokafka": aiokafka_alone, "faust": plain_faust, "router": router}[sys.argv[1]](task)


def _leave_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
