"""Words of the topics' bulletin, in the language of its readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class BulletinWords:
    """Texts with {names} are filled in by whoever writes the bulletin."""

    title: str
    subtitle: str
    numbers: tuple[str, ...]
    headings: Mapping[str, str]
    stages: Mapping[str, str]
    lead: str
    worked_on: str
    struck_off_month: str
    strike_off_rate: str
    late_items: str
    topic: str
    lead_unit: str
    stage: str
    target: str
    items: str
    struck_off: str
    this_month: str
    topics_caption: str
    topics_note: str
    counted_in: str
    total: str
    done: str
    left: str
    share_done: str
    done_month: str
    progress_caption: str
    progress_note: str
    progress_chart: str
    number: str
    problem: str
    responsible: str
    due: str
    standing: str
    open: str
    late: str
    to_check: str
    exempt: str
    left_out: str
    day: str
    by: str
    exemption: str
    why: str
    struck_off_caption: str
    struck_off_note: str
    reopened_caption: str
    kind: str
    days_late: str
    due_this_week: str
    due_next_week: str
    week_caption: str
    week_note: str
    proposed: str
    declined: str
    no_proposals: str
    comma: str
    position: str
    pinned: str
    zone: str
    yes: str
    no: str


CHINESE = BulletinWords(
    title="“每月一题”工作月通报",
    subtitle="{first:%Y} 年 {first.month} 月（{first} 至 {last}）",
    numbers=("一", "二", "三", "四", "五", "六"),
    headings={
        "overview": "{number}、总体情况",
        "progress": "{number}、办理进度",
        "items": "{number}、问题清单",
        "struck_off": "{number}、销号情况",
        "week": "{number}、周调度清单",
        "proposals": "{number}、提出与立题",
    },
    stages={"proposed": "待立题", "declined": "不予立题", "adopted": "办理中", "closed": "已结题"},
    lead=(
        "本月共办理专题 {topics:,} 个，销号 {struck_off:,} 项，累计销号 {all_struck_off:,} 项"
        "（共 {items:,} 项），重开 {reopened:,} 项，逾期 {late:,} 项。"
    ),
    worked_on="办理专题（个）",
    struck_off_month="本月销号（项）",
    strike_off_rate="销号率",
    late_items="逾期（项）",
    topic="专题",
    lead_unit="牵头单位",
    stage="阶段",
    target="目标日期",
    items="问题（项）",
    struck_off="已销号",
    this_month="本月销号",
    topics_caption="各专题办理情况",
    topics_note="销号率为已销号项数与问题项数之比；逾期指时限在月末及以前而尚未全部完成的问题。",
    counted_in="计量单位",
    total="总数",
    done="已完成",
    left="剩余",
    share_done="完成率",
    done_month="本月完成",
    progress_caption="各专题完成数量",
    progress_note="不同计量单位的数量不相加；本月完成为月末与月初之差，回头看或更正可使其为负。",
    progress_chart="各专题完成率",
    number="编号",
    problem="问题",
    responsible="责任单位",
    due="完成时限",
    standing="状态",
    open="在办",
    late="逾期",
    to_check="待销号",
    exempt="例外销号",
    left_out="另有 {count:,} 项未列出。",
    day="日期",
    by="核验人",
    exemption="例外说明",
    why="原因",
    struck_off_caption="本月销号的问题",
    struck_off_note="销号须由报告人以外的人凭佐证核验；当月销号后又重开的列入重开表。",
    reopened_caption="本月重开的问题",
    kind="类别",
    days_late="逾期天数",
    due_this_week="本周到期",
    due_next_week="下周到期",
    week_caption="{monday} 起一周的调度清单",
    week_note="按月末情况；该周尚无报告的问题 {silent:,} 项。",
    proposed="本月提出：",
    declined="本月不予立题：",
    no_proposals="本月无新提出的专题。",
    comma="、",
    position="日志位置",
    pinned="已定稿",
    zone="时区",
    yes="是",
    no="否",
)
ENGLISH = BulletinWords(
    title="Topics of the month: bulletin",
    subtitle="{month} · {first} to {last}",
    numbers=("1", "2", "3", "4", "5", "6"),
    headings={
        "overview": "{number} Overview",
        "progress": "{number} Progress",
        "items": "{number} Items",
        "struck_off": "{number} Struck off",
        "week": "{number} Weekly list",
        "proposals": "{number} Proposals",
    },
    stages={
        "proposed": "proposed",
        "declined": "declined",
        "adopted": "under way",
        "closed": "closed",
    },
    lead=(
        "Topics worked on: {topics:,}. Items struck off in the month: {struck_off:,}; in all"
        " {all_struck_off:,} of {items:,}. Reopened: {reopened:,}. Late: {late:,}."
    ),
    worked_on="Topics worked on",
    struck_off_month="Struck off this month",
    strike_off_rate="Strike-off rate",
    late_items="Late items",
    topic="Topic",
    lead_unit="Lead",
    stage="Stage",
    target="Target",
    items="Items",
    struck_off="Struck off",
    this_month="This month",
    topics_caption="How the topics stand",
    topics_note=(
        "Strike-off rate: items struck off of all items. Late: due by the end of the month,"
        " and not all done."
    ),
    counted_in="Counted in",
    total="Total",
    done="Done",
    left="Left",
    share_done="Share done",
    done_month="This month",
    progress_caption="Quantities done",
    progress_note=(
        "Different things counted are never added up. This month: the end of the month against"
        " its beginning; a look-back or a correction may take away."
    ),
    progress_chart="Share done by topic",
    number="No.",
    problem="Item",
    responsible="Responsible",
    due="Due",
    standing="Standing",
    open="open",
    late="late",
    to_check="to be checked",
    exempt="exempt",
    left_out="{count:,} more are not listed.",
    day="Day",
    by="Checked by",
    exemption="Exemption",
    why="Why",
    struck_off_caption="Items struck off this month",
    struck_off_note=(
        "Somebody else than who reported strikes off, with evidence. What was reopened in the same"
        " month stands in the table of those."
    ),
    reopened_caption="Items reopened this month",
    kind="List",
    days_late="Days late",
    due_this_week="due this week",
    due_next_week="due next week",
    week_caption="Schedule of the week from {monday}",
    week_note="As it stood at the end of the month; without a report for that week: {silent:,}.",
    proposed="Proposed this month: ",
    declined="Declined this month: ",
    no_proposals="Nothing was proposed this month.",
    comma=", ",
    position="Log position",
    pinned="Pinned",
    zone="Time zone",
    yes="yes",
    no="no",
)


def words_in(language: Literal["zh", "en"]) -> BulletinWords:
    return CHINESE if language == "zh" else ENGLISH
