"""`yousu simulate` and `yousu run`: a synthetic city, its past in seconds and its present live."""

import signal
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from services.console.knowledge_files import shipped
from services.console.knowledge_publishing import known_of, publish_articles
from services.console.options import data_options, fail, json_option, open_system, print_json
from services.console.simulation.course import (
    City,
    days,
    end_of_day,
    last_possible_day,
    open_city,
)
from services.console.simulation.driver import Totals
from services.console.simulation.founding import (
    checked_settings,
    city_state,
    live_days,
    open_past,
    progress,
)
from services.console.simulation.living import living
from services.console.simulation.topics import topics_of_city
from services.console.simulation.truth import keeping_truth
from services.console.system import System
from services.domain.working_time import WorkingCalendar
from services.platform.clock import VirtualClock
from services.reporting.rendering import daily_html
from services.sla.calendar import calendar_for

REPORTS_MAX = 5_000_000  # of one call
PRESENT_BEGINS = time(9, 30)  # of a working day: there is something to see at once


@click.command()
@click.option("--days", "days_count", type=click.IntRange(1), default=20, show_default=True)
@click.option("--tickets-per-day", type=click.IntRange(1, 99_999), help="Default: 120.")
@click.option("--seed", type=int, help="Default: 1.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day. Default: 2026-03-02.")
@click.option("--plant", is_flag=True, help="Hide problems, and their ground truth beside the log.")
@json_option
@data_options
def simulate(
    days_count: int,
    tickets_per_day: int | None,
    seed: int | None,
    start: datetime | None,
    plant: bool,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Live some days of a synthetic city under a virtual clock; again, and it goes on.

    The same arguments make the same log, byte for byte. Nobody real is in it, and its keys can
    be made again by everybody: never put real residents' reports into the same folder.
    """
    if days_count * (tickets_per_day or 1) > REPORTS_MAX:
        fail(
            f"--days {days_count} with --tickets-per-day {tickets_per_day}: more than"
            f" {REPORTS_MAX} reports; go on day by day, in several calls"
        )
    settings = checked_settings(data_dir, database_url)
    state = city_state(settings, tickets_per_day, seed, start, days_count if plant else None)
    with open_past(settings, state) as city:
        summary = live_days(city, days_count)
    if as_json:
        print_json(summary)
    else:
        click.echo(
            f"{summary['first_day']} to {summary['last_day']}: {summary['reports']} reports,"
            f" {summary['tickets']} tickets, {summary['events']} events."
        )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8311, show_default=True)
@click.option("--days", "days_count", type=click.IntRange(1), default=21, show_default=True)
@click.option("--tickets-per-day", type=click.IntRange(1, 99_999), help="Default: 120.")
@click.option("--seed", type=int, help="Default: 1.")
@click.option("--speed", type=click.FloatRange(1, 3_600), default=60, show_default=True)
@data_options
def run(
    host: str,
    port: int,
    days_count: int,
    tickets_per_day: int | None,
    seed: int | None,
    speed: float,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Serve a synthetic city: its past is simulated first, then it lives on, `speed` times as
    fast as real time. Ctrl-C stops it; run again, and it goes on where it stopped."""
    from services.console.notices import postmen  # `simulate` needs no pages, and no second of them
    from services.console.own_pages import own_pages
    from services.console.serving import serve

    asked = threading.Event()  # to stop

    def interrupt(signum: int, frame: FrameType | None) -> NoReturn:
        asked.set()
        raise KeyboardInterrupt

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, interrupt)
    settings = checked_settings(data_dir, database_url)
    try:
        state = city_state(settings, tickets_per_day, seed, None)
        calendar = calendar_for(settings.data_dir)
        present = present_begins(state.start + timedelta(days=days_count), calendar)
        if state.until < present:
            with open_past(settings, state) as past:
                past.topics = topics_of_city(past.system, calendar.local_date(state.until))
                _live_past(past, present, asked)
                state = past.state
        clock = VirtualClock(state.until)
        # From here on with real noise, and people are told.
        with open_system(settings.data_dir, None, clock, notices=True) as system:
            city = open_city(system, clock, state)
            city.topics = topics_of_city(system, calendar.local_date(state.until))
            _say_where(system, _write_daily(system), host, port)
            _first_articles(system)
            alive = [living(city, speed), *postmen(system)]
            serve(system, host, port, own_pages(system), alive)
    except KeyboardInterrupt:
        pass  # asked for: whatever was durable is what a next run goes on from
    except Exception:
        if not asked.is_set():  # pydantic makes an error of its own of what falls into a callback
            raise
    click.echo("yousu: stopped; run it again, and the city goes on", err=True)


def present_begins(day: date, calendar: WorkingCalendar) -> datetime:
    """The first working morning on or after a day."""
    day = min(day, last_possible_day(calendar))
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, PRESENT_BEGINS, calendar.zone).astimezone(UTC)


def _live_past(city: City, present: datetime, asked: threading.Event) -> None:
    """asked: to stop. It is looked at after every step: an interrupt may be lost on its way."""

    def stopped_if_asked(now: datetime, totals: Totals) -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    calendar = city.planner.calendar
    first, last = calendar.local_date(city.state.until), calendar.local_date(present)
    with (
        keeping_truth(city),
        progress(f"the city's past, {first} … {last}", (last - first).days + 1) as bar,
    ):
        for day in days(first, last):
            until = min(present, end_of_day(day, calendar))
            city.live_until(until, stopped_if_asked)  # topics name tickets out of the rows
            bar.update(1)


def _first_articles(system: System) -> None:
    """The page for call-takers has something to find, also in a log that had none."""
    if not system.knowledge.articles():
        contents, _ = shipped(known_of(system))
        publish_articles(system, contents, actor="operator:demonstration", why="演示：起始知识库")


def _write_daily(system: System) -> Path:
    """The report of the last working day that is over."""
    from services.console.report_forms import make_daily

    calendar = system.rules().calendar
    day = calendar.local_date(system.clock.now()) - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    path = system.settings.data_dir / "reports" / f"daily-{day}.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(daily_html(make_daily(system, day)), encoding="utf-8")
    return path


def _say_where(system: System, report: Path, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        f"""有诉必应 yousu: a synthetic city, seen from {system.settings.data_dir}
  overview      http://{shown}:{port}/
  API           http://{shown}:{port}/docs
  daily report  {report}
  stop          Ctrl-C"""
    )
