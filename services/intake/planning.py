"""From drafts of reports to the commands that take them in. Nothing is written here."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.domain.command_base import SAME_WORDS
from services.domain.commands import (
    JoinReport,
    Likeness,
    MergeTicket,
    OpenTicket,
    ProposeJoin,
    Report,
)
from services.domain.personal import Personal
from services.intake.alike import Alike, matter_of
from services.intake.joining import OpenWorld, Place
from services.intake.merging import RULE_VERSION
from services.intake.report import NewReport
from services.intake.similarity.matter import Match
from services.platform.clock import Clock
from services.platform.ids import Entropy, time_ordered_id

ACTOR = "system:intake"  # whoever joins by a rule
TakingIn = OpenTicket | JoinReport
IntakeCommand = TakingIn | MergeTicket | ProposeJoin


class Draft(NamedTuple):
    """What does not change when the plan is made again."""

    report: NewReport
    report_id: str
    resident: str
    fingerprint: str


class Plan:
    """One plan: each report sees those before it. `tickets`: fingerprint → ticket that has it.

    ahead: (ticket, report) that `alike` was told of before they are written.
    """

    def __init__(
        self,
        tickets: dict[str, str],
        world: OpenWorld,
        alike: Alike,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._tickets = tickets
        self._world = world
        self._alike = alike
        self._clock = clock
        self._entropy = entropy
        self.ahead: list[tuple[str, str]] = []

    def commands(self, drafts: Sequence[Draft]) -> list[IntakeCommand]:
        return [command for draft in drafts for command in self._commands(draft)]

    def _commands(self, draft: Draft) -> list[IntakeCommand]:
        known = self._tickets.get(draft.fingerprint)
        if known is not None:
            ticket_id = self._world.planned(known)
            return [self._join(draft, ticket_id, SAME_WORDS)]
        matter = matter_of(draft.report, draft.resident)
        place = self._world.place(self._alike.find(matter))
        commands = self._placed(draft, place)
        ticket_id = commands[0].ticket_id
        self._tickets[draft.fingerprint] = ticket_id
        self._alike.add(ticket_id, draft.report_id, matter)
        self.ahead.append((ticket_id, draft.report_id))
        return commands

    def _placed(self, draft: Draft, place: Place) -> list[IntakeCommand]:
        commands: list[IntakeCommand] = []
        if place.into is None:
            ticket_id = time_ordered_id(self._clock.now(), self._entropy)
            self._world.opened(ticket_id, draft.report.received_at)
            commands.append(self._open(draft, ticket_id))
        else:
            ticket_id = place.into.ticket_id
            commands.append(self._join(draft, ticket_id, self._similar(place.into)))
        for match in place.merges:
            self._world.merged(match.ticket_id, ticket_id)
            commands.append(self._merge(draft, match, ticket_id))
        commands += [self._propose(draft, match, ticket_id) for match in place.proposals]
        return commands

    def _open(self, draft: Draft, ticket_id: str) -> OpenTicket:
        return OpenTicket(**self._taking_in(draft, ticket_id))

    def _join(self, draft: Draft, ticket_id: str, likeness: Likeness) -> JoinReport:
        return JoinReport(**self._taking_in(draft, ticket_id), likeness=likeness)

    def _merge(self, draft: Draft, match: Match, primary: str) -> MergeTicket:
        meta = self._by_rule(draft, match.ticket_id)
        return MergeTicket(**meta, primary=primary, likeness=self._similar(match))

    def _propose(self, draft: Draft, match: Match, ticket_id: str) -> ProposeJoin:
        return ProposeJoin(
            **self._by_rule(draft, ticket_id),
            other=match.ticket_id,
            report_ids=(draft.report_id, match.report_id),
            score=match.score,
            explanation=match.why,
            match_version=self._alike.match_version,
        )

    def _similar(self, match: Match) -> Likeness:
        return Likeness("similar", match.score, match.why, self._alike.match_version)

    def _by_rule(self, draft: Draft, ticket_id: str) -> dict[str, Any]:
        return {
            "ticket_id": ticket_id,
            "actor": ACTOR,
            "cause": f"command:{draft.report_id}",
            "now": self._clock.now(),
        }

    def _taking_in(self, draft: Draft, ticket_id: str) -> dict[str, Any]:
        return {
            **self._by_rule(draft, ticket_id),
            "actor": f"channel:{draft.report.channel}",
            "at": draft.report.received_at,
            "report": _sealed_report(draft),
        }


def _sealed_report(draft: Draft) -> Report:
    def personal(words: str | None) -> Personal | None:
        return None if not words else Personal(draft.resident, words)

    report = draft.report
    return Report(
        report_id=draft.report_id,
        channel=report.channel,
        reference=report.reference,
        resident=draft.resident,
        text=Personal(draft.resident, report.text),
        title=personal(report.title),
        address=personal(report.address),
        contact=personal(report.contact),
        name=personal(report.name),
        kind=report.kind,
        area=report.area,
        longitude=report.longitude,
        latitude=report.latitude,
        item=report.item,
        attachments=report.attachments,
        fingerprint=draft.fingerprint,
        rule_version=RULE_VERSION,
    )
