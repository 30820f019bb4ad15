"""A city whose intake looks for open tickets that are alike."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from services.domain.events import ReportJoined, TicketEvent, TicketOpened
from services.domain.primaries import primary_of
from services.intake.report import NewReport, Receipt
from services.intake.submission import Intake
from services.platform.clock import VirtualClock
from services.platform.processor import decode_all
from tests.services.intake.alike_exact import ExactAlike
from tests.services.intake.intake_city import IntakeCity

A = "路灯 坏 了 三天 黑"


class AlikeCity(IntakeCity):
    def __init__(self, folder: Path, alike: ExactAlike | None = None) -> None:
        super().__init__(folder)
        self.alike = alike or ExactAlike(self.system)
        system = self.system
        self.intake = Intake(
            system.log,
            system.handler,
            system.keyring,
            system.clock,
            similar=self.alike,
            match_version="exact-1",
        )

    def submit(self, *reports: NewReport) -> list[Receipt]:
        return self.intake.submit(reports)

    def send(self, reference: str, text: str = A, **values: Any) -> Receipt:
        """A minute after what came before."""
        clock = self.system.clock
        assert isinstance(clock, VirtualClock)
        clock.advance_to(clock.now() + timedelta(minutes=1))
        return super().send(reference, text, **values)

    def facts(self, *kinds: type) -> list[TicketEvent]:
        facts = decode_all(self.system.log.read_all(0, 10_000))[0]
        return [fact.event for fact in facts if isinstance(fact.event, kinds or (object,))]

    def matter_of(self, ticket_id: str) -> str:
        """The open ticket at the end of the way."""
        handler = self.system.handler
        return primary_of(ticket_id, lambda one: handler.tickets([one])[one]).ticket_id

    def partition(self, mine: str = "") -> set[frozenset[str]]:
        """References of reports, without what they begin with, matter by matter."""
        matters: dict[str, set[str]] = {}
        for fact in self.facts(TicketOpened, ReportJoined):
            if fact.reference.startswith(mine):
                reference = fact.reference.removeprefix(mine)
                matters.setdefault(self.matter_of(fact.ticket_id), set()).add(reference)
        return {frozenset(references) for references in matters.values()}
