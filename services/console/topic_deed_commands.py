"""`yousu topic`: deeds on a topic as a whole."""

from datetime import datetime
from typing import Any

import click

from services.console.topic_doing import DAY, Doing, do, doing, evidence_option, remark_option
from services.domain import topic_commands as k
from services.domain.topic_values import PlannedMeasure, TopicFigure

assisting_option = click.option("--assisting", multiple=True, help="Unit; may be repeated.")


@click.command("propose")
@doing
@click.option("--heading", required=True, help="What it is about, in one line.")
@click.option("--month", required=True, help="YYYY-MM.")
@click.option("--problem", required=True, help="What is wrong.")
@click.option("--source", type=click.Choice(["finding", "hand", "survey"]), default="hand")
@click.option("--figure", "figures", type=(str, float, str), multiple=True, help="LABEL VALUE UNIT")
@click.option("--ticket", "tickets", multiple=True, help="A ticket that speaks for it.")
@click.option("--item", "items", multiple=True, help="Requests it is about: an item's code.")
@click.option("--area", "areas", multiple=True, help="Requests it is about: an area's code.")
def propose(
    doing: Doing, figures: Any, tickets: Any, items: Any, areas: Any, **values: Any
) -> None:
    """提出: a problem, with its evidence."""

    def deed() -> k.Propose:
        given = tuple(TopicFigure(label=a, value=b, counted_in=c or None) for a, b, c in figures)
        return k.Propose(
            **values, figures=given, tickets=tickets, request_items=items, request_areas=areas
        )

    do(doing, deed)


@click.command("decline")
@doing
@click.option("--why", required=True)
def decline(doing: Doing, why: str) -> None:
    """不予立题: it is not taken up."""
    do(doing, lambda: k.Decline(why=why))


@click.command("adopt")
@doing
@click.option("--lead", required=True, help="The unit that leads.")
@assisting_option
@click.option("--target", type=DAY, required=True, help="The day by which all is to be done.")
@click.option(
    "--measure", "measures", type=(str, str, str), multiple=True, help="CODE UNIT WORDING"
)
def adopt(doing: Doing, target: datetime, measures: Any, **values: Any) -> None:
    """立题, by somebody else than who proposed."""

    def deed() -> k.Adopt:
        planned = tuple(
            PlannedMeasure(measure_code=code, responsible=unit, wording=wording)
            for code, unit, wording in measures
        )
        return k.Adopt(**values, target=target.date(), measures=planned)

    do(doing, deed)


@click.command("change-plan")
@doing
@click.option("--lead", required=True)
@assisting_option
@click.option("--target", type=DAY, required=True)
@click.option("--why", required=True)
def change_plan(doing: Doing, target: datetime, **values: Any) -> None:
    """Another lead, other assisting units, another target."""
    do(doing, lambda: k.ChangePlan(**values, target=target.date()))


@click.command("add-measure")
@doing
@click.argument("measure_code")
@click.option("--wording", required=True)
@click.option("--responsible", required=True, help="The unit that does it.")
def add_measure(doing: Doing, **values: Any) -> None:
    """措施清单: one more line."""
    do(doing, lambda: k.AddMeasure(**values))


@click.command("complete-measure")
@doing
@click.argument("measure_code")
@evidence_option
@remark_option
def complete_measure(doing: Doing, **values: Any) -> None:
    """A measure is in force."""
    do(doing, lambda: k.CompleteMeasure(**values))


@click.command("link")
@doing
@click.argument("tickets", nargs=-1, required=True)
def link(doing: Doing, tickets: tuple[str, ...]) -> None:
    """TICKETS belong to the topic."""
    do(doing, lambda: k.LinkTickets(tickets=tickets))


@click.command("unlink")
@doing
@click.argument("ticket_id")
@click.option("--why", required=True)
def unlink(doing: Doing, **values: Any) -> None:
    """A ticket does not belong to the topic."""
    do(doing, lambda: k.UnlinkTicket(**values))


@click.command("look-back")
@doing
@click.option("--held", multiple=True, help="An item that holds; may be repeated.")
@click.option("--failed", type=(str, str), multiple=True, help="ITEM WHY: it is reopened.")
@evidence_option
@remark_option
def look_back(doing: Doing, failed: Any, **values: Any) -> None:
    """回头看: that an item holds is found by somebody who had no part in it."""

    def deed() -> k.LookBack:
        reopening = tuple(k.ReopenItem(item_code=code, why=why) for code, why in failed)
        return k.LookBack(**values, failed=reopening)

    do(doing, deed)


@click.command("close")
@doing
@click.option("--outcome", required=True, help="What has come of it.")
@evidence_option
def close(doing: Doing, **values: Any) -> None:
    """结题: every item is struck off, every measure in force."""
    do(doing, lambda: k.Close(**values))


DEED_COMMANDS = (
    propose,
    decline,
    adopt,
    change_plan,
    add_measure,
    complete_measure,
    link,
    unlink,
    look_back,
    close,
)
