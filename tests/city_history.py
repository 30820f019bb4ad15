"""A seeded life of a small city, driven through the whole system under a virtual clock.

Everything that can happen to a ticket happens: joined reports, triage, returns, pauses, extensions,
missed clocks, call-backs, reopenings. The same seed gives the same decisions.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.console.system import System, bootstrap
from services.domain import commands as k
from services.domain.personal import Personal
from services.domain.ticket import Ticket
from services.intake.merging_desk import Asking, MergingDesk
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.settings import load_settings

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
CHANNELS = ("hotline", "wechat", "app", "<b>letter</b>")
DESK = ("log", "handler", "keyring", "clock")
SATISFACTIONS = ("satisfied", "fairly", "dissatisfied", None)


def open_city(
    folder: Path,
    start: datetime = START,
    seed: int = 1,
    environment: Mapping[str, str] | None = None,
) -> System:
    """environment: for another log than a file in the folder."""
    settings = load_settings(folder, environment=environment or {})
    return bootstrap(settings, VirtualClock(start), random.Random(seed).randbytes)


class CityHistory:
    """`day` adds one turn of city life; `processing` False leaves the processors behind."""

    def __init__(self, system: System, seed: int) -> None:
        self.system = system
        self.random = random.Random(seed)
        self.apart = random.Random(f"apart-{seed}")  # its own, so that nothing else is drawn anew
        self.judged = random.Random(f"judged-{seed}")  # so has this
        self.tickets: dict[str, None] = {}
        self.sent = 0
        leaves = system.directory.leaves()
        self.items = [item.code for item in leaves]
        self.areas = [a.code for a in system.directory.areas.values() if a.level == "street"]
        self.units = list(system.directory.units)

    def run(self, turns: int, reports: int = 6) -> None:
        for _ in range(turns):
            self.turn(reports)

    def turn(self, reports: int) -> None:
        clock = self.system.clock
        assert isinstance(clock, VirtualClock)
        receipts = self.system.intake.submit([self.report() for _ in range(reports)])
        self.tickets.update({receipt.ticket_id: None for receipt in receipts})
        self.system.transport.run_until_idle()
        self.act()
        self.take_apart()
        self.judge()
        hours = self.random.choice((1, 5, 9, 26, 60))
        clock.advance_to(clock.now() + timedelta(hours=hours, minutes=self.random.randrange(60)))
        self.system.transport.run_until_idle()

    def report(self) -> NewReport:
        self.sent += 1
        matter = self.sent if self.random.random() < 0.8 else self.random.randrange(8)
        chosen = self.random.random()
        return NewReport(
            channel=self.random.choice(CHANNELS),
            reference=f"r{self.sent}",
            received_at=self.system.clock.now() - timedelta(minutes=self.random.randrange(300)),
            title="小区问题",
            text=f"第{matter}件事情，请有关部门尽快处理一下，谢谢大家。",
            contact=f"1380000{self.random.randrange(10_000):04}",
            address=f"测试路{matter}号",
            item=self.random.choice(self.items) if chosen < 0.7 else None,
            area=self.random.choice(self.areas) if chosen < 0.8 else None,
        )

    def act(self) -> None:
        ids = self.random.sample(list(self.tickets), k=min(len(self.tickets), 25))
        found = self.system.handler.tickets(ids)
        commands = [command for i in ids if (command := self.command(found[i])) is not None]
        self.system.handler.handle(lambda: commands)

    def take_apart(self) -> None:
        """What was joined, or merged, by mistake."""
        desk = MergingDesk(*(getattr(self.system, name) for name in DESK), self.apart.randbytes)
        ids = self.apart.sample(list(self.tickets), k=min(len(self.tickets), 25))
        for ticket in self.system.handler.tickets(ids).values():
            asking = Asking(ticket.ticket_id, "person:dispatcher", self.apart.randbytes(8).hex())
            if ticket.stage == "merged" and self.apart.random() < 0.3:
                desk.unmerge(asking)
            elif len(ticket.reports) > 1 and self.apart.random() < 0.2:
                new = desk.unjoin(asking, self.apart.choice(ticket.reports[1:])).other
                self.tickets[new] = None

    def judge(self) -> None:
        """Calls that reach nobody, and appeals (申诉) against what is held against a unit."""
        ids = self.judged.sample(list(self.tickets), k=min(len(self.tickets), 40))
        for ticket in self.system.handler.tickets(ids).values():
            commands = [*self.called(ticket), *self.appeals(ticket)]
            self.system.handler.handle(lambda commands=commands: commands)  # type: ignore[misc]

    def called(self, ticket: Ticket) -> Iterator[k.TicketCommand]:
        task = ticket.evaluation.call_back
        if task is not None and task.stage == "open" and self.judged.random() < 0.5:
            outcome = self.judged.choice(("no_answer", "busy", "sent", "declined"))
            meta, limits = self.meta(ticket, "caller:wang"), k.TryLimits()
            yield k.TryCallBack(**meta, through="phone", outcome=outcome, limits=limits)

    def appeals(self, ticket: Ticket) -> Iterator[k.TicketCommand]:
        for verdict in ticket.evaluation.verdicts[-2:]:
            unit = self.meta(ticket, f"unit:{verdict.unit}")
            yield k.AppealVerdict(
                **unit,
                unit=verdict.unit,
                verdict=verdict.kind,
                fact=verdict.fact,
                reason="not_our_fault",
                evidence=("photo-1",),
                within_working_days=30,
                rules=self.rules(),
            )
        if self.judged.random() < 0.8:
            decision = self.judged.choice(("upheld", "upheld", "refused"))
            meta = self.meta(ticket, "supervisor:li")
            yield k.DecideAppeal(**meta, decision=decision, reason="proven", explanation="查实")

    def command(self, ticket: Ticket) -> k.TicketCommand | None:
        choices: dict[str, tuple[Callable[[Ticket], Any], ...]] = {
            "triage": (
                self.routed,
                self.decided,
                self.decided,
                self.consulted,
                self.declined,
                self.answered,
                self.merged,
            ),
            "returned": (self.decided, self.consulted),
            "routed": (self.accepted, self.accepted, self.returned, self.nothing, self.assisted),
            "handling": (
                self.resolved,
                self.resolved,
                self.suspended,
                self.asked,
                self.granted,
                self.supplemented,
                self.progressed,
            ),
            "resolved": (self.evaluated, self.closed, self.reopened),
            "answered": (self.evaluated, self.reopened, self.closed),
            "declined": (self.closed, self.reopened),
            "closed": (self.looked_back, self.evaluated, self.nothing, self.nothing, self.reopened),
        }
        if ticket.suspended_since is not None and self.random.random() < 0.5:
            return k.ResumeTicket(**self.meta(ticket), rules=self.rules())
        chosen = self.random.choice(choices.get(ticket.stage, (self.nothing,)))
        command: k.TicketCommand | None = chosen(ticket)
        return command

    def meta(self, ticket: Ticket, actor: str = "person:dispatcher") -> dict[str, Any]:
        return {
            "ticket_id": ticket.ticket_id,
            "actor": actor,
            "cause": "command:test",
            "now": self.system.clock.now(),
        }

    def rules(self) -> k.ClockRules:
        return self.system.rules().clock_rules()

    def words(self, ticket: Ticket) -> Personal:
        return Personal(ticket.resident, "已经联系群众，<i>情况属实</i>。")

    def nothing(self, ticket: Ticket) -> None:
        return None

    def routed(self, ticket: Ticket) -> k.TicketCommand:
        return k.RouteTicket(
            **self.meta(ticket),
            lead=self.random.choice(self.units),
            assisting=tuple(self.random.sample(self.units, self.random.randrange(3))),
            item=self.random.choice(self.items),
            area=self.random.choice(self.areas),
            urgency_days=self.random.choice((1, 3, 7, 11)),
            method="person",
            confidence=1.0,
            explanation="chosen by a person",
            directory_version="test",
        )

    def declined(self, ticket: Ticket) -> k.TicketCommand:
        return k.DeclineTicket(
            **self.meta(ticket),
            rule="court",
            rule_version="1",
            basis="条例",
            legal_route="法院",
            handed_over=self.random.random() < 0.3,
        )

    def answered(self, ticket: Ticket) -> k.TicketCommand:
        return k.AnswerAtOnce(**self.meta(ticket), reply=self.words(ticket))

    def merged(self, ticket: Ticket) -> k.TicketCommand:
        return k.MergeTicket(**self.meta(ticket), primary=next(iter(self.tickets)))

    def accepted(self, ticket: Ticket) -> k.TicketCommand:
        return k.AcceptTicket(**self.meta(ticket), unit=ticket.lead or "")

    def returned(self, ticket: Ticket) -> k.TicketCommand:
        is_late = ticket.accept is not None and ticket.accept.missed
        return k.ReturnTicket(
            **self.meta(ticket),
            unit=ticket.lead or "",
            reason=f"not_ours_{self.random.randrange(3)}",
            proposed_unit=self.random.choice((None, *self.units[:4])),
            late=is_late,
        )

    def decided(self, ticket: Ticket) -> k.TicketCommand:
        """Upheld or refused; in triage without a return it is routed."""
        if ticket.returning is None:
            return self.routed(ticket)
        return k.DecideReturn(
            **self.meta(ticket),
            decision=self.random.choice(("upheld", "refused")),
            by="person",
            reason="duty_list",
            explanation="decided by a person",
            directory_version="test",
            lead=self.random.choice(self.units[:4]),
        )

    def consulted(self, ticket: Ticket) -> k.TicketCommand:
        if ticket.returning is None:
            return self.routed(ticket)
        units = (ticket.returning.unit, ticket.first_lead or "")
        lead = self.random.choice((None, ticket.first_lead))
        return k.HoldConsultation(**self.meta(ticket), units=units, lead=lead)

    def assisted(self, ticket: Ticket) -> k.TicketCommand:
        return k.AskAssistance(**self.meta(ticket), unit=self.random.choice(self.units))

    def progressed(self, ticket: Ticket) -> k.TicketCommand:
        return k.ReportProgress(
            **self.meta(ticket), unit=ticket.lead or "", note=self.words(ticket)
        )

    def supplemented(self, ticket: Ticket) -> k.TicketCommand:
        """With what makes any matter more urgent."""
        note = Personal(ticket.resident, "刚才有人触电。")
        return k.SupplementTicket(**self.meta(ticket), note=note)

    def suspended(self, ticket: Ticket) -> k.TicketCommand:
        return k.SuspendTicket(**self.meta(ticket), reason="weather")

    def asked(self, ticket: Ticket) -> k.TicketCommand:
        meta = self.meta(ticket, "unit:lead")
        return k.RequestExtension(
            **meta, unit=ticket.lead or "", working_days=self.random.randint(1, 5), reason="parts"
        )

    def granted(self, ticket: Ticket) -> k.TicketCommand:
        return k.GrantExtension(**self.meta(ticket), rules=self.rules())

    def resolved(self, ticket: Ticket) -> k.TicketCommand:
        return k.ResolveTicket(
            **self.meta(ticket),
            unit=ticket.lead or "",
            reply=self.words(ticket),
            rules=self.rules(),
        )

    def evaluated(self, ticket: Ticket) -> k.TicketCommand:
        if self.random.random() < 0.2:
            return k.EvaluateTicket(**self.meta(ticket), reached=False)
        return k.EvaluateTicket(
            **self.meta(ticket),
            reached=True,
            responded=self.random.choice((True, True, False, None)),
            solved=self.random.choice((True, False, None)),
            satisfaction=self.random.choice(SATISFACTIONS),  # type: ignore[arg-type]
        )

    def closed(self, ticket: Ticket) -> k.TicketCommand:
        return k.CloseTicket(**self.meta(ticket), reason="done")

    def reopened(self, ticket: Ticket) -> k.TicketCommand:
        return k.ReopenTicket(**self.meta(ticket), reason="not_solved")

    def looked_back(self, ticket: Ticket) -> k.TicketCommand:
        return k.LookBack(**self.meta(ticket), holds=self.random.random() < 0.7)
