"""The course of a synthetic city over days: begun, gone on with where it stopped, and ended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from services.console.simulation.deeds import Deed, MergeDeed
from services.console.simulation.driver import Action, Agenda, Timed, Totals, drive, ignore
from services.console.simulation.follow_ups import FollowUps
from services.console.simulation.ground import Ground
from services.console.simulation.hidden import Hidden
from services.console.simulation.planner import DISTRICT_WEIGHTS, Planned, Planner
from services.console.simulation.state import CityState, save_state
from services.console.simulation.supervising import supervise
from services.console.simulation.topics import TopicCourse
from services.console.system import System
from services.domain import events as e
from services.domain.working_time import CalendarYearMissing, WorkingCalendar
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.processor import read_batch
from services.router.directory import Directory

READ_MAX = 2_000
STEP = timedelta(minutes=20)
PLANTED_STEP = timedelta(hours=2)  # the fewer transactions, the faster a year goes by
# No promise, extension, pause or rung of the ladder made on a day reaches further than this.
REACH_WORKING_DAYS = 40
ONE_DAY = timedelta(days=1)
Seen = Callable[[datetime, Totals], None]
Plan = Callable[[date, int], Sequence[Planned]]


@dataclass(slots=True)
class City:
    """A synthetic city at work: its system, its clock, and what is planned next.

    plan: what residents send on a day, at so many tickets a day. topics: what it works on month by
    month 每月一题, if anything.
    """

    system: System
    clock: VirtualClock
    state: CityState
    planner: Planner
    follow_ups: FollowUps
    agenda: Agenda
    plan: Plan
    topics: TopicCourse | None = None

    def live_until(self, until: datetime, seen: Seen = ignore, *, settled: bool = True) -> Totals:
        """All that happens up to a moment. What is planned for later stays on the agenda."""

        def supervised(now: datetime, so_far: Totals) -> None:
            self.govern()
            seen(now, so_far)

        totals = drive(
            self.system,
            self.clock,
            self._reports(until),
            react=self.follow_ups,
            until=until,
            seen=supervised,
            agenda=self.agenda,
            step=PLANTED_STEP if self.state.planted else STEP,
            reports_first=False,
            settled=settled,
        )
        self.done_until(until)
        return totals

    def govern(self) -> None:
        """What supervisors, and those who work on topics, do by now."""
        supervise(self.system)
        if self.topics is not None:
            self.topics.work_on(self.system.clock.now())

    def done_until(self, until: datetime) -> None:
        self.system.log.flush()  # the note may lag behind the log, never lead it
        self.state = replace(self.state, until=until)
        save_state(self.system.settings.data_dir, self.state)

    def _reports(self, until: datetime) -> Iterator[Timed]:
        local = self.planner.calendar.local_date
        for day in days(local(self.state.until), local(until)):
            for moment, report in self.plan(day, self.state.tickets_per_day):
                if self.state.until < moment <= until:
                    yield moment, report


def days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def open_city(system: System, clock: VirtualClock, state: CityState) -> City:
    """The city as its log and its note tell it: what had been planned is planned again."""
    planner = planner_of(state, system.directory, system.rules().calendar)
    follow_ups = FollowUps(planner)
    agenda = Agenda(iter(()))
    clock.advance_to(_plan_again(system, follow_ups, agenda, state.until))
    return City(system, clock, state, planner, follow_ups, agenda, planner.day)


def planner_of(state: CityState, directory: Directory, calendar: WorkingCalendar) -> Planner:
    planner = Planner(state.seed, directory, calendar)
    if not state.planted:
        return planner
    ground = Ground(state.seed, directory, calendar, planner.places, DISTRICT_WEIGHTS)
    return replace(planner, hidden=Hidden(ground, state.planted))


def _plan_again(system: System, follow_ups: FollowUps, agenda: Agenda, until: datetime) -> datetime:
    """Fills the agenda with what is still to come. Returns the last moment in the log.

    A deed is done if its time had come before `until`, or if the log names it as a cause.
    """
    pending: dict[str, Timed] = {}
    done: set[str] = set()  # causes of deeds, references of reports
    last, position = until, 0
    while (batch := read_batch(system.log, position, READ_MAX)).upto > position:
        position = batch.upto
        for fact in batch.facts:
            recorded_at = fact.event.recorded_at
            last = max(last, recorded_at)
            if recorded_at > until:
                done.add(fact.event.cause)
                done.update(_told_in(fact.event))
            for moment, action in follow_ups([fact]):
                if moment > until or recorded_at >= until:
                    pending[_name_of(action)] = (moment, action)
    agenda.add(timed for cause, timed in pending.items() if cause not in done)
    return last


def _told_in(event: e.TicketEvent) -> tuple[str, ...]:
    return (event.reference,) if isinstance(event, e.TicketOpened | e.ReportJoined) else ()


def _name_of(action: Action) -> str:
    """By which the log tells that it was done."""
    if isinstance(action, NewReport):
        return action.reference
    assert isinstance(action, Deed | MergeDeed)
    return action.cause


def end_of_day(day: date, calendar: WorkingCalendar) -> datetime:
    """Midnight after a local day."""
    return datetime.combine(day + ONE_DAY, time(), calendar.zone).astimezone(UTC)


def last_possible_day(calendar: WorkingCalendar) -> date:
    """The last day whose promises all end within the loaded years."""
    day = calendar.last_day
    while True:
        day -= ONE_DAY
        try:
            calendar.add_working_days(day, REACH_WORKING_DAYS)
        except CalendarYearMissing:
            continue
        return day
