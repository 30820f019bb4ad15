"""Returns (退单) in a ticket's timeline: what was said, who was heard, what was decided and why."""

from collections.abc import Callable

from services.domain.events import TicketReturned
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from services.platform.return_reasons import shipped_return_reasons

Named = Callable[[str], str]
DECIDED_BY = {"rule": "按规则", "person": "派单员", "consultation": "会商"}


def returned(event: TicketReturned, unit_name: Named) -> list[str]:
    lines = [f"理由：{shipped_return_reasons().name(event.reason)}"]
    if event.proposed_unit:
        lines.append(f"建议改派：{unit_name(event.proposed_unit)}")
    if event.proposed_item:
        lines.append(f"更正事项：{event.proposed_item}")
    return lines


def consulted(event: TicketConsulted, unit_name: Named) -> list[str]:
    agreed = f"一致同意由{unit_name(event.lead)}主办" if event.lead else "未达成一致，首接单位主办"
    heard = "、".join(map(unit_name, event.consulted))
    return [f"参加单位：{heard}", agreed, *_minutes(event.minutes)]


def return_decided(event: TicketReturnDecided, unit_name: Named) -> list[str]:
    verdict = "退单成立" if event.decision == "upheld" else "退单不成立，须签收"
    lines = [
        f"第 {event.attempt} 次派单的{verdict}（{DECIDED_BY[event.decided_by]}，{event.reason}）"
    ]
    if event.lead:
        lines.append(f"主办：{unit_name(event.lead)}")
    return [*lines, event.explanation, *_minutes(event.minutes)]


def _minutes(reference: str | None) -> list[str]:
    return [f"会商纪要 {reference}"] if reference else []
