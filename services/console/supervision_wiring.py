"""Supervision 督 wired to the rest: its policy, the city's calendar, the directory's units."""

from collections.abc import Callable

from services.domain.working_time import WorkingCalendar
from services.platform.settings import Settings
from services.router.directory import Directory
from services.supervision.addressing import Units, UnitView
from services.supervision.policy_values import (
    default_supervision_policy,
    load_supervision_policy,
)
from services.supervision.rules import SupervisionRules


def live_supervision_rules(
    settings: Settings, calendar: Callable[[], WorkingCalendar]
) -> Callable[[], SupervisionRules]:
    """As of now: a calendar year that an operator loads is seen. Raises SupervisionPolicyInvalid,
    OSError."""
    path = settings.supervision_policy
    policy = load_supervision_policy(path) if path else default_supervision_policy()
    return lambda: SupervisionRules(calendar(), policy)


def units_of(directory: Directory) -> Units:
    def view(code: str) -> UnitView | None:
        unit = directory.unit(code)
        if unit is None:
            return None
        area = directory.areas.get(unit.area)
        lineage = area.lineage if area else ()
        found = (
            directory.district_units[one] for one in lineage if one in directory.district_units
        )
        return UnitView(unit.code, unit.name, unit.parent, next(found, None))

    return Units(directory.version, directory.dispatch_centre, view)
