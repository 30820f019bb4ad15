"""A synthetic city's present: it lives on beside the server, faster than real time."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from services.console.simulation.course import City, days, end_of_day, last_possible_day
from services.console.simulation.driver import Follower, Timed, Totals, carry_out
from services.platform.failures import ConcurrentAppend, Outage

logger = logging.getLogger(__name__)

PAUSE_S = 0.25
SAVE_EVERY_S = 5.0
NIGHT_FACTOR = 12  # the quiet hours pass faster still: nobody wants to watch a city sleep
DAY_BEGINS_H, NIGHT_BEGINS_H = 7, 22


def living(city: City, speed: float) -> Callable[[threading.Event], None]:
    """Work for a thread: moves the city's clock `speed` times as fast as real time, and does
    what residents and units do, until its event is set. The processors run elsewhere."""

    def live(stopping: threading.Event) -> None:
        end = end_of_day(last_possible_day(city.planner.calendar), city.planner.calendar)
        city.agenda.stream = _reports(city, end)
        follower = Follower(city.system, city.follow_ups, city.system.log.head())
        done, saved_at, before = city.clock.now(), time.monotonic(), time.monotonic()
        while not stopping.wait(PAUSE_S) and city.clock.now() < end:
            passed, before = time.monotonic() - before, time.monotonic()
            now = min(end, city.clock.now() + timedelta(seconds=passed * pace(city, speed)))
            city.clock.advance_to(now)
            if not _live_on(city, follower):
                continue
            done, before_this = now, done
            if time.monotonic() - saved_at >= SAVE_EVERY_S:
                # One turn back: what follows from the last turn's facts may not be planned yet.
                city.done_until(before_this)
                saved_at = time.monotonic()
        city.done_until(done)
        if city.clock.now() >= end:
            logger.warning("the city stands still: its working calendar ends soon after %s", end)

    return live


def pace(city: City, speed: float) -> float:
    local = city.clock.now().astimezone(city.planner.calendar.zone)
    by_day = DAY_BEGINS_H <= local.hour < NIGHT_BEGINS_H
    return speed if by_day else speed * NIGHT_FACTOR


def _live_on(city: City, follower: Follower) -> bool:
    """One turn. False if the database was away: the same is tried again."""
    actions = city.agenda.take(city.clock.now())
    try:
        carry_out(city.system, actions, Totals(), lambda: None)
        city.agenda.add(follower.follow())
    except (Outage, ConcurrentAppend) as error:
        logger.warning("the city waits: %s", error)
        city.agenda.add(actions)
        return False
    _supervised(city)
    return True


def _supervised(city: City) -> None:
    """What is not done in this turn is done in the next."""
    try:
        city.govern()
    except (Outage, ConcurrentAppend) as error:
        logger.warning("the city's supervisors and topics wait: %s", error)


def _reports(city: City, end: datetime) -> Iterator[Timed]:
    calendar, since = city.planner.calendar, city.state.until
    for day in days(calendar.local_date(since), calendar.local_date(end)):
        for moment, report in city.planner.day(day, city.state.tickets_per_day):
            if since < moment <= end:
                yield moment, report
