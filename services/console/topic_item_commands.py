"""`yousu topic`: deeds on the items of a topic."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from services.console.command_ids import new_command_id
from services.console.monthly_topics import unit_code
from services.console.options import FELL_SHORT, fail, print_json, reason_of
from services.console.survey_file import open_survey
from services.console.topic_doing import (
    DAY,
    Doing,
    day_in_week,
    day_of,
    do,
    doing,
    evidence_option,
    opened,
    remark_option,
    said_no,
)
from services.domain import topic_commands as k
from services.domain.topic_values import monday_of
from services.governance.survey import Fault, SurveyRead, read_survey
from services.governance.survey_import import Imported, SurveyRefused, import_items
from services.intake.files.errors import FileUnreadable

FAULTS_SHOWN_MAX = 200


@click.command("add-item")
@doing
@click.argument("item_code")
@click.option("--heading", required=True, help="What is to be done, in one line.")
@click.option("--total", type=int, required=True, help="How many there are.")
@click.option("--counted-in", required=True, help="户, 人, 个小区, …")
@click.option("--due", type=DAY, required=True)
@click.option("--responsible", required=True, help="The unit that does it.")
@click.option("--aspect", help="The group of a survey's list.")
def add_item(doing: Doing, due: datetime, **values: Any) -> None:
    """问题清单: one more line."""
    do(doing, lambda: k.AddItem(**values, due=due.date()))


@click.command("change-item")
@doing
@click.argument("item_code")
@click.option("--heading")
@click.option("--total", type=int)
@click.option("--counted-in")
@click.option("--due", type=DAY)
@click.option("--responsible")
@click.option("--aspect")
@click.option("--why", required=True)
def change_item(doing: Doing, due: datetime | None, **values: Any) -> None:
    """What is not given stays as it is."""
    do(doing, lambda: k.ChangeItem(**values, due=day_of(due)))


@click.command("progress")
@doing
@click.argument("item_code")
@click.argument("done", type=int)
@click.option("--week", help="2026-W11, or any day of it; this week if not given.")
@click.option("--correction", help="Why less is done than was reported before.")
@evidence_option
@remark_option
def progress(doing: Doing, week: str | None, **values: Any) -> None:
    """周调度: DONE so far of the item's total."""
    monday = None if week is None else monday_of(day_in_week(week))
    do(doing, lambda: k.ReportProgress(**values, week=monday))


@click.command("strike-off")
@doing
@click.argument("item_code")
@evidence_option
@click.option("--exemption", help="Why, although not all of it is done.")
def strike_off(doing: Doing, **values: Any) -> None:
    """销号, by somebody else than who reported or does it."""
    do(doing, lambda: k.StrikeOff(**values))


@click.command("reopen-item")
@doing
@click.argument("item_code")
@click.option("--why", required=True)
@click.option("--done", type=int, help="How many still hold; all of them if not given.")
def reopen_item(doing: Doing, **values: Any) -> None:
    """A struck-off item does not hold. A closed topic opens again with it."""
    do(doing, lambda: k.ReopenItem(**values))


@click.command("import-items")
@doing
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--prefix", default="", help="Before the numbers of this file, as in `2026b-`.")
def import_items_command(doing: Doing, file: Path, prefix: str) -> None:
    """A survey's list from FILE (.csv, .xlsx): all rows, or none and every fault. Again is
    harmless."""
    with said_no(), opened(doing.where) as (system, governance):
        read = _read(file, prefix, unit_code(system.directory))
        if read.faults:
            _refuse(read.faults, doing.as_json)
        try:
            imported = import_items(
                governance.desk, doing.code, read.deeds, doing.by, new_command_id(system)
            )
        except SurveyRefused as refused:
            _refuse(refused.faults, doing.as_json)
    _tell(imported, doing.as_json)


def _read(file: Path, prefix: str, find_unit: Any) -> SurveyRead:
    try:
        with open_survey(file) as survey:
            return read_survey(survey.header, survey.rows, file.name, prefix, find_unit)
    except FileUnreadable as error:
        fail(str(error))
    except OSError as error:
        fail(reason_of(error))


def _refuse(faults: Any, as_json: bool) -> Any:
    shown: list[Fault] = list(faults)
    if as_json:
        print_json({"added": 0, "faults": [fault._asdict() for fault in shown]})
        raise SystemExit(FELL_SHORT)
    for fault in shown[:FAULTS_SHOWN_MAX]:
        click.echo(str(fault), err=True)
    fail(f"{len(shown)} faults: nothing was imported", FELL_SHORT)


def _tell(imported: Imported, as_json: bool) -> None:
    if as_json:
        print_json(imported._asdict() | {"faults": []})
    else:
        click.echo(f"{imported.rows} rows: {imported.added} added, {imported.there} there before")


ITEM_COMMANDS = (
    add_item,
    change_item,
    progress,
    strike_off,
    reopen_item,
    import_items_command,
)
