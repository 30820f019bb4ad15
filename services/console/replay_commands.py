"""`yousu replay` and `yousu rebuild`: state and read models, out of the log and nothing else."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from services.audit.inline import InlineProjection
from services.audit.rebuild import CityRows, Progress, Projection, rebuild
from services.audit.replay import Replay, replay
from services.console.options import (
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.console.system import System
from services.domain import supervision_values
from services.domain.working_time import ZONE_NAME
from services.evaluation import tasks as evaluation_tasks
from services.evaluation.processor import EvaluationProcessor
from services.intake import index as intake_index
from services.notices import rows as notice_rows
from services.notices.rebuilding import notice_changes
from services.platform.file_lock import FileLock
from services.platform.positions import PositionUnknown
from services.reporting import rows as reporting_rows
from services.reporting.processor import ReportingProcessor
from services.sla import deadlines
from services.sla.processor import SlaProcessor
from services.supervision import schema as supervision_schema
from services.supervision.book import COUNTER
from services.supervision.processor import TicketRows
from services.supervision.rebuilding import rows_of

PROJECTIONS: Mapping[str, Callable[[System], Projection]] = {
    "intake": lambda system: Projection(
        name="intake",
        tables=intake_index.TABLES,
        schema=intake_index.SCHEMA,
        make=lambda query: InlineProjection(system.log, intake_index.index_changes),
        checkpoint=None,
    ),
    "notices": lambda system: Projection(
        name="notices",
        tables=notice_rows.TABLES,
        schema=notice_rows.SCHEMA,
        make=None,
        checkpoint=None,
        of_others=notice_changes,
    ),
    "sla": lambda system: Projection(
        name="sla",
        tables=SlaProcessor.tables,
        schema=deadlines.SCHEMA,
        make=lambda query: SlaProcessor(system.log, system.rules),
        checkpoint="sla",
        is_split=True,
    ),
    "supervision": lambda system: Projection(
        name="supervision",
        tables=supervision_schema.TABLES,
        schema=supervision_schema.SCHEMA,
        make=lambda query: TicketRows(system.supervision_rules),
        checkpoint="supervision",
        is_split=True,
        city=CityRows(
            supervision_values.FAMILY, COUNTER, partial(rows_of, system.supervision_rules)
        ),
    ),
    "evaluation": lambda system: Projection(
        name="evaluation",
        tables=evaluation_tasks.TABLES,
        schema=evaluation_tasks.SCHEMA,
        make=lambda query: EvaluationProcessor(system.log, system.evaluation_rules),
        checkpoint="evaluation",
        is_split=True,
    ),
    "reporting": lambda system: Projection(
        name="reporting",
        tables=reporting_rows.TABLES,
        schema=reporting_rows.SCHEMA,
        make=ReportingProcessor,
        checkpoint="reporting",
    ),
}


@click.command("replay")
@click.option("--to", type=int, help="Up to this position of the log.")
@click.option("--as-of", "moment", help="As it was written down by then: ISO 8601, local or zoned.")
@json_option
@data_options
def replay_command(
    to: int | None,
    moment: str | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Fold the log in memory: how many tickets stood where, and a SHA-256 of their state."""
    if to is not None and moment is not None:
        fail("--to and --as-of exclude each other")
    as_of = None if moment is None else _moment(moment)
    with open_system(data_dir, database_url, must_exist=True) as system:
        try:
            found = replay(system.log, to, as_of)
        except PositionUnknown as error:
            fail(f"--to: {error}")
    if found.undecodable:
        click.echo(f"yousu: {found.undecodable} events cannot be read: left out", err=True)
    _show(found, as_json)


@click.command("rebuild")
@click.argument("projection", required=False, type=click.Choice(sorted(PROJECTIONS)))
@json_option
@data_options
def rebuild_command(
    projection: str | None, as_json: bool, data_dir: Path | None, database_url: str | None
) -> None:
    """Make the read models anew from the log (all of them, or one), while the service goes on."""
    names = [projection] if projection else sorted(PROJECTIONS)
    with open_system(data_dir, database_url, must_exist=True) as system:
        lock = FileLock(system.settings.data_dir / "rebuild.lock")
        with lock:  # one at a time: they share the names of the shadow tables
            positions = {name: _rebuild(system, name) for name in names}
        lock.close()
    if as_json:
        print_json({"rebuilt": positions})
        return
    for name, position in positions.items():
        click.echo(f"{name}: rebuilt up to position {position}")


def _rebuild(system: System, name: str) -> int:
    return rebuild(system.log, PROJECTIONS[name](system), _progress(name))


def _progress(name: str) -> Progress:
    """A line that overwrites itself, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda position, target: None

    def show(position: int, target: int) -> None:
        end = "\n" if position >= target else ""
        click.echo(f"\r{name}: {position:,} of {target:,}{end}", nl=False, err=True)

    return show


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--as-of {text!r}: expected a time in ISO 8601 form")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(ZONE_NAME))


def _show(found: Replay, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "position": found.position,
                "tickets": found.tickets,
                "by_stage": dict(found.by_stage),
                "state_sha256": found.state_sha256,
            }
        )
        return
    click.echo(f"position      {found.position}")
    click.echo(f"tickets       {found.tickets}")
    for stage, count in found.by_stage.items():
        click.echo(f"  {stage:<12}{count}")
    click.echo(f"state_sha256  {found.state_sha256}")
