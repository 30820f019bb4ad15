"""The whole of a report as a document."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from services.platform.documents.model import (
    Block,
    Bullets,
    Document,
    Headline,
    Language,
    Paragraph,
    Section,
)
from services.reporting.periods.document.coming import coming_section
from services.reporting.periods.document.problems import finding_section, topic_section
from services.reporting.periods.document.speech import Speech
from services.reporting.periods.document.units import unit_section
from services.reporting.periods.document.volumes import area_section, matter_section, volume_section
from services.reporting.periods.document.work import (
    overdue_section,
    return_section,
    work_section,
)
from services.reporting.periods.model import Compared, MeasuredLine, PeriodReport
from services.reporting.periods.phrases import (
    points_en,
    points_zh,
    rate,
    trend_en,
    trend_zh,
)

TITLES = {
    "daily": ("日报告", "Daily report"),
    "weekly": ("周分析", "Weekly analysis"),
    "monthly": ("月通报", "Monthly bulletin"),
    "annual": ("年总结", "Annual summary"),
}
NUMBERS_ZH = "一二三四五六七八九十"


def document_of(report: PeriodReport, language: Language) -> Document:
    """The same report gives the same document."""
    speech = Speech(language)
    sections = [
        _summary(report, speech),
        volume_section(report, speech),
        matter_section(report, speech),
        area_section(report, speech),
        work_section(report, speech),
        return_section(report, speech),
        unit_section(report, speech),
        overdue_section(report, speech),
        finding_section(report, speech),
        topic_section(report, speech),
        coming_section(report, speech),
        _notes(report, speech),
    ]
    zh, en = TITLES[report.report]
    return Document(
        name=f"{report.report}-{report.period.code.lower()}",
        title=speech.say(f"有诉必应{zh}", f"{en} on residents' requests"),
        subtitle=f"{report.office} · {speech.say(report.period.label, report.period.label_en)}",
        language=language,
        headlines=tuple(_headlines(report, speech)),
        sections=tuple(_numbered([one for one in sections if one.blocks], speech)),
        source=tuple(_source(report, speech)),
    )


def _numbered(sections: list[Section], speech: Speech) -> Iterator[Section]:
    for index, section in enumerate(sections):
        zh = f"{_numeral_zh(index + 1)}、{section.heading}"
        yield Section(speech.say(zh, f"{index + 1}. {section.heading}"), section.blocks)


def _numeral_zh(number: int) -> str:
    return NUMBERS_ZH[number - 1] if number <= 10 else f"十{NUMBERS_ZH[number - 11]}"


def _summary(report: PeriodReport, speech: Speech) -> Section:
    said = [speech.said(one) for one in report.summary]
    blocks: list[Block] = [Paragraph(said[0], "lead")]
    if said[1:]:
        blocks.append(Bullets(tuple(said[1:])))
    return Section(speech.say("综述", "Summary"), tuple(blocks))


def _headlines(report: PeriodReport, speech: Speech) -> Iterator[Headline]:
    flow = {line.code: line for line in report.flow}
    yield _counted(speech.say("接收诉求", "Reports received"), flow["received"], speech)
    yield _counted(speech.say("办结", "Resolved"), flow["resolved"], speech)
    measures = {line.key: line for line in report.measures}
    for key in (
        "on_time_rate",
        "first_right_rate",
        "solution_rate",
        "satisfaction_rate",
    ):
        yield _measured(measures[key], speech)
    now = report.in_progress
    zh, en = ("目前", "now") if now else ("期末", "at the end")
    yield Headline(speech.say(f"{zh}在办", f"Open {en}"), f"{report.open:,}")
    yield Headline(speech.say(f"{zh}逾期未办结", f"Overdue {en}"), f"{report.overdue_resolve:,}")


def _counted(name: str, line: Compared, speech: Speech) -> Headline:
    trend = speech.say(trend_zh(line.change), trend_en(line.change))
    return Headline(name, f"{line.count:,}", trend)


def _measured(line: MeasuredLine, speech: Speech) -> Headline:
    trend = speech.say(points_zh(line.change), points_en(line.change))
    good = None if not line.change else line.change > 0
    return Headline(speech.say(line.name, line.name_en), rate(line.current), trend, good)


def _notes(report: PeriodReport, speech: Speech) -> Section:
    said = tuple(speech.said(one) for one in report.notes)
    blocks = (Bullets(said),) if said else ()
    return Section(speech.say("数据说明", "Notes on the data"), blocks)


def _source(report: PeriodReport, speech: Speech) -> Iterator[tuple[str, str]]:
    period, say = report.period, speech.say
    yield say("期间", "Period"), f"{period.first} – {period.last}"
    if report.as_at:
        moment = datetime.fromisoformat(report.as_at).astimezone(ZoneInfo(report.zone))
        yield say("数据截至", "As at"), f"{moment:%Y-%m-%d %H:%M} {report.zone}"
    yield say("日志位置", "Log position"), str(report.position)
    weight = report.fairly_satisfied_weight
    yield say("指标口径", "Values of the measures"), f"{report.measure_policy} (w = {weight:g})"
    yield say("派单目录", "Directory"), report.directory_version
    yield say("工作日历", "Working calendar"), report.calendar_version
    yield say("排名规则", "Ranking"), report.ranking_policy
    if report.finding_rule:
        yield say("发现规则", "Rule of findings"), report.finding_rule
