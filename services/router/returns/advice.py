"""What a dispatcher is told where no rule decides: whose it looks, and what to do."""

from datetime import date
from typing import NamedTuple

from services.router.directory.duties import assign, fallback_unit
from services.router.directory.model import Directory
from services.router.returns.case import ReturnCase
from services.router.returns.rules import known_area

# What a return is about that says nothing of whose duty it is.
NOT_ABOUT_DUTY = {
    "duplicate": "请核查是否与在办工单合并",
    "not_acceptable": "请核查是否不予受理",
    "facts_unclear": "请联系诉求人补充后派回",
    "duty_unclear": "请组织会商",
}
CONSULT_FROM, FALL_BACK_FROM = 2, 3  # the second return is for 会商, the third for the fallback


class Advice(NamedTuple):
    """recommended: the unit that should have it; None where the dispatcher is as wise."""

    recommended: str | None
    why: str


def advice(case: ReturnCase, directory: Directory, on: date) -> Advice:
    if case.number >= FALL_BACK_FROM:
        return _fallback(case, directory)
    found = _by_directory(case, directory, on)
    if case.number >= CONSULT_FROM:
        first = case.ticket.first_lead
        led_by = f"，会商前由首接单位{directory.unit_name(first)}负责" if first else ""
        return Advice(found.recommended, f"{found.why}；已第 {case.number} 次退单，请会商{led_by}")
    return found


def _fallback(case: ReturnCase, directory: Directory) -> Advice:
    """兜底: somebody has it now; the first receiver is named."""
    unit = fallback_unit(directory, known_area(directory, case.ticket.area))
    first = case.ticket.first_lead
    told = f"，或由首接单位{directory.unit_name(first)}主办" if first and first != unit else ""
    why = f"已第 {case.number} 次退单：建议会商，会商不成由{directory.unit_name(unit)}兜底{told}"
    return Advice(unit, why)


def _by_directory(case: ReturnCase, directory: Directory, on: date) -> Advice:
    item = case.ticket.item
    if item is None or item not in directory.items:
        return Advice(case.returning.proposed_unit, "事项不在现行目录中，请核定事项")
    found = assign(directory, item, known_area(directory, case.ticket.area), on)
    if found.duty is None:
        why = f"职责目录没有对应规定，兜底单位为{directory.unit_name(found.lead)}"
        return Advice(found.lead if found.lead not in case.returned_by else None, why)
    row = f"现行职责目录（duties.csv 第 {found.duty.line} 行）"
    if found.lead not in case.returned_by:
        return Advice(found.lead, f"{row}归{directory.unit_name(found.lead)}")
    if _is_plainly_its_own(case, directory, found.duty.is_template):
        why = f"{row}明确归{directory.unit_name(found.lead)}，事项由受理人选定"
        return Advice(found.lead, f"{why}，所建议单位在目录中无任何职责：建议不予退单")
    why = f"{row}仍归{directory.unit_name(found.lead)}"
    return Advice(None, f"{why}，{NOT_ABOUT_DUTY.get(case.returning.reason, '请核实退单理由')}")


def _is_plainly_its_own(case: ReturnCase, directory: Directory, is_template: bool) -> bool:
    """A row written for it alone, an item that a person chose, and no duty of who was proposed."""
    proposed = case.returning.proposed_unit
    chosen = case.routed.method == "item_given" and case.routed.confidence == 1.0
    return chosen and not is_template and proposed is not None and not has_duty(directory, proposed)


def has_duty(directory: Directory, unit: str) -> bool:
    """Whether any row of the directory names the unit."""
    return any(
        unit == duty.lead or unit in duty.assisting
        for by_area in directory.duties.values()
        for rows in by_area.values()
        for duty in rows
    )
