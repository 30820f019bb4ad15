"""The measures, each defined once: what is counted over what, in words and in counts.

A measure is a weighted sum of daily counts over another sum, so it can be had for any days, unit,
area, item or channel, and means the same in the console, in reports and over HTTP.
"""

from collections.abc import Mapping
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
DEFINITIONS = (
    Definition(
        "response_rate",
        1,
        "响应率",
        "Response rate",
        "当期接通的回访中，群众确认单位已响应的件数 ÷ 接通的回访件数",
        "call-backs in the period in which the resident says the unit responded"
        " ÷ call-backs that reached the resident",
        ("responded",),
        ("reached",),
    ),
    Definition(
        "solution_rate",
        1,
        "解决率",
        "Solution rate",
        "当期接通的回访中，群众确认已解决的件数 ÷ 接通的回访件数",
        "call-backs in the period in which the resident says it is solved"
        " ÷ call-backs that reached the resident",
        ("solved",),
        ("reached",),
    ),
    Definition(
        "satisfaction_rate",
        1,
        "满意率",
        "Satisfaction rate",
        "当期接通的回访中，（满意 + w × 基本满意）÷ 接通的回访件数",
        "(satisfied + w × fairly satisfied) ÷ call-backs that reached the resident",
        ("satisfied", "fairly"),
        ("reached",),
    ),
    Definition(
        "on_time_rate",
        1,
        "按期办结率",
        "Resolved on time",
        "办理期限在当期届满的承诺中，期限内办结的件数 ÷ 已有结论（按期或逾期）的件数；"
        "挂起顺延后的期限为准，重办另计",
        "promises to resolve that fell due in the period and were kept ÷ those kept or missed;"
        " by the deadline as moved by pauses and extensions; a reopening is a new promise",
        RESOLVE_DUE[:1],
        RESOLVE_DUE,
    ),
    Definition(
        "accept_on_time_rate",
        1,
        "及时签收率",
        "Accepted on time",
        "签收期限在当期届满的派单中，期限内签收的件数 ÷ 已有结论的件数；按时退单不计",
        "promises to accept that fell due in the period and were kept ÷ those kept or missed;"
        " what was returned in time does not count",
        ACCEPT_DUE[:1],
        ACCEPT_DUE,
    ),
    Definition(
        "first_try_rate",
        1,
        "一派到位率",
        "Right at the first try",
        "当期首次派单的工单中，首次派单从未被退回的件数 ÷ 首次派单件数",
        "tickets first routed in the period whose first routing was never returned"
        " ÷ tickets first routed",
        ("first_routed", "-first_returned"),
        ("first_routed",),
    ),
    Definition(
        "return_rate",
        1,
        "退单率",
        "Return rate",
        "当期退单次数 ÷ 当期派单次数",
        "returns in the period ÷ routings in the period",
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
        1,
        "重办率",
        "Redo rate",
        "当期办结（含直接答复）的件次中，后来重办的件次 ÷ 办结件次",
        "resolutions and direct answers of the period that were reopened later"
        " ÷ resolutions and direct answers",
        ("done_reopened",),
        ("resolved", "answered"),
    ),
    Definition(
        "overdue_rate",
        1,
        "办理逾期",
        "Overdue (resolve)",
        "办理期限在当期届满而逾期的件数 ÷ 已有结论的件数",
        "promises to resolve that fell due in the period and were missed ÷ those kept or missed",
        RESOLVE_DUE[1:],
        RESOLVE_DUE,
    ),
    Definition(
        "accept_overdue_rate",
        1,
        "签收逾期",
        "Overdue (accept)",
        "签收期限在当期届满而逾期的件数 ÷ 已有结论的件数",
        "promises to accept that fell due in the period and were missed ÷ those kept or missed",
        ACCEPT_DUE[1:],
        ACCEPT_DUE,
    ),
)


def measure(definition: Definition, counts: Mapping[str, int], policy: MeasurePolicy) -> Measured:
    """`counts`: kind of count → how many, over whatever days and slice is asked for."""
    numerator = sum((_weighed(term, counts, policy) for term in definition.numerator), Decimal(0))
    denominator = sum(counts.get(name, 0) for name in definition.denominator)
    if denominator == 0:
        return Measured(numerator, 0, None)
    value = (numerator / denominator).quantize(VALUE_DIGITS, ROUND_HALF_UP)
    return Measured(numerator, denominator, value)


def _weighed(term: str, counts: Mapping[str, int], policy: MeasurePolicy) -> Decimal:
    weight = policy.fairly_satisfied_weight if term == "fairly" else Decimal(1)
    sign = -1 if term.startswith("-") else 1
    return weight * sign * counts.get(term.removeprefix("-"), 0)
