"""Many rows for one INSERT go as one array per column: one statement, whatever their number."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

ROWS_MIN = 3  # fewer are as fast one by one
_INSERT = re.compile(
    r"\s*INSERT INTO (?P<table>\w+)\s*(?:\((?P<columns>[\w\s,]+)\))?"
    r"\s*VALUES\s*\((?P<items>[^()]*)\)(?P<tail>.*)",
    re.DOTALL,
)
_TARGET = re.compile(r"\s*ON CONFLICT\s*\(([\w\s,]+)\)\s*DO UPDATE\b")
_AS_IN_COLUMN: Mapping[str, Callable[[Any], Any]] = {"bigint": int, "double precision": float}

Types = Mapping[str, str]


class BulkInsert(NamedTuple):
    """statement: takes one array per mark. types: of the arrays, as PostgreSQL names them.
    keys: the places in a row that a row may occur only once by; () if twice does no harm."""

    statement: str
    types: tuple[str, ...]
    keys: tuple[int, ...]

    def arrays(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]] | None:
        """None if a row occurs twice, so that the second must meet the first."""
        if self.keys and len({tuple(row[key] for key in self.keys) for row in rows}) < len(rows):
            return None
        columns = zip(*rows, strict=True)
        return [_column(kind, values) for kind, values in zip(self.types, columns, strict=True)]


def _column(kind: str, values: Sequence[Any]) -> list[Any]:
    convert = _AS_IN_COLUMN.get(kind)
    if convert is None or set(map(type, values)) <= {convert, type(None)}:
        return list(values)
    return [None if value is None else convert(value) for value in values]


def table_of(statement: str) -> str | None:
    """Where an INSERT that may go in bulk puts its rows; None for any other statement."""
    found = _INSERT.fullmatch(statement)
    return found["table"] if found and "?" not in found["tail"] else None


@lru_cache(maxsize=256)
def bulk_insert(statement: str, columns: tuple[tuple[str, str], ...]) -> BulkInsert | None:
    """columns: (name, type) of the table, in order. None if it must go row by row."""
    found = _INSERT.fullmatch(statement)
    if found is None:
        return None
    types = dict(columns)
    names = [name.strip() for name in (found["columns"] or ",".join(types)).split(",")]
    items = [item.strip() for item in found["items"].split(",")]
    marked = [name for name, item in zip(names, items, strict=True) if item == "?"]
    target = _TARGET.match(found["tail"])
    keys = [name.strip() for name in target[1].split(",")] if target else []
    if not marked or any("?" in item and item != "?" for item in items):
        return None
    chosen = ", ".join(
        f"new.{name}" if item == "?" else item for name, item in zip(names, items, strict=True)
    )
    arrays = ", ".join(f"%b::{types[name]}[]" for name in marked)
    return BulkInsert(
        f"INSERT INTO {found['table']} ({', '.join(names)}) SELECT {chosen}".replace("%", "%%")
        + f" FROM unnest({arrays}) AS new ({', '.join(marked)}) "
        + found["tail"].replace("%", "%%"),
        tuple(types[name] for name in marked),
        tuple(marked.index(key) for key in keys if key in marked),
    )
