"""`yousu notices opt-out` and `opt-in`: what a resident does not want to be told."""

from pathlib import Path

import click

from services.console.command_ids import new_command_id
from services.console.notices import desk_of
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.domain.notice_values import KINDS, RESIDENT_KINDS, NoticeKind
from services.notices.desk import NoticeDesk

_KINDS = click.Choice([kind for kind in KINDS if kind in RESIDENT_KINDS])


def _choosing(name: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @click.option("--resident", help="By pseudonym, as events name it.")
    @click.option(
        "--contact-file",
        type=click.File(encoding="utf-8"),
        help="By what they left; `-` is standard input, so that it is in no history of a shell.",
    )
    @click.option("--kind", "kinds", type=_KINDS, multiple=True, help="All, if none is given.")
    @click.option("--by", required=True, help="Who does it, as `role:name`.")
    @json_option
    @data_options
    def choose(
        resident: str | None,
        contact_file: click.utils.LazyFile | None,
        kinds: tuple[NoticeKind, ...],
        by: str,
        as_json: bool,
        data_dir: Path | None,
        database_url: str | None,
    ) -> None:
        if (resident is None) == (contact_file is None):
            raise click.UsageError("give --resident or --contact-file")
        with open_system(data_dir, database_url, must_exist=True) as system:
            desk = desk_of(system)
            contact = contact_file.read() if contact_file is not None else None
            found = resident or _resident(desk, contact or "")
            do = desk.opt_out if name == "opt-out" else desk.opt_in
            command_id = new_command_id(system)
            choices = do(found, kinds or desk.policy.optional_kinds(), by, command_id)
        wanted = sorted(choices.opted_out)
        if as_json:
            print_json({"resident": found, "opted_out": wanted})
        else:
            click.echo(f"{found} is not told: {', '.join(wanted) or 'nothing'}")

    return choose


def _resident(desk: NoticeDesk, contact: str) -> str:
    found = desk.resident_of(contact.strip())
    if found is None:
        fail("nobody has left this contact", FELL_SHORT)
    return found


opt_out = _choosing("opt-out", "退订: a resident does not want to be told of these kinds any more.")
opt_in = _choosing("opt-in", "恢复: a resident wants to be told of these kinds again.")
