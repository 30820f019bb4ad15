"""How every `yousu supervision` command is opened, refused and answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from services.console.command_ids import new_command_id
from services.console.options import FELL_SHORT, fail, open_system, print_json
from services.console.supervision_door import desk_of
from services.console.system import System
from services.console.topic_doing import reasons
from services.domain.event_base import Actor
from services.domain.supervision_rejections import SupervisionRejected
from services.supervision.desk import Asking, Done, SupervisionDesk

_ACTOR: TypeAdapter[str] = TypeAdapter(Actor)

by_option = click.option("--by", required=True, help="Who does it, as `supervisor:li`.")
why_option = click.option("--why", required=True, help="In the city's words, of nobody by name.")


@contextmanager
def opened(data_dir: Path | None, database_url: str | None) -> Iterator[System]:
    with open_system(data_dir, database_url, must_exist=True) as system:
        yield system


@contextmanager
def said_no() -> Iterator[None]:
    """A rule's no, or values of no form, end with 1 and a name."""
    try:
        yield
    except SupervisionRejected as rejection:
        fail(f"{rejection.code}: {rejection}", FELL_SHORT)
    except ValidationError as error:
        fail("; ".join(reasons(error)), FELL_SHORT)


def asking_of(system: System, by: str) -> Asking:
    try:
        actor = _ACTOR.validate_python(by)
    except ValidationError:
        fail("--by: `role:name`, as in supervisor:li", FELL_SHORT)
    return Asking(actor, new_command_id(system))


def do(where: dict[str, Any], by: str, deed: Callable[[SupervisionDesk, Asking], Done]) -> Done:
    with said_no(), opened(**where) as system:
        return deed(desk_of(system), asking_of(system, by))


def tell(done: Done, as_json: bool) -> None:
    case, types = done.case, [fact.type for fact in done.facts]
    if as_json:
        answer = {"code": case.code, "version": case.version, "stage": case.stage}
        print_json(answer | {"position": done.position, "events": types})
    else:
        click.echo(f"{case.code} is {case.stage}: {', '.join(types) or 'nothing to do'}")
