"""A server's process that never outlives the process that started it, even if that is killed."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_TIMEOUT_S = 30.0
GUARD = 'read -r _; kill -9 "$0" 2>/dev/null'  # its input ends when whoever holds the pipe is gone


class ServerProcess:
    """One life of a server. Its output is appended to log."""

    def __init__(
        self, command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=log.parent,
                env={**os.environ, **(env or {})},
                start_new_session=True,  # Ctrl-C stops the tests, and they stop the server
            )
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self, number: signal.Signals) -> None:
        """Returns when it has ended; one that does not heed the signal is killed."""
        self._guard.kill()  # first: afterwards the number of the process may belong to another
        self._guard.communicate()
        self._process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_TIMEOUT_S)
            return
        self._process.kill()
        self._process.wait()
