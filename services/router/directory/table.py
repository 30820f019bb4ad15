"""Reading one CSV file of a directory into rows that know their line."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from services.router.directory.faults import Fault

if TYPE_CHECKING:
    from _csv import Reader  # the csv module does not name its own type

LIST_SEPARATOR = "|"


class File(Protocol):
    def read_bytes(self) -> bytes: ...


class Folder(Protocol):
    """What a directory is read from: a Path, a package's resources, an unpacked text."""

    def __truediv__(self, name: str, /) -> File: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One line's values by column, stripped. `line` is where the record begins; the header is 1."""

    file: str
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def several(self, column: str) -> tuple[str, ...]:
        parts = (part.strip() for part in self.values[column].split(LIST_SEPARATOR))
        return tuple(part for part in parts if part)

    def fault(self, column: str, reason: str) -> Fault:
        return Fault(self.file, self.line, f"{column}: {reason}")


def read_table(folder: Folder, file: str, columns: Sequence[str], faults: list[Fault]) -> list[Row]:
    """The file's rows. What is wrong with the file or the shape of a line goes into `faults`."""
    text = read_text(folder, file, faults)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not check_header(file, header, columns, faults):
            return []
        rows = _rows(file, reader, header, faults)
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, f"not readable as CSV: {error}"))
        return []
    if not rows:
        faults.append(Fault(file, 0, "the file has no rows"))
    return rows


def is_there(folder: Folder, file: str) -> bool:
    try:
        (folder / file).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def read_text(folder: Folder, file: str, faults: list[Fault]) -> str | None:
    """UTF-8, with or without a byte order mark; any line ends."""
    try:
        data = (folder / file).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        faults.append(Fault(file, 0, "the file is missing"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(file, line, "the bytes are not UTF-8"))
        return None
    if not text.strip():
        faults.append(Fault(file, 0, "the file is empty"))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_header(
    file: str, header: Sequence[str], columns: Sequence[str], faults: list[Fault]
) -> bool:
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    twice = sorted({column for column in header if header.count(column) > 1})
    for problem, names in (("missing", missing), ("unknown", unknown), ("repeated", twice)):
        if names:
            faults.append(Fault(file, 1, f"{problem} columns: {', '.join(names)}"))
    return not (missing or unknown or twice)


def _rows(file: str, reader: "Reader", header: Sequence[str], faults: list[Fault]) -> list[Row]:
    rows, line = [], reader.line_num + 1
    for values in reader:
        if len(values) == len(header):
            stripped = map(str.strip, values)
            rows.append(Row(file, line, dict(zip(header, stripped, strict=True))))
        elif values:
            faults.append(Fault(file, line, f"{len(values)} values under {len(header)} columns"))
        line = reader.line_num + 1
    return rows
