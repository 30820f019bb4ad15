"""The matrix of returns, against the same counted out of the stored bytes by plain loops."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import reporting_recount as recount
from city_history import CityHistory, open_city
from hypothesis import given
from hypothesis import strategies as st

from services.audit.rebuild import rebuild
from services.console.replay_commands import PROJECTIONS
from services.console.system import System
from services.reporting.at_position import rows_at
from services.reporting.returns.matrix import Matrix, matrix
from services.reporting.returns.reading import (
    ReturnRow,
    dispatched_between,
    returns_between,
)

ZONE = ZoneInfo("Asia/Shanghai")
PERIODS = [(None, None), (date(2026, 3, 4), date(2026, 3, 9)), (date(2026, 3, 12), None)]


def made(system: System, since: date | None, until: date | None) -> Matrix:
    query = system.log.query
    return matrix(returns_between(query, since, until), dispatched_between(query, since, until))


@pytest.fixture(scope="module")
def events(reported_city: System) -> list[recount.Json]:
    return recount.documents(reported_city.log)


def moments(found: Sequence[recount.Json]) -> tuple[datetime, datetime]:
    first, last = (datetime.fromisoformat(found[at]["occurred_at"]) for at in (0, -1))
    return first, last


def counted(events: list[recount.Json], since: date | None, until: date | None) -> list[Any]:
    """(ticket, unit, proposed, resolver, reason, decision, hours) of each return."""
    found = []
    for ticket_id, stream in recount.streams(events).items():
        resolver = None
        for document in stream:
            name = recount.kind(document)
            if name == "resolved":
                resolver = document["unit"]
            elif name == "reopened":
                resolver = None
        for place, document in enumerate(stream):
            if recount.kind(document) != "returned":
                continue
            day = date.fromisoformat(recount.local_day(document["occurred_at"]))
            if (since and day < since) or (until and day > until):
                continue
            before = [d for d in stream[:place] if recount.kind(d) == "routed"][-1]
            later = stream[place + 1 :]
            decided = next((d for d in later if recount.kind(d) == "return_decided"), None)
            end = decided or document
            if decided and decided.get("lead"):
                end = next(d for d in later if recount.kind(d) == "routed")
            start, stop = moments([before, end])
            hours = round(max(0.0, (stop - start).total_seconds()) / 3600, 2)
            said = document["unit"], document.get("proposed_unit") or "", resolver or ""
            verdict = decided and decided["decision"]
            found.append((ticket_id, *said, document["reason"], verdict, hours))
    return found


@pytest.mark.parametrize(("since", "until"), PERIODS)
def test_the_matrix_is_what_the_events_say(
    reported_city: System, events: list[recount.Json], since: date | None, until: date | None
) -> None:
    expected = counted(events, since, until)
    found = made(reported_city, since, until)
    assert found.returns == len(expected) > 0
    assert {pair: one.returns for pair, one in found.pairs} == Counter(e[1:4] for e in expected)
    for pair, one in found.pairs:
        mine = [e for e in expected if e[1:4] == pair]
        assert one.by_reason == Counter(e[4] for e in mine)
        assert one.upheld == sum(e[5] == "upheld" for e in mine)
        assert one.refused == sum(e[5] == "refused" for e in mine)
        assert one.waiting == sum(e[5] is None for e in mine)
        assert one.hours == pytest.approx(sum(e[6] for e in mine), abs=0.011 * len(mine))
        assert one.tickets == list(dict.fromkeys(e[0] for e in sorted(mine, key=lambda e: e[0])))
        assert one.by_item.total() == one.by_area.total() == one.returns


@pytest.mark.parametrize(("since", "until"), PERIODS)
def test_rates_are_returns_over_routings_of_the_unit(
    reported_city: System, events: list[recount.Json], since: date | None, until: date | None
) -> None:
    routed: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    for document in events:
        name = recount.kind(document)
        if name not in {"routed", "returned"}:
            continue
        day = date.fromisoformat(recount.local_day(document["occurred_at"]))
        if (since is None or day >= since) and (until is None or day <= until):
            counts = routed if name == "routed" else returned
            counts[document["lead" if name == "routed" else "unit"]] += 1
    found = made(reported_city, since, until)
    assert {one.unit: one.returned for one in found.units} == returned
    assert found.routed == routed.total()
    for one in found.units:
        assert one.routed == routed[one.unit]
        assert one.rate == (round(one.returned / one.routed, 4) if one.routed else None)


def test_the_worst_tickets_are_those_that_were_returned_most_often(
    reported_city: System, events: list[recount.Json]
) -> None:
    units = defaultdict(list)
    for entry in counted(events, None, None):
        units[entry[0]].append(entry[1])
    worst = made(reported_city, None, None).worst
    assert worst
    assert [one.returns for one in worst] == sorted(
        (len(one) for one in units.values() if len(one) > 1), reverse=True
    )[: len(worst)]
    for one in worst:
        assert list(one.units) == units[one.ticket_id]


def test_a_rebuild_makes_the_same_rows(tmp_path: Any) -> None:
    system = open_city(tmp_path)
    CityHistory(system, seed=8).run(12, reports=6)
    before = system.log.query("SELECT * FROM ticket_returns")
    assert before
    system.log.redefine(["DELETE FROM ticket_returns"])
    rebuild(system.log, PROJECTIONS["reporting"](system))
    assert system.log.query("SELECT * FROM ticket_returns") == before
    with rows_at(system.log, system.log.head(), ZONE) as query:
        assert query("SELECT * FROM ticket_returns", ()) == before
    system.close()


NAMES = st.sampled_from(["a", "b", None])
ROWS = st.builds(
    ReturnRow,
    ticket_id=st.sampled_from(["1", "2", "3"]),
    attempt=st.integers(1, 4),
    unit=st.sampled_from(["a", "b"]),
    reason=st.just("not_our_duty"),
    item=NAMES,
    area=NAMES,
    proposed_unit=NAMES,
    proposed_item=st.none(),
    decision=st.sampled_from(["upheld", "refused", None]),
    decided_by=st.none(),
    next_lead=NAMES,
    hours=st.integers(0, 50).map(float),
    resolver=NAMES,
)


@given(rows=st.lists(ROWS, max_size=12))
def test_every_return_is_in_one_pair(rows: list[ReturnRow]) -> None:
    rows = sorted(rows, key=lambda row: (row.ticket_id, row.attempt))
    found = matrix(rows, {})
    assert sum(one.returns for _, one in found.pairs) == found.returns == len(rows)
    assert sum(one.hours for _, one in found.pairs) == pytest.approx(found.hours)
    assert [one.returns for _, one in found.pairs] == sorted(
        (one.returns for _, one in found.pairs), reverse=True
    )
