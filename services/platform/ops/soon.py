"""A value that takes its time, for somebody who has none: made in a thread, waited for briefly."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Generic, TypeVar

from services.platform.quarantine import failed_at

FRESH_S = 5.0
SHARE_OF_TIME = 0.1  # it is made at most in this share of the time
WAIT_S = 3.0
Value = TypeVar("Value")


class Soon(Generic[Value]):
    """`make` is run once at a time, however many ask. An old value would pass for a new one: so
    there is none while it fails or does not end."""

    def __init__(
        self,
        make: Callable[[], Value],
        wait_s: float = WAIT_S,
        fresh_s: float = FRESH_S,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._wait_s = wait_s
        self._fresh_s = fresh_s
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._under_way: Future[Value] | None = None
        self._fresh_until_s = 0.0

    def get(self) -> Value | None:
        """None if it failed, or is not there in time."""
        with self._lock:
            future = self._under_way
            if future is None or self._is_old(future):
                future = self._under_way = Future()
                work = threading.Thread(target=self._work, args=(future,), name="soon", daemon=True)
                work.start()
        try:
            return future.result(self._wait_s)
        except (NotYet, _NotMade):
            return None

    def _is_old(self, future: Future[Value]) -> bool:
        if not future.done():
            return False
        return future.exception() is not None or self._stopwatch() >= self._fresh_until_s

    def _work(self, future: Future[Value]) -> None:
        began_s = self._stopwatch()
        try:
            value = self._make()
        except Exception as error:  # whatever it is: it is told as "none"
            future.set_exception(_NotMade(failed_at(error)))
            return
        ended_s = self._stopwatch()
        self._fresh_until_s = ended_s + max(self._fresh_s, (ended_s - began_s) / SHARE_OF_TIME)
        future.set_result(value)


class _NotMade(Exception):
    """Says the kind and place of a failure, never its words."""
