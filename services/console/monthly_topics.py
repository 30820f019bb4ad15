"""每月一题 wired to the rest: codes of the directory, tickets that exist, requests counted."""

from collections.abc import Callable, Sequence

from services.console.request_counts import count_requests
from services.console.system import System
from services.domain.city_events import is_city_stream
from services.governance.governance import Governance
from services.governance.known import Known
from services.governance.topic_desk import TopicDesk
from services.platform.event_log import EventLog
from services.platform.many import in_parts
from services.router.directory import Directory


def governance_of(system: System) -> Governance:
    known = Known(
        is_unit=lambda code: system.directory.unit(code) is not None,
        is_item=lambda code: code in system.directory.items,
        is_area=lambda code: code in system.directory.areas,
        tickets_missing=lambda ids: tickets_missing(system.log, ids),
    )
    desk = TopicDesk(
        log=system.log,
        clock=system.clock,
        local_date=lambda moment: system.rules().calendar.local_date(moment),
        known=known,
        appended=system.transport.wake,
    )
    return Governance(system.log, desk, lambda topic: count_requests(system.log, topic))


def tickets_missing(log: EventLog, ticket_ids: Sequence[str]) -> Sequence[str]:
    """Those that are no tickets. Ids come from outside: any characters."""
    asked = [one for one in ticket_ids if one.isascii() and one.isprintable()]
    statement = (
        "SELECT originator_id FROM stored_events"
        " WHERE originator_version = 1 AND originator_id IN ({marks})"
    )
    found = {row[0] for part, ids in in_parts(statement, asked) for row in log.query(part, ids)}
    return [one for one in ticket_ids if one not in found or is_city_stream(one)]


def unit_code(directory: Directory) -> Callable[[str], str | None]:
    """Of a code, or of a name that one unit alone has."""
    names: dict[str, list[str]] = {}
    for unit in directory.units.values():
        names.setdefault(unit.name, []).append(unit.code)

    def code_of(words: str) -> str | None:
        if directory.unit(words) is not None:
            return words
        found = names.get(words, [])
        return found[0] if len(found) == 1 else None

    return code_of


def topics_of_ticket(governance: Governance, ticket_id: str) -> list[dict[str, str]]:
    return [
        {
            "code": topic.code,
            "heading": topic.proposal.heading if topic.proposal else "",
            "stage": topic.stage,
        }
        for topic in governance.topics.of_ticket(ticket_id)
    ]
