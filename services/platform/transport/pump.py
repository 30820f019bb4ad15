"""Between an event loop that receives and a thread that works: what comes meanwhile waits, then
goes together. Nothing that fails here ever reaches the loop's framework."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.quarantine import failed_at
from services.platform.transport.back_off import back_off_s

logger = logging.getLogger(__name__)

WAITING_MAX = 64  # fetches; beyond, the bus is left alone
LOOK_EVERY_S = 0.25
LEAVE_WITHIN_S = 8.0
SOFTWARE_ERROR = 70  # sysexits.h: a fault of ours; start again from the database

Item = TypeVar("Item")


class Pump(Generic[Item]):
    """take(items): safe to repeat. look(): whether there is more to do at once. Both run in one
    thread. `fail(code)` must not return: it ends the process before anything is stepped over."""

    def __init__(
        self,
        take: Callable[[Sequence[Item]], None],
        look: Callable[[], bool],
        done: Callable[[Item], None],
        fail: Callable[[int], None],
    ) -> None:
        self._take = take
        self._look = look
        self._done = done
        self._fail = fail
        self._waiting: list[Item] = []
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="worker")
        self.turned_s = time.monotonic()  # of the last sign of life
        self.failures = 0  # outages in a row

    async def put(self, item: Item) -> None:
        await self._room.wait()
        self._waiting.append(item)
        self._arrived.set()
        if len(self._waiting) >= WAITING_MAX:
            self._room.clear()

    def wake(self) -> None:
        """Look at once."""
        self._arrived.set()

    def stop(self) -> None:
        self._stopping.set()
        self._arrived.set()

    async def run(self) -> None:
        """Until `stop`; then the turn that is under way is finished."""
        more: bool | None = True
        while not self._stopping.is_set():
            if not more:
                await _within(self._arrived, LOOK_EVERY_S)
            self._arrived.clear()
            items, self._waiting = self._waiting, []
            self._room.set()
            more = await self._turn(items)
            self.turned_s = time.monotonic()
            if more is None:
                return
            for item in items:
                self._done(item)

    async def _turn(self, items: Sequence[Item]) -> bool | None:
        """Again and again until it is done, or we are told to leave: then None, and nothing is
        lost, for what was not taken in is behind no checkpoint."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                more = await loop.run_in_executor(self._thread, self._work, items)
            except (Outage, ConcurrentAppend) as error:
                self.failures += 1
                logger.warning("processing waits: %s", error)
                self.turned_s = time.monotonic()
                if await _within(self._stopping, back_off_s(self.failures)):
                    return None
            except Exception as error:  # what it says may quote a resident
                logger.critical("processing failed, leaving: %s", failed_at(error))
                self._fail(getattr(error, "exit_code", SOFTWARE_ERROR))
            else:
                self.failures = 0
                return more

    def _work(self, items: Sequence[Item]) -> bool:
        if items:
            self._take(items)
        return self._look()

    def close(self) -> None:
        self._thread.shutdown(wait=True)


async def _within(event: asyncio.Event, limit_s: float) -> bool:
    try:
        return await asyncio.wait_for(event.wait(), limit_s)
    except TimeoutError:
        return False


def leave(code: int) -> None:
    """At once, past every handler: nothing may be acknowledged or committed on the way out."""
    logging.shutdown()
    os._exit(code)


def leave_soon() -> None:
    """With 0, if we have not left by then. Libraries below us may wait for ever while they stop;
    what is stored is stored, so going without them is safe."""
    timer = threading.Timer(LEAVE_WITHIN_S, leave, args=(0,))
    timer.daemon = True
    timer.start()
