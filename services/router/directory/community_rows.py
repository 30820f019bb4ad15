"""community_matters.csv: what a community may be given (社区工作事项指导目录), and nothing else.

A matter on the list names items; a community may lead (or only assist) these and all below them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from services.router.directory.faults import Fault
from services.router.directory.model import Area, CommunityMatter, Directory, Duty, Item
from services.router.directory.table import Row

COMMUNITY_COLUMNS = ("code", "name", "role", "items", "basis", "notes")
COMMUNITY_FILE = "community_matters.csv"
Role = Literal["lead", "assist"]


@dataclass(frozen=True, slots=True)
class CommunityRule:
    """Item codes that are on the list; what is below them is on it too."""

    may_lead: frozenset[str]
    may_assist: frozenset[str]

    def may(self, role: Role, item: Item) -> bool:
        allowed = self.may_lead if role == "lead" else self.may_assist
        return not allowed.isdisjoint(item.lineage)


def parse_matters(
    rows: Iterable[Row], items: Mapping[str, Item], faults: list[Fault]
) -> dict[str, CommunityMatter]:
    matters: dict[str, CommunityMatter] = {}
    for row in rows:
        faults.extend(_row_faults(row, items))
        if row["code"] in matters:
            first = matters[row["code"]].line
            faults.append(row.fault("code", f"{row['code']} is already on line {first}"))
        elif row["role"] in get_args(Role):
            matters[row["code"]] = CommunityMatter(
                code=row["code"],
                name=row["name"],
                role=cast(Role, row["role"]),
                items=row.several("items"),
                basis=row["basis"],
                notes=row["notes"],
                line=row.line,
            )
    return matters


def community_rule(matters: Iterable[CommunityMatter]) -> CommunityRule:
    """Who may lead may assist."""
    lead, assist = set[str](), set[str]()
    for matter in matters:
        assist.update(matter.items)
        if matter.role == "lead":
            lead.update(matter.items)
    return CommunityRule(frozenset(lead), frozenset(assist))


def community_faults(
    duties: Iterable[Duty],
    areas: Mapping[str, Area],
    items: Mapping[str, Item],
    rule: CommunityRule,
) -> Iterable[Fault]:
    """One for each line that hands a community what is not on its list."""
    told: set[tuple[int, Role]] = set()
    for duty in duties:
        for role, codes in (("lead", (duty.lead,)), ("assist", duty.assisting)):
            given = [code for code in codes if is_community(areas.get(code))]
            place = (duty.line, cast(Role, role))
            if given and place not in told and not rule.may(place[1], items[duty.item]):
                told.add(place)
                reason = f"{role}: {duty.item} may not be given to a community ({given[0]})"
                yield Fault(
                    "duties.csv", duty.line, reason, "community", item=duty.item, area=duty.area
                )


def may_be_given(directory: Directory, unit: str, item: str | None, role: Role) -> bool:
    """False only for a community and an item (or none) that is not on its list."""
    if unit in directory.units or not is_community(directory.areas.get(unit)):
        return True
    known = directory.items.get(item or "")
    rule = community_rule(directory.community_matters.values())
    return known is not None and rule.may(role, known)


def is_community(area: Area | None) -> bool:
    return area is not None and area.level == "community"


def _row_faults(row: Row, items: Mapping[str, Item]) -> Iterable[Fault]:
    for column in ("code", "name"):
        if not row[column]:
            yield row.fault(column, "is empty")
    if row["role"] not in get_args(Role):
        yield row.fault("role", f"{row['role']!r} is not one of {', '.join(get_args(Role))}")
    for item in row.several("items"):
        if item not in items:
            yield row.fault("items", f"unknown item {item}")
