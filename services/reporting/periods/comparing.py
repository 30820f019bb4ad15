"""Counts and measures against the period before (环比) and the same of last year (同比). Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.reporting.daily_model import Figure
from services.reporting.measure_policy import MeasurePolicy
from services.reporting.measures import DEFINITIONS, PERCENT_DIGITS, Definition, Measured, measure
from services.reporting.periods.model import Compared, MeasuredLine

SHARE_DIGITS = Decimal("0.0001")  # so that a percentage with two digits is rounded once
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trio:
    """Counts of a period, of the one before and of last year's; None: there is no base."""

    now: Counts
    previous: Counts | None
    year_before: Counts | None

    def codes(self) -> set[str]:
        """Of all that were counted now or in the period before."""
        return {code for code, n in {**(self.previous or {}), **self.now}.items() if n or code}


def share(part: int, whole: int) -> float | None:
    """part ÷ whole, four digits; None over 0."""
    return float((Decimal(part) / whole).quantize(SHARE_DIGITS, ROUND_HALF_UP)) if whole else None


def change(now: int, base: int | None) -> float | None:
    """now ÷ base - 1, four digits; None without a base."""
    if not base:
        return None
    return float((Decimal(now) / base - 1).quantize(SHARE_DIGITS, ROUND_HALF_UP))


def compared(trio: Trio, code: str, name: tuple[str, str], whole: int = 0) -> Compared:
    """whole: what the share is of; 0 for none."""
    now = trio.now.get(code, 0)
    previous = None if trio.previous is None else trio.previous.get(code, 0)
    year_before = None if trio.year_before is None else trio.year_before.get(code, 0)
    return Compared(
        code=code,
        name=name[0],
        name_en=name[1],
        count=now,
        share=share(now, whole),
        previous=previous,
        change=change(now, previous),
        year_before=year_before,
        year_change=change(now, year_before),
    )


def ranked(
    trio: Trio,
    name: Callable[[str], tuple[str, str]],
    known: Callable[[str], bool] = bool,
) -> tuple[Compared, ...]:
    """Most first; what is not `known` comes last and has no share: that is of the known."""
    codes = trio.codes()
    whole = sum(trio.now.get(code, 0) for code in codes if known(code))
    ordered = sorted(codes, key=lambda code: (not known(code), -trio.now.get(code, 0), code))
    return tuple(compared(trio, code, name(code), whole if known(code) else 0) for code in ordered)


def grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for code, n in pairs:
        sums[code] += n
    return dict(sums)


def measured(trio: Trio, policy: MeasurePolicy) -> tuple[MeasuredLine, ...]:
    return tuple(_measured(definition, trio, policy) for definition in DEFINITIONS)


def _measured(definition: Definition, trio: Trio, policy: MeasurePolicy) -> MeasuredLine:
    now = measure(definition, trio.now, policy)
    bases = [
        None if counts is None else measure(definition, counts, policy)
        for counts in (trio.previous, trio.year_before)
    ]
    previous, year_before = (base and figure(base) for base in bases)
    points, year_points = (base and _points(now, base) for base in bases)
    return MeasuredLine(
        key=definition.key,
        version=definition.version,
        name=definition.name_zh,
        name_en=definition.name_en,
        definition=definition.definition_zh,
        definition_en=definition.definition_en,
        current=figure(now),
        previous=previous,
        year_before=year_before,
        change=points,
        year_change=year_points,
    )


def figure_of(key: str, counts: Counts, policy: MeasurePolicy) -> Figure:
    """One measure of a slice."""
    return figure(measure(_BY_KEY[key], counts, policy))


_BY_KEY = {definition.key: definition for definition in DEFINITIONS}


def figure(value: Measured) -> Figure:
    whole = value.numerator == value.numerator.to_integral_value()
    return Figure(
        numerator=int(value.numerator) if whole else float(value.numerator),
        denominator=value.denominator,
        value=None if value.value is None else float(value.value),
        text=value.percent,
    )


def _points(now: Measured, base: Measured) -> float | None:
    """The difference of the percentages as they are printed, so that a reader finds the same."""
    if now.value is None or base.value is None:
        return None
    return float(_percent(now) - _percent(base))


def _percent(value: Measured) -> Decimal:
    return (value.numerator * 100 / value.denominator).quantize(PERCENT_DIGITS, ROUND_HALF_UP)
