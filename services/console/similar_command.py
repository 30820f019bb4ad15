"""`yousu similar`: which open tickets are, or may be, the same matter. Reads only."""

from pathlib import Path
from typing import Any

import click

from services.console.options import data_options, json_option, open_system, print_json
from services.intake.http.similar import LIMIT_MAX, SimilarBody, similar_answer
from services.intake.requests_view import RequestsView


@click.command("similar")
@click.option("--text", default="", help="What is said.")
@click.option("--title", default="", help="Its title, if it has one.")
@click.option("--address", default="", help="Where it is.")
@click.option("--area", help="Official code of the area, if known.")
@click.option("--item", help="Code of the item, if known.")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, LIMIT_MAX))
@json_option
@data_options
def similar_command(
    as_json: bool, data_dir: Path | None, database_url: str | None, **said: Any
) -> None:
    """Open tickets of the same matter, the best first, with why. Changes nothing."""
    if not any(said[name].strip() for name in ("text", "title", "address")):
        raise click.UsageError("give at least one of --text, --title and --address")
    with open_system(data_dir, database_url, must_exist=True) as system:
        system.similar.catch_up_all()
        view = RequestsView(system.log, system.keyring)
        body = SimilarBody(**said)
        answer = similar_answer(system.similar, view.by_ids, body, system.clock.now())
        answer["open_tickets"] = system.similar.standing.tickets
    if as_json:
        print_json(answer)
    else:
        _tell(answer)


def _tell(answer: dict[str, Any]) -> None:
    if not answer["tickets"]:
        click.echo(f"none of {answer['open_tickets']:,} open tickets")
    for one in answer["tickets"]:
        click.echo(f"{one['score']:.2f}  {one['verdict']:<8}  {one['ticket_id']}  {one['stage']}")
        click.echo(f"      {one['why']}")
