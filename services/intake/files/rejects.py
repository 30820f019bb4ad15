"""The file of rejected rows: a clerk corrects it and imports it again with the same mapping.

The reason comes first, then the cells exactly as they were, so that a row with too many or too
few cells is refused again until somebody has corrected it.
"""

import csv
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from services.intake.files.rows import RowRejected

REASON_COLUMNS: Final = ("row", "line", "column", "code", "reason")
# Excel's limit of a cell. Longer than any field may be: a cut cell cannot slip in as a whole one.
CELL_CHARS_MAX: Final = 32_767
# OWASP, CSV injection: what a spreadsheet may take for a formula, and the full-width forms.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n\x00＝＋－＠]")
_ESCAPED: Final = re.compile("'+[=+\\-@\t\r\n\x00＝＋－＠]")


def escape_formula(cell: str) -> str:
    """`unescape_formula` gives back exactly what came in."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


def is_rejects_header(columns: Sequence[str]) -> bool:
    return tuple(columns[: len(REASON_COLUMNS)]) == REASON_COLUMNS


def rejects_path(source: Path) -> Path:
    """Beside the source: `messages.csv` → `messages.rejects.csv`."""
    return source.with_name(f"{source.stem}.rejects.csv")


class RejectsFile:
    """Created with the first reject, readable by its owner only, in place only when complete.

    An older file of that name may hold a clerk's corrections: it is kept, and the new one gets
    a number. `path` is None until there is a file.
    """

    def __init__(self, wanted: Path, columns: Sequence[str]) -> None:
        self._wanted = wanted
        self._columns = columns
        self._file: TextIO | None = None
        self._partial = ""
        self.path: Path | None = None
        self.count = 0

    def write(self, rejected: RowRejected) -> None:
        if self._file is None:
            self._file = self._begin()
        where = (rejected.row, rejected.line, rejected.column or "", rejected.code)
        cells = [*map(str, where), rejected.reason, *map(_shortened, rejected.cells)]
        csv.writer(self._file).writerow([escape_formula(cell) for cell in cells])
        self.count += 1

    def _begin(self) -> TextIO:
        descriptor, self._partial = tempfile.mkstemp(
            prefix=f".{self._wanted.name}.", suffix=".partial", dir=self._wanted.parent
        )  # mode 0600: it holds residents' words
        file = os.fdopen(
            descriptor, "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
        )
        csv.writer(file).writerow(escape_formula(c) for c in (*REASON_COLUMNS, *self._columns))
        return file

    def close(self) -> None:
        """Puts the file in its place. Harmless when repeated or when nothing was rejected."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        self.path = _reserved(self._wanted)
        os.replace(self._partial, self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()  # also after an error: what was rejected until then is worth having


def _shortened(cell: str) -> str:
    if len(cell) <= CELL_CHARS_MAX:
        return cell
    note = f"… [{len(cell):,} characters]"
    return cell[: CELL_CHARS_MAX - len(note)] + note


def _reserved(wanted: Path) -> Path:
    """The wanted path, or the first free one with a number; it is ours from now on."""
    number = 1
    while True:
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}.csv")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return path
        except FileExistsError:
            number += 1
