"""The rows of notices made anew, out of the facts of notices alone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from services.domain import notice_events as n
from services.domain.city_events import decode_city
from services.domain.codec import Undecodable
from services.domain.notice import Notice, evolve_notice
from services.domain.notice_values import FAMILY
from services.notices.rows import COLUMNS, NoticeRow, choice_changes, keep
from services.platform.event_log import Change, Recorded, merged
from services.platform.many import in_parts

Query = Callable[[str, Sequence[Any]], list[Any]]


def notice_changes(query: Query, recorded: Sequence[Recorded]) -> list[Change]:
    """Of one run of the log; the rows of the runs before are there already."""
    facts = list(_decoded(recorded))
    known = _known(query, [fact for _, fact in facts])
    changes: list[Change] = []
    for version, fact in facts:
        if isinstance(fact, n.ResidentOptedOut | n.ResidentOptedIn):
            changes += choice_changes(fact)
            continue
        before = known.get(fact.notice_id, Notice())
        if version == before.version + 1:
            known[fact.notice_id] = evolve_notice(before, fact)
    touched = {fact.notice_id for _, fact in facts if isinstance(fact, n.NOTICE_FACTS)}
    return [*merged(changes), *keep(known[one] for one in sorted(touched) if one in known)]


def _decoded(recorded: Sequence[Recorded]) -> Iterable[tuple[int, n.AnyNoticeEvent]]:
    """What nobody can read is left out, as everywhere."""
    for one in recorded:
        if not one.type.startswith(f"{FAMILY}."):
            continue
        try:
            fact = decode_city(one.type, one.data)
        except Undecodable:
            continue
        if isinstance(fact, n.NOTICE_EVENTS):
            yield one.version, fact


def _known(query: Query, facts: Sequence[n.AnyNoticeEvent]) -> dict[str, Notice]:
    ids = list(dict.fromkeys(one.notice_id for one in facts if isinstance(one, n.NoticeFact)))
    statement = f"SELECT {COLUMNS} FROM notices WHERE notice_id IN ({{marks}})"
    rows = (NoticeRow(*row) for part, some in in_parts(statement, ids) for row in query(part, some))
    return {row.notice_id: _notice_of(row) for row in rows}


def _notice_of(row: NoticeRow) -> Notice:
    """As much of it as a row tells."""
    notice = Notice(
        version=row.version,
        notice_id=row.notice_id,
        recipient=row.recipient,
        ticket_id=row.ticket_id,
        report_id=row.report_id,
        day=datetime.fromisoformat(row.day).date() if row.day else None,
        queued_at=_moment(row.queued_at),
        next_at=_moment(row.next_at),
        attempt=row.attempt,
        through=row.through,
        reason=row.reason,
        unsure=bool(row.unsure),
        ended_at=_moment(row.ended_at),
    )
    named = {"status": row.status, "kind": row.kind, "audience": row.audience}
    return notice._replace(**cast(dict[str, Any], named))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
