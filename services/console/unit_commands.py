"""`yousu units`: units side by side."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from services.console.measure_commands import DAY, MEASURE, day, said_clearly
from services.console.measure_figures import COMPOSITE, LEVELS, policies_of, ranking_document
from services.console.options import data_options, json_option, open_system, print_json
from services.reporting.slices import Slice


@click.group("units")
def units() -> None:
    """Units 承办单位 side by side."""


@units.command("rank")
@click.option("--measure", "key", type=MEASURE, help="By this one; else by the composite.")
@click.option("--level", type=click.Choice(LEVELS), help="Only units of this level or kind.")
@click.option("--from", "since", type=DAY, required=True, help="First local day.")
@click.option("--to", "until", type=DAY, required=True, help="Last local day, included.")
@click.option("--as-of", "position", type=int, help="From the log up to this position.")
@data_options
@json_option
def rank_command(
    key: str | None,
    level: str | None,
    since: datetime,
    until: datetime,
    position: int | None,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Units in order, with limits; those with too few cases stand apart, neither first nor last."""
    part = Slice(day(since), day(until))
    with open_system(data_dir, database_url, must_exist=True) as system, said_clearly():
        policies = policies_of(system)
        document = ranking_document(system, policies, part, key or COMPOSITE, level, position)
    if as_json:
        print_json(document)
        return
    _show(document)


def _show(document: dict[str, Any]) -> None:
    click.echo(
        f"{document['from']} – {document['to']}, by {document['by']}, position"
        f" {document['position']}, {document['policy']}, {document['measure_policy']}"
    )
    for one in document["ranked"]:
        limits = f"{one['low']:.3f}–{one['high']:.3f}"
        click.echo(f"{one['place']:>4}  {one['score']:.4f}  {limits}  {one['name']} {one['code']}")
    for one in document["too_few"]:
        click.echo(f"   –  {one['cases']} cases, not ranked  {one['name']} {one['code']}")
    if document["common"] is None:
        click.echo("nothing to measure")
