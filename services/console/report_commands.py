"""`yousu report`: figures of the city, made from a named position of the log."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from services.console.options import data_options, fail, open_system
from services.console.system import System
from services.domain.working_time import ZONE_NAME
from services.platform.event_log import EventLog
from services.reporting.at_position import rows_at, steadily
from services.reporting.daily import daily_report
from services.reporting.daily_model import DailyReport
from services.reporting.measure_policy import (
    MeasurePolicy,
    MeasurePolicyInvalid,
    default_measure_policy,
    load_measure_policy,
)
from services.reporting.names import Names
from services.reporting.rendering import daily_html
from services.router.directory import Directory

MEASURES_FILE = "measures.toml"  # in the data folder: values of one's own


@click.group("report")
def report() -> None:
    """报: reports, each made from a position of the log."""


@report.command("daily")
@click.option("--date", "day", required=True, help="The local day, YYYY-MM-DD (Asia/Shanghai).")
@click.option("--format", "form", type=click.Choice(["html", "json"]), default="html")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--as-of", "position", type=int, help="Make it from the log up to this position.")
@data_options
def daily(
    day: str,
    form: str,
    as_json: bool,
    out: Path | None,
    position: int | None,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """日报告: one day's figures, what is overdue, and the measures with their definitions."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        made = make_daily(system, _day(day), position)
    is_json = as_json or form == "json"
    text = made.model_dump_json(indent=2) + "\n" if is_json else daily_html(made)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{out}: {error.strerror}")


def make_daily(system: System, day: date, position: int | None = None) -> DailyReport:
    """From the live rows, or (with a position) from the log up to there. Ends with 2 if it cannot
    be made."""
    zone = ZoneInfo(ZONE_NAME)
    names, policy = names_of(system.directory), _policy(system)
    head = system.log.head()
    if position is None:
        made = steadily(
            system.log, zone, lambda query: daily_report(query, day, names, policy, zone)
        )
        _say_if_behind(system.log, made.position, head)
        return made
    if not 0 <= position <= head:
        fail(f"--as-of {position}: the log has positions 0 to {head}")
    with rows_at(system.log, position, zone) as query:
        return daily_report(query, day, names, policy, zone)


def names_of(directory: Directory) -> Names:
    """What the directory calls its codes, communities' units included."""
    communities = {a.code: a.name for a in directory.areas.values() if a.level == "community"}
    return Names(
        units=communities | {unit.code: unit.name for unit in directory.units.values()},
        items={item.code: item.name for item in directory.items.values()},
        areas={area.code: area.name for area in directory.areas.values()},
        first_level={item.code: item.lineage[-1] for item in directory.items.values()},
        districts={
            area.code: above
            for area in directory.areas.values()
            for above in area.lineage
            if directory.areas[above].level == "district"
        },
    )


YEARS = (1970, 2199)


def _day(text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        fail(f"--date {text!r}: expected YYYY-MM-DD")
    if not YEARS[0] <= day.year <= YEARS[1]:
        fail(f"--date {text}: expected a day of the years {YEARS[0]} to {YEARS[1]}")
    return day


def _policy(system: System) -> MeasurePolicy:
    own = system.settings.data_dir / MEASURES_FILE
    try:
        return load_measure_policy(own) if own.exists() else default_measure_policy()
    except MeasurePolicyInvalid as error:
        fail(str(error))


def _say_if_behind(log: EventLog, position: int, head: int) -> None:
    if position < head and log.checkpoint("reporting") < head:
        click.echo(
            f"yousu: the rows stand at position {position} of {head};"
            " `yousu process --until-idle` brings them up to date",
            err=True,
        )
