"""What codes are called. Reports and finders take it as a value, so they know no directory."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Names:
    """Code → name of units, items, areas and channels; a code without a name stands for itself.

    first_level, second_level: item → its item of that level (a first-level one: itself).
    levels: unit → its level, 1 to 3. districts, streets: area → its district, its street; absent
    if it has none.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    first_level: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    second_level: Mapping[str, str] = field(default_factory=dict)
    streets: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)

    def item(self, code: str) -> str:
        return self.items.get(code, code)

    def area(self, code: str) -> str:
        return self.areas.get(code, code)

    def unit(self, code: str) -> str:
        return self.units.get(code, code)

    def top_item(self, item: str) -> str:
        return self.first_level.get(item, item)

    def second_item(self, item: str) -> str:
        return self.second_level.get(item, item)

    def district(self, area: str) -> str:
        return self.districts.get(area, area)
