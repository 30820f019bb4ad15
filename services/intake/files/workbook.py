"""Rows of an XLSX as text, read as a stream. Formulas are handed over as they are written."""

import hashlib
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from services.intake.files.errors import FileUnreadable
from services.intake.files.limits import MIB, Limits
from services.intake.files.records import Record

ROWS_MAX = 1_048_576  # Excel's own; a file that claims more rows would keep us busy for ever
# What openpyxl and zipfile raise on files that are not what they claim to be
# (XML parsers raise kinds of SyntaxError).
NOT_A_WORKBOOK = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, EOFError,
    KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, RuntimeError,
    ArithmeticError,
)  # fmt: skip


def check_archive(path: Path, limits: Limits) -> str:
    """SHA-256 of the file. Raises FileUnreadable: damaged, or it would unpack into too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(path, archive, limits)
            damaged = archive.testzip()  # all checksums, so that no half of a file is read
    except NOT_A_WORKBOOK:
        raise FileUnreadable(path, "a damaged XLSX file") from None
    if damaged is not None:
        raise FileUnreadable(path, f"a damaged XLSX file (in {damaged})")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sizes(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    # zipfile never unpacks more than an entry declares, so the declared sizes bind.
    total = sum(entry.file_size for entry in archive.infolist())
    strings = sum(e.file_size for e in archive.infolist() if "sharedStrings" in e.filename)
    for size, limit in (
        (total, limits.uncompressed_bytes_max),
        (strings, limits.shared_strings_bytes_max),
    ):
        if size > limit:
            reason = f"would unpack to {size // MIB} MiB, more than {limit // MIB} MiB"
            raise FileUnreadable(path, f"{reason}; save it as CSV")


class Sheet:
    """One sheet being read. `done` and `total` are rows; total is None when not stated."""

    def __init__(self, path: Path, name: str | None) -> None:
        self._path = path
        self._file = path.open("rb")  # ours, since openpyxl leaves its own open when it fails
        try:
            self._begin(name)
        except FileUnreadable:
            self._file.close()
            raise

    def _begin(self, name: str | None) -> None:
        path = self._path
        book = _open(path, self._file)
        names = [sheet.title for sheet in book.worksheets]
        if not names or (name is not None and name not in names):
            raise FileUnreadable(path, f"no sheet “{name or ''}”; it has {', '.join(names)}")
        self._sheet = book[name or names[0]]
        self.done = 0
        declared = self._sheet.max_row
        self.total = declared if declared and declared > 1 else None

    def records(self) -> Iterator[Record]:
        """Rows with at least one cell; `line` is the row's number in the sheet."""
        self._sheet.reset_dimensions()  # some writers declare A1 only
        rows = self._sheet.iter_rows(max_row=ROWS_MAX, values_only=True)
        while (values := self._next(rows)) is not None:
            self.done += 1
            if any(value is not None for value in values):
                yield Record(self.done, [as_text(value) for value in values])

    def _next(self, rows: Iterator[tuple[object, ...]]) -> tuple[object, ...] | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # styles and extensions we do not read
                return next(rows, None)
        except NOT_A_WORKBOOK:
            reason = f"a damaged XLSX file (after row {self.done})"
            raise FileUnreadable(self._path, reason) from None

    def close(self) -> None:
        self._file.close()


def _open(path: Path, file: BinaryIO) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(file, read_only=True, keep_links=False)
    except NOT_A_WORKBOOK:
        raise FileUnreadable(path, "not an XLSX workbook, or a damaged one") from None


def as_text(value: object) -> str:
    """A cell as its text: numbers as Excel shows whole ones (13800000000, not 1.38e10)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)
