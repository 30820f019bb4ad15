"""A virtual year of a planted city: lived with all clocks, reported, searched for what is hidden.

`python -m benchmarks.year [--quick] [--seed N]`: a year of 100,000 tickets, or 30 days of 100. The
seconds are those of the clock: a second process makes the rows where there is a second core.
Recall and false findings where there is something that finds; reports where there are kinds.
"""

import gc
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from benchmarks.figures import Figure, reported
from services.console.main import COLLECT_EVERY, main

DAYS, TICKETS_PER_DAY = 365, 275
QUICK_DAYS, QUICK_TICKETS_PER_DAY = 30, 100
SECONDS_MAX = 240.0  # for all of it
RECALL_MIN, FALSE_MAX = 0.95, 0.05


def year(quick: bool, seed: int) -> Iterator[Figure]:
    days, rate = (QUICK_DAYS, QUICK_TICKETS_PER_DAY) if quick else (DAYS, TICKETS_PER_DAY)
    with tempfile.TemporaryDirectory(prefix="yousu-year-") as name:
        folder = Path(name)
        asked = ("--days", days, "--tickets-per-day", rate, "--seed", seed, "--plant")
        summary, lived_s = _timed("simulate", *asked, "--json", "--data", folder / "city")
        tickets = summary["tickets"]
        yield Figure(f"a city of {tickets:,} tickets lived through {days} days", lived_s, "s")
        yield Figure("  for each ticket, all in", 1e6 * lived_s / tickets, "us")
        reports_s = 0.0
        for kind in _commands("report", ("daily", "weekly", "monthly", "annual")):
            out = ("--format", "json", "--out", folder / f"{kind}.json")
            day = ("--date", summary["last_day"])
            _, took_s = _timed("report", kind, *day, *out, "--data", folder / "city")
            reports_s += took_s
            yield Figure(f"  its {kind} report", took_s, "s")
        score: dict[str, Any] = {}
        found_s = 0.0
        if _commands("findings", ("list",)):
            score, found_s = _timed("findings", "score", "--json", "--data", folder / "city")
            yield Figure("  its findings", found_s, "s")
        whole_s = lived_s + reports_s + found_s
        name = "lived, reported and searched | what a year may take"
        yield Figure(name, whole_s, "s", SECONDS_MAX, 1.0, "<=")
        yield from _found(score)


def _found(score: dict[str, Any]) -> Iterator[Figure]:
    if score.get("recall") is not None:
        name = f"recall of {score['planted']} planted findings"
        yield Figure(name, score["recall"], "share", None, RECALL_MIN, ">=", of="value")
    if score.get("false") is not None:
        name = f"false among {score.get('listed', 0)} findings"
        yield Figure(name, score["false"], "share", None, FALSE_MAX, "<=", of="value")


def _commands(group: str, wanted: Sequence[str]) -> list[str]:
    """Those among them that there are."""
    found = main.get_command(click.Context(main), group)
    known = found.commands if isinstance(found, click.Group) else {}
    return [name for name in wanted if name in known]


def _timed(*arguments: object) -> tuple[dict[str, Any], float]:
    """What the command printed, and its seconds. Raises RuntimeError if it could not."""
    began_s = time.perf_counter()
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    took_s = time.perf_counter() - began_s
    if result.exit_code:
        raise RuntimeError(f"yousu {arguments[0]}: {result.stderr.strip()[-500:]}")
    return json.loads(result.stdout) if result.stdout.startswith("{") else {}, took_s


if __name__ == "__main__":
    is_quick = "--quick" in sys.argv
    after_seed = sys.argv[sys.argv.index("--seed") + 1 :] if "--seed" in sys.argv else ["1"]
    gc.set_threshold(*COLLECT_EVERY)
    name = "year-quick" if is_quick else "year"
    sys.exit(reported(year(is_quick, int(after_seed[0])), name))
