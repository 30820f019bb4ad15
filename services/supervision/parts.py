"""The parts of a working day in which lists are told and cards are judged."""

from datetime import date, datetime, time
from typing import NamedTuple

from services.supervision.rules import SupervisionRules


class Part(NamedTuple):
    day: date
    at: time
    since: datetime  # the moment at which it began


def part_of(now: datetime, rules: SupervisionRules) -> Part | None:
    """The last part that has begun; None outside the opening hours of a working day: nobody is
    told anything at midnight or on a holiday."""
    calendar = rules.calendar
    local = now.astimezone(calendar.zone)
    if not calendar.opens_at <= local.time() < calendar.closes_at:
        return None
    if not calendar.is_working_day(local.date()):
        return None
    begun = [part for part in rules.policy.telling.parts if part <= local.time()]
    if not begun:
        return None
    return Part(local.date(), begun[-1], datetime.combine(local.date(), begun[-1], calendar.zone))
