"""`yousu supervision`: 督办单, who was told of which rung, 黄牌 and 红牌."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import click

from services.console.options import FELL_SHORT, data_options, fail, json_option, print_json
from services.console.supervision_deed_commands import DEED_COMMANDS
from services.console.supervision_doing import opened
from services.console.supervision_words import card_line, case_line, case_lines, told_line
from services.console.system import System
from services.platform.keys import SealBroken
from services.supervision import documents, reading

DAY = click.DateTime(["%Y-%m-%d"])
PERIOD_DAYS = 92
STAGES: Mapping[str, reading.Stage] = {"open": "open", "closed": "closed", "all": ""}


@click.group("supervision")
def supervision() -> None:
    """督办: what is late and who answers for it. CODE is as in `2026-000123`."""


def local_of(system: System) -> Any:
    zone = system.rules().calendar.zone

    def local(moment: str) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}"

    return local


def named_of(system: System) -> Any:
    def named(code: str) -> str:
        unit = system.directory.unit(code)
        return unit.name if unit else code

    return named


@supervision.command("list")
@click.option("--stage", type=click.Choice(list(STAGES)), default="open", show_default=True)
@click.option("--unit", default="", help="Only the cases of this unit.")
@click.option("--ticket", help="Only the cases of this ticket, open or closed.")
@click.option("--overdue", is_flag=True, help="Only those whose reply is late.")
@json_option
@data_options
def list_cases(
    stage: str, unit: str, ticket: str | None, overdue: bool, as_json: bool, **where: Any
) -> None:
    """Supervision cases 督办单, the earliest date first."""
    with opened(**where) as system:
        rows = (
            reading.cases_of_ticket(system.log, ticket)
            if ticket
            else reading.cases(system.log, STAGES[stage], unit)
        )
        now, local = system.clock.now(), local_of(system)
        lines = [documents.case_line(row, now, named_of(system)) for row in rows]
    if overdue:
        lines = [one for one in lines if one["standing"] == "overdue"]
    if as_json:
        print_json({"cases": lines})
        return
    for one in lines:
        click.echo(case_line(one, local))
    if not lines:
        click.echo("no supervision cases")


@supervision.command("show")
@click.argument("code")
@json_option
@data_options
def show(code: str, as_json: bool, **where: Any) -> None:
    """One case: why, until when, and everything that happened."""
    with opened(**where) as system:
        facts = reading.case_facts(system.log, code) if code.isascii() else ()
        if not facts:
            fail("CaseUnknown: there is no such supervision case (督办单)", FELL_SHORT)
        try:
            document = documents.case_document(facts, system.keyring, named_of(system))
        except SealBroken as error:
            fail(f"case {code}: {error}", FELL_SHORT)
        local = local_of(system)
    if as_json:
        print_json(document)
        return
    for line in case_lines(document, local):
        click.echo(line)


@supervision.command("cards")
@click.option("--unit", default="", help="Only the cards of this unit.")
@click.option("--from", "first", type=DAY, help=f"First day; {PERIOD_DAYS} days ago if not given.")
@click.option("--to", "last", type=DAY, help="Last day, included.")
@json_option
@data_options
def cards(
    unit: str, first: datetime | None, last: datetime | None, as_json: bool, **where: Any
) -> None:
    """黄牌 and 红牌 that were issued on these days, withdrawn ones too."""
    with opened(**where) as system:
        begin, end = period(system, first, last)
        rows = reading.cards_between(system.log, begin, end, unit)
        found = documents.card_documents(rows, named_of(system))
    if as_json:
        print_json({"from": begin, "to": end, "cards": found})
        return
    for one in found:
        click.echo(card_line(one))
    if not found:
        click.echo("no cards")


@supervision.command("told")
@click.option("--addressee", default="", help="Only what this unit was told.")
@click.option("--ticket", help="Only what was told of this ticket, on any day.")
@click.option("--day", type=DAY, help="Today if not given.")
@json_option
@data_options
def told(
    addressee: str, ticket: str | None, day: datetime | None, as_json: bool, **where: Any
) -> None:
    """Who was told of which rung of the ladder, when and why."""
    with opened(**where) as system:
        on = (day.date() if day else today_of(system)).isoformat()
        rows = (
            reading.told_of_ticket(system.log, ticket)
            if ticket
            else reading.told_between(system.log, on, on, addressee)
        )
        found, local = documents.told_documents(rows, named_of(system)), local_of(system)
    if as_json:
        print_json({"told": found})
        return
    for one in found:
        click.echo(told_line(one, local))
    if not found:
        click.echo("nobody was told of anything")


def today_of(system: System) -> date:
    return system.rules().calendar.local_date(system.clock.now())


def period(system: System, first: datetime | None, last: datetime | None) -> tuple[str, str]:
    end = last.date() if last else today_of(system)
    begin = first.date() if first else end - timedelta(days=PERIOD_DAYS)
    return begin.isoformat(), end.isoformat()


for command in DEED_COMMANDS:
    supervision.add_command(command)
