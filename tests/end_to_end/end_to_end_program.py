"""The command `yousu` as its users run it: a process of its own, an exit code, two outputs."""

import ctypes
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner
from end_to_end_place import ENVIRONMENT, here

from services.console.main import main

PROGRAM = Path(sys.executable).with_name("yousu")
DROP_FROM_BOUNDING_SET, DAC_OVERRIDE = 24, 1  # linux/prctl.h, linux/capability.h


class Finished(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` printed."""
        return dict(json.loads(self.out))


def start(*arguments: object, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    _somebody_processes(arguments)
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="surrogateescape",
        env=ENVIRONMENT,
        preexec_fn=before,
    )


def finish(process: subprocess.Popen[str], within_s: float = 120) -> Finished:
    """How it ended; a process that does not end is killed, and the test fails."""
    try:
        out, err = process.communicate(timeout=within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Finished(process.returncode, out, err)


def yousu(*arguments: object, before: Callable[[], None] | None = None) -> Finished:
    """Run to the end. before: called in the new process, to take something away from it."""
    return finish(start(*arguments, before=before))


def yousu_here(*arguments: object) -> Finished:
    """The same command in this process: for the many ways to be told no, without as many starts."""
    _somebody_processes(arguments)
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # a user would have seen a traceback
    return Finished(result.exit_code, result.stdout, result.stderr)


def _somebody_processes(arguments: Sequence[object]) -> None:
    """On a cluster these two do it no longer themselves."""
    cluster = here()
    if cluster is not None and arguments[0] in ("process", "serve"):
        cluster.start_workers()


def kill(process: subprocess.Popen[str]) -> bool:
    """SIGKILL. False if it had ended by itself."""
    alive = process.poll() is None
    process.kill()
    process.communicate()
    return alive


def catches(pid: int, signum: signal.Signals) -> bool:
    """Whether the process has come far enough to do something of its own on this signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    (mask,) = (line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(mask, 16) >> (signum - 1) & 1)


def wait_until(true: Callable[[], object], within_s: float = 30) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, f"not within {within_s} s"
        time.sleep(0.01)


def as_ordinary_user() -> None:
    """File permissions hold for root, too. Fails, and is not needed, for everybody else."""
    ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, DAC_OVERRIDE, 0, 0, 0)
