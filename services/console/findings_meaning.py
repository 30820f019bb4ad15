"""热点问题 of the log: reports grouped by what they say, whatever items they were given."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.console.directory_past import names_of
from services.console.hot_topics import topic_document
from services.console.live_findings import finding_policy
from services.console.log_messages import Told, told_in
from services.console.message_reading import read_message
from services.console.system import System
from services.findings.meaning.hot import HotTopic, Message, hot_topics
from services.platform.many import in_parts
from services.platform.positions import check_position

DAYS = 90  # where nothing is said, up to the last day on which a ticket was opened
COUNT_MIN = 3  # reports: less is no hot topic
NAMED_MAX = 5  # items, places and units told of a topic
_ROWS = (
    "SELECT ticket_id, item, area, last_lead, ended_at IS NULL FROM tickets"
    " WHERE ticket_id IN ({marks})"
)


class Row(NamedTuple):
    item: str | None
    area: str | None
    unit: str | None
    is_open: bool


def by_meaning(
    system: System, first: date | None, last: date | None, position: int | None
) -> dict[str, Any]:
    """The strongest first.

    Raises PositionUnknown, TooManyMessages, FindingPolicyInvalid, Outage.
    """
    if position is not None:
        check_position(system.log, position)
    last = last or _last_day(system)
    first = first or last - timedelta(days=DAYS - 1)
    upto = system.log.head() if position is None else position
    told = told_in(system.log, system.keyring, first, last, upto)
    rows = _rows(system, sorted(set(told.tickets.values())))
    policy = finding_policy(system.settings.data_dir)

    def unresolved(some: Sequence[Message]) -> float:
        tickets = {told.tickets[one.name] for one in some}
        return sum(one in rows and rows[one].is_open for one in tickets) / len(tickets)

    topics = hot_topics(told.messages, read_message, policy.index, COUNT_MIN, unresolved)
    describe = _describer(system, told, rows)
    return {
        "position": upto,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "rule_version": policy.version,
        "messages": len(told.messages),
        "unreadable": told.unreadable,
        "count": len(topics),
        "topics": [{"rank": rank, **describe(one)} for rank, one in enumerate(topics, start=1)],
    }


def _last_day(system: System) -> date:
    """Of the tickets that are known; today where there are none."""
    (day,) = system.log.query("SELECT MAX(opened_day) FROM tickets")[0]
    calendar = system.rules().calendar
    return date.fromisoformat(day) if day else calendar.local_date(system.clock.now())


def _rows(system: System, tickets: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for part, some in in_parts(_ROWS, tickets):
        found.update((one, Row(*rest)) for one, *rest in system.log.query(part, some))
    return found


def _describer(
    system: System, told: Told, rows: dict[str, Row]
) -> Callable[[HotTopic], dict[str, Any]]:
    names = names_of(system.directory)

    def describe(topic: HotTopic) -> dict[str, Any]:
        tickets = list(dict.fromkeys(told.tickets[name] for name in topic.members))
        known = [rows[one] for one in tickets if one in rows]
        document = topic_document(topic)
        del document["members"]
        return document | {
            "open": sum(row.is_open for row in known),
            "what": _most((row.item for row in known), names.item),
            "where": _most((row.area for row in known), names.area),
            "who": _most((row.unit for row in known), names.unit),
            "tickets": tickets,
        }

    return describe


def _most(codes: Iterable[str | None], name: Callable[[str], str]) -> list[dict[str, Any]]:
    counted = Counter(code for code in codes if code)
    most = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:NAMED_MAX]
    return [{"code": code, "name": name(code), "count": count} for code, count in most]
