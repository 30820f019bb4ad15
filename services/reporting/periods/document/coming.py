"""下期: what falls due, which days are off, what load to expect, what to watch."""

from collections.abc import Iterator
from datetime import date

from services.platform.documents.model import Block, Bullets, Section, Table
from services.reporting.periods.document.speech import Speech
from services.reporting.periods.model import NextPeriod, PeriodReport
from services.reporting.periods.phrases import trend_en, trend_zh

DUE_DAYS_MAX = 31


def coming_section(report: PeriodReport, speech: Speech) -> Section:
    coming = report.next_period
    said = tuple(_said(coming, speech))
    blocks: list[Block] = [Bullets(said)] if said else []
    if coming.due:
        blocks.append(_due(coming, speech))
    label = speech.say(coming.span.label, coming.span.label_en)
    return Section(speech.say(f"下期工作（{label}）", f"What comes next: {label}"), tuple(blocks))


def _due(coming: NextPeriod, speech: Speech) -> Table:
    shown = coming.due[:DUE_DAYS_MAX]
    columns = speech.columns(
        ("日期", "Day", "day"),
        ("办理期限届满", "To resolve", "count"),
        ("签收期限届满", "To accept", "count"),
    )
    rows = tuple((line.day.isoformat(), line.resolve, line.accept) for line in shown)
    left = len(coming.due) - len(shown)
    note = speech.say(f"另有 {left} 天未列。", f"{left} more days are not listed.")
    caption = speech.say("到期日程", "Promises by day")
    return Table(caption, columns, rows, note=note if left else "")


def _said(coming: NextPeriod, speech: Speech) -> Iterator[str]:
    expected = coming.expected
    if expected is not None:
        zh, en = trend_zh(expected.growth), trend_en(expected.growth)
        yield speech.say(
            f"预计接收诉求约 {expected.reports:,} 件：去年同期 {expected.year_before:,} 件"
            + (f"，按本期同比{zh}推算。" if zh else "。"),
            f"About {expected.reports:,} reports: {expected.year_before:,} came in the same period"
            f" of last year" + (f", and this period was {en} on last year." if en else "."),
        )
    for kind, zh, en in (
        ("holiday", "法定节假日", "Holidays"),
        ("make_up", "调休上班", "Weekend days that are worked"),
    ):
        days = [one.day for one in coming.days_off if one.kind == kind]
        if days:
            yield speech.say(f"{zh}：{_listed(days, '、')}。", f"{en}: {_listed(days, ', ')}.")
    if coming.calendar_missing:
        yield speech.say(
            f"{coming.calendar_missing} 年工作日历尚未载入：期限暂不能计算，请及时载入。",
            f"The working calendar of {coming.calendar_missing} is not loaded: load it in time.",
        )
    for warning in coming.warnings:
        yield speech.said(warning)


def _listed(days: list[date], between: str) -> str:
    return between.join(day.isoformat() for day in days)
