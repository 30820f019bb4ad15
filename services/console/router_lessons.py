"""What a command of `yousu router` learns from or measures on: a file, or the log itself."""

from pathlib import Path
from typing import Any, NamedTuple

import click

from services.console.closed_tickets import learn_from_log
from services.console.labelled_files import Columns, Unlearnt, read_labelled
from services.console.options import fail, reason_of
from services.console.system import System
from services.intake.files.errors import FileUnreadable
from services.router.classifier.labels import label_table, place_words
from services.router.classifier.lessons import Labelled

DIGITS_OF_LEVEL = 3  # "01.": two and a point


class Source(NamedTuple):
    path: Path | None
    columns: Columns
    from_log: bool
    level: int | None


class Lessons(NamedTuple):
    labelled: list[Labelled]
    unspoken: frozenset[str]
    rows: int
    unlearnt: list[Unlearnt]

    def left_out_document(self) -> list[dict[str, Any]]:
        return [one._asdict() | {"rows": list(one.rows)} for one in self.unlearnt]


def lessons_from(system: System, source: Source) -> Lessons:
    """What is left out is told on standard error. Ends the command if there is nothing."""
    if (source.path is None) != source.from_log:
        fail("give either --labelled FILE or --from-log")
    directory = system.directory
    if source.path is None:
        closed = learn_from_log(system)
        known = [one for one in closed.labelled if one.code in directory.items]
        unlearnt = [
            Unlearnt(reason, "", count, ())
            for reason, count in (
                ("its resident was erased", closed.erased),
                ("no such item in this directory", len(closed.labelled) - len(known)),
            )
            if count
        ]
        rows = len(closed.labelled) + closed.erased
    else:
        try:
            file = read_labelled(source.path, source.columns, label_table(directory))
        except (FileUnreadable, OSError) as error:
            fail(reason_of(error))
        known, unlearnt, rows = file.labelled, file.unlearnt, file.rows
    for one in unlearnt:
        click.echo(str(one), err=True)
    if not known:
        fail("there is no text whose label is an item of the directory")
    return Lessons(_cut(known, source.level), place_words(directory), rows, unlearnt)


def _cut(labelled: list[Labelled], level: int | None) -> list[Labelled]:
    """Items below the level become the item of that level above them."""
    if level is None:
        return labelled
    digits = DIGITS_OF_LEVEL * level - 1
    return [one._replace(code=one.code[:digits]) for one in labelled]


def told_on_stderr(line: str) -> None:
    click.echo(line, err=True)
