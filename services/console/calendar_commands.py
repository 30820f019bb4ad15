"""`yousu calendar`: deadlines from standard input, loading a year's table, looking at a year."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import click

from services.domain.working_time import CalendarYearMissing, WorkingCalendar
from services.sla.calendar import (
    CalendarTableInvalid,
    calendar_for,
    install_table,
    years_loaded,
)

CHUNK_BYTES = 256 * 1024
LINE_BYTES_MAX = 4 * 1024
NUMBER_DIGITS_MAX = 6
CANNOT_RUN = 2

data_option = click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path),
    envvar="YOUSU_DATA",
    default=None,
    help="Folder of the embedded database; its calendar/*.csv extend the built-in years.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class LineRefused(ValueError):
    """One input line has no answer; the text says why, without the line itself."""


@click.group("calendar")
def calendar() -> None:
    """Working days: deadlines, the years that are known, loading another year."""


@calendar.command("due")
@click.option("--stdin", "from_stdin", is_flag=True, required=True, help="Read standard input.")
@data_option
def due(from_stdin: bool, data_dir: Path | None) -> None:
    """Print the deadline of each `ISO time,N` line: N working days, close of business.

    A time without an offset is Asia/Shanghai. The first line that has no answer ends the run with
    exit code 1; the deadlines of the lines before it are printed.
    """
    answer = _answerer(_calendar(data_dir))
    output = click.get_binary_stream("stdout")
    done = 0
    for lines in _batches(click.get_binary_stream("stdin")):
        answers, refusal = _answers(answer, lines)
        output.write(b"".join(answers))
        output.flush()
        done += len(answers)
        if refusal:
            raise click.ClickException(f"line {done + 1}: {refusal}")


@calendar.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@json_option
def load(file: Path, data_dir: Path | None, as_json: bool) -> None:
    """Check FILE (CSV `date,working`, whole years) and add its years to the calendar."""
    if data_dir is None:
        raise click.UsageError("give the folder to load into: --data DIR")
    try:
        years = install_table(file, data_dir)
    except CalendarTableInvalid as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        _cannot_run(f"{error.filename}: {error.strerror}")
    version = _calendar(data_dir).version
    if as_json:
        click.echo(json.dumps({"years": years, "calendar_version": version}))
    else:
        click.echo(f"loaded {', '.join(map(str, years))}; calendar version {version}")


@calendar.command("show")
@click.option("--year", type=click.IntRange(1, 9999), required=True)
@data_option
@json_option
def show(year: int, data_dir: Path | None, as_json: bool) -> None:
    """Count a year's working days, holidays and make-up days (调休)."""
    working_calendar = _calendar(data_dir)
    try:
        summary = _summary(working_calendar, year)
    except CalendarYearMissing as error:
        raise click.ClickException(str(error)) from None
    summary["source"] = "operator" if year in years_loaded(data_dir) else "built-in"
    if as_json:
        click.echo(json.dumps(summary))
        return
    click.echo(f"{year}: {summary['working_days']} working days of {summary['days']}")
    click.echo(f"  holidays (Monday to Friday, off): {summary['holidays']}")
    click.echo(f"  make-up days (weekend, worked): {', '.join(summary['make_up_dates']) or 'none'}")
    click.echo(f"  source: {summary['source']}; calendar version {summary['calendar_version']}")


def _calendar(data_dir: Path | None) -> WorkingCalendar:
    try:
        return calendar_for(data_dir)
    except CalendarTableInvalid as error:
        _cannot_run(str(error))
    except OSError as error:
        _cannot_run(f"{error.filename}: {error.strerror}")


def _cannot_run(reason: str) -> NoReturn:
    failure = click.ClickException(reason)
    failure.exit_code = CANNOT_RUN
    raise failure


def _batches(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Complete lines as they arrive: many at once from a file, at once from a slow pipe."""
    rest = b""
    while chunk := stream.read1(CHUNK_BYTES):  # type: ignore[attr-defined]
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
        if len(rest) > LINE_BYTES_MAX:
            break  # no such line has an answer; reading on would only fill the memory
    if rest:
        yield [rest]


def _answers(
    answer: Callable[[bytes], bytes], lines: list[bytes]
) -> tuple[list[bytes], str | None]:
    """The answers before the first line that has none, and why that one has none."""
    answers: list[bytes] = []
    try:
        for line in lines:
            answers.append(answer(line))
    except ValueError as refusal:
        return answers, str(refusal)
    return answers, None


def _answerer(working_calendar: WorkingCalendar) -> Callable[[bytes], bytes]:
    zone, due_at = working_calendar.zone, working_calendar.due_at

    @cache  # there are only as many deadlines as working days
    def written(deadline: datetime) -> bytes:
        return f"{deadline.astimezone(zone).isoformat()}\n".encode()

    def answer(line: bytes) -> bytes:
        start, working_days = _parsed(line)
        if start.tzinfo is None:
            start = start.replace(tzinfo=zone)
        return written(due_at(start, working_days))

    return answer


def _parsed(line: bytes) -> tuple[datetime, int]:
    if len(line) > LINE_BYTES_MAX:
        raise LineRefused(f"longer than {LINE_BYTES_MAX:,} bytes")
    moment, comma, days = line.strip().rpartition(b",")
    if not comma:
        raise LineRefused("`ISO time,N` expected")
    days = days.strip()
    # isdigit of bytes is ASCII only; int() alone would also take +3 and 1_000.
    if not days.isdigit() or len(days) > NUMBER_DIGITS_MAX:
        raise LineRefused("N is not a whole number of working days")
    try:
        return datetime.fromisoformat(moment.strip().decode("ascii")), int(days)
    except ValueError:
        raise LineRefused("the time is not in ISO 8601 form") from None


def _summary(working_calendar: WorkingCalendar, year: int) -> dict[str, Any]:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
    working = {day for day in days if working_calendar.is_working_day(day)}
    make_up = [day.isoformat() for day in days if day.weekday() >= 5 and day in working]
    return {
        "year": year,
        "days": len(days),
        "working_days": len(working),
        "holidays": sum(day.weekday() < 5 and day not in working for day in days),
        "make_up_days": len(make_up),
        "make_up_dates": make_up,
        "calendar_version": working_calendar.version,
    }
