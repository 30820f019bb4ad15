"""What promises are made by, taken together."""

from typing import NamedTuple

from services.domain.commands import ClockRules
from services.domain.working_time import WorkingCalendar
from services.sla.policy_values import SlaPolicy


class SlaRules(NamedTuple):
    """What promises are made by. Asked for anew with each batch: an operator may load a year."""

    calendar: WorkingCalendar
    policy: SlaPolicy

    def clock_rules(self) -> ClockRules:
        return ClockRules(self.calendar, self.policy.warn_fraction, self.policy.version)
