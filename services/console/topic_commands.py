"""`yousu topics`: the bus's two topics, made once and compared with what they should be."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from services.console.kafka_options import bus_settings
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
    reason_of,
)
from services.console.workers import split_log
from services.platform.failures import Outage
from services.platform.transport import kafka_admin
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import TICKET_EVENTS

EVENTS_PARTITIONS = 8
REPORTS_PARTITIONS = 4


@click.group()
def topics() -> None:
    """The topics of the bus."""


def topic_options(command: Callable[..., Any]) -> Callable[..., Any]:
    count = click.IntRange(1, 1_000)
    for option in (
        click.option(
            "--partitions",
            type=count,
            default=EVENTS_PARTITIONS,
            show_default=True,
            help="Of ticket-events. Chosen once: another number moves tickets.",
        ),
        click.option(
            "--intake-partitions",
            type=count,
            default=REPORTS_PARTITIONS,
            show_default=True,
            help="Of intake-reports.",
        ),
        click.option(
            "--replication",
            type=click.IntRange(1, 100),
            help="Copies of each message. [default: 3, or as many as there are brokers]",
        ),
        json_option,
    ):
        command = option(command)
    return command


@topics.command()
@topic_options
@data_options
def create(
    partitions: int,
    intake_partitions: int,
    replication: int | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Make the topics that are missing, and split the log into as many lanes as ticket-events has
    partitions. Topics that exist stay as they are, and are compared."""
    settings = bus_settings()
    try:
        wanted = _wanted(settings, partitions, intake_partitions, replication)
        created = kafka_admin.create_topics(settings, wanted)
        findings = kafka_admin.check_topics(settings, wanted)
        lanes = kafka_admin.partitions_of(settings, TICKET_EVENTS) or partitions
    except Outage as error:
        fail(reason_of(error))
    with open_system(data_dir, database_url, must_exist=True) as system:
        split_log(system, lanes)
    _tell([settings.topic(name) for name in created], findings, as_json)


@topics.command()
@topic_options
def check(partitions: int, intake_partitions: int, replication: int | None, as_json: bool) -> None:
    """Compare topics and brokers with what is wanted. 1 if something differs."""
    settings = bus_settings()
    try:
        wanted = _wanted(settings, partitions, intake_partitions, replication)
        findings = kafka_admin.check_topics(settings, wanted)
    except Outage as error:
        fail(reason_of(error))
    _tell(None, findings, as_json)
    sys.exit(FELL_SHORT if findings else 0)


def _wanted(
    settings: KafkaSettings, partitions: int, intake_partitions: int, replication: int | None
) -> Any:
    copies = replication or kafka_admin.usual_replication(settings)
    return kafka_admin.wanted_topics(partitions, intake_partitions, copies)


def _tell(created: list[str] | None, findings: Any, as_json: bool) -> None:
    if as_json:
        made = {} if created is None else {"created": created}
        print_json(made | {"findings": [finding._asdict() for finding in findings]})
        return
    for name in created or ():
        click.echo(f"created {name}")
    for finding in findings:
        click.echo(str(finding))
    if not findings:
        click.echo("all as it should be")
