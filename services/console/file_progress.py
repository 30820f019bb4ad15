"""A bar on standard error that follows how far a file has been read."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from services.intake.files import ReportFile

Row = TypeVar("Row")


def with_progress(report_file: ReportFile, rows: Iterable[Row], label: str) -> Iterator[Row]:
    """The same rows."""
    total = report_file.progress.total or 0
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        done = 0
        for row in rows:
            yield row
            now = report_file.progress.done
            bar.update(now - done)
            done = now
