"""How every `yousu topic` command that changes something is taken, done and answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
from pydantic import TypeAdapter, ValidationError

from services.console.command_ids import new_command_id
from services.console.monthly_topics import governance_of
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.console.system import System
from services.domain.event_base import Actor
from services.domain.topic_commands import AnyDeed
from services.domain.topic_rejections import TopicRejected
from services.domain.topic_values import Day, Month, TopicCode
from services.governance.governance import Governance
from services.governance.topic_desk import Asking, Done

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
_ACTOR: TypeAdapter[str] = TypeAdapter(Actor)
_CODE: TypeAdapter[str] = TypeAdapter(TopicCode)
_MONTH: TypeAdapter[str] = TypeAdapter(Month)
_DAY: TypeAdapter[date] = TypeAdapter(Day)
_FORMS = {
    "--month": "as in 2026-03",
    "CODE": "as in 2026-03-heating",
    "--by": "`role:name`, as in supervisor:li",
}

evidence_option = click.option(
    "--evidence", multiple=True, help="A document or file by name; may be repeated."
)
remark_option = click.option("--remark", help="In the city's words, of nobody by name.")


class Doing(NamedTuple):
    """What a command that changes something was told, apart from the deed itself."""

    code: str
    by: str
    as_json: bool
    where: dict[str, Any]


def day_of(moment: datetime | None) -> Any:
    return None if moment is None else moment.date()


def doing(command: Command) -> Command:
    """CODE, --by, --json and where the data is; handed over as `doing`."""

    def taken(
        code: str,
        by: str,
        as_json: bool,
        data_dir: Path | None,
        database_url: str | None,
        **rest: Any,
    ) -> Any:
        where = {"data_dir": data_dir, "database_url": database_url}
        return command(doing=Doing(code, by, as_json, where), **rest)

    taken.__doc__ = command.__doc__
    wrapped: Any = taken
    wrapped.__click_params__ = list(getattr(command, "__click_params__", []))
    wrapped = click.option("--by", required=True, help="Who does it, as `role:name`.")(wrapped)
    wrapped = json_option(data_options(wrapped))
    wrapped = click.argument("code")(wrapped)
    result: Command = wrapped
    return result


def do(doing: Doing, deed: Callable[[], AnyDeed]) -> None:
    """Do it and say what came of it. A rule's no, or values of no form, end with 1."""
    do_on(doing, lambda _: deed())


def do_on(doing: Doing, deed: Callable[[System], AnyDeed]) -> None:
    """The same, of a deed that is made from what the system knows."""
    with said_no(), opened(doing.where) as (system, governance):
        asking = Asking(
            code=checked("CODE", _CODE, doing.code),
            deed=deed(system),
            actor=checked("--by", _ACTOR, doing.by),
            command_id=new_command_id(system),
        )
        tell(governance.execute(asking), doing.as_json)


def checked(what: str, form: TypeAdapter[str], value: str) -> str:
    try:
        return form.validate_python(value)
    except ValidationError:
        fail(f"{what}: {_FORMS[what]}", FELL_SHORT)


def checked_month(month: str) -> str:
    return checked("--month", _MONTH, month)


@contextmanager
def opened(where: dict[str, Any]) -> Iterator[tuple[System, Governance]]:
    with open_system(**where, must_exist=True) as system:
        yield system, governance_of(system)


@contextmanager
def said_no() -> Iterator[None]:
    try:
        yield
    except TopicRejected as rejection:
        fail(f"{rejection.code}: {rejection}", FELL_SHORT)
    except ValidationError as error:
        fail("; ".join(reasons(error)), FELL_SHORT)


def reasons(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        place = ".".join(map(str, one["loc"]))
        yield f"{place}: {one['msg']}" if place else one["msg"]


def tell(done: Done, as_json: bool) -> None:
    topic = done.topic
    types = [fact.type for fact in done.facts]
    if as_json:
        answer = {"code": topic.code, "version": topic.version, "stage": topic.stage}
        print_json(answer | {"position": done.position, "events": types})
    elif types:
        click.echo(f"{topic.code} is {topic.stage}: {', '.join(dict.fromkeys(types))}")
    else:
        click.echo(f"{topic.code} is {topic.stage}: nothing to do")


def day_in_week(text: str) -> date:
    """Of `2026-03-11` that day, of `2026-W11` its Monday. Raises click.BadParameter."""
    try:
        return _DAY.validate_python(date.fromisoformat(text))
    except ValueError:
        raise click.BadParameter("a day as in 2026-03-11, or a week as in 2026-W11") from None
