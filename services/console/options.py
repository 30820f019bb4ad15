"""What every command takes, and how every command fails: 0 done, 1 fell short, 2 cannot run."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from services.console.system import System, bootstrap
from services.evaluation.policy_values import EvaluationPolicyInvalid
from services.notices.policy import NoticePolicyInvalid
from services.notices.templates import TemplatesInvalid
from services.platform.clock import Clock
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.ids import Entropy, system_entropy
from services.platform.master_key import MasterKeyInvalid
from services.platform.settings import SettingsInvalid, Switch, load_settings
from services.platform.transport.lanes import LanesInUse, WorkersNeeded
from services.router.directory import DirectoryInvalid
from services.sla.calendar import CalendarTableInvalid
from services.sla.policy_values import PolicyInvalid
from services.supervision.policy_values import SupervisionPolicyInvalid

FELL_SHORT, CANNOT_RUN = 1, 2
CannotRun = (
    SettingsInvalid,
    MasterKeyInvalid,
    DirectoryInvalid,
    PolicyInvalid,
    SupervisionPolicyInvalid,
    NoticePolicyInvalid,
    TemplatesInvalid,
    CalendarTableInvalid,
    EvaluationPolicyInvalid,
    LanesInUse,
    WorkersNeeded,
    Outage,
    ConcurrentAppend,
    OSError,
)
Command = TypeVar("Command", bound=Callable[..., Any])


def data_options(command: Command) -> Command:
    """--data and --database-url. The environment (YOUSU_DATA, YOUSU_DATABASE_URL) is read by
    the settings."""
    command = click.option(
        "--data", "data_dir", type=click.Path(path_type=Path), help="Folder of the embedded store."
    )(command)
    return click.option("--database-url", help="A database server in its place.")(command)


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")(
        command
    )


def fail(message: str, code: int = CANNOT_RUN) -> NoReturn:
    click.echo(f"yousu: {message}", err=True)
    sys.exit(code)


def reason_of(error: Exception) -> str:
    """What a person needs: for a file, its path and what is wrong with it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


@contextmanager
def open_system(
    data_dir: Path | None,
    database_url: str | None,
    clock: Clock | None = None,
    entropy: Entropy = system_entropy,
    *,
    must_exist: bool = False,
    notices: bool = False,
    held: bool = False,
) -> Iterator[System]:
    """The system on this data, closed at the end. What makes it impossible is said on standard
    error, and ends the command with 2. notices: also under a clock of one's own, unless they are
    switched off. held: see `Settings`."""
    try:
        settings = load_settings(data_dir, database_url)
        if clock is not None:  # a past lived again keeps apart what was apart
            told = notices and settings.notices != "off"
            switch: Switch = "on" if told else "off"
            settings = replace(settings, similar="off", notices=switch, relived=True, held=held)
        files = settings.database_url is None  # on a server nothing is made by opening it
        if must_exist and files and not settings.log_file.exists():
            fail(f"{settings.data_dir}: holds no log (give --data DIR or set YOUSU_DATA)")
        system = bootstrap(settings, clock, entropy)
        try:
            yield system
        finally:
            system.close()
    except BrokenPipeError:
        raise  # whoever read our output has seen enough
    except CannotRun as error:
        fail(reason_of(error))
