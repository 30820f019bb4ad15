"""Rebuild: a read model from zero, in shadow tables, while the live ones go on; then one switch.

A projection names its tables in SQL of its own. It is run over a view of the database in which
those tables have other names, so that every projection can be rebuilt without knowing of it.

Where a log is split into lanes, each lane of such a projection stands at a position of its own: the
rows are made from the facts of each lane up to there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from services.domain.city_events import AnyCityEvent
from services.platform.city_streams import family_numbered
from services.platform.event_log import Change, Checkpoint, EventLog, OnlyAt, Recorded
from services.platform.failures import Outage
from services.platform.processor import Fact, Reaction, read_batch
from services.platform.transport.lanes import lane_count, lane_names
from services.platform.transport.topics import partition_of

CHUNK_MAX = 2_000
SWITCH_ATTEMPTS_MAX = 500
SHADOW = "{table}__rebuilt"

Query = Callable[[str, Sequence[Any]], list[Any]]
Progress = Callable[[int, int], None]
OfOthers = Callable[[Query, Sequence[Recorded]], Sequence[Change]]
Positions = tuple[int, ...]  # lane by lane; only one, if there are no lanes


class Projecting(Protocol):
    """The part of a processor that a rebuild runs: facts in, row changes out."""

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction: ...


@dataclass(frozen=True, slots=True)
class CityRows:
    """Rows that are written together with the facts of a family that is no tickets'. checkpoint:
    moves by one with each of them. changes: of facts with their numbers in their streams."""

    family: str
    checkpoint: str
    changes: Callable[[Sequence[tuple[AnyCityEvent, int]]], Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model. schema: its tables and indices. make: the projection over a query; of_others,
    in its place: the rows that follow from events that are no tickets'.

    checkpoint: the processor that keeps it up to date; None if the log itself does, in the
    transaction of every append. is_split: by lanes, where the log has them. city: rows that
    follow facts of another family; they may rely on what tickets' facts have written before.
    """

    name: str
    tables: tuple[str, ...]
    schema: tuple[str, ...]
    make: Callable[[Query], Projecting] | None
    checkpoint: str | None
    is_split: bool = False
    city: CityRows | None = None
    of_others: OfOthers = lambda query, recorded: ()


def rebuild(log: EventLog, projection: Projection, progress: Progress = lambda *_: None) -> int:
    """The position that the new rows stand at: exactly where the live ones stood at the switch
    (of lanes, the last one's).

    Killed at any moment it leaves the live rows as they were, and shadow tables that the next
    rebuild drops. Run one at a time. Raises Outage.
    """
    rename = _renamer(projection.tables)
    log.redefine([*_drops(projection), *map(rename, _tables_only(projection.schema))])
    is_poison = _poison(log, projection)

    def query(statement: str, parameters: Sequence[Any]) -> list[Any]:
        return log.query(rename(statement), parameters)

    if projection.make is None:
        step = partial(_step_of_others, log, projection.of_others, query, rename)
    else:
        step = partial(_step, log, projection.make(query), rename, is_poison)
    lanes = lane_count(log) if projection.is_split else None
    done: Positions = (0,) * (lanes or 1)
    city_done = 0
    for _ in range(SWITCH_ATTEMPTS_MAX):
        city_target = _city_stand(log, projection)
        targets = _targets(log, projection, lanes)
        while done != targets:
            done = step(done, targets)
            progress(min(done), max(targets))
        city_done = _city_step(log, projection, rename, city_done, city_target)
        if log.redefine(_switch(projection), only_at=_stand(projection, lanes, done, city_done)):
            return max(done)
    raise Outage(f"rebuild of {projection.name}: the log never rested long enough to switch")


def _step(
    log: EventLog,
    projecting: Projecting,
    rename: Callable[[str], str],
    is_poison: Callable[[int], bool],
    done: Positions,
    targets: Positions,
) -> Positions:
    """One read. Facts of a lane that are done already, or beyond its target, are not its own."""
    after = min(at for at, target in zip(done, targets, strict=True) if at < target)
    batch = read_batch(log, after, CHUNK_MAX, max(targets))
    upto = batch.upto if batch.upto > after else max(targets)

    def is_wanted(fact: Fact) -> bool:
        lane = partition_of(fact.event.ticket_id, len(targets))
        return done[lane] < fact.position <= targets[lane] and not is_poison(fact.position)

    facts = list(filter(is_wanted, batch.facts))
    if facts:
        changes = projecting.react(facts, facts[-1].event.recorded_at).changes
        log.apply([Change(rename(change.statement), change.rows) for change in changes])
    return tuple(max(at, min(upto, to)) for at, to in zip(done, targets, strict=True))


def _step_of_others(
    log: EventLog,
    of_others: OfOthers,
    query: Query,
    rename: Callable[[str], str],
    done: Positions,
    targets: Positions,
) -> Positions:
    """One read of a log that has no lanes for them."""
    (after,), (target,) = done, targets
    recorded = log.read_all(after, CHUNK_MAX, target)
    changes = of_others(query, recorded)
    if changes:
        log.apply([Change(rename(change.statement), change.rows) for change in changes])
    return (recorded[-1].position if recorded else target,)


def _targets(log: EventLog, projection: Projection, lanes: int | None) -> Positions:
    if projection.checkpoint is None:
        return (log.head(),)
    if projection.is_split and lane_count(log) != lanes:
        raise Outage(f"rebuild of {projection.name}: the log was split anew: run it again")
    return tuple(map(log.checkpoint, lane_names(projection.checkpoint, lanes)))


def _stand(projection: Projection, lanes: int | None, done: Positions, city_done: int) -> OnlyAt:
    if projection.checkpoint is None:
        return done[0]
    names = lane_names(projection.checkpoint, lanes)
    stand = [Checkpoint(name, at) for name, at in zip(names, done, strict=True)]
    if projection.city is not None:
        stand.append(Checkpoint(projection.city.checkpoint, city_done))
    return stand


def _city_stand(log: EventLog, projection: Projection) -> int:
    return log.checkpoint(projection.city.checkpoint) if projection.city else 0


def _city_step(
    log: EventLog,
    projection: Projection,
    rename: Callable[[str], str],
    done: int,
    target: int,
) -> int:
    """The next facts of the family, after those of tickets that they rely on. How many by now."""
    city = projection.city
    if city is None or done >= target:
        return done
    numbered = family_numbered(log, city.family)
    for start in range(done, target, CHUNK_MAX):
        changes = city.changes(numbered[start : min(start + CHUNK_MAX, target)])
        log.apply([Change(rename(change.statement), change.rows) for change in changes])
    return target


def _poison(log: EventLog, projection: Projection) -> Callable[[int], bool]:
    """What the live processor could not digest, and nobody has retried since, has no effect."""
    statement = "SELECT position FROM quarantine WHERE processor = ? AND status IN (?, ?)"
    rows = log.query(statement, (projection.name, "waiting", "discarded"))
    return {row[0] for row in rows}.__contains__


def _renamer(tables: Sequence[str]) -> Callable[[str], str]:
    names = re.compile(rf"\b({'|'.join(map(re.escape, tables))})\b")

    def rename(statement: str) -> str:
        return names.sub(lambda found: SHADOW.format(table=found[0]), statement)

    return rename


def _tables_only(schema: Sequence[str]) -> list[str]:
    return [statement for statement in schema if " TABLE " in statement.partition("(")[0]]


def _drops(projection: Projection) -> list[str]:
    return [f"DROP TABLE IF EXISTS {SHADOW.format(table=table)}" for table in projection.tables]


def _switch(projection: Projection) -> list[str]:
    """Out with the live tables, in with the new ones; then the indices, under their own names."""
    statements = []
    for table in projection.tables:
        statements.append(f"DROP TABLE {table}")
        statements.append(f"ALTER TABLE {SHADOW.format(table=table)} RENAME TO {table}")
    tables = _tables_only(projection.schema)
    return [*statements, *(index for index in projection.schema if index not in tables)]
