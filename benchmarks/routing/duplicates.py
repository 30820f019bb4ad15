"""The same matter among open tickets: how long one look takes, and what is held in memory.

Against rapidfuzz over all of them, in the same run.
"""

import time
import tracemalloc
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from benchmarks.figures import Figure
from benchmarks.routing.duplicate_city import Knowledge, names_a_place, report, retold
from services.intake.similarity.index import TicketIndex
from services.intake.similarity.matter import Matter

FULL_LEVELS = (10_000, 100_000, 1_000_000)
QUICK_LEVELS = (2_000, 10_000)
ASKED_AT = 100_000  # open tickets of the target
LOOK_MS_MAX = 5.0
QUERIES = 500
OVER_ALL_MIN = 5.0
OVER_ALL_QUERIES = 20
STEP = 7_919  # a prime: the tickets asked for are spread over all of them


def figures(quick: bool) -> Iterator[Figure]:
    levels = QUICK_LEVELS if quick else FULL_LEVELS
    asked_at = levels[-1] if quick else ASKED_AT
    for knowledge in ("known", "unknown"):
        yield from _growth(knowledge, levels, asked_at)


def _growth(knowledge: Knowledge, levels: Sequence[int], asked_at: int) -> Iterator[Figure]:
    """One index that grows from level to level."""
    index = TicketIndex()
    what = "place and item known" if knowledge == "known" else "every area and item unknown"
    first_ms: float | None = None
    for level in levels:
        name = f"{level:,} open, {what}"
        add_us = _grow(index, level, knowledge)
        yield Figure(f"duplicates, adding a ticket | {name}", add_us, "us")
        asked = [number * STEP % level for number in range(QUERIES)]
        looks = sorted(_looks(index, asked, knowledge))
        p50_ms, p99_ms = looks[len(looks) // 2], looks[len(looks) * 99 // 100]
        first_ms = first_ms or p99_ms
        yield Figure(f"duplicates, one look p50 | {name}", p50_ms, "ms")
        yield Figure(f"duplicates, one look p99, growth | {name}", p99_ms, "ms", first_ms)
        if level == asked_at:
            yield _held(f"duplicates, one look p99 | {name}", p99_ms)
            yield _over_all(f"duplicates, rapidfuzz over all | {name}", p50_ms, asked, knowledge)
            yield from _found(index, asked, knowledge, name)
    held = _bytes(levels[0], knowledge)
    yield Figure(f"duplicates, memory a ticket | {levels[0]:,} open, {what}", held, "B")


def _grow(index: TicketIndex, level: int, knowledge: Knowledge) -> float:
    """Microseconds a ticket."""
    numbers = range(len(index), level)
    took_s = 0.0
    for number in numbers:
        matter = report(number, knowledge)
        started = time.process_time()
        index.add(str(number), "r", matter)
        took_s += time.process_time() - started
    return took_s / max(len(numbers), 1) * 1e6


def _held(name: str, p99_ms: float) -> Figure:
    return Figure(name, p99_ms, "ms", None, LOOK_MS_MAX, "<=", "value")


def _looks(index: TicketIndex, asked: Sequence[int], knowledge: Knowledge) -> Iterator[float]:
    """Milliseconds of the processor: what other programs do is not counted."""
    for number in asked:
        matter = retold(number, knowledge)
        started = time.process_time()
        index.find(matter, 5)
        yield (time.process_time() - started) * 1e3


def _found(
    index: TicketIndex, asked: Sequence[int], knowledge: Knowledge, name: str
) -> Iterator[Figure]:
    """Of those that name a place: how many were found, and how many surely."""
    placed = [number for number in asked if names_a_place(number, knowledge)]
    found = [_verdict(index, number, retold(number, knowledge)) for number in placed]
    share = sum(verdict is not None for verdict in found) / len(placed)
    surely = sum(verdict == "sure" for verdict in found) / len(placed)
    yield Figure(f"duplicates, retold and found | {name}", share * 100, "%")
    yield Figure(f"duplicates, retold and joined without a person | {name}", surely * 100, "%")


def _verdict(index: TicketIndex, number: int, matter: Matter) -> str | None:
    matches = index.find(matter, 20)
    return next((one.verdict for one in matches if one.ticket_id == str(number)), None)


def _over_all(name: str, p50_ms: float, asked: Sequence[int], knowledge: Knowledge) -> Figure:
    """Comparing with each text, against one look."""
    texts = [report(number, knowledge).text for number in range(max(asked) + 1)]
    times = []
    for number in asked[:OVER_ALL_QUERIES]:
        text = retold(number, knowledge).text
        started = time.process_time()
        process.extract(text, texts, scorer=fuzz.ratio, limit=5)
        times.append((time.process_time() - started) * 1e3)
    over_all_ms = sorted(times)[len(times) // 2]
    return Figure(name, over_all_ms, "ms", p50_ms, OVER_ALL_MIN, ">=")


def _bytes(tickets: int, knowledge: Knowledge) -> float:
    made = [report(number, knowledge) for number in range(tickets)]
    TicketIndex().add("warm", "up", made[0])  # tables that are loaded once
    tracemalloc.start()
    index = TicketIndex()
    for number, matter in enumerate(made):
        index.add(str(number), "r", matter)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / len(index)
