"""A published bulletin, made again from tickets with its counts: every figure it printed.

城中区人民政府, 2024年6月份市政府公开电话工作情况通报, https://xncz.gov.cn/info/3937/194045.htm.
Its figures only. May is known by the bulletin's differences (较上月). What it does not say (which
town had the rest, which day) is spread evenly; nobody real is in it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import cycle

import pytest
from city_history import open_city

from services.console.period_reports import make_report
from services.console.system import System
from services.domain import commands as k
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.reporting.periods.model import Compared, PeriodReport

TICKETS, CALLED_BACK = 1_153, 670
KINDS = {
    "complaint": 528,
    "inquiry": 75,
    "help": 522,
    "suggestion": 17,
    "thanks": 5,
    "tipoff": 6,
}
# item: June, difference to May, 环比 as printed
SUBJECTS = {
    "01.08.01.04.02": (95, -5, "-5"),  # 老旧小区改造
    "11.01.01": (228, 25, "12.3"),  # 消费维权
    "01.08": (329, 55, "20"),  # 物业服务
    "01.06": (148, 22, "17.5"),  # 城市管理
}
OTHER_ITEM = "09.03"
IN_TOWNS = 404
TOWNS = {"630103007": (97, "24"), "630103002": (81, "20"), "630103100": (68, "17")}
OTHER_TOWNS = ("630103001", "630103003", "630103004", "630103005", "630103006")
DEPARTMENT = "630103-housing-construction"
SAID = {"satisfied": 614, "fairly": 34, "dissatisfied": 22}
NOT_SOLVED = 7
MAY, JUNE = datetime(2024, 5, 1, 2, tzinfo=UTC), datetime(2024, 6, 3, 2, tzinfo=UTC)


def rounded(value: float, digits: str) -> str:
    """As the bulletin prints it: with as many digits as `digits` has."""
    return str((Decimal(str(value)) * 100).quantize(Decimal(digits), ROUND_HALF_UP))


def spread(counts: dict[str, int], rest: str, total: int) -> Iterator[str]:
    for code, n in counts.items():
        yield from [code] * n
    yield from [rest] * (total - sum(counts.values()))


def received(system: System, items: list[str], kinds: Iterator[str], day: datetime) -> list[str]:
    clock = system.clock
    assert isinstance(clock, VirtualClock)
    clock.advance_to(day)
    reports = [
        NewReport(
            channel="hotline",
            reference=f"{day:%m}-{number}",
            received_at=clock.now(),
            text=f"第{number}件事情，{day:%m}月。",
            contact=f"1380000{number:04}",
            area="630103",
            item=item,
            kind=next(kinds),  # type: ignore[arg-type]
        )
        for number, item in enumerate(items)
    ]
    return [receipt.ticket_id for receipt in system.intake.submit(reports)]


def live(system: System, tickets: list[str]) -> None:
    """Routed, accepted and resolved, all of them; then the residents who were called back."""
    towns = {code: n for code, (n, _) in TOWNS.items()}
    rest = cycle(OTHER_TOWNS)
    leads = list(spread(towns, "", IN_TOWNS))
    leads = [lead or next(rest) for lead in leads]
    leads += [DEPARTMENT] * (len(tickets) - len(leads))
    found = system.handler.tickets(tickets)
    said = list(spread(SAID, "", CALLED_BACK))
    rules = system.rules().clock_rules()
    clock = system.clock
    assert isinstance(clock, VirtualClock)
    for step in ("route", "accept", "resolve", "evaluate"):
        clock.advance_to(clock.now() + timedelta(hours=1))
        commands: list[k.TicketCommand] = []
        for number, (ticket_id, lead) in enumerate(zip(tickets, leads, strict=True)):
            meta = {
                "ticket_id": ticket_id,
                "actor": "person:dispatcher",
                "cause": "command:golden",
                "now": clock.now(),
            }
            if step == "route":
                commands.append(
                    k.RouteTicket(
                        **meta,
                        lead=lead,
                        urgency_days=7,
                        method="person",
                        confidence=1.0,
                        explanation="按通报派单",
                        directory_version="golden",
                    )
                )
            elif step == "accept":
                commands.append(k.AcceptTicket(**meta, unit=lead))
            elif step == "resolve":
                reply = Personal(found[ticket_id].resident, "已办结。")
                commands.append(k.ResolveTicket(**meta, unit=lead, reply=reply, rules=rules))
            elif number < CALLED_BACK:
                commands.append(
                    k.EvaluateTicket(
                        **meta,
                        reached=True,
                        responded=True,
                        solved=number >= NOT_SOLVED,
                        satisfaction=said[number],  # type: ignore[arg-type]
                    )
                )
        system.handler.handle(lambda some=commands: some)


@pytest.fixture(scope="module")
def bulletin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeriodReport]:
    system = open_city(tmp_path_factory.mktemp("golden"), start=MAY)
    may = {item: june - more for item, (june, more, _) in SUBJECTS.items()}
    received(system, list(spread(may, "", sum(may.values()))), cycle(["complaint"]), MAY)
    june = {item: n for item, (n, _, _) in SUBJECTS.items()}
    items = list(spread(june, OTHER_ITEM, TICKETS))
    kinds = spread(KINDS, "", TICKETS)
    live(system, received(system, items, kinds, JUNE))
    clock = system.clock
    assert isinstance(clock, VirtualClock)
    received_at = datetime(2024, 7, 1, 2, tzinfo=UTC)
    received(system, [OTHER_ITEM], cycle(["help"]), received_at)  # June is over
    yield make_report(system, "monthly", date(2024, 6, 30), system.log.head())
    system.close()


def by_code(lines: tuple[Compared, ...]) -> dict[str, Compared]:
    return {line.code: line for line in lines}


def test_tickets_and_how_many_were_resolved(bulletin: PeriodReport) -> None:
    """全区共转办热线工单1153件，办结1153件，办结率100%."""
    flow = by_code(bulletin.flow)
    for code in ("opened", "routed", "accepted", "resolved"):
        assert flow[code].count == TICKETS
    assert not bulletin.in_progress


def test_the_three_rates(bulletin: PeriodReport) -> None:
    """抽查回访670件，响应670件，响应率100%；解决663件，解决率98.96%；满意率94.69%."""
    rates = {line.key: line.current for line in bulletin.measures}
    printed = {
        "response_rate": (670, "100.00 %"),
        "solution_rate": (663, "98.96 %"),
        "satisfaction_rate": (614 + 0.6 * 34, "94.69 %"),
    }
    for key, (numerator, text) in printed.items():
        figure = rates[key]
        assert (figure.numerator, figure.denominator, figure.text) == (numerator, 670, text)


def test_kinds(bulletin: PeriodReport) -> None:
    """投诉类528件、咨询类75件、求助类522件、建议类17件、感谢类5件、举报类6件."""
    assert {line.code: line.count for line in bulletin.by_kind} == KINDS


@pytest.mark.parametrize("item", SUBJECTS)
def test_subjects_and_their_change_on_the_month_before(bulletin: PeriodReport, item: str) -> None:
    """95件 环比下降5%；228件 上升12.3%；329件 上升20%；148件 上升17.5%."""
    june, more, printed = SUBJECTS[item]
    line = by_code(bulletin.by_item_coded)[item]
    assert (line.count, line.count - (line.previous or 0)) == (june, more)
    assert line.change is not None
    assert rounded(line.change, printed) == printed


def test_towns_and_their_shares(bulletin: PeriodReport) -> None:
    """各镇办承接404件，占派单总量的35%：南川西路97件占24%，南滩81件占20%，总寨68件占17%."""
    routed = {line.code: line.routed for line in bulletin.units}
    towns = {code: n for code, n in routed.items() if len(code) == 9}
    assert sum(towns.values()) == IN_TOWNS
    assert rounded(IN_TOWNS / sum(routed.values()), "35") == "35"
    most = sorted(towns, key=lambda code: -towns[code])[:3]
    assert most == list(TOWNS)
    for code, (n, share) in TOWNS.items():
        assert (towns[code], rounded(n / IN_TOWNS, share)) == (n, share)


def test_the_sentences_say_the_same(bulletin: PeriodReport) -> None:
    text = "".join(said.zh for said in bulletin.summary)
    for words in (
        "本月接收诉求 1,153 件",
        "投诉 528 件（45.79%）、求助 522 件（45.27%）、咨询 75 件（6.50%）",
        "响应率 100.00%，解决率 98.96%，满意率 94.69%",
    ):
        assert words in text
