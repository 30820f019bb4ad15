"""A process that has everything loaded already and forks the command `yousu` on request: in tests
that start hundreds of workers, loading would be most of the work.

One JSON object a line in, one out. `start`: args, environment, log, now (a frozen clock or null)
→ pid. `poll`: pid → exit code (negative: signal), or null. All children die with it.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

PARENT_DEATH_SIGNAL = 1  # linux/prctl.h
LOADED = (
    "services.console.main",
    "services.console.operations_commands",
    "services.console.worker_commands",
    "services.console.overview",
    "services.console.serving",
    "services.platform.transport.faust_worker",
    "faust.app",
    "faust.agents",
    "faust.assignor.leader_assignor",
    "faust.transport.drivers.aiokafka",
    "psycopg",
    "psycopg_pool",
    "uvicorn",
)


def main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(request: dict[str, Any]) -> int | None:
    if "poll" in request:
        return poll(request["poll"])
    pid = os.fork()
    if pid == 0:
        become(request)
    return pid


def poll(pid: int) -> int | None:
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return -signal.SIGKILL  # asked before, and gone
    return os.waitstatus_to_exitcode(status) if found else None


def become(request: dict[str, Any]) -> None:
    """Never returns to the loop above."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        os.environ.clear()
        os.environ.update(request["environment"])
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        sys.stdin = open(0)  # noqa: SIM115 - the parent's was buffered
        if request["now"]:
            freeze(datetime.fromisoformat(request["now"]))
        command = importlib.import_module("services.console.main").main
        command(request["args"], prog_name="yousu", standalone_mode=True)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def freeze(moment: datetime) -> None:
    """Every clock of this process stands still, so that two runs of one input write the same."""
    clock = importlib.import_module("services.platform.clock")
    clock.SystemClock.now = lambda self: moment


if __name__ == "__main__":
    main()
