"""`yousu report`: figures of the city, made from a named position of the log."""

from pathlib import Path
from typing import get_args

import click

from services.console.options import data_options, fail, json_option, open_system, print_json
from services.console.period_reports import (
    POLICIES_INVALID,
    DayNotPossible,
    read_day,
)
from services.console.report_forms import FORMS, Asked, Form, NotMade, written
from services.console.report_schedule import (
    SCHEDULE_FILE,
    ScheduleInvalid,
    read_schedule,
    write_due,
)
from services.console.system import System
from services.platform.documents.model import Language
from services.platform.event_log import EventLog
from services.platform.positions import PositionUnknown
from services.reporting.periods.period import KINDS, PeriodKind
from services.reporting.periods.pins import pins
from services.reporting.periods.reading import OutdatedRows

WORDS: dict[PeriodKind, str] = {
    "daily": "日报告: a local day; also all days up to it.",
    "weekly": "周分析: the week, Monday to Sunday, that contains the day.",
    "monthly": "月通报: the calendar month that contains the day.",
    "annual": "年总结: the calendar year that contains the day.",
}


@click.group("report")
def report() -> None:
    """报: reports, each made from a position of the log."""


def _command(kind: PeriodKind) -> None:
    @report.command(kind, help=WORDS[kind])
    @click.option("--date", "day", required=True, help="A local day, YYYY-MM-DD (Asia/Shanghai).")
    @click.option("--format", "form", type=click.Choice(FORMS), default="html", show_default=True)
    @click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
    @click.option("--lang", type=click.Choice(get_args(Language)), default="zh", show_default=True)
    @click.option("--out", type=click.Path(path_type=Path), help="File to write.")
    @click.option("--findings/--no-findings", "with_findings", default=True, show_default=True)
    @click.option("--as-of", "position", type=int, help="Make it from the log up to here.")
    @data_options
    def make(
        day: str,
        form: Form,
        as_json: bool,
        lang: Language,
        out: Path | None,
        with_findings: bool,
        position: int | None,
        data_dir: Path | None,
        database_url: str | None,
    ) -> None:
        with open_system(data_dir, database_url, must_exist=True) as system:
            try:
                form = "json" if as_json else form
                asked = Asked(kind, read_day(day), form, lang, position, with_findings)
                content = _content(system, asked)
            except DayNotPossible as error:
                fail(f"--date {error}")
            except PositionUnknown as error:
                fail(f"--as-of {error}")
            except (*POLICIES_INVALID, OutdatedRows, NotMade) as error:
                fail(str(error))
        _deliver(content, out)


for one in KINDS:
    _command(one)


@report.command("due")
@json_option
@data_options
def due(as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """Write what `reports.toml` in the data folder asks for and is not written yet."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        try:
            schedule = read_schedule(system.settings.data_dir)
            if schedule is None:
                fail(f"{system.settings.data_dir / SCHEDULE_FILE}: there is none")
            paths: list[str] = []
            while part := write_due(system, schedule):
                paths += map(str, part)
        except (ScheduleInvalid, OutdatedRows, *POLICIES_INVALID) as error:
            fail(str(error))
        found = [one._asdict() for one in pins(system.log)]
    if as_json:
        print_json({"written": paths, "pins": found})
        return
    for path in paths:
        click.echo(path)


def _content(system: System, asked: Asked) -> bytes:
    head = system.log.head()
    made = written(system, asked)
    if asked.position is None:
        _say_if_behind(system.log, made.position, head)
    return made.content


def _deliver(content: bytes, out: Path | None) -> None:
    if out is None:
        click.get_binary_stream("stdout").write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        fail(f"{out}: {error.strerror}")


def _say_if_behind(log: EventLog, position: int, head: int) -> None:
    if position < head and log.checkpoint("reporting") < head:
        click.echo(
            f"yousu: the rows stand at position {position} of {head};"
            " `yousu process --until-idle` brings them up to date",
            err=True,
        )
