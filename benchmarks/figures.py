"""One line per figure: `name  value  baseline  ratio  target  ok|short`, and the same as JSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

RESULTS = Path(__file__).parent / "results"


class Figure(NamedTuple):
    """ratio: value ÷ baseline, or value ÷ first value for growth; compared with the target.

    sense: ">=" or "<=": on which side of the target is ok; "" is reported only.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    target: float | None = None
    sense: str = ""
    of: str = "ratio"  # what is held against the target: "ratio" or "value"

    @property
    def ratio(self) -> float | None:
        return None if not self.baseline else self.value / self.baseline

    @property
    def verdict(self) -> str:
        held = self.ratio if self.of == "ratio" else self.value
        if self.target is None or held is None:
            return "reported"
        good = held >= self.target if self.sense == ">=" else held <= self.target
        return "ok" if good else "short"


def show(figure: Figure) -> None:
    def number(value: float | None) -> str:
        return "-" if value is None else f"{value:,.3g}" if value < 100 else f"{value:,.0f}"

    target = "-" if figure.target is None else f"{figure.sense}{figure.target:g}"
    columns = [
        f"{f'{figure.name} ({figure.unit})':<84}",
        f"{number(figure.value):>9}",
        f"{number(figure.baseline):>9}",
        f"{number(figure.ratio):>7}",
        f"{target:>7}",
        figure.verdict,
    ]
    print("  ".join(columns), flush=True)


def write(figures: Iterable[Figure], name: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    rows = [
        figure._asdict() | {"ratio": figure.ratio, "verdict": figure.verdict} for figure in figures
    ]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    return path


def reported(figures: Iterable[Figure], name: str) -> int:
    """Each shown as soon as it is measured, all written. The exit code: 1 if one is short."""
    measured = []
    for figure in figures:
        show(figure)
        measured.append(figure)
    write(measured, name)
    return int(any(figure.verdict == "short" for figure in measured))
