"""How a process that stays tells of itself: log lines, metrics, traces, and a port to ask it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from services.console.log_figures import log_figures
from services.console.system import System
from services.platform.ops.figures import FiguresCollector
from services.platform.ops.logs import start_logging
from services.platform.ops.metrics import Metrics
from services.platform.ops.ops_server import HOST, Check, OpsServer
from services.platform.ops.soon import Soon
from services.platform.ops.tracing import Tracing, TracingUnavailable, start_tracing
from services.platform.settings import SettingsInvalid, load_ops_settings

ANSWERS_WITHIN_S = 2.0
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Telling:
    metrics: Metrics
    tracing: Tracing


def ops_options(command: Command) -> Command:
    """--ops-port and --ops-host, of a relay or a worker."""
    port = click.IntRange(0, 65535)
    command = click.option(
        "--ops-host", default=HOST, show_default=True, help="Where /metrics, /healthz, /readyz are."
    )(command)
    return click.option("--ops-port", type=port, default=0, show_default=True, help="0: nowhere.")(
        command
    )


def start_telling(service: str, system: System) -> Telling:
    """Once a process, before it begins to work. Raises SettingsInvalid."""
    settings = load_ops_settings()
    start_logging(service, settings)
    try:
        tracing = start_tracing(settings.otlp_endpoint, service)
    except TracingUnavailable as error:
        raise SettingsInvalid(str(error)) from None
    return Telling(Metrics(service, system.clock), tracing)


def tell_figures(metrics: Metrics, system: System) -> None:
    """Also the figures of the whole system: by relay and web server, not by every worker."""
    metrics.registry.register(FiguresCollector(Soon(lambda: log_figures(system))))


@contextmanager
def ops_server(
    telling: Telling, port: int, host: str, alive: Check, ready: Check
) -> Iterator[OpsServer | None]:
    """While it is open. Port 0: nothing is. Raises OSError."""
    if port == 0:
        yield None
        return
    server = OpsServer(telling.metrics.registry, alive, ready, port, host)
    server.start()
    try:
        yield server
    finally:
        server.close()


def database_answers(system: System) -> Check:
    head = Soon(system.log.head, wait_s=ANSWERS_WITHIN_S, fresh_s=1.0)

    def check() -> str | None:
        return "the database does not answer" if head.get() is None else None

    return check


def worker_works(system: System, assigned: Callable[[], bool], stopped: Callable[[], int]) -> Check:
    """assigned: whether the bus has given it partitions once. stopped: how many lanes have."""
    database = database_answers(system)

    def check() -> str | None:
        if not assigned():
            return "no partitions are assigned yet"
        if stopped():
            return f"{stopped()} lanes have stopped: see yousu status"
        return database()

    return check
