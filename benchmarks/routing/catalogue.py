"""Routing by the directory: item and area given, and by words; and checking the whole of it."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files

from benchmarks.city import MATTERS, STREETS
from benchmarks.figures import Figure
from services.router.directory import Directory, RouteQuery, find_route, shipped_directory
from services.router.directory.lint import lint_folder

MARCH = date(2026, 3, 2)
GIVEN_PER_S_MIN = 20_000
BY_TEXT_PER_S_MIN = 1_000
LINT_S_MAX = 5.0
ROUNDS = 3


def figures(quick: bool) -> Iterator[Figure]:
    directory = shipped_directory()
    count = 2_000 if quick else 20_000
    given = given_queries(directory, count)
    bare = _per_second(lambda query: _bare(directory, query), given)
    routed = _per_second(lambda query: find_route(directory, query), given)
    name = "catalogue routing, item and area given"
    yield Figure(f"{name} | bare look-ups of item × area", routed, "/s", bare)
    yield Figure(name, routed, "/s", None, GIVEN_PER_S_MIN, ">=", "value")
    by_text = text_queries(count // 5)
    rate = _per_second(lambda query: find_route(directory, query), by_text)
    name = "routing by 120 characters and an address"
    yield Figure(name, rate, "/s", None, BY_TEXT_PER_S_MIN, ">=", "value")
    started = time.perf_counter()
    report = lint_folder(files("services.router") / "data" / "xining", MARCH)
    name = f"lint of the shipped directory, {report.pairs:,} pairs, with loading"
    yield Figure(name, time.perf_counter() - started, "s", None, LINT_S_MAX, "<=", "value")


def given_queries(directory: Directory, count: int) -> list[RouteQuery]:
    rng = random.Random(1)
    items = [item.code for item in directory.leaves()]
    areas = [code for code in directory.areas if code != directory.city]
    return [
        RouteQuery(rng.choice(items), "", "", rng.choice(areas), None, MARCH) for _ in range(count)
    ]


def text_queries(count: int) -> list[RouteQuery]:
    rng = random.Random(2)
    return [
        RouteQuery(
            None, title, f"{text}，{text}，希望尽快处理", None, f"{rng.choice(STREETS)}7号", MARCH
        )
        for title, text in (rng.choice(MATTERS) for _ in range(count))
    ]


def _bare(directory: Directory, query: RouteQuery) -> object:
    """The least that finds a duty: the item's prefixes times the area's, in two dictionaries."""
    around = directory.areas[query.area or ""].lineage
    for item in directory.items[query.item or ""].lineage:
        rows = directory.duties.get(item)
        for area in around if rows else ():
            if rows and area in rows:
                return rows[area][0].lead
    return None


def _per_second(ask: Callable[[RouteQuery], object], queries: list[RouteQuery]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for query in queries:
            ask(query)
        best = min(best, time.perf_counter() - started)
    return len(queries) / best
