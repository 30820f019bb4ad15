"""The frozen values of a directory (派单目录): areas, units, items, duties."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from services.router.directory.words import WordTable
from services.router.jurisdiction import Gazetteer
from services.router.urgency.model import UrgencyTable

URGENCIES_DAYS = (1, 3, 7, 11)  # working days; the city's four levels of urgency
ITEM_LEVELS = 5
UNIT_LEVELS = 3
AREA_LEVELS = MappingProxyType({"city": 4, "district": 6, "street": 9, "community": 12})
UNIT_KINDS = ("centre", "department", "company", "district", "street", "park", "station")


@dataclass(frozen=True, slots=True)
class Area:
    """A city, district, street or community. `lineage` is itself first, the city last."""

    code: str
    name: str
    level: str
    parent: str | None
    aliases: tuple[str, ...]
    lineage: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Who can be asked. `area` is where it may act; `kind` is one of UNIT_KINDS or "community"."""

    code: str
    name: str
    level: int
    parent: str | None
    area: str
    kind: str
    aliases: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """A matter residents bring. `lineage` is itself first, its first-level subject last.

    `urgency_days` is its own or the nearest ancestor's; `path` has the names from the top.
    """

    code: str
    name: str
    level: int
    path: str
    aliases: tuple[str, ...]
    urgency_days: int
    basis: str
    notes: str
    is_leaf: bool
    lineage: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CommunityMatter:
    """What a community may be given: to lead, or only to assist. Items: these and all below."""

    code: str
    name: str
    role: Literal["lead", "assist"]
    items: tuple[str, ...]
    basis: str
    notes: str
    line: int


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for an item and all below it, in an area and all within it, on these dates.

    `is_template` tells that the row named `{district}`, `{street}` or `{community}` and was written
    out for each: a row written for this very area comes first. Both dates are included; None is
    without end.
    """

    item: str
    area: str
    lead: str
    assisting: tuple[str, ...]
    urgency_days: int | None
    basis: str
    valid_from: date | None
    valid_to: date | None
    is_template: bool
    line: int

    def holds_on(self, on: date) -> bool:
        after = self.valid_from is None or self.valid_from <= on
        return after and (self.valid_to is None or on <= self.valid_to)


DutyIndex = MappingProxyType[str, MappingProxyType[str, tuple[Duty, ...]]]


@dataclass(frozen=True, slots=True)
class Directory:
    """A whole, valid directory with its indices. Build it with `load_directory` only.

    `duties` is item code -> area code -> rows, the written-out before the template ones.
    `district_units` is district code -> its government, the fallback (兜底).
    `item_words`: alias -> (item code,); `gazetteer`: the names of areas and places; `urgency`: the
    rules that raise it.
    """

    name: str
    version: str
    city: str
    dispatch_centre: str
    areas: MappingProxyType[str, Area]
    units: MappingProxyType[str, Unit]
    items: MappingProxyType[str, Item]
    duties: DutyIndex
    district_units: MappingProxyType[str, str]
    community_matters: MappingProxyType[str, CommunityMatter]
    item_words: WordTable
    gazetteer: Gazetteer
    urgency: UrgencyTable

    def unit(self, code: str) -> Unit | None:
        """The unit of this code; every community is a third-level unit under its area's code."""
        written = self.units.get(code)
        return written if written is not None else community_unit(self.areas.get(code))

    def unit_name(self, code: str) -> str:
        """What a unit is called, with its code: `市水务局（water）`; the code alone if unknown."""
        unit = self.unit(code)
        return f"{unit.name}（{code}）" if unit else code

    def plain_unit_name(self, code: str) -> str:
        """What a unit is called; its code if it is unknown."""
        unit = self.unit(code)
        return unit.name if unit else code

    def leaves(self) -> list[Item]:
        return [item for item in self.items.values() if item.is_leaf]


def community_unit(area: Area | None) -> Unit | None:
    if area is None or area.level != "community":
        return None
    return Unit(
        code=area.code,
        name=area.name,
        level=UNIT_LEVELS,
        parent=area.parent,
        area=area.code,
        kind="community",
        aliases=area.aliases,
        line=area.line,
    )
