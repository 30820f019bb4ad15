"""What evaluation goes by, taken together."""

from typing import NamedTuple

from services.domain.command_base import ClockRules
from services.domain.commands_evaluation import CallBackChoice
from services.domain.working_time import WorkingCalendar
from services.evaluation.policy_values import EvaluationPolicy


class EvaluationRules(NamedTuple):
    """Asked for anew with each batch: an operator may load a year."""

    calendar: WorkingCalendar
    policy: EvaluationPolicy

    def clock_rules(self) -> ClockRules:
        """Nothing is warned of here: a fraction of 1."""
        return ClockRules(self.calendar, 1.0, self.policy.version)

    def choices(self) -> tuple[CallBackChoice, ...]:
        return tuple(CallBackChoice(**rule.model_dump()) for rule in self.policy.call_back.rules)
