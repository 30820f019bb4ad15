"""The city's working calendar: `chinesecalendar` as the seed, an operator's tables over it."""

import csv
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path

from chinese_calendar.constants import Holiday
from chinese_calendar.constants import holidays as seed_holidays
from chinese_calendar.constants import workdays as seed_make_up_days

from services.domain.working_time import CLOSES_AT, OPENS_AT, WorkingCalendar

CalendarTable = dict[date, bool]

TABLE_FOLDER = "calendar"
HEADER = ["date", "working"]
LINE_CHARS_MAX = 1_000
TABLE_BYTES_MAX = 4 * 1024 * 1024
WORKING = {"1": True, "yes": True, "0": False, "no": False}
# A year of five-day weeks has about 250 working days; far outside it, 0 and 1 were swapped.
WORKING_DAYS_MIN, WORKING_DAYS_MAX = 220, 290
DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")  # spreadsheets write 2027/1/1


class CalendarTableInvalid(ValueError):
    """A table that cannot be used: file, line (if one line is to blame) and reason."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        where = f"{path}: line {line}" if line else f"{path}"
        super().__init__(f"{where}: {reason}")


def default_calendar() -> WorkingCalendar:
    """The seed alone: 2004 to the last year the installed `chinesecalendar` knows."""
    return calendar_for(None)


def calendar_for(
    data_dir: Path | None, *, opens_at: time = OPENS_AT, closes_at: time = CLOSES_AT
) -> WorkingCalendar:
    """The seed with every `<data_dir>/calendar/*.csv` over it, year by year."""
    tables = [(path, load_table(path)) for path in _table_files(data_dir)]
    return WorkingCalendar.of(_over_seed(tables), opens_at=opens_at, closes_at=closes_at)


def load_table(path: Path) -> CalendarTable:
    """Every day of one or more whole years, from CSV `date,working` (1/0 or yes/no).

    Raises CalendarTableInvalid for what is wrong first, OSError if the file cannot be read.
    """
    table: CalendarTable = {}
    first_lines: dict[date, int] = {}
    for line, row in _rows(path):
        day, working = _parsed(path, line, row)
        if day in table:
            reason = f"{day} was given before, in line {first_lines[day]}"
            raise CalendarTableInvalid(path, line, reason)
        table[day], first_lines[day] = working, line
    _require_complete(path, table)
    return table


def install_table(source: Path, data_dir: Path) -> list[int]:
    """Check a table together with those already there, then put it in place; its years.

    Each year is one file, written whole or not at all. A year loaded again replaces the old one.
    """
    table = load_table(source)
    folder = data_dir / TABLE_FOLDER
    # Nearest to the seed first: a crash in between must not leave a gap.
    years = sorted({day.year for day in table}, key=lambda year: abs(year - min(_seed()).year))
    targets = {year: folder / f"{year}.csv" for year in years}
    staying = [path for path in _table_files(data_dir) if path not in targets.values()]
    _over_seed([*((path, load_table(path)) for path in staying), (source, table)])
    folder.mkdir(parents=True, exist_ok=True)
    for year, target in targets.items():
        _write_whole(target, _year_of(table, year))
    return sorted(years)


def years_loaded(data_dir: Path | None) -> set[int]:
    """The years that come from an operator's table, not from the seed."""
    return {day.year for path in _table_files(data_dir) for day in load_table(path)}


def holiday_name(day: date) -> str | None:
    """What the seed's notice calls a day off, in English and Chinese; None if it has no name."""
    name = seed_holidays.get(day)
    return f"{name} {Holiday(name).chinese}" if name else None


@cache
def _seed() -> CalendarTable:
    """Every day of the years the package knows. Its two tables are read, not its `is_workday`:
    that one looks for the range of years in each call."""
    years = {day.year for day in seed_holidays}
    return {
        day: day in seed_make_up_days or (day.weekday() < 5 and day not in seed_holidays)
        for year in sorted(years)
        if _is_known(year)
        for day in _days_of(year)
    }


def _is_known(year: int) -> bool:
    """A notice covers New Year to the National Day; a year with less is not fully known."""
    return date(year, 1, 1) in seed_holidays and date(year, 10, 1) in seed_holidays


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


def _year_of(table: CalendarTable, year: int) -> CalendarTable:
    return {day: working for day, working in sorted(table.items()) if day.year == year}


def _table_files(data_dir: Path | None) -> list[Path]:
    return sorted((data_dir / TABLE_FOLDER).glob("*.csv")) if data_dir else []


def _over_seed(tables: Iterable[tuple[Path, CalendarTable]]) -> CalendarTable:
    """All days of the seed and the tables, without a gap; two tables may not contradict."""
    days = dict(_seed())
    origin: dict[int, Path] = {}
    for path, table in tables:
        for year in sorted({day.year for day in table}):
            year_days = _year_of(table, year)
            if year in origin and year_days != _year_of(days, year):
                reason = f"{year} differs from that in {origin[year]}; keep one of them"
                raise CalendarTableInvalid(path, None, reason)
            origin[year] = path
            days |= year_days
    _require_no_gap(origin, {day.year for day in days})
    return days


def _require_no_gap(origin: Mapping[int, Path], years: set[int]) -> None:
    missing = sorted(set(range(min(years), max(years))) - years)
    if missing:
        beyond = next(year for year in origin if {year - 1, year + 1} & set(missing))
        names = ", ".join(map(str, missing))
        reason = f"{beyond} does not join on to the loaded years; load first: {names}"
        raise CalendarTableInvalid(origin[beyond], None, reason)


def _rows(path: Path) -> Iterable[tuple[int, list[str]]]:
    """Line numbers and cells below the header; blank lines are passed over."""
    if path.stat().st_size > TABLE_BYTES_MAX:
        raise CalendarTableInvalid(path, None, f"larger than {TABLE_BYTES_MAX:,} bytes")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        for number, line in enumerate(lines, start=1):
            if len(line) > LINE_CHARS_MAX:  # `csv` has a limit, too, but others may raise it
                raise CalendarTableInvalid(path, number, "not CSV: a line without an end")
        reader = csv.reader(lines)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except UnicodeDecodeError:
        raise CalendarTableInvalid(path, None, "not UTF-8 text") from None
    except csv.Error:
        raise CalendarTableInvalid(path, reader.line_num, "not CSV") from None
    if not rows or [cell.lower() for cell in rows[0][1]] != HEADER:
        raise CalendarTableInvalid(path, 1, f"the first line must be {','.join(HEADER)}")
    return [(line, row) for line, row in rows[1:] if any(row)]


def _parsed(path: Path, line: int, row: list[str]) -> tuple[date, bool]:
    if len(row) != len(HEADER):
        raise CalendarTableInvalid(path, line, f"{len(HEADER)} columns expected, got {len(row)}")
    day, working = _date(row[0]), WORKING.get(row[1].lower())
    if day is None:
        raise CalendarTableInvalid(path, line, "column date: not a date like 2027-01-31")
    if working is None:
        raise CalendarTableInvalid(path, line, "column working: not one of 1, 0, yes, no")
    return day, working


def _date(text: str) -> date | None:
    matched = DATE.fullmatch(text)
    try:
        return date(int(matched[1]), int(matched[3]), int(matched[4])) if matched else None
    except ValueError:
        return None


def _require_complete(path: Path, table: CalendarTable) -> None:
    if not table:
        raise CalendarTableInvalid(path, None, "no days in it")
    for year in sorted({day.year for day in table}):
        missing = [day for day in _days_of(year) if day not in table]
        if missing:
            reason = f"{year} is not whole: {len(missing)} days are missing, first {missing[0]}"
            raise CalendarTableInvalid(path, None, reason)
        worked = sum(_year_of(table, year).values())
        if not WORKING_DAYS_MIN <= worked <= WORKING_DAYS_MAX:
            reason = f"{year} has {worked} working days, which cannot be: 1 means working, 0 off"
            raise CalendarTableInvalid(path, None, reason)


def _write_whole(path: Path, table: CalendarTable) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(HEADER) + "\n")
        file.writelines(f"{day},{int(working)}\n" for day, working in table.items())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
