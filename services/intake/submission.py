"""The one command path of intake: every door ends in `Intake.submit`."""

from collections.abc import Sequence

from services.domain.commands import JoinReport, OpenTicket
from services.domain.rejections import TicketNotOpen
from services.intake.alike import Alike, OpenTicketsAlike
from services.intake.index import followers, known_reports, open_matters
from services.intake.joining import OpenWorld
from services.intake.merging import same_matter, words_and_place
from services.intake.planning import Draft, IntakeCommand, Plan
from services.intake.report import NewReport, Receipt
from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler, Outcome
from services.platform.event_log import Change, Checkpoint, EventLog
from services.platform.failures import ConcurrentAppend
from services.platform.ids import Entropy, system_entropy, time_ordered_id
from services.platform.keys import Keyring

Key = tuple[str, str]
ATTEMPTS_MAX = 20
ALIKE_ATTEMPTS_MAX = 3  # then without looking for similar tickets: a report does not wait for it


class Intake:
    """多口归一: the same report twice is one report, the same open matter is one ticket."""

    def __init__(
        self,
        log: EventLog,
        handler: CommandHandler,
        keyring: Keyring,
        clock: Clock,
        entropy: Entropy = system_entropy,
        similar: OpenTicketsAlike | None = None,
        match_version: str = "none",
        *,
        joins_similar: bool = True,
    ) -> None:
        """similar: open tickets that are alike; without it only the same words join.
        match_version: of the rule by which they are. joins_similar: what is surely one matter
        joins by itself; else a person is asked, as about what may be."""
        self._log = log
        self._handler = handler
        self._keyring = keyring
        self._clock = clock
        self._entropy = entropy
        self._alike = Alike(similar, match_version, joins=joins_similar)

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
        drafts: dict[Key, Draft] = {}
        planned: list[IntakeCommand] = []
        known: dict[Key, tuple[str, str, str]] = {}
        ahead: list[tuple[str, str]] = []

        def plan() -> Sequence[IntakeCommand]:
            self._alike.drop(ahead)
            self._alike.catch_up()
            known.clear()
            known.update(known_reports(self._log, [_key(report) for report in reports]))
            self._draft([r for r in reports if _key(r) not in known], drafts)
            fresh = [draft for key, draft in drafts.items() if key not in known]
            made = self._plan(fresh, alike)
            planned[:] = made.commands(fresh)
            ahead[:] = made.ahead
            return planned

        fresh: dict[Key, Receipt] = {}
        whole = bool(checkpoints or changes)
        try:
            for attempt in range(ATTEMPTS_MAX):
                alike = self._alike if attempt < ALIKE_ATTEMPTS_MAX else Alike(None)
                outcomes = self._handler.handle(
                    plan, also=checkpoints, changes=changes, whole=whole
                )
                if whole and _look_again(planned, outcomes):
                    continue  # nothing was written: a ticket to join was closed meanwhile
                if self._taken(planned, outcomes, known, fresh):
                    ahead.clear()
                    return self._receipts(reports, known, fresh)
        finally:
            self._alike.drop(ahead)
        raise ConcurrentAppend("the tickets to join were always closed first")

    def _draft(self, reports: Sequence[NewReport], drafts: dict[Key, Draft]) -> None:
        fresh: dict[Key, NewReport] = {}
        for report in reports:  # the first of a reference stands, also within one batch
            fresh.setdefault(_key(report), report)
        missing = [report for key, report in fresh.items() if key not in drafts]
        now = self._clock.now()
        residents = self._keyring.residents([report.contact for report in missing], now)
        for report, resident in zip(missing, residents, strict=True):
            report_id = time_ordered_id(now, self._entropy)
            fingerprint = self._fingerprint(report, report_id)
            drafts[_key(report)] = Draft(report, report_id, resident, fingerprint)

    def _fingerprint(self, report: NewReport, report_id: str) -> str:
        """Of its matter; of a report that is like no other, with its own id, of its words."""
        matter = same_matter(report)
        if matter is not None:
            return self._keyring.digest(matter, "matter")
        return self._keyring.digest(f"{report_id}|{words_and_place(report)}", "report")

    def _plan(self, drafts: Sequence[Draft], alike: Alike) -> Plan:
        tickets = open_matters(self._log, [draft.fingerprint for draft in drafts])
        world = OpenWorld(self._handler.tickets, lambda some: followers(self._log, some))
        return Plan(tickets, world, alike, self._clock, self._entropy)

    def _taken(
        self,
        planned: Sequence[IntakeCommand],
        outcomes: Sequence[Outcome],
        known: dict[Key, tuple[str, str, str]],
        fresh: dict[Key, Receipt],
    ) -> bool:
        """Note what was written. False if a ticket was closed between our look and its joining;
        a merge or a proposal that came too late is none."""
        refused = False
        for command, outcome in zip(planned, outcomes, strict=True):
            if not isinstance(command, OpenTicket | JoinReport):
                continue
            if isinstance(outcome.rejection, TicketNotOpen):
                refused = True
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
        return not refused

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


def _look_again(planned: Sequence[IntakeCommand], outcomes: Sequence[Outcome]) -> bool:
    """Whether a ticket has changed since the plan, so that nothing of the whole was written."""
    return any(
        isinstance(outcome.rejection, TicketNotOpen)
        or (outcome.rejection is not None and not isinstance(command, OpenTicket | JoinReport))
        for command, outcome in zip(planned, outcomes, strict=True)
    )


def _key(report: NewReport) -> Key:
    return report.channel, report.reference
