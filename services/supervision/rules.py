"""What supervision decides by, taken together."""

from typing import NamedTuple

from services.domain.supervision_commands import ReplyRules
from services.domain.working_time import WorkingCalendar
from services.supervision.policy_values import SupervisionPolicy


class SupervisionRules(NamedTuple):
    """Asked for anew each time: an operator may load a year."""

    calendar: WorkingCalendar
    policy: SupervisionPolicy

    def reply_rules(self) -> ReplyRules:
        reply = self.policy.reply
        return ReplyRules(
            calendar=self.calendar,
            working_days=reply.working_days,
            warn_fraction=reply.warn_fraction,
            extensions_max=reply.extensions_max,
            extension_days_max=reply.extension_days_max,
            policy_version=self.policy.version,
        )
