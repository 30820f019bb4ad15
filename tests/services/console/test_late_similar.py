"""What only some commands need is not loaded by all of them."""

import subprocess
import sys
import threading

from services.console.late_similar import LateOpenTickets


def test_a_command_that_compares_nothing_loads_no_numpy() -> None:
    code = "import sys, services.console.system; print([m for m in ('numpy',) if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_open_tickets_are_made_once_however_many_ask() -> None:
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    late = LateOpenTickets(make)  # type: ignore[arg-type]
    threads = [threading.Thread(target=late.open_tickets) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert late.open_tickets() is made[0]
