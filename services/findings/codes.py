"""Codes as small numbers, and what lies above them: items by their dots, areas by their length."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Kept = NDArray[np.bool_]
AREA_LENGTHS = {"city": 4, "district": 6, "street": 9, "community": 12}
NONE = -1  # not known


class Codes(NamedTuple):
    """of: one number for each that was given, NONE where there was no code. names: by number."""

    names: tuple[str, ...]
    of: Numbers


def coded(values: Sequence[str | None]) -> Codes:
    """Numbered in the order of the codes, so that equal facts give equal numbers."""
    names = tuple(sorted({value for value in values if value}))
    number = {name: at for at, name in enumerate(names)}
    return Codes(names, np.fromiter((number.get(v or "", NONE) for v in values), np.int64))


def above(codes: Codes, shorten: Callable[[str], str | None]) -> Codes:
    """The same, each code as what lies above it; NONE where there is no such level."""
    higher = coded([shorten(name) for name in codes.names])
    table = np.append(higher.of, NONE)  # the last is what -1 finds
    return Codes(higher.names, table[codes.of])


def item_at(depth: int) -> Callable[[str], str | None]:
    def shorten(code: str) -> str | None:
        parts = code.split(".")
        return ".".join(parts[:depth]) if len(parts) >= depth else None

    return shorten


def area_at(level: str) -> Callable[[str], str | None]:
    length = AREA_LENGTHS[level]

    def shorten(code: str) -> str | None:
        return code[:length] if len(code) >= length else None

    return shorten


def lies_in(code: str | None, other: str | None) -> bool:
    """Whether other is the same or lies above it; None lies above all."""
    return other is None or (code is not None and code.startswith(other))
