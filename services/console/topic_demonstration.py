"""`yousu topic demo`: four made-up topics in a new folder, sixteen weeks of work on them."""

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from services.console.monthly_topics import governance_of, unit_code
from services.console.options import fail, json_option, open_system, print_json
from services.console.system import System
from services.domain.working_time import ZONE_NAME
from services.governance.demonstration import (
    AFTER_IMPORT,
    CODES,
    IMPORT_DAY,
    OFFICE,
    SURVEY,
    WEEKS,
    Step,
    first_monday,
    steps,
)
from services.governance.demonstration_survey import survey_csv
from services.governance.governance import Governance
from services.governance.survey import Row, read_survey
from services.governance.survey_import import import_items
from services.governance.topic_desk import Asking
from services.intake.report import NewReport
from services.platform.clock import SystemClock, VirtualClock

ZONE = ZoneInfo(ZONE_NAME)
MORNING = time(10)
REPORTS = 6
SURVEY_FILE = "社区调研.csv"


@click.command("demo")
@click.option("--data", "data_dir", type=click.Path(path_type=Path), required=True)
@json_option
def demo(data_dir: Path, as_json: bool) -> None:
    """Four made-up topics in the folder --data, which must hold no events."""
    today = SystemClock().now().astimezone(ZONE).date()
    start = first_monday(today)
    clock = VirtualClock(_morning(start))
    with open_system(data_dir, None, clock) as system:
        if system.log.head():
            fail(f"{data_dir}: holds events already; a demonstration needs a folder of its own")
        demonstrate(system, clock, start)
        position = system.log.head()
    if as_json:
        print_json({"topics": list(CODES), "start": start.isoformat(), "position": position})
    else:
        click.echo(f"{len(CODES)} topics over {WEEKS} weeks from {start}; log at {position}")


def demonstrate(system: System, clock: VirtualClock, start: date) -> Governance:
    """Everything that happens from that Monday on; the clock ends WEEKS later."""
    governance = governance_of(system)
    tickets = _report_cold_rooms(system)
    planned = sorted([*steps(start, tickets), *AFTER_IMPORT], key=lambda step: step.day)
    for step in (one for one in planned if one.day <= IMPORT_DAY):
        _take(governance, clock, start, step)
    _import_survey(system, governance, start)
    for step in (one for one in planned if one.day > IMPORT_DAY):
        _take(governance, clock, start, step)
    clock.advance_to(_morning(start + timedelta(weeks=WEEKS)))
    system.transport.run_until_idle()
    return governance


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, ZONE)


def _take(governance: Governance, clock: VirtualClock, start: date, step: Step) -> None:
    clock.advance_to(_morning(start + timedelta(days=step.day)))
    governance.execute(Asking(step.code, step.deed, step.actor, f"demo/{step.day}"))


def _report_cold_rooms(system: System) -> list[str]:
    """Residents of the compound, by the hotline. Their words are made up."""
    reports = [
        NewReport(
            channel="hotline",
            reference=f"demo-{number}",
            received_at=system.clock.now(),
            title="小区停暖",
            text=f"物业走了以后我们{number}号楼一直没有暖气，请尽快处理。",
            area="630104",
            item="01.01.01.01.02",
        )
        for number in range(1, REPORTS + 1)
    ]
    receipts = system.intake.submit(reports)
    system.transport.run_until_idle()
    return list(dict.fromkeys(receipt.ticket_id for receipt in receipts))


def _import_survey(system: System, governance: Governance, start: date) -> Any:
    lines = list(csv.reader(io.StringIO(survey_csv(start))))
    rows = [Row(number, cells) for number, cells in enumerate(lines[1:], start=2)]
    read = read_survey(lines[0], rows, SURVEY_FILE, "", unit_code(system.directory))
    return import_items(governance.desk, SURVEY, read.deeds, OFFICE, "demo/import")
