"""`yousu topic demo`: four made-up topics in a new folder, sixteen weeks of work on them."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from services.console.options import fail, json_option, open_system, print_json
from services.console.simulation.topics import TopicCourse, days_of_deeds
from services.console.system import System
from services.domain.working_time import ZONE_NAME
from services.governance.demonstration import CODES, WEEKS, first_monday
from services.governance.governance import Governance
from services.intake.report import NewReport
from services.platform.clock import SystemClock, VirtualClock

ZONE = ZoneInfo(ZONE_NAME)
MORNING = time(10)
REPORTS = 6


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
    tickets = _report_cold_rooms(system)
    course = TopicCourse(system, start, lambda: tickets)
    for day in days_of_deeds(start):
        clock.advance_to(_morning(start + timedelta(days=day)))
        course.work_on(clock.now())
    clock.advance_to(_morning(start + timedelta(weeks=WEEKS)))
    system.transport.run_until_idle()
    return course.governance


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, ZONE)


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
