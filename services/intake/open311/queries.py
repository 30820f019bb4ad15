"""What GET requests asks for: ids, or a window of time with conditions."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from services.intake.open311.catalogue import UNSORTED
from services.intake.report_rules import parse_zoned
from services.intake.requests_view import Query
from services.platform.http.problems import Problem
from services.platform.stored_time import stored

SPAN_MAX: Final = timedelta(days=90)
REQUESTS_MAX: Final = 1_000
PAGE_NUMBER_MAX: Final = 1_000_000
STATUSES: Final = frozenset({"open", "closed"})
_YEARS: Final = (1900, 9000)


def wanted_ids(arguments: Mapping[str, str]) -> list[str] | None:
    """These override every other argument; None if there are none."""
    ids = _listed(arguments.get("service_request_id", ""))
    if len(ids) > REQUESTS_MAX:
        raise _refused("service_request_id", f"{REQUESTS_MAX} at most")
    return ids or None


def query_of(arguments: Mapping[str, str], now: datetime) -> Query:
    """Raises Problem 400."""
    since, until = _span(arguments, now)
    statuses = _listed(arguments.get("status", ""))
    if not STATUSES.issuperset(statuses):
        raise _refused("status", "open and closed are the only ones")
    codes = _listed(arguments.get("service_code", ""))
    if len(codes) > REQUESTS_MAX:
        raise _refused("service_code", f"{REQUESTS_MAX} at most")
    limit = _number(arguments, "page_size", REQUESTS_MAX, REQUESTS_MAX)
    page = _number(arguments, "page", 1, PAGE_NUMBER_MAX)
    return Query(
        since=stored(since),
        until=stored(until),
        service_codes=tuple("" if code == UNSORTED else code for code in codes),
        statuses=tuple(statuses),
        limit=limit,
        offset=(page - 1) * limit,
    )


def _span(arguments: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """The last 90 days, unless it says otherwise; one end given, the other is 90 days away."""
    start = _moment(arguments, "start_date")
    end = _moment(arguments, "end_date")
    if start is None:
        end = end or now
        return end - SPAN_MAX, end
    if end is None:
        return start, start + SPAN_MAX
    if end < start:
        raise _refused("end_date", "before start_date")
    if end - start > SPAN_MAX:
        raise _refused("end_date", "more than 90 days after start_date")
    return start, end


def _moment(arguments: Mapping[str, str], name: str) -> datetime | None:
    text = arguments.get(name, "").strip().replace(" ", "+")  # a `+` that nobody escaped
    if not text:
        return None
    moment = parse_zoned(text)
    if moment is None or not _YEARS[0] < moment.year < _YEARS[1]:
        raise _refused(name, "not a date and time with its zone, as in 2026-01-31T08:00:00+08:00")
    return moment.astimezone(UTC)


def _number(arguments: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = arguments.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise _refused(name, f"a number from 1 to {most} is needed")
    return int(text)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _refused(name: str, reason: str) -> Problem:
    return Problem(400, "invalid_argument", f"{name}: {reason}")
