"""`yousu import`: a file of reports through the same door as everybody else."""

import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click

from services.console.cluster import workers_run_processors
from services.console.file_progress import with_progress
from services.console.following import following_open_tickets
from services.console.history_import import last_recorded, live_again
from services.console.options import (
    CANNOT_RUN,
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
    reason_of,
)
from services.console.system import System
from services.intake.files import (
    FileUnreadable,
    MappingInvalid,
    RejectsFile,
    ReportFile,
    ReportRow,
    RowRejected,
    load_mapping,
    open_report_file,
    rejects_path,
)
from services.intake.report import NewReport
from services.platform.clock import SystemClock, VirtualClock

BATCH_MAX = 1_000
CHANNEL_CHARS_MAX = 64
NO_HISTORY_WITH_WORKERS = (
    "--history lives the past again under a clock of its own, which workers do not see:"
    " import it without YOUSU_KAFKA, before `yousu topics create`"
)


class Tally(NamedTuple):
    """received = opened + joined + duplicates + rejected, always."""

    received: int
    opened: int
    joined: int
    duplicates: int
    rejected: int
    position: int


def _channel_name(context: click.Context, parameter: click.Parameter, name: str) -> str:
    """What the log takes as a channel: it is part of every report's key for ever."""
    if not name.strip() or len(name) > CHANNEL_CHARS_MAX or not name.isprintable():
        raise click.BadParameter(f"1 to {CHANNEL_CHARS_MAX} printable characters, not all blank")
    return name


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--channel",
    required=True,
    callback=_channel_name,
    help="Name of the channel the reports came through.",
)
@click.option("--mapping", required=True, type=click.Path(path_type=Path), help="TOML file.")
@click.option(
    "--history",
    is_flag=True,
    help="Live the file again under a virtual clock, with its replies at their times.",
)
@click.option("--rejects", type=click.Path(path_type=Path), help="File for the rejected rows.")
@data_options
@json_option
def import_command(
    file: Path,
    channel: str,
    mapping: Path,
    history: bool,
    rejects: Path | None,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Take in FILE (CSV or XLSX). Run it again after an interruption: nothing comes in twice."""
    try:
        columns = load_mapping(mapping)
        if columns.columns.reply and not history:
            click.echo("replies are not stored without --history", err=True)
        with (
            open_report_file(file, columns) as report_file,
            open_system(data_dir, database_url, clock := _clock(history)) as system,
            RejectsFile(rejects or rejects_path(file), report_file.columns) as rejected,
        ):
            for notice in report_file.notices:
                click.echo(notice, err=True)
            if history and workers_run_processors(system):
                fail(NO_HISTORY_WITH_WORKERS)
            if isinstance(clock, VirtualClock):
                tally = take_in_history(system, clock, report_file, channel, rejected)
            else:
                with following_open_tickets(system):
                    tally = take_in(system, report_file, channel, rejected)
    except (MappingInvalid, FileUnreadable, OSError) as error:
        fail(reason_of(error), CANNOT_RUN)
    _tell(tally, rejected, as_json)
    sys.exit(FELL_SHORT if tally.rejected else 0)


def take_in(system: System, report_file: ReportFile, channel: str, rejected: RejectsFile) -> Tally:
    """Every row ends as a receipt or in the rejects file."""
    counts: Counter[str] = Counter()
    rows = with_progress(report_file, report_file.rows(system.clock.now()), "import")
    while batch := list(islice(rows, BATCH_MAX)):
        reports = []
        for row in batch:
            if isinstance(row, RowRejected):
                rejected.write(row)
            else:
                reports.append(as_report(row, channel, system))
        counts.update(receipt.status for receipt in system.intake.submit(reports))
        counts["received"] += len(batch)
    return Tally(
        counts["received"],
        counts["opened"],
        counts["joined"],
        counts["duplicate"],
        rejected.count,
        system.log.head(),
    )


def take_in_history(
    system: System,
    clock: VirtualClock,
    report_file: ReportFile,
    channel: str,
    rejected: RejectsFile,
) -> Tally:
    """The same, in the order and at the speed of the past."""
    received = 0
    rows = []
    for row in report_file.rows(SystemClock().now()):
        received += 1
        if isinstance(row, RowRejected):
            rejected.write(row)
        else:
            rows.append((row, as_report(row, channel, system)))
    moments = sorted(report.received_at for _, report in rows)
    clock.advance_to(max([*moments[:1], *last_recorded(system.log)], default=clock.now()))
    with click.progressbar(length=2 * len(rows), label="history", file=sys.stderr) as bar:
        totals = live_again(
            system, clock, rows, lambda _, done: bar.update(done.reports + done.commands - bar.pos)
        )
    return Tally(
        received,
        totals.opened,
        totals.joined,
        totals.duplicates,
        rejected.count,
        system.log.head(),
    )


def _clock(history: bool) -> VirtualClock | None:
    return VirtualClock(datetime(1970, 1, 1, tzinfo=UTC)) if history else None


def as_report(row: ReportRow, channel: str, system: System) -> NewReport:
    """A row without a time was received when it is imported; one without a text says its title."""
    text = row.text or row.title or ""
    return NewReport(
        channel=channel,
        reference=row.reference,
        received_at=row.received_at or system.clock.now(),
        text=text,
        title=row.title if row.text else None,
        contact=row.contact,
        name=row.name,
        address=row.address,
        area=row.area,
        item=row.item,
        kind=row.kind,
        longitude=row.longitude,
        latitude=row.latitude,
        attachments=row.attachments,
    )


def _tell(tally: Tally, rejected: RejectsFile, as_json: bool) -> None:
    if rejected.path is not None:
        click.echo(f"{tally.rejected} rows rejected: see {rejected.path}", err=True)
    if as_json:
        print_json(tally._asdict())
    else:
        click.echo("  ".join(f"{name} {count}" for name, count in tally._asdict().items()))
