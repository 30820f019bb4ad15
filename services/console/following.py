"""Open tickets followed in a thread, so that no report waits while they are read at the start."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.console.system import System

ENDS_WITHIN_S = 5.0


@contextmanager
def following_open_tickets(system: System) -> Iterator[None]:
    """For a process that takes reports in, unless similar ones are not looked for."""
    if system.settings.similar == "off":
        yield
        return
    stopping = threading.Event()
    follow = system.similar.follow
    thread = threading.Thread(target=follow, args=(stopping,), name="similar", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(ENDS_WITHIN_S)
