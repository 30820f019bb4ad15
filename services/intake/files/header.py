"""The header line: which cell of a row holds which field."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from services.intake.files.errors import ColumnsMissing, FileUnreadable
from services.intake.files.mapping import Mapping

DELIMITERS = (",", ";", "\t")


def guess_delimiter(line: str, mapping: Mapping) -> str:
    """The one that shows most of the mapped columns, then the one that makes most cells."""
    wanted = set(mapping.mapped().values())

    def score(delimiter: str) -> tuple[int, int]:
        names = clean_names(next(csv.reader([line], delimiter=delimiter), []))
        return len(wanted & set(names)), len(names)

    return max(DELIMITERS, key=score)


def clean_names(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip().lstrip("\ufeff") for cell in cells)


def named_width(names: Sequence[str]) -> int:
    """How many columns there are; nameless ones at the end are a spreadsheet's padding."""
    return max((index for index, name in enumerate(names, start=1) if name), default=0)


def positions_of(path: Path, columns: Sequence[str], mapping: Mapping) -> dict[str, int]:
    """Field → index. Raises when a mapped column is missing, or is there more than once."""
    mapped = mapping.mapped()
    missing = [name for name in dict.fromkeys(mapped.values()) if name not in columns]
    if missing:
        raise ColumnsMissing(path, missing, columns)
    counts = Counter(columns)
    twice = [name for name in dict.fromkeys(mapped.values()) if counts[name] > 1]
    if twice:
        names = ", ".join(f"“{name}”" for name in twice)
        raise FileUnreadable(path, f"more than one column is called {names}")
    return {field: columns.index(name) for field, name in mapped.items()}


def ignored_notices(columns: Sequence[str], mapping: Mapping) -> tuple[str, ...]:
    """What to tell once about columns that the mapping does not use."""
    used = set(mapping.mapped().values())
    ignored = [name or "(no name)" for name in dict.fromkeys(columns) if name not in used]
    return (f"columns not in the mapping are ignored: {', '.join(ignored)}",) if ignored else ()
