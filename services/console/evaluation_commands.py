"""`yousu evaluation`: call-backs 回访, looks back 回头看, disagreements, and appeals 申诉."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import click
from pydantic import TypeAdapter, ValidationError

from services.console.command_ids import new_command_id
from services.console.evaluation_door import evaluation_desk, link_path
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.domain.event_base import Satisfaction
from services.domain.events_evaluation import CallBackChannel, TryOutcome, VerdictKind
from services.domain.rejections import Rejected
from services.evaluation.appeal_rows import appeals
from services.evaluation.desk import By, Done, EvaluationDesk, Said
from services.evaluation.references import References
from services.evaluation.replies import NotUnderstood
from services.evaluation.tasks import TaskKind, work_list

Command = TypeVar("Command", bound=Callable[..., Any])
LIST_MAX = 10_000
TASKS: dict[str, TaskKind] = {
    "call-backs": "call_back",
    "look-backs": "look_back",
    "disagreements": "disagreement",
}
_REFERENCES: TypeAdapter[list[str]] = TypeAdapter(References)
by_option = click.option("--by", required=True, help="Who does it, as `caller:name`.")
yes_no = click.Choice(["yes", "no"])


@click.group("evaluation")
def evaluation() -> None:
    """评: who is called back, what residents say, what units appeal against."""


@evaluation.command("list")
@click.argument("what", type=click.Choice([*TASKS, "appeals"]))
@click.option("--unit", help="Only what this unit had last.")
@click.option("--stage", type=click.Choice(["waiting", "upheld", "refused"]), default="waiting")
@click.option("--limit", type=click.IntRange(1, LIST_MAX), default=100, show_default=True)
@data_options
@json_option
def list_command(
    what: str,
    unit: str | None,
    stage: Any,
    limit: int,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Work lists, the first due first. --stage is for appeals."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        found: list[dict[str, Any]] = [
            one._asdict()
            for one in (
                appeals(system.log, stage, unit, limit=limit)
                if what == "appeals"
                else work_list(system.log, TASKS[what], system.clock.now(), unit, limit=limit)
            )
        ]
    if as_json:
        print_json({what.replace("-", "_"): found})
        return
    for one in found:
        moment = one.get("due_at") or one.get("appealed_at")
        late = "  overdue" if one.get("overdue") else ""
        click.echo(f"{one['ticket_id']}  {one['unit']}  {moment}{late}")


def deed(command: Command) -> Command:
    """What every deed takes."""
    for option in (json_option, data_options, by_option, click.argument("ticket_id")):
        command = option(command)
    return command


@evaluation.command("try")
@click.option("--through", type=click.Choice(get_args(CallBackChannel)), default="phone")
@click.option("--outcome", type=click.Choice(get_args(TryOutcome)), required=True)
@deed
def try_command(through: Any, outcome: Any, **given: Any) -> None:
    """One try to reach the resident that brought no answer."""
    _do(given, lambda desk, ticket_id, by: desk.attempt(ticket_id, through, outcome, by))


@evaluation.command("answer")
@click.option("--through", type=click.Choice(get_args(CallBackChannel)), default="phone")
@click.option("--responded", type=yes_no, help="Did the unit respond to them?")
@click.option("--solved", type=yes_no, help="Is it solved?")
@click.option("--satisfaction", type=click.Choice(get_args(Satisfaction)))
@deed
def answer_command(
    through: Any,
    responded: str | None,
    solved: str | None,
    satisfaction: Any,
    **given: Any,
) -> None:
    """What the resident says; what they were not asked is left out."""
    said = Said(_truth(responded), _truth(solved), satisfaction)
    _do(given, lambda desk, ticket_id, by: desk.answer(ticket_id, said, through, by))


@evaluation.command("text-message")
@click.argument("ticket_id")
@click.argument("text")
@data_options
@json_option
def text_message(
    ticket_id: str, text: str, data_dir: Path | None, database_url: str | None, as_json: bool
) -> None:
    """A resident's reply by text message, taken word for word."""
    given = {"ticket_id": ticket_id, "by": "caller:sms", "as_json": as_json}
    given |= {"data_dir": data_dir, "database_url": database_url}
    _do(given, lambda desk, one, by: desk.text_message(one, text, by.cause))


@evaluation.command("link")
@click.argument("ticket_id")
@data_options
def link(ticket_id: str, data_dir: Path | None, database_url: str | None) -> None:
    """The path of the page where the resident of a ticket answers; good for one handling, once."""
    with open_system(data_dir, database_url, must_exist=True) as system, _refusals():
        click.echo(link_path(evaluation_desk(system).token(ticket_id)))


@evaluation.command("look-back")
@click.option("--holds/--fails", required=True, help="Does the solution still hold?")
@deed
def look_back(holds: bool, **given: Any) -> None:
    """回头看: what fails is reopened."""
    _do(given, lambda desk, ticket_id, by: desk.look_back(ticket_id, holds, by))


def _references(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """The same as over HTTP. What it refuses is not quoted: it may say who the resident is."""
    try:
        return tuple(_REFERENCES.validate_python(given))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        number = f"number {int(first['loc'][0]) + 1}: " if first["loc"] else ""
        raise click.BadParameter(f"{number}{first['msg']}") from None


@evaluation.command("appeal")
@click.option("--unit", required=True)
@click.option("--verdict", type=click.Choice(get_args(VerdictKind)), required=True)
@click.option("--reason", required=True, help="As a code.")
@click.option(
    "--evidence",
    multiple=True,
    required=True,
    callback=_references,
    help="Reference of a document; may be repeated.",
)
@click.option("--fact", type=click.IntRange(1), help="Its number; else the last of its kind.")
@click.option("--measure", "measures", multiple=True, help="Only out of this one.")
@deed
def appeal(
    unit: str,
    verdict: str,
    reason: str,
    evidence: tuple[str, ...],
    fact: int | None,
    measures: tuple[str, ...],
    **given: Any,
) -> None:
    """申诉: a unit asks that a verdict leaves the measures."""
    _do(
        given,
        lambda desk, ticket_id, by: desk.appeal(
            ticket_id,
            unit,
            cast(VerdictKind, verdict),
            reason,
            evidence,
            by,
            fact=fact,
            measures=measures,
        ),
    )


@evaluation.command("decide-appeal")
@click.option("--decision", type=click.Choice(["upheld", "refused"]), required=True)
@click.option("--reason", required=True, help="As a code.")
@click.option("--appeal", "number", type=click.IntRange(1), help="Number of the fact that asked.")
@deed
def decide_appeal(decision: Any, reason: str, number: int | None, **given: Any) -> None:
    """申诉审定: by another person than who appealed."""
    _do(
        given,
        lambda desk, ticket_id, by: desk.decide_appeal(
            ticket_id, decision, reason, by, appeal=number
        ),
    )


def _truth(said: str | None) -> bool | None:
    return None if said is None else said == "yes"


def _do(given: dict[str, Any], run: Callable[[EvaluationDesk, str, By], Done]) -> None:
    with open_system(given["data_dir"], given["database_url"], must_exist=True) as system:
        by = By(given["by"], f"command:evaluation/{new_command_id(system)}")
        with _refusals():
            done = run(evaluation_desk(system), given["ticket_id"], by)
    if given["as_json"]:
        print_json(done._asdict())
    else:
        click.echo(f"{done.ticket_id}: {', '.join(done.events) or 'nothing to do'}")


@contextmanager
def _refusals() -> Iterator[None]:
    """A rule's no ends the command with 1; a `--by` that names nobody with 2."""
    try:
        yield
    except (Rejected, NotUnderstood) as no:
        code = no.code if isinstance(no, Rejected) else "ReplyNotUnderstood"
        fail(f"{code}: {no}", FELL_SHORT)
    except ValueError as error:
        if "actor" not in str(error):
            raise
        fail("--by: expected `role:name`, as `caller:wang`")
