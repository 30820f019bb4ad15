"""Many matters out of a file: one JSON object a line, in the order of the rows."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from services.console.file_progress import with_progress
from services.console.route_answer import Asked, Document, answer_many
from services.intake.files import Mapping, PlainRow, open_report_file
from services.intake.files.mapping import Columns as MappedColumns
from services.router.classifier.guess import Classifier
from services.router.directory import Directory

BATCH_ROWS_MAX = 200  # a cell may hold a MiB, so that this bounds memory, too
UNREADABLE = "unreadable_row"


class OutIsInput(Exception):
    """The answers would be written over the questions."""


class Columns(NamedTuple):
    """Names of the file's columns; at least one of text and title."""

    text: str | None = None
    title: str | None = None
    address: str | None = None
    item: str | None = None
    area: str | None = None


def route_file(
    directory: Directory,
    classifier: Classifier | None,
    file: Path,
    columns: Columns,
    out: Path,
    reporters: int,
    on: date,
) -> Document:
    """What became of the rows, in numbers. Raises FileUnreadable (ColumnsMissing: a column that is
    not there), OutIsInput, OSError."""
    if out.exists() and file.exists() and out.samefile(file):
        raise OutIsInput(f"{out}: is the file that is read")
    named = {name: column for name, column in columns._asdict().items() if column is not None}
    mapping = Mapping(reference="content", columns=MappedColumns(**named))
    counts: Counter[str] = Counter()
    with open_report_file(file, mapping) as report_file, _opened(out) as lines:
        rows = with_progress(report_file, report_file.plain_rows(), "route")
        while batch := list(islice(rows, BATCH_ROWS_MAX)):
            for document in _answers(directory, classifier, batch, reporters, on):
                counts[document["decision"]] += 1
                if document["reason"] is not None:
                    counts[f"reason {document['reason']}"] += 1
                lines.write(json.dumps(document, ensure_ascii=False) + "\n")
    return _summary(counts)


def _answers(
    directory: Directory,
    classifier: Classifier | None,
    batch: list[PlainRow],
    reporters: int,
    on: date,
) -> Iterator[Document]:
    matters = [_asked(row, reporters, on) for row in batch]
    for row, document in zip(batch, answer_many(directory, classifier, matters), strict=True):
        if row.fault:
            document |= {"reason": UNREADABLE, "explanation": row.fault}
        yield document | {"row": row.row}


def _asked(row: PlainRow, reporters: int, on: date) -> Asked:
    cells = row.cells
    return Asked(
        title=cells.get("title", ""),
        text=cells.get("text", ""),
        address=cells.get("address"),
        item=cells.get("item"),
        area=cells.get("area"),
        reporters=reporters,
        on=on,
    )


def _summary(counts: Counter[str]) -> dict[str, Any]:
    reasons = {
        name.removeprefix("reason "): count
        for name, count in counts.most_common()
        if name.startswith("reason ")
    }
    decisions = {"routed": counts["route"], "triage": counts["triage"], "split": counts["split"]}
    return {"rows": sum(decisions.values()), **decisions, "reasons": reasons}


@contextmanager
def _opened(out: Path) -> Iterator[TextIO]:
    if str(out) == "-":
        yield sys.stdout
        return
    with out.open("w", encoding="utf-8", newline="\n") as lines:
        yield lines
