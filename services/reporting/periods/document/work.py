"""What was done with the requests: stages, promises, measures, returns, units, what is late."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.platform.documents.model import Block, Paragraph, Section, Table
from services.reporting.labels import CLOCKS, STAGES
from services.reporting.periods.document.speech import Row, Speech, exact, points
from services.reporting.periods.model import MeasuredLine, PeriodReport, UrgencyLine

OVERDUE_MAX = 50
DAY_S = 86_400
CLOCKS_EN = {"accept": "accept", "resolve": "resolve"}


def work_section(report: PeriodReport, speech: Speech) -> Section:
    blocks: list[Block] = [
        _stages(report, speech),
        _on_time(report, speech),
        _measures(report, speech),
    ]
    return Section(speech.say("办理情况", "Handling"), tuple(blocks))


def _stages(report: PeriodReport, speech: Speech) -> Table:
    rows = tuple((speech.say(line.name, line.name_en), line.tickets) for line in report.stages)
    columns = speech.columns(("环节", "Stage", "text"), ("工单", "Tickets", "count"))
    return Table(speech.say("期末工单所处环节", "Where tickets stood at the end"), columns, rows)


def _on_time(report: PeriodReport, speech: Speech) -> Table:
    columns = speech.columns(
        ("办理时限", "Time limit", "text"),
        ("到期", "Due", "count"),
        ("按期办结", "In time", "count"),
        ("按期办结率", "Resolved on time", "percent"),
        ("签收到期", "Due to accept", "count"),
        ("及时签收", "Accepted in time", "count"),
        ("及时签收率", "Accepted on time", "percent"),
    )
    rows = tuple(_urgency(line, speech) for line in report.on_time)
    note = speech.say("本表不扣除申诉成立的件。", "Nothing is left out for appeals here.")
    return Table(speech.say("分级办理时限", "Promises by urgency"), columns, rows, note=note)


def _urgency(line: UrgencyLine, speech: Speech) -> Row:
    days = line.urgency_days
    name = speech.say(f"{days} 个工作日", f"{days} working days" if days > 1 else "1 working day")
    return (
        name if days else speech.say("未定", "not known"),
        line.resolve.denominator,
        int(line.resolve.numerator),
        exact(line.resolve),
        line.accept.denominator,
        int(line.accept.numerator),
        exact(line.accept),
    )


def _measures(report: PeriodReport, speech: Speech) -> Table:
    annual = report.report == "annual"
    titles = [
        ("指标", "Measure", "text"),
        ("分子", "Numerator", "number"),
        ("分母", "Denominator", "count"),
        ("本期", "Now", "percent"),
        *([] if annual else [("上期", "Before", "percent"), ("环比（点）", "± points", "number")]),
        ("去年同期", "Last year", "percent"),
        ("同比（点）", "± points, year", "number"),
    ]
    definitions = [
        f"{speech.say(line.name, line.name_en)} (v{line.version})"
        f"{speech.say('：', ': ')}{speech.say(line.definition, line.definition_en)}"
        for line in report.measures
    ]
    weight = speech.say(
        f"w = {report.fairly_satisfied_weight:g}（口径 {report.measure_policy}）",
        f"w = {report.fairly_satisfied_weight:g} (values {report.measure_policy})",
    )
    return Table(
        speech.say("指标", "Measures"),
        speech.columns(*titles),  # type: ignore[arg-type]
        tuple(_measure(line, speech, annual) for line in report.measures),
        note=speech.say("；", "; ").join([*definitions, weight]) + speech.say("。", "."),
    )


def _measure(line: MeasuredLine, speech: Speech, annual: bool) -> Row:
    before = line.previous and exact(line.previous)
    last_year = line.year_before and exact(line.year_before)
    return (
        speech.say(line.name, line.name_en),
        Decimal(str(line.current.numerator)),
        line.current.denominator,
        exact(line.current),
        *(() if annual else (before, points(line.change))),
        last_year,
        points(line.year_change),
    )


def return_section(report: PeriodReport, speech: Speech) -> Section:
    columns = speech.columns(
        ("退单理由", "Reason", "text"),
        ("退单", "Returns", "count"),
        ("成立", "Upheld", "count"),
        ("不成立", "Refused", "count"),
        ("待审核", "Waiting", "count"),
    )
    rows: list[Row] = [
        (speech.say(r.name, r.name_en), r.returns, r.upheld, r.refused, r.waiting)
        for r in report.returns
    ]
    heading = speech.say("退单", "Returns")
    if not rows:
        return Section(heading, (Paragraph(speech.say("本期无退单。", "There were none.")),))
    sums = (
        sum(getattr(r, key) for r in report.returns)
        for key in ("returns", "upheld", "refused", "waiting")
    )
    rows.append((speech.say("合计", "Total"), *sums))
    table = Table(speech.say("按理由", "By reason"), columns, tuple(rows), total=True)
    return Section(heading, (table,))


def overdue_section(report: PeriodReport, speech: Speech) -> Section:
    total = report.overdue_accept + report.overdue_resolve
    heading = speech.say("逾期工单", "Overdue")
    if not total:
        return Section(heading, (Paragraph(speech.say("无逾期工单。", "None is overdue.")),))
    zone = ZoneInfo(report.zone)
    shown = report.overdue[:OVERDUE_MAX]
    rows = tuple(
        (
            line.ticket_id,
            speech.say(CLOCKS[line.clock], CLOCKS_EN[line.clock]),
            line.unit_name or speech.say("未派单", "none"),
            speech.say(*STAGES.get(line.stage, (line.stage, line.stage))),
            f"{datetime.fromisoformat(line.due_at).astimezone(zone):%Y-%m-%d %H:%M}",
            Decimal(line.late_s) / DAY_S,
            line.escalation,
        )
        for line in shown
    )
    columns = speech.columns(
        ("工单", "Ticket", "text"),
        ("时限", "Promise", "text"),
        ("单位", "Unit", "text"),
        ("现环节", "Stage now", "text"),
        ("到期", "Due", "text"),
        ("已逾期（天）", "Days late", "days"),
        ("督办级别", "Level", "count"),
    )
    note = speech.say(
        f"逾期最久的 {len(shown)} 项；共 {total:,} 项，其中办理 {report.overdue_resolve:,}、"
        f"签收 {report.overdue_accept:,}。",
        f"The {len(shown)} that are longest overdue of {total:,}: {report.overdue_resolve:,} to"
        f" resolve, {report.overdue_accept:,} to accept.",
    )
    table = Table(speech.say("逾期最久的工单", "Longest overdue"), columns, rows, note=note)
    return Section(heading, (table,))
