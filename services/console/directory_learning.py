"""`yousu directory returns` and `suggestions`: what the log says about the directory. Both read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from services.console.directory_opening import opened
from services.console.options import data_options, json_option, print_json
from services.console.system import System
from services.domain import events as e
from services.domain.codec import Undecodable, decode
from services.domain.working_time import ZONE_NAME
from services.platform.return_reasons import shipped_return_reasons
from services.reporting.at_position import steadily
from services.reporting.returns.matrix import PAIR, Matrix, Pair, matrix
from services.reporting.returns.reading import dispatched_between, returns_between
from services.reporting.rows import Query
from services.router.directory import Directory
from services.router.suggestions.aliases import AliasSuggestion, alias_suggestions
from services.router.suggestions.cases import LOOKED_AT, cases_of
from services.router.suggestions.duties import DutySuggestion, duty_suggestions

DAY = click.DateTime(["%Y-%m-%d"])
READ_MAX = 2_000
SHOWN_MAX = 20
TICKETS_MIN = 5


@click.command("returns")
@click.option("--since", type=DAY, help="Only returns from this local day on.")
@click.option("--until", type=DAY, help="Only returns up to this local day.")
@json_option
@data_options
def returns_command(
    since: datetime | None, until: datetime | None, as_json: bool, **where: Any
) -> None:
    """退单: who returned what to whom, who resolved it at last, and what it cost in hours."""
    with opened(must_open=True, **where) as found_in:
        system = found_in.system
        assert system is not None
        found = returns_of(system, since and since.date(), until and until.date())
        directory = system.directory
    if as_json:
        print_json(returns_document(found, directory))
    else:
        _tell_returns(found, directory)


@click.command("suggestions")
@click.option("--min", "tickets_min", type=click.IntRange(1), default=TICKETS_MIN)
@click.option("--on", type=DAY, help="The day whose duties are asked; today if not given.")
@json_option
@data_options
def suggestions_command(tickets_min: int, on: datetime | None, as_json: bool, **where: Any) -> None:
    """Duties and aliases that returns and dispatchers contradict. Changes nothing."""
    with opened(must_open=True, **where) as found_in:
        system = found_in.system
        assert system is not None
        directory, day = system.directory, on.date() if on else found_in.today
        cases = cases_of(_facts(system))
    duties = duty_suggestions(cases, directory, day, tickets_min)
    aliases = alias_suggestions(cases, directory, tickets_min)
    if as_json:
        print_json(
            {
                "directory": directory.version,
                "on": day.isoformat(),
                "tickets": len(cases),
                "duties": [one._asdict() for one in duties],
                "aliases": [one._asdict() for one in aliases],
            }
        )
        return
    click.echo(f"{directory.version}: {len(duties)} duties, {len(aliases)} aliases")
    for duty in duties[:SHOWN_MAX]:
        click.echo(_duty_told(duty, directory))
    for alias in aliases[:SHOWN_MAX]:
        click.echo(_alias_told(alias, directory))


def returns_of(system: System, since: date | None, until: date | None) -> Matrix:
    """Out of the rows that reports read. Raises Outage."""

    def read(query: Query) -> Matrix:
        return matrix(returns_between(query, since, until), dispatched_between(query, since, until))

    return steadily(system.log, ZoneInfo(ZONE_NAME), read)


def returns_document(found: Matrix, directory: Directory) -> dict[str, Any]:
    """The same for `--json` and over HTTP: codes, and the names of the units."""
    units = {unit for pair, _ in found.pairs for unit in pair if unit}
    units |= {one.unit for one in found.units}
    return {
        "returns": found.returns,
        "routed": found.routed,
        "return_rate": round(found.returns / found.routed, 4) if found.routed else None,
        "hours_lost": found.hours,
        "pairs": [_pair(pair, one) for pair, one in found.pairs],
        "units": [one._asdict() for one in found.units],
        "ping_pong": [one._asdict() for one in found.worst],
        "names": {code: _name(directory, code) for code in sorted(units)},
        "reasons": {
            code: shipped_return_reasons().name(code)
            for code in sorted({reason for _, one in found.pairs for reason in one.by_reason})
        },
    }


def _pair(pair: PAIR, one: Pair) -> dict[str, Any]:
    unit, proposed, resolver = pair
    named = {"unit": unit, "proposed_unit": proposed or None, "resolved_by": resolver or None}
    return named | {column.name: _plain(getattr(one, column.name)) for column in fields(one)}


def _plain(value: Any) -> Any:
    """A counter's most common keys first."""
    return dict(value.most_common()) if isinstance(value, Counter) else value


def _facts(system: System) -> Iterator[e.TicketEvent]:
    """Up to the head of the log as it is now. What nobody can read is passed over."""
    head, position = system.log.head(), 0
    while chunk := system.log.read_all(position, READ_MAX, head):
        position = chunk[-1].position
        for one in chunk:
            if one.type in LOOKED_AT:
                try:
                    yield decode(one.type, one.data)
                except Undecodable:
                    continue


def _name(directory: Directory, code: str) -> str:
    unit = directory.unit(code)
    return unit.name if unit else code


def _tell_returns(found: Matrix, directory: Directory) -> None:
    rate = f"{found.returns / found.routed:.2%}" if found.routed else "-"
    click.echo(
        f"{found.returns:,} returns of {found.routed:,} routings: 退单率 {rate};"
        f" {found.hours:,.1f} hours lost"
    )
    named = directory.unit_name
    for (unit, proposed, resolver), one in found.pairs[:SHOWN_MAX]:
        wanted = f" -> {named(proposed)}" if proposed else ""
        ended = f", resolved by {named(resolver)}" if resolver else ""
        item = one.by_item.most_common(1)[0][0] or "-"
        click.echo(
            f"{one.returns:>6}  {named(unit)}{wanted}{ended}: {one.upheld} upheld,"
            f" {one.refused} refused, {one.hours:,.1f} h, mostly {item}"
        )
    for rated in found.units[:SHOWN_MAX]:
        share = "-" if rated.rate is None else f"{rated.rate:.1%}"
        click.echo(f"{share:>6}  {named(rated.unit)}: {rated.returned} of {rated.routed}")
    for ticket in found.worst:
        way = " -> ".join(ticket.units)
        click.echo(f"{ticket.returns:>6}  {ticket.ticket_id}: {way} ({ticket.hours:,.1f} h)")


def _duty_told(one: DutySuggestion, directory: Directory) -> str:
    named = directory.unit_name
    if one.line is None:
        place = f"duties.csv: no row for {one.item} in {one.area}: add one"
    elif one.covers == one.item:
        place = f"duties.csv line {one.line} ({one.item}, {one.area})"
    else:
        place = f"duties.csv line {one.line} ({one.covers}): add {one.item} in {one.area}"
    return (
        f"{place}: lead {named(one.lead)} -> {named(one.better)}; {one.tickets} of {one.resolved}"
        f" ({one.returned} returned, {one.chosen} by dispatchers), at least {one.confidence:.0%}"
    )


def _alias_told(one: AliasSuggestion, directory: Directory) -> str:
    to = f"move to {one.better} {directory.items[one.better].path}" if one.better else "remove"
    return (
        f"items.csv line {one.line}: “{one.alias}” of {one.item}: {to};"
        f" contradicted {one.chosen}, confirmed {one.kept}, at least {one.confidence:.0%}"
    )
