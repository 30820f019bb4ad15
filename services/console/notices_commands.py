"""`yousu notices`: what is told to whom, what was not, and what a person decides about it."""

from pathlib import Path
from typing import Any, get_args

import click

from services.console.command_ids import new_command_id
from services.console.notices import desk_of, planner_of, postman_of, templates_of
from services.console.notices_choices import opt_in, opt_out
from services.console.notices_queue import policy_of
from services.console.options import (
    FELL_SHORT,
    CannotRun,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
    reason_of,
)
from services.console.system import System
from services.domain.notice_decide import NoticeRejected
from services.domain.notice_values import KINDS, NoticeKind, NoticeStatus
from services.notices.cases import read_notices
from services.notices.channels.file import masked
from services.notices.policy import Lang
from services.notices.reading import (
    Asked,
    figures_of,
    find_notice,
    given_up_by_reason,
    history_of,
    list_notices,
    row_document,
)
from services.notices.rows import NoticeRow
from services.notices.samples import FIELDS, SAMPLES
from services.notices.templates import NoticeTemplate, Templates, load_templates
from services.platform.settings import load_settings

KIND = click.Choice(KINDS)
STATUSES = [status for status in get_args(NoticeStatus) if status != "new"]
LANG = click.Choice(get_args(Lang))
by_option = click.option("--by", required=True, help="Who does it, as `role:name`.")
templates_option = click.option(
    "--templates",
    "templates_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="These in place of those in use.",
)


@click.group()
def notices() -> None:
    """通知: what residents and units are told."""


@notices.command("list")
@click.option("--status", type=click.Choice(STATUSES))
@click.option("--kind", type=KIND)
@click.option("--ticket", "ticket_id", help="About this ticket.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
@data_options
def list_command(
    status: str | None,
    kind: str | None,
    ticket_id: str | None,
    limit: int,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """The newest first, and how the outbox stands. Dead letters: --status given_up."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        rows = list_notices(system.log, Asked(status, kind, ticket_id, limit))
        figures = figures_of(system.log, system.clock.now())
        reasons = given_up_by_reason(system.log) if figures.given_up else ()
    if as_json:
        outbox = figures._asdict() | {"given_up_by_reason": reasons}
        print_json({"notices": list(map(row_document, rows)), "outbox": outbox})
        return
    for row in rows:
        click.echo(_line(row))
    click.echo(
        f"{figures.waiting} waiting, {figures.sending} being sent, {figures.given_up} given up;"
        f" due now: {figures.due}, the oldest for {figures.oldest_due_s:.0f} s",
        err=True,
    )


@notices.command("show")
@click.argument("notice_id")
@json_option
@data_options
def show(notice_id: str, as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """One notice with every fact of it. Nobody's address or words."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        row = _found(system, notice_id)
        history = history_of(system.log, notice_id)
    if as_json:
        print_json(row_document(row) | {"history": history})
        return
    click.echo(_line(row))
    for one in history:
        told = {k: v for k, v in one.items() if k in _TOLD}
        values = "  ".join(f"{name}={value}" for name, value in told.items())
        click.echo(f"  #{one['position']}  {one['recorded_at']}  {one['type']}  {values}")


_TOLD = (
    *("attempt", "via", "reason", "unsure", "retry_at", "lease_until", "template_version"),
    *("until", "postponement", "suppression", "actor"),
)


@notices.command("retry")
@click.argument("notice_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that were given up.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1_000, show_default=True)
@by_option
@json_option
@data_options
def retry(
    notice_ids: tuple[str, ...],
    everything: bool,
    limit: int,
    by: str,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Have notices tried again that were given up. What may have gone out then goes out again."""
    if bool(notice_ids) == everything:
        raise click.UsageError("give the ids of notices, or --all")
    with open_system(data_dir, database_url, must_exist=True) as system:
        desk = desk_of(system)
        rows = list_notices(system.log, Asked(status="given_up", limit=limit))
        wanted = [row.notice_id for row in rows] if everything else list(notice_ids)
        refused: dict[str, str] = {}
        for notice in wanted:
            try:
                desk.retry(notice, by, new_command_id(system))
            except NoticeRejected as rejection:
                refused[notice] = rejection.code
                click.echo(f"{notice}: {rejection}", err=True)
    if as_json:
        print_json({"retried": len(wanted) - len(refused), "refused": refused})
    else:
        click.echo(f"{len(wanted) - len(refused)} will be tried again")
    if refused:
        raise SystemExit(FELL_SHORT)


@notices.command("send")
@json_option
@data_options
def send(as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """Deliver all that is due now, and stop."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        postman = postman_of(system)
        try:
            delivered = postman.deliver_all()
        finally:
            postman.close()
    if as_json:
        print_json(delivered._asdict())
    else:
        click.echo(
            f"{delivered.sent} sent, {delivered.failed} failed,"
            f" {delivered.suppressed} not said, {delivered.postponed} put off"
        )
    if delivered.failed:
        raise SystemExit(FELL_SHORT)


@notices.command("templates")
@templates_option
@json_option
def templates_command(templates_file: Path | None, as_json: bool) -> None:
    """Check the templates, and show their versions and what each kind may speak of."""
    found = _templates(templates_file)
    if as_json:
        document = [_template_document(one) for one in found.values()]
        print_json({"templates": document, "fields": {k: sorted(v) for k, v in FIELDS.items()}})
        return
    for template in found.values():
        click.echo(f"{template.kind:<11} {template.lang}  {template.version}")
    for kind, fields in FIELDS.items():
        click.echo(f"{kind}: {', '.join(sorted(fields))}")


@notices.command("preview")
@click.argument("kind_or_id")
@click.option("--lang", type=LANG, default="zh", show_default=True)
@templates_option
@json_option
@data_options
def preview(
    kind_or_id: str,
    lang: Lang,
    templates_file: Path | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """A kind of notice with made-up values; or a notice by its id as it would be said now: its
    words are a resident's, its address is masked."""
    found = _templates(templates_file)
    if kind_or_id in KINDS:
        kind: NoticeKind = next(kind for kind in KINDS if kind == kind_or_id)
        template = found[kind, lang]
        said = [template.say(sample) for sample in SAMPLES[kind]]
        documents = [{"subject": one.subject, "body": one.body} for one in said]
    else:
        documents = [_previewed(kind_or_id, found, data_dir, database_url)]
    if as_json:
        print_json({"previews": documents})
        return
    for document in documents:
        for name, value in document.items():
            click.echo(f"{name}: {value}")


def _previewed(
    notice_id: str, templates: Templates, data_dir: Path | None, database_url: str | None
) -> dict[str, Any]:
    with open_system(data_dir, database_url, must_exist=True) as system:
        _found(system, notice_id)
        notice = read_notices(system.log, [notice_id])[notice_id]
        planner = planner_of(system, policy_of(system.settings), templates)
        waiting = notice._replace(status="waiting")
        planned = planner.plan([waiting], system.clock.now())[0]
    if planned.message is None:
        return {"command": type(planned.command).__name__, **_why(planned.command)}
    message = planned.message
    to = masked(message.to) if message.to else None
    return {"to": to, "subject": message.subject, "body": message.body}


def _why(command: Any) -> dict[str, str]:
    names = ("suppression", "postponement", "until")
    return {name: str(getattr(command, name)) for name in names if hasattr(command, name)}


def _templates(templates_file: Path | None) -> Templates:
    try:
        if templates_file is not None:
            return load_templates(templates_file)
        return templates_of(load_settings(None))
    except CannotRun as error:
        fail(reason_of(error))


def _template_document(template: NoticeTemplate) -> dict[str, str]:
    return {"kind": template.kind, "lang": template.lang, "version": template.version}


def _found(system: System, notice_id: str) -> NoticeRow:
    row = find_notice(system.log, notice_id)
    if row is None:
        fail(f"there is no notice {notice_id}", FELL_SHORT)
    return row


def _line(row: NoticeRow) -> str:
    about = row.ticket_id or row.day or ""
    why = f"  {row.reason}{' (perhaps sent)' if row.unsure else ''}" if row.reason else ""
    return (
        f"{row.notice_id}  {row.queued_at[:19]}Z  {row.kind:<10}  {row.status:<10}"
        f"  {row.recipient}  {about}{why}"
    )


for choosing in (opt_out, opt_in):
    notices.add_command(choosing)
