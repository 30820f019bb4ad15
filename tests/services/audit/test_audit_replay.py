import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from city_history import CityHistory, open_city

from services.audit import replay as module
from services.audit.replay import (
    live_state,
    position_as_of,
    replay,
    tickets_at,
)
from services.audit.state_hash import StateHash, canonical_line
from services.console.system import System
from services.domain.city_events import decode_city, is_city_type
from services.domain.codec import decode
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.platform.event_log import NewEvent
from services.platform.positions import PositionUnknown


def test_replay_to_the_end_is_the_live_state(audited_city: System) -> None:
    replayed = replay(audited_city.log)
    assert replayed == live_state(audited_city.log, audited_city.handler)
    assert replayed.position == audited_city.log.head()
    assert sum(replayed.by_stage.values()) == replayed.tickets > 50


def test_a_process_that_never_saw_the_commands_finds_the_same_state(audited_city: System) -> None:
    other = open_city(audited_city.settings.data_dir, start=audited_city.clock.now())
    assert live_state(other.log, other.handler) == replay(audited_city.log)
    other.close()


def test_tickets_rows_say_what_replay_says(audited_city: System) -> None:
    tickets, _ = tickets_at(audited_city.log, audited_city.log.head())
    rows = audited_city.log.query(
        "SELECT ticket_id, version, stage, channel, kind, item, area, lead, urgency_days, attempt,"
        " opened_at, routed_at, accepted_at, resolved_at, closed_at, suspended_since, accept_due,"
        " resolve_due, reports, returned, reopened, primary_ticket, extensions FROM tickets"
    )
    assert len(rows) == len(tickets)
    for row in rows:
        assert row == _shared(tickets[row[0]])


def _shared(t: Ticket) -> tuple[Any, ...]:
    moments = (
        t.opened_at,
        t.routed_at,
        t.accepted_at,
        t.resolved_at,
        t.closed_at,
        t.suspended_since,
        t.accept and t.accept.due_at,
        t.resolve and t.resolve.due_at,
    )
    times = [m and m.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for m in moments]
    plain = (t.ticket_id, t.version, t.stage, t.channel, t.kind, t.item, t.area, t.lead)
    counts = (len(t.reports), len(t.returns), t.reopened, t.primary, t.extensions)
    return (*plain, t.urgency_days, t.attempt, *times, *counts)


def test_every_position_gives_the_state_of_the_facts_up_to_it(audited_city: System) -> None:
    log = audited_city.log
    for position in (0, 1, 17, log.head() // 2, log.head() - 1):
        streams: dict[str, list[Any]] = {}
        for r in log.read_all(0, position):
            if not is_city_type(r.type):
                streams.setdefault(r.stream_id, []).append(decode(r.type, r.data))
        state = StateHash()
        state.add(fold(streams[ticket_id]) for ticket_id in sorted(streams))
        found = replay(log, to=position)
        assert (found.position, found.state_sha256) == (position, state.state_sha256)
        assert found.tickets == len(streams)


def test_the_size_of_chunks_does_not_matter(
    audited_city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = replay(audited_city.log)
    monkeypatch.setattr(module, "CHUNK_MAX", 7)
    monkeypatch.setattr(module, "LIVE_CHUNK_MAX", 3)
    assert replay(audited_city.log) == expected
    assert live_state(audited_city.log, audited_city.handler) == expected


@pytest.mark.parametrize("position", [-1, 10**9])
def test_a_position_that_the_log_has_not_is_refused(audited_city: System, position: int) -> None:
    with pytest.raises(PositionUnknown, match=f"position {position}"):
        replay(audited_city.log, to=position)


def test_as_of_is_the_last_position_written_down_by_then(
    audited_city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_MAX", 50)
    log = audited_city.log
    recorded = {
        r.position: (decode_city if is_city_type(r.type) else decode)(r.type, r.data).recorded_at
        for r in log.read_all(0, 10**6)
    }
    times = sorted(set(recorded.values()))
    before = times[0] - timedelta(seconds=1)
    for moment in (before, *times[:: len(times) // 6], times[-1] + timedelta(days=1)):
        expected = max((p for p, at in recorded.items() if at <= moment), default=0)
        assert position_as_of(log, moment) == expected
        assert replay(log, as_of=moment) == replay(log, to=expected)


def test_the_hash_is_that_of_the_documented_lines(audited_city: System) -> None:
    tickets, _ = tickets_at(audited_city.log, audited_city.log.head())
    digest = hashlib.sha256()
    for ticket_id in sorted(tickets):
        line = canonical_line(tickets[ticket_id])
        document = json.loads(line)
        assert dict(zip(Ticket._fields, document, strict=True))["ticket_id"] == ticket_id
        plain = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        assert line == plain.encode() + b"\n"
        digest.update(line)
    assert replay(audited_city.log).state_sha256 == digest.hexdigest()


def test_one_changed_field_of_one_ticket_changes_the_hash() -> None:
    opened = datetime(2026, 1, 1, tzinfo=UTC)
    tickets = [Ticket(ticket_id="a", version=1, opened_at=opened), Ticket(ticket_id="b")]
    one, other = StateHash(), StateHash()
    one.add(tickets)
    other.add([tickets[0]._replace(area="630104"), tickets[1]])
    assert one.state_sha256 != other.state_sha256


def test_what_nobody_can_read_is_left_out_and_counted(tmp_path: Path) -> None:
    system = open_city(tmp_path)
    CityHistory(system, seed=2).run(1)
    before = replay(system.log)
    system.log.append([NewEvent("alien", 1, "alien.landed.v1", b"{}")])
    after = replay(system.log)
    assert after == before._replace(position=before.position + 1, undecodable=1)
    assert position_as_of(system.log, system.clock.now()) == before.position
    system.close()


def test_an_empty_log_has_a_state(tmp_path: Path) -> None:
    system = open_city(tmp_path)
    found = replay(system.log)
    assert (found.position, found.tickets) == (0, 0)
    assert found.state_sha256 == hashlib.sha256(b"").hexdigest()
    assert found == live_state(system.log, system.handler)
    system.close()
