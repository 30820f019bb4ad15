"""Reports that are written by themselves: each once, when its period has ended, from a position
that stays."""

import logging
import threading
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.console.period_reports import POLICIES_INVALID, YEARS, make_report
from services.console.report_forms import report_bytes
from services.console.system import System
from services.domain.working_time import ZONE_NAME
from services.platform.documents.model import Language
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.quarantine import failed_at
from services.platform.stored_time import stored
from services.platform.whole_file import make_folder, write_whole
from services.reporting.periods.making import tells_of_later
from services.reporting.periods.model import PeriodReport
from services.reporting.periods.period import Period, PeriodKind, period_of
from services.reporting.periods.pins import ReportPin, mark_written, pin, pins
from services.reporting.periods.reading import OutdatedRows
from services.reporting.rows import position_of

logger = logging.getLogger(__name__)

SCHEDULE_FILE = "reports.toml"  # in the data folder
TICK_EVERY_S = 60.0
NOON = time(12)  # local
WRITTEN_MAX = 20  # of one tick: a late start catches up over several
ZONE = ZoneInfo(ZONE_NAME)


class ScheduleInvalid(ValueError):
    """A schedule that cannot be used: file, place in it, reason."""


class Schedule(BaseModel):
    """since: the first day whose periods are written. folder: beside the schedule, or absolute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[date, Field(ge=date(YEARS[0], 1, 1), le=date(YEARS[1], 12, 31))]
    kinds: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    formats: Annotated[tuple[Literal["html", "docx", "xlsx", "json"], ...], Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("zh",)
    folder: Path = Path("reports")


def read_schedule(data_dir: Path) -> Schedule | None:
    """None if there is none. Raises ScheduleInvalid."""
    file = data_dir / SCHEDULE_FILE
    try:
        return Schedule.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ScheduleInvalid(f"{file}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ScheduleInvalid(f"{file}: {where}: {first['msg']}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScheduleInvalid(f"{file}: {error}") from None


def write_due(system: System, schedule: Schedule) -> list[Path]:
    """The files of periods that have ended and are not written yet, oldest first; at most
    WRITTEN_MAX periods. Several processes at once, or a crash in between, do no harm.

    Raises OSError, OutdatedRows, one of POLICIES_INVALID, Outage.
    """
    known = {(one.kind, one.code): one for one in pins(system.log)}
    today = system.rules().calendar.local_date(system.clock.now())
    written: list[Path] = []
    count = 0
    for period in _ended(schedule, today):
        before = known.get((period.kind, period.code))
        if before is not None and before.written_at is not None:
            continue
        report = _pinned(system, period, before)
        if report is None:  # the rows lag behind: the next tick looks again
            break
        written += _write(system, schedule, report)
        now = stored(system.clock.now())
        done = ReportPin(period.kind, period.code, "", report.position, now, None)
        mark_written(system.log, done, now)
        count += 1
        if count == WRITTEN_MAX:
            break
    return written


def _ended(schedule: Schedule, today: date) -> Iterator[Period]:
    """In the order in which they ended."""
    periods = []
    for kind in schedule.kinds:
        period = period_of(kind, schedule.since)
        while period.last < today:
            periods.append(period)
            period = period.following()
    return iter(sorted(periods, key=lambda one: (one.last, one.first)))


def _pinned(system: System, period: Period, before: ReportPin | None) -> PeriodReport | None:
    """From the position that it was pinned at, or from where the rows stand, which is pinned: once
    they tell of a later day, or after a quiet night, when they hold all that there is."""
    if before is None:
        may_be_quiet = system.clock.now() >= _noon_after(period)
        recorded_at = position_of(system.log.query)[1]
        if not may_be_quiet and not tells_of_later(recorded_at, period, ZONE):
            return None
        report = make_report(system, period.kind, period.first)
        if report.in_progress and report.position < system.log.head():
            return None
        if pin(system.log, period, report.position, stored(system.clock.now())):
            return report
        found = {(one.kind, one.code): one for one in pins(system.log)}
        before = found[period.kind, period.code]
    return make_report(system, period.kind, period.first, before.position)


def _noon_after(period: Period) -> datetime:
    """Until then the rows may lack facts of the period that no later one has followed yet."""
    return datetime.combine(period.last + timedelta(days=1), NOON, ZONE)


def _write(system: System, schedule: Schedule, report: PeriodReport) -> list[Path]:
    folder = system.settings.data_dir / schedule.folder / report.report
    make_folder(folder)
    paths = []
    for language in schedule.languages:
        for form in schedule.formats:
            path = folder / f"{report.period.code}.{language}.{form}"
            write_whole(path, report_bytes(system, report, form, language))
            paths.append(path)
    return paths


def writing_reports(system: System) -> Callable[[threading.Event], None]:
    """For `serve`: looks once a minute, until it is told to stop. What goes wrong is said, and
    tried again."""

    def run(stopping: threading.Event) -> None:
        while not stopping.wait(TICK_EVERY_S):
            try:
                schedule = read_schedule(system.settings.data_dir)
                for path in write_due(system, schedule) if schedule else ():
                    logger.info("report written: %s", path)
            except (
                ScheduleInvalid,
                OutdatedRows,
                Outage,
                ConcurrentAppend,
                OSError,
                *POLICIES_INVALID,
            ) as error:
                logger.warning("reports are not written: %s", error)
            except Exception as error:  # what it says may quote a resident
                logger.error("reports are not written: %s", failed_at(error))

    return run
