"""What codes are called. Finders take it as a value, so they know no directory."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Names:
    """Code → name; a code without a name stands for itself."""

    items: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def item(self, code: str) -> str:
        return self.items.get(code, code)

    def area(self, code: str) -> str:
        return self.areas.get(code, code)

    def unit(self, code: str) -> str:
        return self.units.get(code, code)
