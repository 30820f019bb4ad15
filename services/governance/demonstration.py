"""Four made-up topics 每月一题 over sixteen weeks, as deeds of people. Pure.

Only the sizes are a real city's: 471 households without heating; 46 compounds of 40,489 households
without certificates, of the largest 650 of 3,242 done; 315 community workers; 37 problems.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from services.domain import topic_commands as k
from services.domain.topic_values import PlannedMeasure, TopicFigure, monday_of

WEEKS = 16
HEATING, CERTIFICATES, PAY, SURVEY = "heating", "certificates", "community-pay", "survey"
CODES = (HEATING, CERTIFICATES, PAY, SURVEY)
OFFICE, LEADER, CHECKER, INSPECTOR = (
    "office:wang",
    "leader:ma",
    "supervisor:li",
    "inspector:zhao",
)
COLD_ITEM, COLD_AREA = "01.01.01", "630104"  # what the tickets of the first topic are about
COMPOUNDS, HOUSEHOLDS, LARGEST = 46, 40_489, 3_242


class Step(NamedTuple):
    """day: counted from the first Monday."""

    day: int
    code: str
    actor: str
    deed: k.AnyDeed


def first_monday(today: date) -> date:
    return monday_of(today) - timedelta(weeks=WEEKS)


def steps(start: date, tickets: Sequence[str]) -> list[Step]:
    """In order of days. tickets: that speak for the first topic."""
    found = [*_heating(start, tickets), *_certificates(start), *_pay(start), *_survey(start)]
    return sorted(found, key=lambda step: step.day)


def _on(start: date, week: int) -> date:
    return start + timedelta(weeks=week)


def _month(start: date) -> str:
    return f"{start:%Y-%m}"


def _proposal(
    start: date, heading: str, problem: str, figures: Sequence[TopicFigure], **more: object
) -> k.Propose:
    values = {"heading": heading, "month": _month(start), "problem": problem, **more}
    return k.Propose.model_validate({**values, "figures": tuple(figures)})


def _figure(label: str, value: float, counted_in: str) -> TopicFigure:
    return TopicFigure(label=label, value=value, counted_in=counted_in)


def _item(code: str, heading: str, total: int, counted_in: str, due: date, unit: str) -> k.AddItem:
    return k.AddItem(
        item_code=code,
        heading=heading,
        total=total,
        counted_in=counted_in,
        due=due,
        responsible=unit,
    )


def _done(code: str, done: int, *evidence: str, remark: str | None = None) -> k.ReportProgress:
    return k.ReportProgress(item_code=code, done=done, evidence=evidence, remark=remark)


def _heating(start: date, tickets: Sequence[str]) -> list[Step]:
    """A compound whose property company left: closed, looked back at, opened and closed again."""
    proposal = _proposal(
        start,
        "失管小区冬季供热",
        "物业公司撤离后，小区换热站无人运行，住户家中停暖。",
        [_figure("受影响住户", 471, "户"), _figure("近两周诉求", len(tickets), "件")],
        source="finding",
        tickets=tuple(tickets),
        request_items=(COLD_ITEM,),
        request_areas=(COLD_AREA,),
    )
    plan = k.Adopt(
        lead="630104",
        assisting=("heating", "housing-security"),
        target=_on(start, 26),
        measures=(
            PlannedMeasure(
                measure_code="m1", wording="指定应急供热单位代运行", responsible="heating"
            ),
            PlannedMeasure(measure_code="m2", wording="出台失管小区接管办法", responsible="630104"),
        ),
    )
    unit, district = "unit:heating", "unit:630104"
    again = k.ReopenItem(item_code="1", why="顶层十二户室温又不达标", done=459)
    deeds: list[tuple[int, str, k.AnyDeed]] = [
        (1, OFFICE, proposal),
        (2, LEADER, plan),
        (3, OFFICE, _item("1", "恢复正常供热", 471, "户", _on(start, 8), "heating")),
        (3, OFFICE, _item("2", "选聘新物业", 1, "个小区", _on(start, 14), "630104")),
        (11, unit, _done("1", 180, "测温记录1", remark="换热站恢复运行")),
        (18, unit, _done("1", 320, "测温记录2")),
        (25, unit, _done("1", 471, "测温记录3", remark="全部入户测温达标")),
        (26, unit, k.CompleteMeasure(measure_code="m1", evidence=("代运行协议",))),
        (28, CHECKER, k.StrikeOff(item_code="1", evidence=("现场抽查记录", "住户签字表"))),
        (60, district, _done("2", 1, "物业服务合同")),
        (61, district, k.CompleteMeasure(measure_code="m2", evidence=("接管办法",))),
        (63, CHECKER, k.StrikeOff(item_code="2", evidence=("备案回执",))),
        (65, CHECKER, k.Close(outcome="471户恢复供热，新物业进驻。", evidence=("结题报告",))),
        (86, INSPECTOR, k.LookBack(held=("2",), failed=(again,), evidence=("走访记录",))),
        (93, unit, _done("1", 471, "二次测温记录", remark="更换循环泵")),
        (95, CHECKER, k.StrikeOff(item_code="1", evidence=("复核测温表",))),
        (96, CHECKER, k.Close(outcome="复热十二户已解决，再次结题。")),
    ]
    return [Step(day, HEATING, actor, deed) for day, actor, deed in deeds]


def households() -> tuple[int, ...]:
    """Of each compound, the largest first; their sum is HOUSEHOLDS."""
    others = COMPOUNDS - 1
    mean, rest = divmod(HOUSEHOLDS - LARGEST, others)
    spread = [mean + 12 * (others // 2 - n) + (n < rest) for n in range(others)]
    return (LARGEST, *spread)


def _certificates(start: date) -> list[Step]:
    """46 compounds; the largest has got as far as 650 of 3,242."""
    lead, unit = "natural-resources", "unit:natural-resources"
    proposal = _proposal(
        start,
        "住宅小区办证难",
        "建设手续不全，购房人多年拿不到不动产权证。",
        [_figure("小区", COMPOUNDS, "个"), _figure("住户", HOUSEHOLDS, "户")],
        request_items=("01.09.01.02.01",),
    )
    target = _on(start, 44)
    deeds: list[tuple[int, str, k.AnyDeed]] = [
        (7, OFFICE, proposal),
        (9, LEADER, k.Adopt(lead=lead, assisting=("housing-security", "tax"), target=target)),
    ]
    for number, total in enumerate(households(), start=1):
        code = f"c{number:02}"
        due = _on(start, 44 if number == 1 else 12 + number % 30)
        deeds.append((10, OFFICE, _item(code, f"{number}号小区办证", total, "户", due, lead)))
        if number % 3 == 2:
            deeds.append((30 + number, unit, _done(code, total, f"{code}登记簿")))
        if number % 6 == 5:
            evidence = (f"{code}核验表",)
            deeds.append((80, CHECKER, k.StrikeOff(item_code=code, evidence=evidence)))
    largest = [(n, 130 * week, f"c01第{week}批") for week, n in enumerate((32, 46, 60, 88, 109), 1)]
    deeds += [(day, unit, _done("c01", done, evidence)) for day, done, evidence in largest]
    return [Step(day, CERTIFICATES, actor, deed) for day, actor, deed in deeds]


def _pay(start: date) -> list[Step]:
    """315 people; a figure that was counted twice is put right, and one item is late."""
    unit = "unit:human-resources"
    proposal = _proposal(
        start,
        "社区工作者待遇落实",
        "社区工作者工资未按等级兑现，补贴发放不及时。",
        [_figure("社区工作者", 315, "人")],
        request_items=("09.04.01.01.04",),
    )
    plan = k.Adopt(
        lead="human-resources", assisting=("civil-affairs", "finance"), target=_on(start, 20)
    )
    correction = "两人已调离，重复统计"
    deeds: list[tuple[int, str, k.AnyDeed]] = [
        (28, OFFICE, proposal),
        (30, LEADER, plan),
        (31, OFFICE, _item("1", "等级工资兑现", 315, "人", _on(start, 17), "human-resources")),
        (31, OFFICE, _item("2", "补发拖欠补贴", 88, "万元", _on(start, 12), "finance")),
        (46, unit, _done("1", 122, "发放表1")),
        (
            60,
            unit,
            k.ReportProgress(item_code="1", done=120, correction=correction, evidence=("更正表",)),
        ),
        (74, unit, _done("1", 214, "发放表2")),
        (76, "unit:finance", _done("2", 51, "国库回单")),
        (102, unit, _done("1", 260, "发放表3")),
    ]
    return [Step(day, PAY, actor, deed) for day, actor, deed in deeds]


def _survey(start: date) -> list[Step]:
    """The topic that the survey's list is imported into."""
    proposal = _proposal(
        start,
        "社区减负增效",
        "入户调研梳理的社区共性问题。",
        [_figure("问题", 37, "个"), _figure("方面", 9, "个")],
        source="survey",
    )
    plan = k.Adopt(lead="civil-affairs", target=_on(start, 30))
    return [Step(42, SURVEY, OFFICE, proposal), Step(44, SURVEY, LEADER, plan)]


IMPORT_DAY = 45
AFTER_IMPORT: tuple[Step, ...] = (
    Step(66, SURVEY, "unit:urban-management", _done("21", 85, "巡查表")),
    Step(67, SURVEY, CHECKER, k.StrikeOff(item_code="21", evidence=("夜查照片",))),
    Step(80, SURVEY, "unit:traffic-police", _done("29", 60, "清拖记录")),
    Step(94, SURVEY, "unit:fire-rescue", _done("35", 133, "清理台账")),
    Step(
        96,
        SURVEY,
        CHECKER,
        k.StrikeOff(item_code="35", evidence=("抽查表",), exemption="七栋待拆迁，不再清理"),
    ),
)
