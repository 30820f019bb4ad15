"""Records of a CSV: what a quote left open or a giant field touches is set apart, the rest goes on.

A quote that nobody closes would swallow all rows after it. Such a record is refused and reading
starts again at the first swallowed line that looks like a row.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

CUT_LINE_CHARS = 64 * 1024  # what is kept of a line that is longer than a record may be


class Record(NamedTuple):
    """line: physical line it begins on, from 1. code/reason: set when it cannot be a row."""

    line: int
    cells: list[str]
    code: str = ""
    reason: str = ""


class RecordTooLarge(Exception):
    """The record being read would not fit into its share of memory."""


class Lines:
    """Physical lines, and a memory of those of the current record so that they can be put back."""

    def __init__(self, text: TextIO, record_chars_max: int) -> None:
        self._text = text
        self._chars_max = record_chars_max
        self._chars = 0
        self._back: deque[str] = deque()
        self._cut: set[int] = set()
        self.number = 0
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        self.number += 1
        self._chars += len(line)
        self.taken.append(line)
        if self._chars > self._chars_max or self.number in self._cut:
            raise RecordTooLarge
        return line

    def _read(self) -> str:
        line = self._text.readline(self._chars_max)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) >= self._chars_max and not line.endswith(("\n", "\r")):
            self._cut.add(self.number + 1)
            line = line[:CUT_LINE_CHARS]
            while (piece := self._text.readline(CUT_LINE_CHARS)) and piece[-1] not in "\r\n":
                pass
        return line

    def begin_record(self) -> None:
        self.taken = []
        self._chars = 0

    def put_back(self, first: int) -> None:
        """Lines of the current record from index `first` on will be read again."""
        again = self.taken[first:]
        del self.taken[first:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)
        self.ended = False


def csv_records(lines: Lines, delimiter: str, width: int, cut: bool) -> Iterator[Record]:
    """All records after the header; `width` is its number of cells. Blank lines are no records.

    cut: the file ends inside a character, so what touches its end is not whole.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_record()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _broken(lines, line, delimiter, width)
            continue
        except RecordTooLarge:
            lines.put_back(_resumption(lines.taken, delimiter, width, len(lines.taken)))
            yield Record(line, [_raw(lines)], "record_too_large", "the record is too large")
            continue
        if cut and not lines.taken[-1].endswith(("\n", "\r")):
            yield Record(line, [_raw(lines)], "file_cut_short", "the file ends inside a character")
        elif cells:
            yield Record(line, cells)


def _broken(lines: Lines, line: int, delimiter: str, width: int) -> Record:
    at_end = lines.ended
    last = len(lines.taken) - 1
    may_be_row = not at_end and last > 0 and len(_cells(lines.taken[last], delimiter)) > 1
    lines.put_back(
        _resumption(lines.taken, delimiter, width, last if may_be_row else len(lines.taken))
    )
    if at_end:
        return Record(
            line, [_raw(lines)], "unterminated_quote", "a quote is opened and never closed"
        )
    reason = "a quote is neither doubled nor at the edge of its cell"
    return Record(line, [_raw(lines)], "stray_quote", reason)


def _resumption(taken: list[str], delimiter: str, width: int, otherwise: int) -> int:
    """Index of the first line after a record's own first that has as many cells as the header."""
    for index in range(1, len(taken)):
        if len(_cells(taken[index], delimiter)) == width:
            return index
    return otherwise


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _raw(lines: Lines) -> str:
    return "".join(lines.taken).rstrip("\r\n")


def allow_large_fields(chars: int) -> None:
    """The csv module's limit is one for the process: it is only ever raised, so threads agree."""
    if csv.field_size_limit() < chars:
        csv.field_size_limit(chars)
