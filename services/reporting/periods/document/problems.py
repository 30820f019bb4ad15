"""发现 and 每月一题: problems that the data show, and those that the city has picked."""

from services.platform.documents.model import Block, Paragraph, Section, Table
from services.reporting.periods.document.speech import Row, Speech
from services.reporting.periods.model import PeriodReport, TopicLine

KINDS = {
    "common": ("共性", "common"),
    "concentrated": ("集中", "concentrated"),
    "repeated": ("重复", "repeated"),
    "recurring": ("复发", "recurring"),
}
TOPIC_STAGES = {"adopted": ("推进中", "under way"), "closed": ("已办结", "closed")}


def finding_section(report: PeriodReport, speech: Speech) -> Section:
    """Empty where none were handed in."""
    columns = speech.columns(
        ("问题", "Problem", "text"),
        ("类别", "Kind", "text"),
        ("地点", "Place", "text"),
        ("工单", "Tickets", "count"),
        ("起", "From", "day"),
        ("止", "To", "day"),
        ("指数", "Index", "number"),
    )
    rows: list[Row] = []
    blocks: list[Block] = []
    for one in report.findings:
        where = one.place or speech.say("、", ", ").join(one.areas)
        first, last = one.first_day.isoformat(), one.last_day.isoformat()
        what = speech.say(one.what, one.what_en)
        kind = speech.say(*KINDS[one.kind])
        index = round(one.index)
        rows.append((what, kind, where, len(one.tickets), first, last, index))
        explained = speech.say(one.explanation, one.explanation_en)
        blocks.append(Paragraph(f"{what}{speech.say('：', ': ')}{explained}"))
    if not rows:
        return Section("", ())
    note = speech.say(
        f"列最强的 {len(rows)} 个，共 {report.findings_total:,} 个。",
        f"The strongest {len(rows)} of {report.findings_total:,}.",
    )
    table = Table(
        speech.say("发现的问题", "Findings"),
        columns,
        tuple(rows),
        note=note,
        tickets=tuple(one.tickets for one in report.findings),
    )
    return Section(speech.say("发现的问题", "Findings"), (table, *blocks))


def topic_section(report: PeriodReport, speech: Speech) -> Section:
    """Empty where there are none."""
    columns = speech.columns(
        ("专题", "Topic", "text"),
        ("状态", "State", "text"),
        ("牵头单位", "Lead", "text"),
        ("清单项", "Items", "count"),
        ("已销号", "Struck off", "count"),
        ("本期销号", "… now", "count"),
        ("逾期项", "Late", "count"),
        ("进度", "Progress", "text"),
    )
    rows = tuple(
        (
            one.heading,
            speech.say(*TOPIC_STAGES.get(one.stage, (one.stage, one.stage))),
            one.lead_name,
            one.items,
            one.struck_off,
            one.struck_off_now,
            one.late,
            _progress(one, speech),
        )
        for one in report.topics
    )
    table = Table(speech.say("专题进展", "Topics"), columns, rows)
    return Section(speech.say("每月一题", "Monthly topics"), (table,) if rows else ())


def _progress(one: TopicLine, speech: Speech) -> str:
    """`650/3,242 户（本期 +120）`."""
    return speech.say("；", "; ").join(
        f"{q.done:,}/{q.total:,} {q.counted_in}"
        + speech.say(f"（本期 {q.more:+,}）", f" ({q.more:+,} now)")
        for q in one.quantities
    )
