"""How much came in, of what, and where."""

from collections import Counter

from services.platform.documents.model import Block, Chart, Section, Series
from services.reporting.periods.document.speech import Speech
from services.reporting.periods.model import Compared, PeriodReport

CHARTED_MAX = 10
SERIES = (
    ("received", "接收诉求", "Received"),
    ("resolved", "办结", "Resolved"),
)


def volume_section(report: PeriodReport, speech: Speech) -> Section:
    annual = report.report == "annual"
    blocks: list[Block] = [
        *_course(report, speech),
        speech.compared(
            speech.say("受理与办理", "From intake to closing"),
            ("环节", "Step"),
            report.flow,
            annual,
            len(report.flow),
        ),
        speech.compared(
            speech.say("诉求来源", "Reports by channel"),
            ("渠道", "Channel"),
            report.by_channel,
            annual,
        ),
        speech.compared(
            speech.say("诉求类型", "Tickets by kind"), ("类型", "Kind"), report.by_kind, annual
        ),
    ]
    return Section(speech.say("诉求总量", "Volume"), tuple(blocks))


def _course(report: PeriodReport, speech: Speech) -> list[Block]:
    """By day; a year by month; nothing for a single day."""
    if report.report == "daily":
        return []
    sums: dict[str, Counter[str]] = {key: Counter() for key, _, _ in SERIES}
    categories: dict[str, None] = {}
    for line in report.per_day:
        day = line.day
        label = day.isoformat()[:7] if report.report == "annual" else f"{day:%m-%d}"
        categories[label] = None
        for key in sums:
            sums[key][label] += getattr(line, key)
    series = tuple(
        Series(speech.say(zh, en), tuple(sums[key][label] for label in categories))
        for key, zh, en in SERIES
    )
    by_month = report.report == "annual"
    caption = speech.say(
        "逐月接收与办结" if by_month else "逐日接收与办结",
        "Received and resolved by month" if by_month else "Received and resolved by day",
    )
    return [Chart("line", caption, tuple(categories), series)]


def matter_section(report: PeriodReport, speech: Speech) -> Section:
    annual = report.report == "annual"
    blocks: list[Block] = [
        *_ranked(
            speech.say("反映最集中的事项", "What was brought most"), report.by_item_coded, speech
        ),
        speech.compared(
            speech.say("事项（一级）", "Items, first level"),
            ("事项", "Item"),
            report.by_item,
            annual,
        ),
        speech.compared(
            speech.say("事项（二级）", "Items, second level"),
            ("事项", "Item"),
            report.by_item_second,
            annual,
        ),
        speech.compared(
            speech.say("具体事项", "Items as coded"),
            ("事项", "Item"),
            report.by_item_coded,
            annual,
        ),
    ]
    return Section(speech.say("诉求内容", "Subjects"), tuple(blocks))


def area_section(report: PeriodReport, speech: Speech) -> Section:
    annual = report.report == "annual"
    blocks: list[Block] = [
        *_ranked(speech.say("各区县工单", "Tickets by district"), report.by_district, speech),
        speech.compared(
            speech.say("区县", "Districts"), ("区县", "District"), report.by_district, annual
        ),
        speech.compared(
            speech.say("街道、乡镇", "Streets and towns"),
            ("街道、乡镇", "Street or town"),
            report.by_street,
            annual,
        ),
    ]
    return Section(speech.say("区域分布", "Areas"), tuple(blocks))


def _ranked(caption: str, lines: tuple[Compared, ...], speech: Speech) -> list[Block]:
    most = [line for line in lines if line.code and line.count][:CHARTED_MAX]
    if not most:
        return []
    series = Series(speech.say("工单", "Tickets"), tuple(line.count for line in most))
    return [Chart("rank", caption, tuple(speech.name(line) for line in most), (series,))]
