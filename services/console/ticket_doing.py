"""`yousu ticket do`: everything that may be done with a ticket, by the verbs of the HTTP API."""

import json
from pathlib import Path
from typing import Any, NoReturn

import click

from services.console.command_ids import new_command_id
from services.console.handling_door import handling_desk, known_to
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.console.system import System
from services.domain.rejections import Rejected
from services.handling.desk import Done, Request
from services.handling.verbs import VERBS, Verb
from services.platform.failures import Outage
from services.platform.http.bodies import parse_body
from services.platform.http.headers import Asked, checked_actor, checked_command_id
from services.platform.http.problems import Problem

BY_NAME = {verb.name: verb for verb in VERBS}


@click.command("verbs")
@json_option
def verbs(as_json: bool) -> None:
    """What `do` can do, and what each needs to be told."""
    if as_json:
        print_json({"verbs": [_described(verb) for verb in VERBS]})
        return
    for verb in VERBS:
        fields = verb.body.model_fields.items()
        said = [name if field.is_required() else f"[{name}]" for name, field in fields]
        click.echo(f"{verb.name:<20}{verb.summary}\n{'':<20}{' '.join(said)}")


@click.command("do")
@click.argument("verb", type=click.Choice(list(BY_NAME)), metavar="VERB")
@click.argument("ticket_id")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A field; repeatable.")
@click.option(
    "--body-file",
    type=click.File("r", encoding="utf-8"),
    help="Fields as a JSON object; - is standard input, where words leave no trace.",
)
@click.option("--by", required=True, help="Who does it, as `unit:heating/wang`.")
@click.option("--version", type=click.IntRange(0), help="Only if the ticket stands there.")
@click.option("--command-id", help="The same again does nothing twice.")
@json_option
@data_options
def do(
    verb: str,
    ticket_id: str,
    settings: tuple[str, ...],
    body_file: Any,
    by: str,
    version: int | None,
    command_id: str | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Accept, return, assist, resolve …: what VERB is called in the HTTP API.

    `yousu ticket verbs` lists them. Needs a running service (or `yousu process`) for what follows.
    """
    fields = _fields(settings, body_file)
    with open_system(data_dir, database_url, must_exist=True) as system:
        try:
            asked = Asked(checked_actor(by), version, checked_command_id(command_id))
            body = parse_body(BY_NAME[verb].body, json.dumps(fields).encode(), known_to(system))
        except Problem as problem:
            _refuse(problem)
        request = Request(
            ticket_id, BY_NAME[verb], body, asked, asked.command_id or new_command_id(system)
        )
        done = _done(system, request)
    if as_json:
        print_json({"ticket_id": ticket_id, **done._asdict()})
    else:
        what = ", ".join(done.events) or "nothing to do"
        click.echo(f"{ticket_id}  {done.stage}  version {done.version}  {what}")


def _done(system: System, request: Request) -> Done:
    desk = handling_desk(system)
    try:
        answer = desk.submit(request).result()
    finally:
        desk.close()
    if isinstance(answer, Rejected):
        fail(f"{answer.code}: {answer}", FELL_SHORT)
    if isinstance(answer, Outage):
        fail(str(answer))
    return answer


def _fields(settings: tuple[str, ...], body_file: Any) -> dict[str, Any]:
    """Later ones win. A value is JSON if it can be read as such, else a text."""
    fields: dict[str, Any] = {}
    if body_file is not None:
        try:
            fields = json.load(body_file)
        except (ValueError, RecursionError):
            raise click.UsageError("--body-file: no JSON") from None
        if not isinstance(fields, dict):
            raise click.UsageError("--body-file: a JSON object is needed")
    for one in settings:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f"--set {name}: NAME=VALUE is needed")
        fields[name] = _value(value)
    return fields


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _refuse(problem: Problem) -> NoReturn:
    """Names fields and reasons, never what was said."""
    faults = [f"{fault.field}: {fault.reason}" for fault in problem.faults]
    fail("\n".join(faults or [problem.detail]))


def _described(verb: Verb) -> dict[str, Any]:
    return {
        "verb": verb.name,
        "summary": verb.summary,
        "body": verb.body.model_json_schema(),
    }


COMMANDS = (do, verbs)
