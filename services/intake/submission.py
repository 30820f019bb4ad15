"""The one command path of intake: every door ends in `Intake.submit`."""

from collections.abc import Sequence
from typing import NamedTuple

from services.domain.commands import JoinReport, OpenTicket, Report
from services.domain.personal import Personal
from services.domain.rejections import TicketNotOpen
from services.intake.index import known_reports, open_matters
from services.intake.merging import RULE_VERSION, same_matter, words_and_place
from services.intake.report import NewReport, Receipt
from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler, Outcome
from services.platform.event_log import Change, Checkpoint, EventLog
from services.platform.failures import ConcurrentAppend
from services.platform.ids import Entropy, system_entropy, time_ordered_id
from services.platform.keys import Keyring

Key = tuple[str, str]
ATTEMPTS_MAX = 20


class _Draft(NamedTuple):
    """What does not change when the plan is made again."""

    report: NewReport
    report_id: str
    resident: str
    fingerprint: str


class Intake:
    """多口归一: the same report twice is one report, the same open matter is one ticket."""

    def __init__(
        self,
        log: EventLog,
        handler: CommandHandler,
        keyring: Keyring,
        clock: Clock,
        entropy: Entropy = system_entropy,
    ) -> None:
        self._log = log
        self._handler = handler
        self._keyring = keyring
        self._clock = clock
        self._entropy = entropy

    def submit(
        self,
        reports: Sequence[NewReport],
        *,
        checkpoints: Sequence[Checkpoint] = (),
        changes: Sequence[Change] = (),
    ) -> list[Receipt]:
        """One receipt a report, in order, durable when it returns. Raises Outage.

        With checkpoints or changes it is one transaction: all reports and these, or nothing.
        Raises Overtaken if a checkpoint is not where it should start.
        """
        drafts: dict[Key, _Draft] = {}
        planned: list[OpenTicket | JoinReport] = []
        known: dict[Key, tuple[str, str, str]] = {}

        def plan() -> Sequence[OpenTicket | JoinReport]:
            known.clear()
            known.update(known_reports(self._log, [_key(report) for report in reports]))
            self._draft([r for r in reports if _key(r) not in known], drafts)
            fresh = [draft for key, draft in drafts.items() if key not in known]
            planned[:] = self._commands(fresh)
            return planned

        fresh: dict[Key, Receipt] = {}
        whole = bool(checkpoints or changes)
        for _ in range(ATTEMPTS_MAX):
            outcomes = self._handler.handle(plan, also=checkpoints, changes=changes, whole=whole)
            if whole and any(isinstance(one.rejection, TicketNotOpen) for one in outcomes):
                continue  # nothing was written: a ticket to join was closed meanwhile
            if self._taken(planned, outcomes, known, fresh):
                return self._receipts(reports, known, fresh)
        raise ConcurrentAppend("the tickets to join were always closed first")

    def _draft(self, reports: Sequence[NewReport], drafts: dict[Key, _Draft]) -> None:
        fresh: dict[Key, NewReport] = {}
        for report in reports:  # the first of a reference stands, also within one batch
            fresh.setdefault(_key(report), report)
        missing = [report for key, report in fresh.items() if key not in drafts]
        now = self._clock.now()
        residents = self._keyring.residents([report.contact for report in missing], now)
        for report, resident in zip(missing, residents, strict=True):
            report_id = time_ordered_id(now, self._entropy)
            fingerprint = self._fingerprint(report, report_id)
            drafts[_key(report)] = _Draft(report, report_id, resident, fingerprint)

    def _fingerprint(self, report: NewReport, report_id: str) -> str:
        """Of its matter; of a report that is like no other, with its own id, of its words."""
        matter = same_matter(report)
        if matter is not None:
            return self._keyring.digest(matter, "matter")
        return self._keyring.digest(f"{report_id}|{words_and_place(report)}", "report")

    def _commands(self, drafts: Sequence[_Draft]) -> list[OpenTicket | JoinReport]:
        tickets = open_matters(self._log, [draft.fingerprint for draft in drafts])
        commands: list[OpenTicket | JoinReport] = []
        for draft in drafts:
            ticket_id = tickets.get(draft.fingerprint)
            if ticket_id is not None:
                commands.append(self._command(JoinReport, draft, ticket_id))
                continue
            ticket_id = time_ordered_id(self._clock.now(), self._entropy)
            tickets[draft.fingerprint] = ticket_id
            commands.append(self._command(OpenTicket, draft, ticket_id))
        return commands

    def _command(
        self, command: type[OpenTicket] | type[JoinReport], draft: _Draft, ticket_id: str
    ) -> OpenTicket | JoinReport:
        return command(
            ticket_id=ticket_id,
            actor=f"channel:{draft.report.channel}",
            cause=f"command:{draft.report_id}",
            now=self._clock.now(),
            at=draft.report.received_at,
            report=_sealed_report(draft),
        )

    def _taken(
        self,
        planned: Sequence[OpenTicket | JoinReport],
        outcomes: Sequence[Outcome],
        known: dict[Key, tuple[str, str, str]],
        fresh: dict[Key, Receipt],
    ) -> bool:
        """Note what was written. False if a ticket was closed between our look and its joining."""
        for command, outcome in zip(planned, outcomes, strict=True):
            if isinstance(outcome.rejection, TicketNotOpen):
                continue
            if outcome.rejection is not None:
                raise outcome.rejection
            sent = command.report
            key = (sent.channel, sent.reference)
            fresh[key] = Receipt(
                "opened" if isinstance(command, OpenTicket) else "joined",
                command.ticket_id,
                sent.report_id,
                outcome.position,
            )
            known[key] = (command.ticket_id, sent.report_id, sent.fingerprint)
        return not any(outcome.rejection for outcome in outcomes)

    def _receipts(
        self,
        reports: Sequence[NewReport],
        known: dict[Key, tuple[str, str, str]],
        fresh: dict[Key, Receipt],
    ) -> list[Receipt]:
        return [
            fresh.pop(_key(report)) if _key(report) in fresh else self._duplicate(report, known)
            for report in reports
        ]

    def _duplicate(self, report: NewReport, known: dict[Key, tuple[str, str, str]]) -> Receipt:
        ticket_id, report_id, fingerprint = known[_key(report)]
        differs = self._fingerprint(report, report_id) != fingerprint
        return Receipt("duplicate", ticket_id, report_id, 0, differs)


def _key(report: NewReport) -> Key:
    return report.channel, report.reference


def _sealed_report(draft: _Draft) -> Report:
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
