"""What a report over a period says, as one value: codes, names, numbers; no resident's words."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.domain.finding import Finding
from services.reporting.daily_model import Figure, OverdueLine
from services.reporting.periods.period import PeriodKind


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Value):
    """Local calendar days, both included."""

    kind: PeriodKind
    code: str
    first: date
    last: date
    label: str
    label_en: str


class Compared(Value):
    """A count, against the period before (环比) and the same period of last year (同比).

    previous, year_before: null where the log does not reach back that far, or the period is not
    over. change: count ÷ base - 1, null also where the base is 0. share: of all that is known, null
    for what is not. Both have four digits, so a percentage of two is rounded once.
    """

    code: str
    name: str
    name_en: str = ""
    count: int
    share: float | None = None
    previous: int | None = None
    change: float | None = None
    year_before: int | None = None
    year_change: float | None = None


class DayLine(Value):
    """A calendar day of the period. is_working: null in a year whose calendar is not loaded."""

    day: date
    is_working: bool | None
    received: int
    opened: int
    routed: int
    resolved: int


class StageLine(Value):
    """Tickets that stood at a stage at the end of the period's last day."""

    stage: str
    name: str
    name_en: str
    tickets: int


class MeasuredLine(Value):
    """change, year_change: in percentage points, two digits."""

    key: str
    version: int
    name: str
    name_en: str
    definition: str
    definition_en: str
    current: Figure
    previous: Figure | None
    year_before: Figure | None
    change: float | None
    year_change: float | None


class UrgencyLine(Value):
    """Promises that fell due in the period; urgency_days 0: not known."""

    urgency_days: int
    resolve: Figure
    accept: Figure


class UnitLine(Value):
    """One unit's work in the period; overdue: promises late with it at `as_at`."""

    code: str
    name: str
    routed: int
    accepted: int
    returned: int
    resolved: int
    reopened: int
    overdue: int
    on_time: Figure
    accept_on_time: Figure
    first_right: Figure
    solution: Figure
    satisfaction: Figure


class RankLine(Value):
    """A unit among those of its level, by the composite of the ranking policy.

    place: null where it has too few cases in one of the measures; then it has no score, and `cases`
    says how many it has. Equal scores share a place. low, high: limits of the composite. compared:
    above or below what is common only where the limits leave that out, else as_all.
    """

    level: int
    place: int | None
    code: str
    name: str
    score: float | None
    low: float | None
    high: float | None
    compared: str | None
    cases: int


class ReturnLine(Value):
    """Returns (退单) of the period by reason. waiting: not decided at the position."""

    reason: str
    name: str
    name_en: str
    returns: int
    upheld: int
    refused: int
    waiting: int


class TopicQuantity(Value):
    """Of one unit of count, as 户. done: at the end of the period; more: what the period added."""

    counted_in: str
    total: int
    done: int
    more: int


class TopicLine(Value):
    """每月一题 at the end of the period; struck_off_now: in the period."""

    code: str
    heading: str
    stage: str
    lead: str
    lead_name: str
    items: int
    struck_off: int
    struck_off_now: int
    late: int
    quantities: tuple[TopicQuantity, ...] = ()


class DueLine(Value):
    """Open promises that end on a day of the next period."""

    day: date
    resolve: int
    accept: int


class DayOff(Value):
    """A weekday off (holiday) or a weekend day that is worked (make_up 调休)."""

    day: date
    kind: str


class Expected(Value):
    """Load of the next period: what came in the same period of last year, times growth.

    growth: this period ÷ the same period of last year - 1, of at least one hundred each; else null,
    and none is assumed.
    """

    year_before: int
    growth: float | None
    reports: int


class Said(Value):
    """A sentence in both languages."""

    zh: str
    en: str


class NextPeriod(Value):
    """calendar_missing: a year whose working days are not loaded."""

    span: Span
    due: tuple[DueLine, ...]
    due_resolve: int
    due_accept: int
    days_off: tuple[DayOff, ...]
    calendar_missing: int | None
    expected: Expected | None
    warnings: tuple[Said, ...]


class PeriodReport(Value):
    """Made from the log up to `position`; the same position gives the same report.

    as_at: the end of the period, or when the last fact was recorded if that was earlier.
    in_progress: nothing had been recorded yet after its last day: no comparisons are made.
    Opened tickets (kind, item, area) as known at `position`; "" is what is not known.
    by_item_coded: by the item itself, of any level.
    """

    report: PeriodKind
    report_version: int = 1
    period: Span
    previous: Span
    year_before: Span
    office: str
    zone: str
    position: int
    recorded_at: str | None
    as_at: str | None
    in_progress: bool
    measure_policy: str
    fairly_satisfied_weight: float
    directory_version: str
    calendar_version: str
    finding_rule: str
    summary: tuple[Said, ...]
    flow: tuple[Compared, ...]
    per_day: tuple[DayLine, ...]
    by_channel: tuple[Compared, ...]
    by_kind: tuple[Compared, ...]
    by_item: tuple[Compared, ...]
    by_item_second: tuple[Compared, ...]
    by_item_coded: tuple[Compared, ...]
    by_district: tuple[Compared, ...]
    by_street: tuple[Compared, ...]
    stages: tuple[StageLine, ...]
    open: int
    on_time: tuple[UrgencyLine, ...]
    measures: tuple[MeasuredLine, ...]
    units: tuple[UnitLine, ...]
    ranking: tuple[RankLine, ...]
    ranking_policy: str
    returns: tuple[ReturnLine, ...]
    overdue: tuple[OverdueLine, ...]
    overdue_accept: int
    overdue_resolve: int
    findings: tuple[Finding, ...]
    findings_total: int
    topics: tuple[TopicLine, ...]
    next_period: NextPeriod
    notes: tuple[Said, ...]
