"""Times as channels write them. A time that names no zone is the mapping's local time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from services.intake.files.limits import Limits

TimeParser = Callable[[str], datetime | None]

# 2020/1/6 12:09:38 · 2020-01-06T12:09:38.5+08:00 · 2020年1月6日 12时9分 · 2020.1.6
_SPELLED = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?"
    r"(?:[T\s]\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.(\d{1,6})\d*)?秒?|分)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
# 20200106 · 20200106120938
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?()()")
# How a workbook's own date cells are handed over, whatever formats the mapping lists.
WORKBOOK_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")


class TimeRefused(ValueError):
    """code: time_invalid, time_implausible or time_in_future. Never holds the value."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def parse_auto(text: str) -> datetime | None:
    """The usual Chinese and ISO spellings, year first. None if it is none of them."""
    found = _SPELLED.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        return datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int(fraction.ljust(6, "0")) if fraction else 0, _offset(zone),
        )  # fmt: skip
    except ValueError:
        return None


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone == "Z":
        return UTC
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)


def parser_for(formats: tuple[str, ...]) -> TimeParser:
    """The first of the strptime formats that fits; none given means `parse_auto`."""
    return (lambda text: _by_formats(text, formats)) if formats else parse_auto


def _by_formats(text: str, formats: tuple[str, ...]) -> datetime | None:
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007  # the zone is added by our caller
        except ValueError:
            continue
    return None


def read_time(
    text: str, parse: TimeParser, zone: tzinfo, now: datetime, limits: Limits
) -> datetime:
    """The moment in UTC. Raises TimeRefused."""
    moment = parse(text)
    if moment is None:
        raise TimeRefused("time_invalid", "not a date and time that exists in an accepted format")
    if moment.year < limits.year_min:  # 1970-01-01, 1900-01-00: a system's zero, not a time
        raise TimeRefused("time_implausible", f"before {limits.year_min}")
    if moment.year > now.year + 1:  # first, since year 9999 cannot be moved to UTC
        raise TimeRefused("time_in_future", "in the future")
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    if moment > now + limits.future_max:
        raise TimeRefused("time_in_future", "in the future")
    return moment
