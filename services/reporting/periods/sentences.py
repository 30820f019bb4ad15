"""What a leader reads first: sentences made by rule from the numbers of the report. Pure."""

from collections.abc import Callable, Iterator, Sequence

from services.reporting.periods.comparing import share
from services.reporting.periods.model import Compared, MeasuredLine, PeriodReport, Said
from services.reporting.periods.phrases import (
    listed_en,
    listed_zh,
    percent,
    points_en,
    points_zh,
    rate,
    trend_en,
    trend_zh,
)

LISTED_MAX = 3
RISING_MIN = 10  # tickets now and before, below which a rise is chance
WORDS_ZH = {"daily": "本日", "weekly": "本周", "monthly": "本月", "annual": "本年"}
BASE_ZH = {"daily": "较前一日", "weekly": "环比", "monthly": "环比", "annual": "同比"}
BASE_EN = {
    "daily": "on the day before",
    "weekly": "on the week before",
    "monthly": "on the month before",
    "annual": "on the year before",
}
NEXT_ZH = {"daily": "次日", "weekly": "下周", "monthly": "下月", "annual": "下年"}


def summary_of(report: PeriodReport) -> tuple[Said, ...]:
    return tuple(said for make in SENTENCES for said in make(report))


def _volume(report: PeriodReport) -> Iterator[Said]:
    flow = {line.code: line for line in report.flow}
    received, opened = flow["received"], flow["opened"]
    zh, en = WORDS_ZH[report.report], report.period.label_en
    if not received.count and not opened.count:
        yield Said(zh=f"{zh}没有接收诉求。", en=f"No reports were received in {en}.")
        return
    joined = flow["joined"].count
    kept_zh = f"，{joined:,} 件并入已有工单" if joined else ""
    kept_en = f"; {joined:,} joined a ticket that was there" if joined else ""
    yield Said(
        zh=f"{zh}接收诉求 {received.count:,} 件{_trends_zh(report, received)}；"
        f"新立工单 {opened.count:,} 件{kept_zh}。",
        en=f"{received.count:,} reports were received{_trends_en(report, received)};"
        f" {opened.count:,} tickets were opened{kept_en}.",
    )


def _trends_zh(report: PeriodReport, line: Compared) -> str:
    """Of a year the period before is the same period of last year."""
    parts = [("", BASE_ZH[report.report], line.change)]
    if report.report != "annual":
        parts.append(("", "同比", line.year_change))
    return "".join(f"，{name}{trend_zh(change)}" for _, name, change in parts if change is not None)


def _trends_en(report: PeriodReport, line: Compared) -> str:
    parts = [(BASE_EN[report.report], line.change)]
    if report.report != "annual":
        parts.append(("on last year", line.year_change))
    return "".join(f", {trend_en(change)} {name}" for name, change in parts if change is not None)


def _kinds(report: PeriodReport) -> Iterator[Said]:
    known = [line for line in report.by_kind if line.code and line.count]
    if known:
        yield Said(zh=f"按类型：{listed_zh(known)}。", en=f"By kind: {listed_en(known)}.")


def _subjects(report: PeriodReport) -> Iterator[Said]:
    most = [line for line in report.by_item if line.code and line.count][:LISTED_MAX]
    if most:
        yield Said(zh=f"反映最多的是{listed_zh(most)}。", en=f"Most were about: {listed_en(most)}.")
    rising = max(filter(_is_rising, report.by_item_second), key=_rise, default=None)
    if rising is not None:
        yield Said(
            zh=f"升幅最大的是{rising.name}，由 {rising.previous:,} 件升至 {rising.count:,} 件"
            f"（{trend_zh(rising.change)}）。",
            en=f"{rising.name_en} rose most, from {rising.previous:,} to {rising.count:,}"
            f" ({trend_en(rising.change)}).",
        )


def _is_rising(line: Compared) -> bool:
    enough = min(line.count, line.previous or 0) >= RISING_MIN
    return bool(line.code) and enough and (line.change or 0) > 0


def _rise(line: Compared) -> tuple[float, int, str]:
    return line.change or 0, line.count, line.code


def _areas(report: PeriodReport) -> Iterator[Said]:
    districts = [line for line in report.by_district if line.code and line.count]
    if districts:
        most = districts[:LISTED_MAX]
        yield Said(zh=f"按区域：{listed_zh(most)}。", en=f"By district: {listed_en(most)}.")
    streets = [line for line in report.by_street if line.share is not None and line.count]
    opened = sum(line.count for line in report.by_street)
    inside = sum(line.count for line in streets)
    if streets:
        of_all, most = percent(share(inside, opened) or 0), streets[:LISTED_MAX]
        yield Said(
            zh=f"地点到街道、镇的 {inside:,} 件，占 {of_all}，其中{listed_zh(most)}。",
            en=f"For {inside:,} ({of_all}) the street or town is known:"
            f" {listed_en(most)} of these.",
        )


def _promises(report: PeriodReport) -> Iterator[Said]:
    lines = {line.key: line for line in report.measures}
    for key, due_zh, due_en in (
        ("on_time_rate", "办理期限", "to resolve"),
        ("accept_on_time_rate", "签收期限", "to accept"),
    ):
        line, figure = lines[key], lines[key].current
        if figure.denominator:
            yield Said(
                zh=f"{due_zh}在{WORDS_ZH[report.report]}届满的 {figure.denominator:,} 件中，"
                f"按期 {figure.numerator:,} 件，{line.name} {rate(figure)}"
                f"{_points_zh(report, line)}。",
                en=f"Of {figure.denominator:,} promises {due_en} that fell due,"
                f" {figure.numerator:,} were kept: {rate(figure)}{_points_en(report, line)}.",
            )


def _points_zh(report: PeriodReport, line: MeasuredLine) -> str:
    if line.change is None:
        return ""
    return f"，{BASE_ZH[report.report]}{points_zh(line.change)}"


def _points_en(report: PeriodReport, line: MeasuredLine) -> str:
    if line.change is None:
        return ""
    return f", {points_en(line.change)} {BASE_EN[report.report]}"


def _residents(report: PeriodReport) -> Iterator[Said]:
    lines = {line.key: line for line in report.measures}
    reached = lines["response_rate"].current.denominator
    if reached:
        three = [lines[f"{key}_rate"] for key in ("response", "solution", "satisfaction")]
        rates_zh = "，".join(
            f"{one.name} {rate(one.current)}{_points_zh(report, one)}" for one in three
        )
        rates_en = "; ".join(
            f"{one.name_en.lower()} {rate(one.current)}{_points_en(report, one)}" for one in three
        )
        yield Said(
            zh=f"回访接通 {reached:,} 件：{rates_zh}。",
            en=f"{reached:,} call-backs reached the resident: {rates_en}.",
        )


def _routing(report: PeriodReport) -> Iterator[Said]:
    lines = {line.key: line for line in report.measures}
    right, returned = lines["first_right_rate"], lines["return_rate"].current
    if right.current.denominator:
        yield Said(
            zh=f"首次派单 {right.current.denominator:,} 件，首派正确率 {rate(right.current)}"
            f"{_points_zh(report, right)}；退单 {returned.numerator:,} 次，"
            f"退单率 {rate(returned)}。",
            en=f"{right.current.denominator:,} tickets were routed for the first time,"
            f" {rate(right.current)} of them rightly{_points_en(report, right)};"
            f" {returned.numerator:,} returns, {rate(returned)} of routings.",
        )


def _standing(report: PeriodReport) -> Iterator[Said]:
    late = report.overdue_resolve
    now = report.in_progress
    when_zh, when_en = ("目前", "Now there are") if now else ("期末", "At the end there were")
    yield Said(
        zh=f"{when_zh}在办 {report.open:,} 件，其中逾期未办结 {late:,} 件，"
        f"逾期未签收 {report.overdue_accept:,} 件。",
        en=f"{when_en} {report.open:,} open tickets, {late:,} of them past the date to"
        f" resolve and {report.overdue_accept:,} past the date to accept.",
    )


def _found(report: PeriodReport) -> Iterator[Said]:
    if report.findings_total:
        first = report.findings[0]
        yield Said(
            zh=f"发现问题 {report.findings_total:,} 个，首位是“{first.what}”"
            f"（{len(first.tickets):,} 件）。",
            en=f"{report.findings_total:,} findings, the strongest: {first.what_en}"
            f" ({len(first.tickets):,} tickets).",
        )


def _coming(report: PeriodReport) -> Iterator[Said]:
    coming, name = report.next_period, NEXT_ZH[report.report]
    expected = coming.expected
    load_zh = f"，预计接收诉求约 {expected.reports:,} 件" if expected else ""
    load_en = f"; about {expected.reports:,} reports are to be expected" if expected else ""
    yield Said(
        zh=f"{name}有 {coming.due_resolve:,} 件办理期限、{coming.due_accept:,} 件签收期限届满"
        f"{load_zh}。",
        en=f"In the next period {coming.due_resolve:,} promises to resolve and"
        f" {coming.due_accept:,} to accept fall due{load_en}.",
    )


SENTENCES: Sequence[Callable[[PeriodReport], Iterator[Said]]] = (
    _volume,
    _kinds,
    _subjects,
    _areas,
    _promises,
    _residents,
    _routing,
    _standing,
    _found,
    _coming,
)
