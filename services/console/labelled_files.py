"""A CSV of labelled messages: every row becomes one to learn from, or is told with its reason."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from services.intake.files.encoding import open_text, scan_text
from services.intake.files.errors import ColumnsMissing, FileUnreadable
from services.router.classifier.labels import LabelTable
from services.router.classifier.lessons import Labelled

ENCODINGS = ("utf-8", "gb18030")
FIELD_CHARACTERS_MAX = 1_000_000
ROWS_MAX = 1_000_000
ROWS_TOLD_MAX = 10


class Unlearnt(NamedTuple):
    """Rows of one reason. label: as written, cut; "" if that is not the reason. rows: the first
    of them by number, the header being row 1."""

    reason: str
    label: str
    total: int
    rows: tuple[int, ...]

    def __str__(self) -> str:
        label = f" “{self.label}”" if self.label else ""
        more = ", …" if self.total > len(self.rows) else ""
        return f"{self.total} rows left out: {self.reason}{label} (row {_joined(self.rows)}{more})"


class LabelledFile(NamedTuple):
    """rows = labelled + those of unlearnt, always."""

    labelled: list[Labelled]
    unlearnt: list[Unlearnt]
    rows: int


class Columns(NamedTuple):
    text: str
    label: str
    title: str | None


class _Row(NamedTuple):
    title: str
    text: str
    label: str


def read_labelled(path: Path, columns: Columns, labels: LabelTable) -> LabelledFile:
    """Raises FileUnreadable (ColumnsMissing among them), OSError."""
    labelled: list[Labelled] = []
    why: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], list[int]] = {}
    number = 1
    for number, row in enumerate(_rows(path, columns), start=2):
        code = labels.code(row.label)
        if code is not None and (row.title.strip() or row.text.strip()):
            labelled.append(Labelled(row.title, row.text, code))
            continue
        reason = ("no text", "") if code else (labels.why_not(row.label), _shown(row.label))
        why[reason] += 1
        where.setdefault(reason, []).append(number)
    if number == 1:
        raise FileUnreadable(path, "it has a header and no rows")
    unlearnt = [
        Unlearnt(reason, label, total, tuple(where[reason, label][:ROWS_TOLD_MAX]))
        for (reason, label), total in why.most_common()
    ]
    return LabelledFile(labelled, unlearnt, number - 1)


def _rows(path: Path, columns: Columns) -> Iterator[_Row]:
    if not path.is_file():
        raise FileUnreadable(path, "there is no such file")
    if path.stat().st_size == 0:
        raise FileUnreadable(path, "it is empty")
    scan = scan_text(path, ENCODINGS)
    if scan.cut:
        raise FileUnreadable(path, "it ends inside a character: it was cut off")
    limit = csv.field_size_limit(FIELD_CHARACTERS_MAX)
    text, _ = open_text(path, scan)
    try:
        with text:
            reader = csv.reader(text, strict=True)
            header = [name.strip() for name in next(reader, [])]
            at = _places(path, header, columns)
            for row in filter(None, reader):
                if len(row) != len(header):
                    raise FileUnreadable(
                        path, f"line {reader.line_num}: {len(row)} cells, not {len(header)}"
                    )
                yield _Row(
                    row[at.title] if at.title is not None else "", row[at.text], row[at.label]
                )
                if reader.line_num > ROWS_MAX:
                    raise FileUnreadable(path, f"it has more than {ROWS_MAX:,} lines")
    except csv.Error as error:
        raise FileUnreadable(path, f"line {reader.line_num}: {error}") from None
    finally:
        csv.field_size_limit(limit)


class _Places(NamedTuple):
    text: int
    label: int
    title: int | None


def _places(path: Path, header: list[str], columns: Columns) -> _Places:
    missing = [name for name in columns if name is not None and name not in header]
    if missing:
        raise ColumnsMissing(path, missing, header)
    title = header.index(columns.title) if columns.title is not None else None
    return _Places(header.index(columns.text), header.index(columns.label), title)


def _shown(label: str) -> str:
    """A label is a name of the office's list; what is longer may be a resident's text."""
    name = label.strip()
    return name if len(name) <= 40 else "(longer than a label)"


def _joined(rows: tuple[int, ...]) -> str:
    return ", ".join(map(str, rows))
