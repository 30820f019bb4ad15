"""The measures, each defined once: what is counted over what, in words and in counts.

A measure is a weighted sum of daily counts over another sum, so it can be had for any days, unit,
area, item or channel, and means the same in the console, in reports and over HTTP. What an upheld
appeal (申诉成立) takes out of one measure is counted under a name of that measure (`taken_out`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.reporting.measure_policy import MeasurePolicy

VALUE_DIGITS = Decimal("0.000001")
PERCENT_DIGITS = Decimal("0.01")
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Definition:
    """numerator: weight of each count; `fairly` is weighed by the policy. Words: zh and en."""

    key: str
    version: int
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The kinds of count it is made of."""
        signed = (*self.numerator, *self.denominator)
        return tuple(dict.fromkeys(term.removeprefix("-") for term in signed))


@dataclass(frozen=True, slots=True)
class Measured:
    """value: six digits; None where there was nothing to measure (denominator 0)."""

    numerator: Decimal
    denominator: int
    value: Decimal | None

    @property
    def percent(self) -> str:
        if self.value is None:
            return NOTHING
        exact = self.numerator * 100 / self.denominator
        return f"{exact.quantize(PERCENT_DIGITS, ROUND_HALF_UP)} %"


RESOLVE_DUE = ("due_met_resolve", "due_missed_resolve")
ACCEPT_DUE = ("due_met_accept", "due_missed_accept")
ONCE_ZH = "（每次办理以首次接通的评价为准，计一件）"
ONCE_EN = "; of each handling its first answer counts, once"
EXCEPT_ZH = "；申诉成立的除外"
EXCEPT_EN = "; without what an upheld appeal has taken out"
DEFINITIONS = (
    Definition(
        "response_rate",
        2,
        "响应率",
        "Response rate",
        "当期接通的回访中，群众确认单位已响应的件数 ÷ 接通的回访件数" + ONCE_ZH + EXCEPT_ZH,
        "call-backs in the period in which the resident says the unit responded"
        " ÷ call-backs that reached the resident" + ONCE_EN + EXCEPT_EN,
        ("responded",),
        ("reached",),
    ),
    Definition(
        "solution_rate",
        2,
        "解决率",
        "Solution rate",
        "当期接通的回访中，群众确认已解决的件数 ÷ 接通的回访件数" + ONCE_ZH + EXCEPT_ZH,
        "call-backs in the period in which the resident says it is solved"
        " ÷ call-backs that reached the resident" + ONCE_EN + EXCEPT_EN,
        ("solved",),
        ("reached",),
    ),
    Definition(
        "satisfaction_rate",
        2,
        "满意率",
        "Satisfaction rate",
        "当期接通的回访中，（满意 + w × 基本满意）÷ 接通的回访件数" + ONCE_ZH + EXCEPT_ZH,
        "(satisfied + w × fairly satisfied) ÷ call-backs that reached the resident"
        + ONCE_EN
        + EXCEPT_EN,
        ("satisfied", "fairly"),
        ("reached",),
    ),
    Definition(
        "on_time_rate",
        2,
        "按期办结率",
        "Resolved on time",
        "办理期限在当期届满的承诺中，期限内办结的件数 ÷ 已有结论（按期或逾期）的件数；"
        "挂起顺延后的期限为准，重办另计" + EXCEPT_ZH,
        "promises to resolve that fell due in the period and were kept ÷ those kept or missed;"
        " by the deadline as moved by pauses and extensions; a reopening is a new promise"
        + EXCEPT_EN,
        RESOLVE_DUE[:1],
        RESOLVE_DUE,
    ),
    Definition(
        "accept_on_time_rate",
        2,
        "及时签收率",
        "Accepted on time",
        "签收期限在当期届满的派单中，期限内签收的件数 ÷ 已有结论的件数；按时退单不计" + EXCEPT_ZH,
        "promises to accept that fell due in the period and were kept ÷ those kept or missed;"
        " what was returned in time does not count" + EXCEPT_EN,
        ACCEPT_DUE[:1],
        ACCEPT_DUE,
    ),
    Definition(
        "first_try_rate",
        3,
        "一派到位率",
        "Right at the first try",
        "当期首次派单的工单中，首次派单从未被退回的件数 ÷ 首次派单件数" + EXCEPT_ZH,
        "tickets first routed in the period whose first routing was never returned"
        " ÷ tickets first routed" + EXCEPT_EN,
        ("first_routed", "-first_returned"),
        ("first_routed",),
    ),
    Definition(
        "return_rate",
        2,
        "退单率",
        "Return rate",
        "当期退单次数 ÷ 当期派单次数" + EXCEPT_ZH,
        "returns in the period ÷ routings in the period" + EXCEPT_EN,
        ("returned",),
        ("routed",),
    ),
    Definition(
        "first_right_rate",
        1,
        "首派正确率",
        "First routing right",
        "当期首次派单的工单中，首次派单未被成立的退单退回的件数 ÷ 首次派单件数；退单不成立的不计",
        "tickets first routed in the period whose first routing no upheld return has undone"
        " ÷ tickets first routed; a refused return says that the routing was right",
        ("first_routed", "-first_upheld"),
        ("first_routed",),
    ),
    Definition(
        "return_upheld_rate",
        1,
        "退单成立率",
        "Returns upheld",
        "当期审核的退单中，成立的件次 ÷ 已审核的件次",
        "returns decided in the period that were upheld ÷ returns decided",
        ("return_upheld",),
        ("return_upheld", "return_refused"),
    ),
    Definition(
        "answered_at_once_rate",
        2,
        "现场办结率",
        "Answered at once",
        "当期受理的工单中，直接答复（现场办结）的件数 ÷ 受理件数；重办后答复的不计",
        "tickets opened in the period that were answered at the first contact ÷ tickets opened;"
        " an answer after a reopening does not count",
        ("opened_answered",),
        ("opened",),
    ),
    Definition(
        "redo_rate",
        2,
        "重办率",
        "Redo rate",
        "当期办结（含直接答复）的件次中，后来重办的件次 ÷ 办结件次" + EXCEPT_ZH,
        "resolutions and direct answers of the period that were reopened later"
        " ÷ resolutions and direct answers" + EXCEPT_EN,
        ("done_reopened",),
        ("resolved", "answered"),
    ),
    Definition(
        "overdue_rate",
        2,
        "办理逾期",
        "Overdue (resolve)",
        "办理期限在当期届满而逾期的件数 ÷ 已有结论的件数" + EXCEPT_ZH,
        "promises to resolve that fell due in the period and were missed ÷ those kept or missed"
        + EXCEPT_EN,
        RESOLVE_DUE[1:],
        RESOLVE_DUE,
    ),
    Definition(
        "accept_overdue_rate",
        2,
        "签收逾期",
        "Overdue (accept)",
        "签收期限在当期届满而逾期的件数 ÷ 已有结论的件数" + EXCEPT_ZH,
        "promises to accept that fell due in the period and were missed ÷ those kept or missed"
        + EXCEPT_EN,
        ACCEPT_DUE[1:],
        ACCEPT_DUE,
    ),
)


BY_KEY: Mapping[str, Definition] = {one.key: one for one in DEFINITIONS}
# What may leave a measure by an appeal, and then leaves its numerator and its denominator.
APPEALABLE = (
    "response_rate",
    "solution_rate",
    "satisfaction_rate",
    "on_time_rate",
    "overdue_rate",
    "accept_on_time_rate",
    "accept_overdue_rate",
    "return_rate",
    "first_try_rate",
    "redo_rate",
)


def taken_out(kind: str, key: str) -> str:
    """The kind of count for what an appeal takes out of one measure."""
    return f"{kind}@{key}"


def kinds_of(definitions: Iterable[Definition]) -> tuple[str, ...]:
    """Every kind of count that these need."""
    kinds: dict[str, None] = {}
    for one in definitions:
        kinds.update(dict.fromkeys(one.terms))
        if one.key in APPEALABLE:
            kinds.update(dict.fromkeys(taken_out(term, one.key) for term in one.terms))
    return tuple(kinds)


def measure(definition: Definition, counts: Mapping[str, int], policy: MeasurePolicy) -> Measured:
    """`counts`: kind of count → how many, over whatever days and slice is asked for."""
    left = {
        kind: counts.get(kind, 0) - counts.get(taken_out(kind, definition.key), 0)
        for kind in definition.terms
    }
    numerator = sum(
        (weight_of(term, policy) * left[_kind(term)] for term in definition.numerator), Decimal(0)
    )
    denominator = sum(left[name] for name in definition.denominator)
    if denominator == 0:
        return Measured(numerator, 0, None)
    value = (numerator / denominator).quantize(VALUE_DIGITS, ROUND_HALF_UP)
    return Measured(numerator, denominator, value)


def weight_of(term: str, policy: MeasurePolicy) -> Decimal:
    """What one of this term adds to the numerator."""
    if term.startswith("-"):
        return Decimal(-1)
    return policy.fairly_satisfied_weight if term == "fairly" else Decimal(1)


def _kind(term: str) -> str:
    return term.removeprefix("-")
