"""Reports that look like a city's: 120 characters, addresses, phones, items found by alias."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from services.console.system import System
from services.domain.commands import (
    AcceptTicket,
    CloseTicket,
    EvaluateTicket,
    ResolveTicket,
    TicketCommand,
)
from services.domain.personal import Personal
from services.domain.ticket import Ticket
from services.intake.report import NewReport
from services.platform.clock import VirtualClock

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RESIDENTS = 100_000
MATTERS = (
    ("暖气不热", "家里的暖气一直不热，室内温度只有十三度，老人和孩子都感冒了"),
    ("路灯不亮", "小区门口这条路的路灯不亮已经有一个星期了，晚上出门看不清路面"),
    ("噪音扰民", "楼下的烧烤店每天营业到凌晨，噪音扰民非常严重，根本没有办法休息"),
    ("拖欠工资", "我们十几个人在工地干了三个月，老板拖欠工资，一直推脱说没有钱"),
    ("垃圾没人清运", "小区的垃圾没人清运，已经堆了好几天，气味很大，蚊虫到处都是"),
    ("停水", "从昨天下午开始一直停水，没有接到任何通知，一家人没有水用"),
)
STREETS = ("城西区西关大街街道", "城中区南滩街道", "城东区东关大街街道", "城北区小桥大街街道")
CHANNELS = ("hotline", "wechat", "app", "web")


def reports(first: int, count: int, now: datetime) -> list[NewReport]:
    """Numbered from `first`; the same number is the same report. No two are one matter."""
    return [_report(number, now) for number in range(first, first + count)]


def _report(number: int, now: datetime) -> NewReport:
    rng = random.Random(number)
    title, text = rng.choice(MATTERS)
    filler = "，".join(f"第{rng.randrange(1000)}次反映" for _ in range(9))
    return NewReport(
        channel=rng.choice(CHANNELS),
        reference=f"R{number:010d}",
        received_at=now,
        title=title,
        text=f"{text}，{filler}，希望有关部门尽快处理，编号{number}。",
        contact=f"138{rng.randrange(RESIDENTS):08d}",
        address=f"{rng.choice(STREETS)}{rng.randrange(1, 300)}号{number % 40}单元",
    )


def grow(system: System, clock: VirtualClock, events_wanted: int, first: int) -> int:
    """Live whole lives, ten facts each, until the log has that many events. Returns the next
    report number. The past of a real city is mostly closed, so this one is too."""
    number = first
    while system.log.head() < events_wanted:
        receipts = system.intake.submit(reports(number, 500, clock.now()))
        number += 500
        system.transport.run_until_idle()
        tickets = system.handler.tickets([receipt.ticket_id for receipt in receipts])
        for at, commands in lives(system, clock.now(), list(tickets.values())):
            clock.advance_to(at)
            system.handler.handle(partial(list, commands))
        system.transport.run_until_idle()
        clock.advance_to(clock.now() + timedelta(minutes=10))
    return number


def lives(
    system: System, now: datetime, tickets: list[Ticket]
) -> Iterator[tuple[datetime, list[TicketCommand]]]:
    rules = system.rules().clock_rules()
    led = [(ticket, ticket.lead) for ticket in tickets if ticket.lead]
    at = now + timedelta(minutes=1)
    yield (
        at,
        [
            AcceptTicket(
                ticket_id=t.ticket_id, actor="unit:clerk", cause="command:b", now=at, unit=lead
            )
            for t, lead in led
        ],
    )
    at += timedelta(minutes=1)
    yield (
        at,
        [
            ResolveTicket(
                ticket_id=t.ticket_id,
                actor="unit:clerk",
                cause="command:b",
                now=at,
                unit=lead,
                reply=Personal(t.resident, "已经处理完毕，感谢您的来电。"),
                rules=rules,
            )
            for t, lead in led
        ],
    )
    at += timedelta(minutes=1)
    evaluated: list[TicketCommand] = [
        EvaluateTicket(
            ticket_id=t.ticket_id,
            actor="dispatcher:call",
            cause="command:b",
            now=at,
            reached=True,
            responded=True,
            solved=True,
            satisfaction="satisfied",
        )
        for t, lead in led
    ]
    closed: list[TicketCommand] = [
        CloseTicket(
            ticket_id=t.ticket_id,
            actor="dispatcher:call",
            cause="command:b",
            now=at,
            reason="evaluated",
        )
        for t, lead in led
    ]
    yield at, [*evaluated, *closed]
