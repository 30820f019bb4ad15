"""Which cells are looked at: items at places, places, and residents."""

from services.findings.codes import Codes
from services.findings.policy import FindingPolicy
from services.findings.scan import Family
from services.findings.tellings import Tellings

AT_COMMUNITY, AT_STREET, AT_DISTRICT = "item-community", "item-street", "item-district"
COMMUNITY, STREET, RESIDENT, RESIDENT_ITEM = "community", "street", "resident", "resident-item"
STREET_DAYS_MAX, PLACE_DAYS_MAX, RESIDENT_DAYS_MAX = 90, 60, 180


def families_of(
    matters: Tellings, said: Tellings, policy: FindingPolicy
) -> list[tuple[Family, Tellings]]:
    """The larger the place, the shorter the look: what lasts there is how the place is."""
    burst, repeated = policy.burst, policy.repeated
    least = min(burst.count_min, repeated.count_min, policy.recurring.count_min)
    long, short = repeated.days_max, burst.days_max
    one, item, few = matters.one, matters.item, burst.count_min
    resident = said.resident

    def at(name: str, items: Codes, places: Codes, days: int, count: int) -> Family:
        return Family(name, items, places, min(days, long), count, burst.ratio_min)

    here = [
        at(AT_COMMUNITY, item, matters.community, long, least),
        at(AT_STREET, item, matters.street, STREET_DAYS_MAX, few),
        at(AT_DISTRICT, item, matters.district, short, few),
        at(COMMUNITY, one, matters.community, PLACE_DAYS_MAX, few),
        at(STREET, one, matters.street, short, few),
    ]
    theirs = [
        at(RESIDENT, said.one, resident, RESIDENT_DAYS_MAX, repeated.resident_count_min),
        at(RESIDENT_ITEM, said.item, resident, long, repeated.resident_count_min)._replace(
            is_late=True  # one resident with this and that is one finding
        ),
    ]
    return [*((family, matters) for family in here), *((family, said) for family in theirs)]
