"""`yousu measures`: every figure of a period and a slice, and the tickets behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from services.console.measure_figures import (
    measures_document,
    policies_of,
    tickets_document,
)
from services.console.options import data_options, fail, json_option, open_system, print_json
from services.platform.positions import PositionUnknown
from services.reporting.measure_policy import MeasurePolicyInvalid
from services.reporting.measure_tickets import LIMIT_MAX, SIDES, Side
from services.reporting.measures import BY_KEY
from services.reporting.ranking_policy import RankingPolicyInvalid
from services.reporting.slices import Slice, SliceInvalid

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
MEASURE = click.Choice(sorted(BY_KEY))


def period_options(command: Command) -> Command:
    """--from, --to, --as-of and the slice."""
    for option in (
        click.option("--as-of", "position", type=int, help="From the log up to this position."),
        click.option("--channel", help="Reports that came through it."),
        click.option("--item", help="Code of an item, with all below it."),
        click.option("--area", help="Official code of an area, with all within it."),
        click.option("--unit", help="Code of the unit that has or had the tickets."),
        click.option("--to", "until", type=DAY, required=True, help="Last local day, included."),
        click.option("--from", "since", type=DAY, required=True, help="First local day."),
    ):
        command = option(command)
    return command


@contextmanager
def said_clearly() -> Iterator[None]:
    """What cannot be asked, or values that cannot be used, end the command with 2."""
    try:
        yield
    except (SliceInvalid, PositionUnknown, MeasurePolicyInvalid, RankingPolicyInvalid) as error:
        fail(str(error))


def day(moment: datetime) -> date:
    return moment.date()


@click.group("measures")
def measures() -> None:
    """Measures 响应率, 解决率, 满意率 …: figures, and the tickets behind them."""


@measures.command("list")
@click.option("--measure", "key", type=MEASURE, help="Only this one.")
@period_options
@data_options
@json_option
def list_command(
    key: str | None,
    since: datetime,
    until: datetime,
    unit: str | None,
    area: str | None,
    item: str | None,
    channel: str | None,
    position: int | None,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Numerator, denominator and value, with definition and limits."""
    part = Slice(day(since), day(until), unit, area, item, channel)
    with open_system(data_dir, database_url, must_exist=True) as system, said_clearly():
        document = measures_document(system, policies_of(system), part, key, position)
    if as_json:
        print_json(document)
        return
    click.echo(f"{document['from']} – {document['to']}, position {document['position']}")
    for one in document["measures"]:
        figure = f"{one['numerator']} ÷ {one['denominator']}"
        out = f"  ({one['taken_out']} taken out by appeals)" if one["taken_out"] else ""
        click.echo(f"{one['name']}  {one['text']:>9}  {figure}{out}")


@measures.command("tickets")
@click.option("--measure", "key", type=MEASURE, required=True)
@click.option("--side", type=click.Choice(SIDES), default="all", show_default=True)
@click.option("--after", default="", help="Go on after this ticket.")
@click.option(
    "--limit", type=click.IntRange(1, LIMIT_MAX), default=LIMIT_MAX, help="How many at most."
)
@period_options
@data_options
@json_option
def tickets_command(
    key: str,
    side: Side,
    after: str,
    limit: int,
    since: datetime,
    until: datetime,
    unit: str | None,
    area: str | None,
    item: str | None,
    channel: str | None,
    position: int | None,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """The tickets behind one figure: on which side each stands, or why on none."""
    part = Slice(day(since), day(until), unit, area, item, channel)
    with open_system(data_dir, database_url, must_exist=True) as system, said_clearly():
        policies = policies_of(system)
        document = tickets_document(system, policies, part, key, side, after, limit, position)
    if as_json:
        print_json(document)
        return
    measure = document["measure"]
    figure = f"{measure['numerator']} ÷ {measure['denominator']}"
    click.echo(f"{measure['name']} {measure['text']} = {figure}")
    for one in document["tickets"]:
        left = "; ".join(f"fact {x['fact']}: {x['why']}" for x in one["excluded"])
        click.echo(
            f"{one['ticket_id']}  {one['numerator']} ÷ {one['denominator']}  {left}".rstrip()
        )
    if document["next_after"]:
        click.echo(f"more: --after {document['next_after']}")
