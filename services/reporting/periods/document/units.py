"""The units: what each did, and their order by the composite, with limits."""

from collections.abc import Iterator
from decimal import Decimal

from services.platform.documents.model import Block, Chart, Section, Series, Table
from services.reporting.periods.document.speech import Row, Speech, exact, number
from services.reporting.periods.model import PeriodReport, RankLine, UnitLine

UNITS_MAX = 30
CHARTED_MAX = 15
LEVELS = {
    0: ("不在目录中的单位", "units that the directory does not know"),
    1: ("市级部门、区县和公共企业", "city departments, districts and public companies"),
    2: ("区县部门、街道和乡镇", "departments of districts, streets and towns"),
    3: ("社区、村和站所", "communities, villages and stations"),
}
COMPARED = {
    "above": ("高于平均", "above what is common"),
    "below": ("低于平均", "below what is common"),
    "as_all": ("与平均无显著差别", "not distinct"),
}


def unit_section(report: PeriodReport, speech: Speech) -> Section:
    shown = report.units[:UNITS_MAX]
    columns = speech.columns(
        ("单位", "Unit", "text"),
        ("派单", "Routed", "count"),
        ("签收", "Accepted", "count"),
        ("退单", "Returned", "count"),
        ("办结", "Resolved", "count"),
        ("重办", "Reopened", "count"),
        ("逾期未结", "Overdue", "count"),
        ("按期办结率", "On time", "percent"),
        ("首派正确率", "First right", "percent"),
        ("解决率", "Solved", "percent"),
        ("满意率", "Satisfied", "percent"),
    )
    note = speech.say(
        f"列承办量最多的 {len(shown)} 个单位，共 {len(report.units)} 个。",
        f"The {len(shown)} units with most tickets of {len(report.units)}.",
    )
    table = Table(speech.say("承办单位", "Units"), columns, tuple(map(_unit, shown)), note=note)
    chart = Chart(
        "rank",
        speech.say("承办量最多的单位", "Units with most tickets"),
        tuple(line.name for line in shown[:10]),
        (Series(speech.say("派单", "Routed"), tuple(line.routed for line in shown[:10])),),
    )
    blocks = (chart, table, *_rankings(report, speech)) if shown else ()
    return Section(speech.say("承办单位", "Units"), blocks)


def _unit(line: UnitLine) -> Row:
    return (
        line.name,
        line.routed,
        line.accepted,
        line.returned,
        line.resolved,
        line.reopened,
        line.overdue,
        exact(line.on_time),
        exact(line.first_right),
        exact(line.solution),
        exact(line.satisfaction),
    )


def _rankings(report: PeriodReport, speech: Speech) -> Iterator[Block]:
    for level, words in LEVELS.items():
        lines = [line for line in report.ranking if line.level == level]
        ranked = [line for line in lines if line.place is not None]
        if ranked:
            yield _chart(ranked[:CHARTED_MAX], speech.say(*words), speech)
            yield _ranking(lines, ranked, report.ranking_policy, speech.say(*words), speech)


def _chart(ranked: list[RankLine], level: str, speech: Speech) -> Chart:
    marks = tuple((_exactly(line.low), _exactly(line.high)) for line in ranked)
    scores = tuple(number(line.score) for line in ranked)
    return Chart(
        "rank",
        speech.say(f"综合得分：{level}", f"Composite: {level}"),
        tuple(line.name for line in ranked),
        (Series(speech.say("综合得分", "Composite"), scores),),
        value_kind="percent",
        marks=marks,
    )


def _exactly(value: float | None) -> Decimal:
    return Decimal(str(value or 0))


def _ranking(
    lines: list[RankLine], ranked: list[RankLine], policy: str, level: str, speech: Speech
) -> Table:
    columns = speech.columns(
        ("名次", "Place", "count"),
        ("单位", "Unit", "text"),
        ("综合得分", "Composite", "percent"),
        ("下限", "Low", "percent"),
        ("上限", "High", "percent"),
        ("与平均相比", "Compared", "text"),
        ("最少件数", "Fewest cases", "count"),
    )
    rows = tuple(_rank(line, speech) for line in ranked[:UNITS_MAX])
    few = len(lines) - len(ranked)
    note = speech.say(
        f"共 {len(ranked)} 个单位参加排名；另有 {few} 个单位件数过少，不排名。得分向平均收缩，"
        f"上下限为 95% 置信区间或 ranking.toml 所定（{policy}）。",
        f"{len(ranked)} units are ranked; {few} more have too few cases. Scores are drawn towards"
        f" what is common; limits are Wilson's ({policy}).",
    )
    return Table(speech.say(f"排名：{level}", f"Order: {level}"), columns, rows, note=note)


def _rank(line: RankLine, speech: Speech) -> Row:
    compared = COMPARED.get(line.compared or "", ("", ""))
    limits = (number(line.score), number(line.low), number(line.high))
    return (line.place, line.name, *limits, speech.say(*compared), line.cases)
