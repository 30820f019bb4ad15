"""`yousu status`: where everything stands, by processor and, if asked, by partition."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from services.console.options import data_options, json_option, open_system, print_json
from services.console.status import Reading
from services.console.status_bus import inlet_status, topic_span
from services.console.system import System
from services.platform.transport.topics import INTAKE_REPORTS

Status = Mapping[str, Any]  # one of a processor, a lane or a partition


@click.command("status")
@click.option("--partitions", is_flag=True, help="A line for each partition, too.")
@data_options
@json_option
def status_command(
    partitions: bool, data_dir: Path | None, database_url: str | None, as_json: bool
) -> None:
    """Where each processor stands. The log's database knows; the bus is asked only how many
    messages of intake-reports wait."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        reading = Reading(system)
        document = document_of(system, reading)
        if as_json:
            print_json(document)
        else:
            for line in table(reading.head, document, partitions):
                click.echo(line)


def document_of(system: System, reading: Reading) -> dict[str, Status]:
    document: dict[str, Status] = {**reading.processors()}
    relay = reading.relay()
    if relay is None:
        return document
    kafka = system.settings.kafka
    document["relay"] = relay
    document[INTAKE_REPORTS] = inlet_status(
        reading.checkpoints,
        reading.quarantined.get(INTAKE_REPORTS, 0),
        topic_span(kafka) if kafka else None,
    )
    return document


def table(head: int, document: Mapping[str, Status], partitions: bool) -> Sequence[str]:
    lines = [f"log at {head}"]
    for name, one in document.items():
        quarantined = f"quarantined {one['quarantined']:>5}"
        lines.append(_line(name, 14, one, quarantined))
        if partitions:
            lines += [_line(f"  {lane['partition']}", 28, lane) for lane in one["partitions"]]
    return lines


def _line(name: str, width: int, one: Status, more: str = "") -> str:
    lag = "?" if one["lag"] is None else one["lag"]
    error = f"last error: {one['last_error']}" if one["last_error"] else ""
    figures = f"{name:<{width}} position {one['position']:>9}  lag {lag:>7}"
    return "  ".join(filter(None, (figures, more, error)))
