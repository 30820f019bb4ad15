"""Supervision 督 in words, for people at a terminal and on the page."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

REASONS: Mapping[str, str] = {
    "accept_overdue": "逾期未签收",
    "resolve_overdue": "逾期未办结",
    "not_solved": "回访未解决",
    "bad_return": "退单不成立",
    "finding": "问题发现",
    "topic": "每月一题",
    "other": "其他",
}
STANDINGS: Mapping[str, tuple[str, str]] = {  # words and tone
    "to_reply": ("待回复", "good"),
    "overdue": ("逾期未回复", "bad"),
    "to_review": ("待审核", "warn"),
    "closed": ("已销单", ""),
}
OUTCOMES: Mapping[str, str] = {
    "accepted": "回复认可",
    "settled": "工单办结",
    "decision": "决定销单",
}
ROLES: Mapping[str, str] = {
    "unit": "承办单位",
    "leader": "主要负责人",
    "superior": "上级单位",
    "office": "市级督办机构",
}
MEASURES: Mapping[str, str] = {
    "remind": "提醒",
    "urge": "催办",
    "supervise": "督办",
    "criticise": "通报",
}
COLOURS: Mapping[str, str] = {"yellow": "黄牌", "red": "红牌"}


def case_line(case: Mapping[str, Any], local: Callable[[str], str]) -> str:
    about = f"{case['tickets']} 件工单" if case["tickets"] else case["reference"] or ""
    standing = STANDINGS[case["standing"]][0]
    return (
        f"{case['code']}  {standing}  {local(case['due_at'])} 前回复  {case['unit_name']}"
        f"  {REASONS[case['reason']]}  {about}  {case['why']}"
    )


def case_lines(case: Mapping[str, Any], local: Callable[[str], str]) -> Iterable[str]:
    yield f"督办单 {case['code']}  {case['stage']}  {case['unit_name']}"
    yield f"事由    {REASONS[case['reason']]}：{case['why']}"
    yield f"依据    {case['basis']}"
    if case["tickets"]:
        yield f"工单    {', '.join(case['tickets'])}"
    if case.get("reference"):
        yield f"关于    {case['reference']}"
    yield f"回复期限 {local(case['due_at'])}（第 {case['round']} 次）"
    for entry in case["history"]:
        yield f"#{entry['position']}  v{entry['version']}  {local(entry['occurred_at'])}  " + (
            f"{entry['type'].removeprefix('supervision.')}  {entry['actor']}"
        )
        for name in ("why", "remark", "explanation"):
            if entry.get(name):
                yield f"    {entry[name]}"
        if "reply" in entry:
            yield f"    {'（已删除）' if entry['reply'] is None else entry['reply']}"


def card_line(card: Mapping[str, Any]) -> str:
    withdrawn = (
        f"  已撤销（{card['withdrawn_by']}，{card['withdrawn_on']}：{card['withdrawn_why']}）"
        if card["withdrawn_on"]
        else ""
    )
    return (
        f"{card['on_day']}  {COLOURS[card['colour']]}  {card['unit_name']}  {card['card']}"
        f"  {card['counted']} 件  {card['explanation']}{withdrawn}"
    )


def told_line(told: Mapping[str, Any], local: Callable[[str], str]) -> str:
    clock = "签收" if told["clock"] == "accept" else "办结"
    return (
        f"{told['day']} {told['part']}  {told['addressee_name']}（{ROLES[told['role']]}）"
        f"  {MEASURES[told['measure']]}  {told['ticket_id']}  {clock}应于 {local(told['due_at'])}"
        f"  {told['explanation']}"
    )
