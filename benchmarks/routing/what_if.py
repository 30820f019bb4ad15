"""What-if over a long log of made-up tickets, most of them told in words."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks import city
from benchmarks.figures import Figure
from services.console.system import System, bootstrap
from services.console.what_if import what_if
from services.domain import events as e
from services.domain.codec import encode
from services.domain.personal import Personal, SealingContext
from services.platform.clock import VirtualClock
from services.platform.event_log import NewEvent
from services.platform.settings import load_settings
from services.router.directory import shipped_directory

TICKETS, TICKETS_QUICK = 100_000, 5_000
SECONDS_MAX = 60.0
BATCH = 1_000
PROGRESS = 5  # facts of each ticket that what-if does not need


def figures(quick: bool) -> Iterator[Figure]:
    tickets = TICKETS_QUICK if quick else TICKETS
    with tempfile.TemporaryDirectory(prefix="yousu-what-if-") as folder:
        clock = VirtualClock(city.START)
        system = bootstrap(load_settings(Path(folder), environment={}), clock)
        for first in range(0, tickets, BATCH):
            system.log.append(_lives(system, first, BATCH))
        started, started_cpu = time.perf_counter(), time.process_time()
        found = what_if(system, shipped_directory(), city.START.date())
        elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
        assert found.tickets == tickets
        name = f"what-if, {tickets:,} tickets, {system.log.head():,} events"
        target = SECONDS_MAX * tickets / TICKETS
        yield Figure(name, elapsed_s, "s", None, target, "<=", "value")
        yield Figure(f"{name}, of the processor", cpu_s, "s")
        system.close()


def _lives(system: System, first: int, count: int) -> Sequence[NewEvent]:
    """Whole tickets: opened in words, routed, worked on, resolved. Two of three without an item."""
    now = system.clock.now()
    reports = city.reports(first, count, now)
    residents = system.keyring.residents([report.contact for report in reports], now)
    events: list[NewEvent] = []
    for number, (report, resident) in enumerate(zip(reports, residents, strict=True), first):
        said = {"title": report.title, "text": report.text, "address": report.address}
        words = {name: Personal(resident, plain=text) for name, text in said.items()}
        ticket_id = f"bench-{number:08d}"
        meta = {
            "ticket_id": ticket_id,
            "actor": "system:bench",
            "cause": "command:b",
            "occurred_at": now + timedelta(seconds=number),
            "recorded_at": now + timedelta(seconds=number),
        }
        note = Personal(resident, plain="处理中")
        facts: list[e.TicketEvent] = [
            e.TicketOpened(
                **meta,
                **words,
                report_id=f"r{number}",
                channel=report.channel,
                reference=report.reference,
                resident=resident,
                item="01.01.01.01.01" if number % 3 == 0 else None,
                area="630104001" if number % 3 == 0 else None,
                fingerprint=f"f{number}",
                rule_version="1",
            ),
            e.TicketRouted(
                **meta,
                attempt=1,
                lead="heating",
                urgency_days=3,
                method="alias",
                confidence=0.8,
                explanation="按别名",
                directory_version="1",
            ),
            *(e.TicketProgressed(**meta, unit="heating", note=note) for _ in range(PROGRESS)),
            e.TicketResolved(**meta, unit="heating", reply=note),
        ]
        for version, fact in enumerate(facts, 1):
            context = SealingContext(system.keyring.seal, version)
            events.append(NewEvent(ticket_id, version, fact.type, encode(fact, context)))
    return events
