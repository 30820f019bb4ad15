"""每月一题 in a synthetic city: four made-up topics, worked on as its days go by."""

import csv
import io
import logging
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from services.console.monthly_topics import governance_of, unit_code
from services.console.system import System
from services.domain.topic_evolve import stream_of
from services.domain.topic_rejections import TopicRejected
from services.domain.topic_values import monday_of
from services.governance.demonstration import (
    AFTER_IMPORT,
    CODES,
    COLD_AREA,
    COLD_ITEM,
    HEATING,
    IMPORT_DAY,
    OFFICE,
    SURVEY,
    Step,
    steps,
)
from services.governance.demonstration_survey import survey_csv
from services.governance.governance import Governance
from services.governance.reading import topic_facts
from services.governance.survey import Row, read_survey
from services.governance.survey_import import SurveyRefused, import_items
from services.governance.topic_desk import Asking

logger = logging.getLogger(__name__)
SURVEY_FILE = "社区调研.csv"
IDS = "demo/"  # of commands; the Monday from which the days count comes next
OURS = re.compile(rf"^command:{IDS}(\d{{4}}-\d\d-\d\d)/")
OFFICES_OPEN_H = 10
TICKETS_MAX = 20
_ABOUT_COLD = (
    "SELECT ticket_id FROM tickets WHERE item LIKE ? AND area LIKE ? ORDER BY ticket_id LIMIT ?"
)


class _Planned(NamedTuple):
    """do: a deed, or (None) the survey's list. command_id: under which it is done once."""

    day: int
    code: str
    command_id: str
    do: Step | None


class TopicCourse:
    """The deeds from a Monday on, each done once, also by whoever goes on later.

    tickets: that speak for the first topic, asked for when it is proposed.
    """

    def __init__(self, system: System, start: date, tickets: Callable[[], Sequence[str]]) -> None:
        self.governance: Governance = governance_of(system)
        self._system = system
        self._start = start
        self._tickets = tickets
        self._planned: list[_Planned] | None = None

    def work_on(self, now: datetime) -> None:
        """Everything whose day has come; a day begins when the offices open. What a rule refuses
        (an operator's directory has not all these units) is left out. Raises Outage."""
        local = now.astimezone(self._system.rules().calendar.zone)
        days = (local.date() - self._start).days - (local.hour < OFFICES_OPEN_H)
        if days < 1:  # on the first day nothing happens
            return
        if self._planned is None:
            self._planned = self._to_do()
        while self._planned and self._planned[0].day <= days:
            try:
                self._do(self._planned[0])
            except (TopicRejected, SurveyRefused) as refused:
                logger.info("the city's topics: %s", refused)
            del self._planned[0]

    def _to_do(self) -> list[_Planned]:
        """What is not done yet, on topics that are ours: somebody may have taken a code."""
        known = {code: topic_facts(self._system.log, stream_of(code)) for code in CODES}
        theirs = {code for code, facts in known.items() if facts and not OURS.match(facts[0].cause)}
        done = {fact.cause for facts in known.values() for fact in facts}
        tickets = () if known[HEATING] else tuple(self._tickets())
        return [
            one
            for one in _plan(self._start, tickets)
            if f"command:{one.command_id}" not in done and one.code not in theirs
        ]

    def _do(self, planned: _Planned) -> None:
        step, command_id = planned.do, planned.command_id
        if step is None:
            self._import_survey(command_id)
            return
        self.governance.execute(Asking(step.code, step.deed, step.actor, command_id, once=True))

    def _import_survey(self, command_id: str) -> None:
        lines = list(csv.reader(io.StringIO(survey_csv(self._start))))
        rows = [Row(number, cells) for number, cells in enumerate(lines[1:], start=2)]
        read = read_survey(lines[0], rows, SURVEY_FILE, "", unit_code(self._system.directory))
        import_items(self.governance.desk, SURVEY, read.deeds, OFFICE, command_id)


def days_of_deeds(start: date) -> Sequence[int]:
    """On which days of the course somebody does something."""
    return sorted({one.day for one in _plan(start, ())})


def _plan(start: date, tickets: Sequence[str]) -> list[_Planned]:
    made = [*steps(start, tickets), *AFTER_IMPORT]
    ids = f"{IDS}{start}/"
    numbered = [_Planned(s.day, s.code, f"{ids}{s.day}-{n}", s) for n, s in enumerate(made, 1)]
    survey = _Planned(IMPORT_DAY, SURVEY, f"{ids}import", None)
    return sorted([*numbered, survey], key=lambda one: one.day)


def topics_of_city(system: System, today: date) -> TopicCourse:
    """As they were begun; else from the second Monday on: then tickets can speak for them."""
    facts = topic_facts(system.log, stream_of(HEATING))
    begun = OURS.match(facts[0].cause) if facts else None
    start = date.fromisoformat(begun[1]) if begun else monday_of(today + timedelta(days=13))
    return TopicCourse(system, start, lambda: _cold_tickets(system))


def _cold_tickets(system: System) -> Sequence[str]:
    asked = (f"{COLD_ITEM}.%", f"{COLD_AREA}%", TICKETS_MAX)
    return [ticket_id for (ticket_id,) in system.log.query(_ABOUT_COLD, asked)]
