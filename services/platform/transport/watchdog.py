"""Ends a process that is of no use to anybody: whoever supervises it starts another."""

import logging
import threading
from collections.abc import Callable, Mapping

from services.platform.transport.pump import leave, leave_soon

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
TRY_AGAIN = 75  # sysexits.h: start again from the database


class Watchdog:
    """checks: what is wrong → whether it is. Asked in a thread of its own."""

    def __init__(self, checks: Mapping[str, Callable[[], bool]]) -> None:
        self._checks = checks
        self._leaving = threading.Event()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def rest(self) -> None:
        """We leave by ourselves, and soon."""
        self._leaving.set()
        leave_soon()

    def _watch(self) -> None:
        while not self._leaving.wait(LOOK_EVERY_S):
            wrong = [name for name, is_so in self._checks.items() if is_so()]
            if wrong and not self._leaving.is_set():
                logger.critical("leaving: %s", ", ".join(wrong))
                leave(TRY_AGAIN)
