"""Addresses written by hand, what is expected of them, and how answers are judged."""

import csv
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.router.directory import Area, Directory, shipped_directory
from services.router.jurisdiction import DISPATCH_MIN, Gazetteer, Jurisdiction, locate

FOLDER = Path(__file__).parent
BEFORE_FILE = "addresses_written_before.csv"
AFTER_FILE = "addresses_written_after.csv"
OUTCOMES = ("ambiguous", "outside", "nothing")


@dataclass(frozen=True, slots=True)
class Expected:
    """`outcome`: clear (code is it), ambiguous (code is what is settled), outside or nothing."""

    line: int
    kind: str
    address: str
    text: str
    outcome: str
    code: str | None
    candidates: frozenset[str]


@functools.cache
def directory() -> Directory:
    return shipped_directory()


def xining() -> Gazetteer:
    return directory().gazetteer


def read_addresses(file: str) -> list[Expected]:
    codes = {path: code for code, area in directory().areas.items() for path in _paths(area)}
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return [_expected(line, row, codes) for line, row in enumerate(csv.DictReader(lines), 2)]


def _paths(area: Area) -> Iterator[str]:
    """城东区/韵家口镇/中庄村, with the community by its name or an alias."""
    above = [directory().areas[code].name for code in reversed(area.lineage[1:-1])]
    for name in (area.name, *area.aliases):
        yield "/".join([*above, name])


def _expected(line: int, row: Mapping[str, str], codes: Mapping[str, str]) -> Expected:
    outcome, _, path = row["expected"].partition(":")
    if outcome not in OUTCOMES:
        outcome, path = "clear", row["expected"]
    candidates = frozenset(codes[name] for name in row["candidates"].split("|") if name)
    code = codes[path] if path else None
    return Expected(line, row["kind"], row["address"], row["text"], outcome, code, candidates)


def answer(expected: Expected) -> Jurisdiction:
    return locate(xining(), expected.address, expected.text)


def is_right(expected: Expected, found: Jurisdiction, length: int) -> bool:
    """Whether the answer is right down to codes of this length; ambiguous ones must be flagged."""
    if expected.outcome == "outside":
        return found.outside
    if expected.outcome == "nothing":
        return found.code is None and not found.outside and not found.candidates
    if expected.outcome == "ambiguous":
        named = {candidate.code for candidate in found.candidates}
        same = (found.code or "")[:length] == (expected.code or "")[:length]
        return same and found.confidence < DISPATCH_MIN and named >= expected.candidates
    assert expected.code is not None
    if found.outside or found.code is None:
        return False
    whole = length < len(expected.code) or found.code == expected.code
    return whole and found.code[:length] == expected.code[:length]


def is_confidently_wrong(expected: Expected, found: Jurisdiction) -> bool:
    """Sure of something that is not so. Too broad is not wrong: less is said, nothing false."""
    if found.confidence < DISPATCH_MIN:
        return False
    if expected.outcome == "clear":
        assert expected.code is not None
        return found.outside or not expected.code.startswith(found.code or "-")
    if expected.outcome == "outside":
        return not found.outside
    return True


@dataclass(frozen=True, slots=True)
class Score:
    """Shares by level, of those where the level is stated; lines of what is wrong."""

    district: float
    street: float
    community: float
    dispatched: float
    wrong: tuple[int, ...]
    confidently_wrong: tuple[int, ...]
    not_flagged: tuple[int, ...]


def score(rows: Sequence[Expected]) -> Score:
    answers = [(row, answer(row)) for row in rows]
    return Score(
        district=_share(answers, 6),
        street=_share(answers, 9),
        community=_share(answers, 12),
        dispatched=sum(found.confidence >= DISPATCH_MIN for _, found in answers) / len(answers),
        wrong=tuple(row.line for row, found in answers if not is_right(row, found, 12)),
        confidently_wrong=tuple(
            row.line for row, found in answers if is_confidently_wrong(row, found)
        ),
        not_flagged=tuple(
            row.line
            for row, found in answers
            if row.outcome == "ambiguous" and not is_right(row, found, 12)
        ),
    )


def _share(answers: Sequence[tuple[Expected, Jurisdiction]], length: int) -> float:
    """Every row states a district, or that there is none; smaller levels only where named."""
    stated = [
        (row, found) for row, found in answers if length == 6 or len(row.code or "") >= length
    ]
    return sum(is_right(row, found, length) for row, found in stated) / len(stated)
