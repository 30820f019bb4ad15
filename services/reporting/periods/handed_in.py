"""What a report over a period is given, because reporting cannot know it of itself."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.domain.finding import Finding
from services.domain.working_time import CalendarYearMissing, WorkingCalendar
from services.platform.names import Names
from services.reporting.periods.model import Said, TopicLine
from services.reporting.ranking_policy import RankingPolicy


@dataclass(frozen=True, slots=True)
class HandedIn:
    """office: who issues it. names: as in force at the period's end; names_note: what was renamed
    during it.

    topics: as they are to be printed.
    """

    office: str
    names: Names
    calendar: WorkingCalendar
    directory_version: str
    ranking: RankingPolicy
    names_note: tuple[Said, ...] = ()
    topics: tuple[TopicLine, ...] = ()


class Findings(NamedTuple):
    """strongest: the first of all; rule: what they were found by. warnings: 未诉先办, of seasons
    ahead, as they are to be printed."""

    strongest: tuple[Finding, ...]
    total: int
    rule: str
    warnings: tuple[Said, ...] = ()


def is_working(calendar: WorkingCalendar, day: date) -> bool | None:
    """None where the calendar is not loaded."""
    try:
        return calendar.is_working_day(day)
    except CalendarYearMissing:
        return None
