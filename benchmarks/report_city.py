"""A year of a city as stored events, fast: whole lives of ten facts each, spread over its days."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.domain import events as e
from services.domain.codec import encode
from services.domain.event_base import Event
from services.domain.events_clocks import DeadlineMet, DeadlineMissed, DeadlineSet
from services.domain.personal import Personal
from services.platform.event_log import EventLog, NewEvent
from services.router.directory import Directory

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 396  # a year, and the month that is reported of, so that both have a base
FACTS_A_LIFE = 10
BATCH_MAX = 10_000
CHANNELS = ("hotline", "wechat", "app", "web", "letter", "community")
KINDS = ("inquiry", "help", "complaint", "tipoff", "suggestion", "thanks")
SEALED = "s1.r1." + "A" * 180
URGENCIES = (1, 3, 7, 11)


def fill(log: EventLog, directory: Directory, events: int) -> None:
    """Facts in the order of the days, as the log of a city has them."""
    rng = random.Random(7)
    lives = events // FACTS_A_LIFE
    waiting: list[tuple[datetime, int, NewEvent]] = []
    codes = _Codes(directory)
    for number in range(lives):
        opened = START + timedelta(days=DAYS) * number / lives
        for version, event in enumerate(_life(number, opened, rng, codes), start=1):
            stored = NewEvent(event.ticket_id, version, event.type, encode(event, None))  # type: ignore[arg-type]
            waiting.append((event.occurred_at, number, stored))
        if len(waiting) >= 2 * BATCH_MAX:  # lives overlap: the latest facts wait for the next
            waiting.sort(key=lambda one: (one[0], one[1], one[2].version))
            log.append([stored for _, _, stored in waiting[:BATCH_MAX]])
            del waiting[:BATCH_MAX]
    waiting.sort(key=lambda one: (one[0], one[1], one[2].version))
    log.append([stored for _, _, stored in waiting])


class _Codes:
    def __init__(self, directory: Directory) -> None:
        self.items = [item.code for item in directory.leaves()]
        areas = directory.areas.values()
        self.areas = [area.code for area in areas if area.level == "street"]
        self.units = [unit.code for unit in directory.units.values() if unit.level == 2]


def _life(number: int, opened: datetime, rng: random.Random, codes: _Codes) -> Iterator[Event]:
    unit = codes.units[min(int(rng.expovariate(0.05)), len(codes.units) - 1)]
    words = Personal("r1", None, SEALED)
    last = opened

    def meta(at: datetime) -> dict[str, object]:
        nonlocal last
        last = max(last, at)
        return {
            "ticket_id": f"{number:026d}",
            "actor": "unit:clerk",
            "cause": "command:b",
            "occurred_at": last,
            "recorded_at": last,
        }

    item, area = rng.choice(codes.items), rng.choice(codes.areas)
    urgency = rng.choice(URGENCIES)
    yield e.TicketOpened(
        **meta(opened),
        report_id=f"{number:026d}",
        channel=rng.choice(CHANNELS),
        reference=f"R{number}",
        resident="r1",
        text=words,
        kind=rng.choice(KINDS),
        fingerprint="f" * 32,
        rule_version="b",
    )
    at = opened + timedelta(seconds=rng.randrange(60, 900))
    yield e.TicketRouted(
        **meta(at),
        attempt=1,
        lead=unit,
        item=item,
        area=area,
        urgency_days=urgency,
        method="item_given",
        confidence=0.9,
        explanation="按事项和区域派单",
        directory_version="b",
    )
    due = {"accept": at + timedelta(days=1), "resolve": at + timedelta(days=urgency * 1.4)}
    for clock, days in (("accept", 1), ("resolve", urgency)):
        yield DeadlineSet(
            **meta(at),
            clock=clock,
            starts_at=at,
            working_days=days,
            warn_at=due[clock] - timedelta(hours=2),
            due_at=due[clock],
            calendar_version="b",
            policy_version="b",
        )
    at += timedelta(hours=rng.uniform(0.2, 26))
    yield e.TicketAccepted(**meta(at), unit=unit)
    yield _verdict(meta(at), "accept", at, due["accept"])
    at += timedelta(days=rng.uniform(0, urgency * 1.5))
    yield e.TicketResolved(**meta(at), unit=unit, reply=words)
    yield _verdict(meta(at), "resolve", at, due["resolve"])
    at += timedelta(days=1)
    yield e.TicketEvaluated(
        **meta(at),
        reached=rng.random() < 0.9,
        responded=True,
        solved=rng.random() < 0.95,
        satisfaction=rng.choice(("satisfied", "satisfied", "fairly", "dissatisfied")),
    )
    yield e.TicketClosed(**meta(at), reason="evaluated")


def _verdict(meta: dict[str, object], clock: str, at: datetime, due: datetime) -> Event:
    if at <= due:
        return DeadlineMet(**meta, clock=clock, due_at=due)
    return DeadlineMissed(**meta, clock=clock, due_at=due, done_at=at)
