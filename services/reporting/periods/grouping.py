"""Opened tickets by kind, item and area; what their codes are called. Pure."""

from collections.abc import Callable, Mapping

from services.platform.names import Names
from services.reporting.labels import CHANNELS, CHANNELS_EN, KINDS, UNKNOWN_EN, UNKNOWN_ZH
from services.reporting.periods.comparing import grouped, ranked
from services.reporting.periods.model import Compared
from services.reporting.periods.reading import Counted, OpenedGroup
from services.reporting.periods.spans import Bases

UNKNOWN = (UNKNOWN_ZH, UNKNOWN_EN)
Name = Callable[[str], tuple[str, str]]
Known = Callable[[str], bool]
Table = tuple[Compared, ...]


def opened_tables(now: Counted, bases: Bases, names: Names) -> dict[str, Table]:
    """The tables of a report that count opened tickets by what they are at the position."""

    def table(code: Callable[[OpenedGroup], str], name: Name, known: Known = bool) -> Table:
        def counts(one: Counted) -> dict[str, int]:
            return grouped((code(group), group.tickets) for group in one.opened)

        return ranked(bases.trio(now, counts), name, known)

    def street(group: OpenedGroup) -> str:
        return names.streets.get(group.area) or names.district(group.area)

    streets = frozenset(names.streets.values())
    return {
        "by_kind": table(lambda group: group.kind, lambda code: KINDS.get(code, UNKNOWN)),
        "by_item": table(lambda group: names.top_item(group.item), _named(names.items)),
        "by_item_second": table(lambda group: names.second_item(group.item), _second(names)),
        "by_item_coded": table(lambda group: group.item, _named(names.items)),
        "by_district": table(lambda group: names.district(group.area), _named(names.areas)),
        "by_street": table(street, _street(names, streets), streets.__contains__),
    }


def channel_name(names: Names) -> Name:
    def name(code: str) -> tuple[str, str]:
        if not code:
            return UNKNOWN
        given = names.channels.get(code) or CHANNELS.get(code, code)
        return given, CHANNELS_EN.get(code, code)

    return name


def _named(names: Mapping[str, str]) -> Name:
    """The directory's names are Chinese in both languages."""
    return lambda code: (names.get(code, code),) * 2 if code else UNKNOWN


def _second(names: Names) -> Name:
    """`供热（城乡建设）`: names of the second level repeat under several of the first."""

    def name(code: str) -> tuple[str, str]:
        if not code:
            return UNKNOWN
        top, own = names.top_item(code), names.items.get(code, code)
        if top == code:
            return f"{own}（未细分）", f"{own} (no further)"
        above = names.items.get(top, top)
        return f"{own}（{above}）", f"{own} ({above})"

    return name


def _street(names: Names, streets: frozenset[str]) -> Name:
    def name(code: str) -> tuple[str, str]:
        if not code:
            return UNKNOWN
        own = names.areas.get(code, code)
        return (own, own) if code in streets else (f"{own}（未到街道）", f"{own} (no street)")

    return name
