"""The server, and the processors unless workers run them: started and stopped cleanly together."""

import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence

import click
import uvicorn
from fastapi import APIRouter

from services.console.cluster import workers_run_processors
from services.console.system import System
from services.console.web import create_app

STOP_WITHIN_S = 8


def serve(
    system: System,
    host: str,
    port: int,
    pages: Sequence[APIRouter] = (),
    background: Sequence[Callable[[threading.Event], None]] = (),
) -> None:
    """Until SIGTERM or Ctrl-C; then ends within ten seconds, with nothing half done.

    background: run beside the processors, each in a thread, until its event is set.
    Raises OSError, naming host and port, if it cannot listen there.
    """
    listener = _listener(host, port)
    config = uvicorn.Config(
        create_app(system, pages),
        host=host,
        port=port,
        log_config=None,  # its lines go where all lines go
        log_level="warning",
        access_log=False,  # query strings may hold residents' data
        timeout_graceful_shutdown=STOP_WITHIN_S // 2,
        server_header=False,
    )
    server = uvicorn.Server(config)
    _leave_on_signals(server)
    stopping = threading.Event()
    threads = [
        threading.Thread(target=work, args=(stopping,), name="background", daemon=True)
        for work in background
    ]
    if not workers_run_processors(system):
        run = system.transport.run
        threads.append(threading.Thread(target=run, name="processors", daemon=True))
    for thread in threads:
        thread.start()
    try:
        click.echo(f"yousu: listening on http://{host}:{port}", err=True)
        server.run(sockets=[listener])
    finally:
        stopping.set()
        system.transport.stop()
        for thread in threads:
            thread.join(STOP_WITHIN_S)


def _listener(host: str, port: int) -> socket.socket:
    """Bound before anything is said or started, so that a port that is taken is a plain error."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None


def _leave_on_signals(server: uvicorn.Server) -> None:
    """uvicorn shuts down on a signal, then raises it once more from inside its loop: by then there
    is nothing left to do, and an exit there would be shown as a failure of the application."""

    def leave(signum: int, frame: object) -> None:
        if not server.should_exit:
            sys.exit(0)

    if threading.current_thread() is threading.main_thread():
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, leave)
