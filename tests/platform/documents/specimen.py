"""A document with every kind of block, in both languages; `python -m` writes it in every format.

The city, its units and all figures are made up.
"""

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from services.platform.documents.model import (
    Bullets,
    Chart,
    Column,
    Document,
    Headline,
    Language,
    Paragraph,
    Section,
    Series,
    Table,
)
from services.platform.documents.rendering import FORMATS, render

Say = Callable[[str, str], str]
UNITS = (
    ("城东区人民政府", "Chengdong District"),
    ("城中区人民政府", "Chengzhong District"),
    ("城西区人民政府", "Chengxi District"),
    ("城北区人民政府", "Chengbei District"),
    ("湟中区人民政府", "Huangzhong District"),
    ("大通回族土族自治县人民政府", "Datong County"),
    ("湟源县人民政府", "Huangyuan County"),
    ("市住房和城乡建设局", "Housing and Construction"),
    ("市公安局交通警察支队", "Traffic Police"),
    ("市人力资源和社会保障局", "Human Resources"),
    ("某供热有限公司", "A Heating Company"),
    ("市市场监督管理局", "Market Regulation"),
)
KINDS = (("求助", "help"), ("投诉", "complaints"), ("咨询", "questions"), ("建议", "proposals"))


def specimen(language: Language) -> Document:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    return Document(
        name="specimen",
        title=say("有诉必应马上办月通报", "Monthly bulletin on residents’ requests"),
        subtitle=say(
            "示范市政务服务热线办公室 · 2024 年第 6 期 · 2024 年 6 月 1 日至 30 日",
            "Model City hotline office · No. 6 of 2024 · 1 to 30 June 2024",
        ),
        language=language,
        headlines=_headlines(say),
        sections=(
            _overview(say),
            _kinds(say),
            _units(say),
            _ranking(say),
            _overdue(say),
            _topics(say),
            _next(say),
        ),
        source=(
            (say("日志位置", "Log position"), "1,048,576"),
            (say("指标口径版本", "Measures"), "measures-2024.1（w = 0.6）"),
            (say("时区", "Time zone"), "Asia/Shanghai"),
        ),
    )


def _headlines(say: Say) -> tuple[Headline, ...]:
    from_before = say("环比", "on the month")
    return (
        Headline(say("受理总量", "Received"), "21,578", f"{from_before} +8.31%", None),
        Headline(say("按期办结率", "On time"), "97.42%", f"{from_before} +0.64%", True),
        Headline(say("群众满意率", "Satisfied"), "94.69%", f"{from_before} −1.20%", False),
        Headline(say("一派到位率", "First time right"), "96.03%", f"{from_before} +2.15%", True),
    )


def _overview(say: Say) -> Section:
    days = tuple(f"6-{day:02}" for day in range(1, 31))
    received = tuple(
        640 + (day * 137) % 190 - (90 if day % 7 in (1, 2) else 0) for day in range(30)
    )
    resolved = tuple(None if day == 9 else 600 + (day * 101) % 170 for day in range(30))
    return Section(
        say("一、总体情况", "1 Overview"),
        (
            Paragraph(
                say(
                    "本月共受理群众诉求 21,578 件，同比上升 12.40%，环比上升 8.31%。",
                    "21,578 requests were received, 8.31% more than in May.",
                ),
                "lead",
            ),
            Paragraph(
                say(
                    "受持续降雨和供水管网改造影响，城市管理、公共服务类诉求较为集中；"
                    "供热类诉求随供暖期结束明显回落。各承办单位共按期办结 20,841 件，"
                    "逾期 552 件，其中三次以上退单 17 件已由督查部门挂牌督办。",
                    "Rain and the renewal of water mains brought more requests about streets and"
                    " supply; those about heating fell with the end of the season.",
                )
            ),
            Chart(
                "line",
                say("每日受理与办结件数", "Requests received and resolved by day"),
                days,
                (
                    Series(say("受理", "received"), received),
                    Series(say("办结", "resolved"), resolved),
                ),
                note=say("6 月 10 日系统升级，当日办结数缺。", "No figures of 10 June: upgrade."),
            ),
            Chart(
                "line",
                say("近十二个月群众满意率", "Satisfaction, the last twelve months"),
                tuple(say(f"{month} 月", f"{month}") for month in (*range(7, 13), *range(1, 7))),
                (
                    Series(
                        say("满意率", "satisfied"),
                        tuple(Decimal(9300 + (at * 71) % 260) / 10_000 for at in range(12)),
                    ),
                ),
                "percent",
            ),
        ),
    )


def _kinds(say: Say) -> Section:
    columns = (
        Column(say("诉求类型", "Kind")),
        Column(say("本月件数", "June"), "count"),
        Column(say("占比", "Share"), "percent"),
        Column(say("上月件数", "May"), "count"),
        Column(say("环比", "Change"), "change"),
    )
    rows = (
        (say("求助", "Help"), 12_034, Decimal("0.5577"), 11_020, Decimal("0.0920")),
        (say("投诉", "Complaints"), 6_310, Decimal("0.2924"), 6_544, Decimal("-0.0358")),
        (say("咨询", "Questions"), 2_897, Decimal("0.1343"), 2_101, Decimal("0.3789")),
        (say("建议", "Proposals"), 337, Decimal("0.0156"), 258, Decimal("0.3062")),
        (say("感谢", "Thanks"), 0, Decimal(0), 0, None),
        (say("合计", "All"), 21_578, Decimal(1), 19_923, Decimal("0.0831")),
    )
    months = tuple(say(f"{month} 月", f"{month}") for month in range(1, 7))
    parts = tuple(
        Series(say(*kind), tuple((9 - at * 2) * 1_000 + month * 311 % 900 for month in range(6)))
        for at, kind in enumerate(KINDS)
    )
    return Section(
        say("二、诉求类型", "2 Kinds of requests"),
        (
            Table(
                say("各类型诉求受理情况", "Requests by kind"),
                columns,
                rows,
                total=True,
                note=say(
                    "环比为与上月相比；上月为零的不计算环比，以“–”表示。",
                    "Change is against May; “–” where there was nothing in May.",
                ),
            ),
            Chart("stacked", say("上半年各类型件数", "Kinds by month"), months, parts),
        ),
    )


def _units(say: Say) -> Section:
    columns = (
        Column(say("承办单位", "Unit")),
        Column(say("派单", "Routed"), "count"),
        Column(say("签收", "Accepted"), "count"),
        Column(say("退单", "Returned"), "count"),
        Column(say("办结", "Resolved"), "count"),
        Column(say("按期办结率", "On time"), "percent"),
        Column(say("平均用时（工作日）", "Working days"), "days"),
        Column(say("逾期", "Overdue"), "count"),
    )
    rows = tuple(
        (
            say(*unit),
            2_900 - at * 211,
            2_890 - at * 211,
            10 + at * 3 % 7,
            2_800 - at * 205,
            Decimal(9_900 - at * 37) / 10_000,
            Decimal(21 + at * 2) / 10,
            at * 5 % 23,
        )
        for at, unit in enumerate(UNITS)
    )
    tickets = tuple(tuple(f"T2024-{at:02}-{n:04}" for n in range(at % 3)) for at in range(12))
    return Section(
        say("三、承办单位", "3 Units"),
        (
            Table(say("承办单位办理情况", "How units did"), columns, rows, tickets=tickets),
            Chart(
                "bar",
                say("受理量居前的单位与上月比较", "The busiest units against May"),
                tuple(say(*unit).removesuffix("人民政府") for unit in UNITS[:5]),
                (
                    Series(say("本月", "June"), tuple(2_900 - at * 211 for at in range(5))),
                    Series(say("上月", "May"), tuple(2_700 - at * 240 for at in range(5))),
                ),
            ),
        ),
    )


def _ranking(say: Say) -> Section:
    values = tuple(
        None if at == 8 else Decimal(9_840 - at * at * 11) / 10_000 for at in range(len(UNITS))
    )
    limits = tuple(
        None
        if value is None
        else (value - Decimal(150 + at * 20) / 10_000, min(value + Decimal("0.012"), Decimal(1)))
        for at, value in enumerate(values)
    )
    return Section(
        say("满意率排名", "Ranking by satisfaction"),
        (
            Chart(
                "rank",
                say("群众满意率及 95% 置信区间", "Satisfaction with 95% confidence limits"),
                tuple(say(*unit) for unit in UNITS),
                (Series(say("满意率", "Satisfied"), values),),
                "percent",
                limits,
                note=say(
                    "样本不足 30 件的单位不排名。", "Units with under 30 answers: not ranked."
                ),
            ),
            Chart(
                "bar",
                say("诉求量环比变化", "Change on the month"),
                tuple(say(*unit).removesuffix("人民政府") for unit in UNITS[:7]),
                (
                    Series(
                        say("环比", "Change"),
                        tuple(Decimal(value) / 1_000 for value in (83, -36, 120, -154, 42, 0, 201)),
                    ),
                ),
                "change",
            ),
        ),
        level=2,
    )


def _overdue(say: Say) -> Section:
    columns = (
        Column(say("工单编号", "Ticket")),
        Column(say("承办单位", "Unit")),
        Column(say("事项", "Item")),
        Column(say("应办结日期", "Due"), "day"),
        Column(say("已逾期（工作日）", "Late, working days"), "days"),
    )
    rows = tuple(
        (
            f"T2024-06-{at:04}",
            say(*UNITS[at % len(UNITS)]),
            say("城乡建设 › 供热 › 集中供热 › 室温不达标", "Heating › Rooms too cold"),
            f"2024-06-{at % 28 + 1:02}",
            Decimal(at * 7 % 90) / 10,
        )
        for at in range(40)
    )
    return Section(
        say("四、逾期工单", "4 Overdue tickets"),
        (Table(say("逾期未办结工单", "Open and overdue"), columns, rows),),
    )


def _topics(say: Say) -> Section:
    columns = (Column(say("专题", "Topic")), Column(say("完成", "Done"), "percent"))
    return Section(
        say("五、每月一题", "5 Topic of the month"),
        (
            Paragraph(
                say("本月专题：弃管小区供热移交。", "This month: heating of abandoned compounds.")
            ),
            Table(say("本月新提专题", "Proposed this month"), columns, ()),
        ),
    )


def _next(say: Say) -> Section:
    return Section(
        say("六、下月工作提示", "6 What July needs"),
        (
            Bullets(
                (
                    say("汛期前完成 12 处易涝点排查。", "Look at 12 places that flood."),
                    say("高考、中考期间加强噪声巡查。", "Watch noise in the weeks of exams."),
                    say(
                        "对连续两月满意率末位的单位由分管领导约谈，限期提交整改报告，"
                        "并在下期通报中公布整改情况。",
                        "Units last in two months report what they change.",
                    ),
                )
            ),
            Paragraph(say("联系人：督查科。", "Contact: supervision office."), "note"),
        ),
    )


def main(folder: Path, languages: tuple[Language, ...] = ("zh", "en")) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language in languages:
        for format in FORMATS:
            written = render(specimen(language), format)
            (folder / f"specimen-{language}.{format}").write_bytes(written)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
