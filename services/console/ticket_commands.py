"""`yousu ticket`: one ticket, from the resident's words to where it stands now."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from services.audit.ticket_view import TicketView, ticket_view
from services.console import ticket_doing, ticket_merging_commands
from services.console.monthly_topics import governance_of, topics_of_ticket
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.console.ticket_clocks import clock
from services.domain.city_events import is_city_stream
from services.domain.working_time import ZONE_NAME
from services.platform.keys import SealBroken
from services.platform.words import open_words


@click.group("ticket")
def ticket() -> None:
    """Tickets, one at a time."""


@ticket.command("show")
@click.argument("ticket_id")
@json_option
@data_options
def show(ticket_id: str, as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """State, promises and history of one ticket. Contact and name are masked."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        stream = system.log.read_stream(ticket_id) if ticket_id.isascii() else []
        if not stream or is_city_stream(ticket_id):
            fail("there is no such ticket", FELL_SHORT)
        try:
            words = partial(open_words, system.keyring)
            view = ticket_view(stream, words, ZoneInfo(ZONE_NAME))
        except SealBroken as error:
            fail(f"ticket {ticket_id}: {error}", FELL_SHORT)
        topics = topics_of_ticket(governance_of(system), ticket_id)
    if as_json:
        print_json(view.document() | {"topics": topics})
        return
    for topic in topics:
        click.echo(f"{'topic':<16}{topic['code']} {topic['heading']} ({topic['stage']})")
    for line in _lines(view):
        click.echo(line)


ticket.add_command(clock)
for one in (*ticket_merging_commands.COMMANDS, *ticket_doing.COMMANDS):
    ticket.add_command(one)


def _lines(view: TicketView) -> Iterable[str]:
    for name, value in view.state.items():
        if value not in (None, [], 0, False):
            yield f"{name:<16}{_text(value)}"
    for one in view.clocks:
        standing = "running" if one["running"] else "stopped"
        missed = ", missed" if one["missed"] else ""
        yield f"{one['clock']:<16}due {one['due_at']} ({standing}{missed})"
        yield f"{'':<16}{one['why']}"
    for entry in view.history:
        yield ""
        yield from _entry_lines(entry)


def _entry_lines(entry: dict[str, Any]) -> Iterable[str]:
    yield f"#{entry['position']}  v{entry['version']}  {entry['type']}"
    if "unreadable" in entry:
        yield f"    cannot be read: {entry['unreadable']}"
        return
    yield f"    {entry['occurred_at']}  {entry['actor']}  because of {entry['cause']}"
    for name, value in entry["facts"].items():
        yield f"    {name}: {_text(value)}"
    for name, said in entry["words"].items():
        yield f"    {name}: {'(erased)' if said is None else said}"


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(f"{name}={_text(part)}" for name, part in value.items())
    return str(value)
