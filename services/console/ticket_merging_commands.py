"""`yousu ticket`: what a person decides about two tickets that are, or are not, one matter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from services.console.command_ids import new_command_id
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.domain.rejections import Rejected
from services.intake.merging_desk import Asking, Decided, MergingDesk
from services.intake.proposals import open_proposals

by_option = click.option("--by", required=True, help="Who decides, as `dispatcher:name`.")
Decide = Callable[[MergingDesk, Asking], Decided]


@click.command("proposals")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--after", type=click.IntRange(0), default=0, help="The last position of before.")
@json_option
@data_options
def proposals(
    limit: int, after: int, as_json: bool, data_dir: Path | None, database_url: str | None
) -> None:
    """Joinings that wait for a decision, the oldest first."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        found = open_proposals(system.log, after, limit)
    if as_json:
        print_json({"proposals": [proposal._asdict() for proposal in found]})
        return
    for one in found:
        click.echo(
            f"#{one.position}  {one.ticket_id}  {one.other}  {one.score:.2f}  {one.explanation}"
        )


@click.command("confirm-join")
@click.argument("ticket_id")
@click.argument("other")
@by_option
@json_option
@data_options
def confirm_join(ticket_id: str, other: str, by: str, **given: Any) -> None:
    """The same matter: the younger of the two tickets follows the older."""
    _decide(ticket_id, by, lambda desk, asking: desk.confirm_join(asking, other), **given)


@click.command("refuse-join")
@click.argument("ticket_id")
@click.argument("other")
@by_option
@json_option
@data_options
def refuse_join(ticket_id: str, other: str, by: str, **given: Any) -> None:
    """Not the same matter: never proposed again, nor joined by a rule."""
    _decide(ticket_id, by, lambda desk, asking: desk.refuse_join(asking, other), **given)


@click.command("unjoin")
@click.argument("ticket_id")
@click.argument("report_id")
@by_option
@json_option
@data_options
def unjoin(ticket_id: str, report_id: str, by: str, **given: Any) -> None:
    """A report that was joined by mistake goes on as a ticket of its own."""
    _decide(ticket_id, by, lambda desk, asking: desk.unjoin(asking, report_id), **given)


@click.command("unmerge")
@click.argument("ticket_id")
@by_option
@json_option
@data_options
def unmerge(ticket_id: str, by: str, **given: Any) -> None:
    """The ticket follows its primary no longer, and stands where it stood."""
    _decide(ticket_id, by, lambda desk, asking: desk.unmerge(asking), **given)


def _decide(
    ticket_id: str,
    by: str,
    decide: Decide,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    with open_system(data_dir, database_url, must_exist=True) as system:
        desk = MergingDesk(system.log, system.handler, system.keyring, system.clock)
        command_id = new_command_id(system)
        try:
            decided = decide(desk, Asking(ticket_id, by, command_id))
        except Rejected as rejection:
            fail(f"{rejection.code}: {rejection}", FELL_SHORT)
        except ValueError:  # an actor that a fact may not hold
            fail("--by: `role:name` is needed, as in `dispatcher:li`")
    if as_json:
        print_json(decided._asdict())
        return
    what = ", ".join(decided.events) or "nothing to do"
    click.echo(f"{decided.ticket_id}  {decided.stage}  {what}  {decided.other}".rstrip())


COMMANDS = (proposals, confirm_join, refuse_join, unjoin, unmerge)
