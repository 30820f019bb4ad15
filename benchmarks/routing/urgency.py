"""Urgency by the shipped rules, against folding the same text, which every reading of it needs."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from benchmarks.figures import Figure
from services.platform.folded_text import folded
from services.router.directory import shipped_directory
from services.router.urgency import raised_urgency

CHARACTERS = 200
CALLS = 20  # few enough to fall between the turns of others
CALM = "小区楼道里的灯不亮已经有一段时间，物业说要等零件，希望有关部门帮忙催一催，谢谢大家。" * 9
PRESSING = "楼道里煤气味很大，怀疑燃气泄漏。昨天有人摔伤，老人被困电梯半小时。" * 9
ON = date(2026, 1, 15)


def figures(quick: bool) -> Iterator[Figure]:
    table, rounds = shipped_directory().urgency, 2_000 if quick else 10_000
    for name, text in (("nothing said", CALM), ("danger said", PRESSING)):
        matter = text[:CHARACTERS]
        found = raised_urgency(table, "01.05.03.01.01", 3, "", matter, ON)
        assert (found.days == 1) == (text is PRESSING)
        yield Figure(
            f"urgency of {CHARACTERS} characters, {name} | folding them",
            _least_us(partial(raised_urgency, table, "01.05", 3, "", matter, ON), rounds),
            "us",
            _least_us(partial(folded, matter), rounds),
            20 if text is CALM else None,
            "<=" if text is CALM else "",
            "value",
        )


def _least_us(call: Callable[[], object], rounds: int) -> float:
    """The least of several means: what the machine's other users take is none of its cost."""
    means = []
    for _ in range(rounds // CALLS):
        began_s = time.perf_counter()
        for _ in range(CALLS):
            call()
        means.append((time.perf_counter() - began_s) / CALLS)
    return min(means) * 1e6
