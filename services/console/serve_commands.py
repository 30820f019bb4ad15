"""`yousu serve`: the API, the page and the processors in one process."""

from pathlib import Path

import click

from services.console.cluster import workers_run_processors
from services.console.metrics_page import metrics_router
from services.console.notices import postmen
from services.console.options import data_options, open_system
from services.console.own_pages import own_pages
from services.console.report_schedule import writing_reports
from services.console.serving import serve
from services.console.telling import start_telling, tell_figures

DEFAULT_PORT = 8311


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))
@data_options
def serve_command(host: str, port: int, data_dir: Path | None, database_url: str | None) -> None:
    """Serve the doors and run the processors until SIGTERM or Ctrl-C."""
    with open_system(data_dir, database_url) as system:
        metrics = start_telling("serve", system).metrics
        tell_figures(metrics, system)
        for runner in system.transport.runners:
            runner.watch = metrics.step
        pages = [*own_pages(system), metrics_router(system, metrics)]
        telling = [] if workers_run_processors(system) else postmen(system)
        background = [system.similar.follow, writing_reports(system), *telling]
        serve(system, host, port, pages, background=background)
