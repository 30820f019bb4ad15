"""Names of sheets that every spreadsheet program takes."""

import re
from collections.abc import Iterable

LENGTH_MAX = 31  # UTF-16 units, as Excel counts
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """One for each, alike but for what is not allowed; none twice, whatever their case."""
    taken: set[str] = {"history"}  # Excel keeps it for itself
    names = []
    for text in wanted:
        name = _unlike(_legal(text), taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _legal(text: str) -> str:
    name = " ".join(FORBIDDEN.sub(" ", text).split()).strip("'")
    return _cut(name, LENGTH_MAX).strip(" '") or "–"


def _unlike(name: str, taken: set[str]) -> str:
    number, candidate = 2, name
    while candidate.casefold() in taken:
        ending = f" ({number})"
        candidate = _cut(name, LENGTH_MAX - len(ending)) + ending
        number += 1
    return candidate


def _cut(text: str, length_max: int) -> str:
    units = text.encode("utf-16-le")[: 2 * length_max]
    return units.decode("utf-16-le", errors="ignore")
