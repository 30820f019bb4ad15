"""Deeds of people on supervision cases 督办单 and cards: load, decide, write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.domain import supervision_commands as k
from services.domain.personal import Personal
from services.domain.supervision_cards import CardCommand, Withdraw, decide_cards
from services.domain.supervision_case import Case, fold_case
from services.domain.supervision_decide import decide_case
from services.domain.supervision_rejections import (
    CaseChanged,
    CaseOpenAlready,
    NamesUnknown,
    TicketsDone,
)
from services.domain.supervision_union import AnySupervisionEvent, CaseFact
from services.domain.ticket import OPEN, Ticket
from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.keys import Keyring
from services.supervision.book import Book, Written
from services.supervision.fact_rows import SETTLING
from services.supervision.reading import cards_of, case_facts, case_of, open_case
from services.supervision.rules import SupervisionRules

_LAST_CODE = "SELECT MAX(code) FROM supervision_cases WHERE code >= ? AND code < ?"
_OF_CAUSE = "SELECT code FROM supervision_cases WHERE cause = ?"
Tickets = Callable[[Sequence[str]], Mapping[str, Ticket]]


class Asking(NamedTuple):
    """By whom (`role:name`), as which command. once: whoever asks has chosen the command's id, so
    that what comes again under it was done before."""

    actor: str
    command_id: str
    expected_version: int | None = None
    once: bool = False

    @property
    def cause(self) -> str:
        return f"command:{self.command_id}"


class Done(NamedTuple):
    case: Case
    position: int
    facts: Sequence[AnySupervisionEvent]


class SupervisionDesk:
    """tickets: the state of each as of now. is_unit: whether the directory has this code."""

    def __init__(
        self,
        log: EventLog,
        book: Book,
        keyring: Keyring,
        clock: Clock,
        rules: Callable[[], SupervisionRules],
        tickets: Tickets,
        is_unit: Callable[[str], bool],
    ) -> None:
        self._log = log
        self._book = book
        self._keyring = keyring
        self._clock = clock
        self._rules = rules
        self._tickets = tickets
        self._is_unit = is_unit

    def open(self, deed: k.OpenCase, asking: Asking) -> Done:
        """Raises SupervisionRejected, Outage; ValueError for an actor of no form."""

        def decide() -> Sequence[CaseFact]:
            if asking.once and self._log.query(_OF_CAUSE, (asking.cause,)):
                return []  # it was done before under this id
            self._check(deed)
            code = next_code(self._log, f"{self._today():%Y}")
            return decide_case(self._command(code, asking, deed), Case())

        return self._done(self._book.write(decide), asking)

    def on_case(self, code: str, deed: k.HandDeed, asking: Asking) -> Done:
        """Any deed but opening. Raises as `open`."""

        before: list[tuple[int, CaseFact]] = []  # as it stood when it was decided

        def decide() -> Sequence[CaseFact]:
            before[:] = case_facts(self._log, code)
            if _done_before(before, asking):  # within the write: of two at once one is first
                return []
            case = fold_case(fact for _, fact in before)
            expected = asking.expected_version
            if expected is not None and expected != case.version:
                raise CaseChanged(code, f"it is at version {case.version}, not {expected}")
            return decide_case(self._command(code, asking, deed), case)

        written = self._book.write(decide)
        if written.facts:
            return Done(case_of(self._log, code), written.position, written.facts)
        case, mine = fold_case(fact for _, fact in before), _done_before(before, asking)
        return Done(case, mine[-1][0] if mine else 0, [fact for _, fact in mine])

    def reply(self, code: str, unit: str, text: str, asking: Asking) -> Done:
        """The words are sealed with the key of the resident whose ticket it is about first, else
        with a new one that is the reply's own."""
        subject = self._subject(case_of(self._log, code))
        return self.on_case(code, k.Reply(unit=unit, reply=Personal(subject, text)), asking)

    def withdraw(self, unit: str, deed: Withdraw, asking: Asking) -> Written:
        """A card, and those that rest on it. Raises as `open`."""
        return self._book.write(
            lambda: decide_cards(
                CardCommand(
                    unit=unit,
                    actor=asking.actor,
                    cause=asking.cause,
                    now=self._clock.now(),
                    today=self._today(),
                    deed=deed,
                ),
                cards_of(self._log, unit),
            )
        )

    def _subject(self, case: Case) -> str:
        tickets = case.opening.tickets[:1] if case.opening else ()
        for ticket in self._tickets(tickets).values():
            return ticket.resident
        return self._keyring.residents([None], self._clock.now())[0]

    def _check(self, deed: k.OpenCase) -> None:
        if not self._is_unit(deed.unit):
            raise NamesUnknown(deed.unit, f"unit {deed.unit}")
        found = self._tickets(deed.tickets)
        missing = [one for one in deed.tickets if not found[one].version]
        if missing:
            raise NamesUnknown(missing[0], f"tickets {', '.join(missing[:10])}")
        if deed.reason in SETTLING:
            done = [one for one in deed.tickets if found[one].stage not in OPEN]
            if done:
                raise TicketsDone(done[0], ", ".join(done[:10]))
        for one in deed.tickets:
            code = open_case(self._log, one, deed.reason)
            if code is not None:
                raise CaseOpenAlready(code, f"{one} has {code}")

    def _done(self, written: Written, asking: Asking) -> Done:
        rows = self._log.query(_OF_CAUSE, (asking.cause,))
        case = case_of(self._log, rows[0][0]) if rows else Case()
        return Done(case, written.position, written.facts)

    def _today(self) -> date:
        return self._rules().calendar.local_date(self._clock.now())

    def _command(self, code: str, asking: Asking, deed: k.HandDeed) -> k.CaseCommand:
        return k.CaseCommand(
            code=code,
            actor=asking.actor,
            cause=asking.cause,
            now=self._clock.now(),
            deed=deed,
            rules=self._rules().reply_rules(),
        )


def _done_before(
    facts: Sequence[tuple[int, CaseFact]], asking: Asking
) -> Sequence[tuple[int, CaseFact]]:
    """What comes again under an id of the asker's own is answered as it was the first time."""
    return [one for one in facts if asking.once and one[1].cause == asking.cause]


def next_code(log: EventLog, year: str, taken: int = 0) -> str:
    """督办单号: the next of the year; `taken`: how many more are to be written with this one."""
    last = log.query(_LAST_CODE, (f"{year}-", f"{year}."))[0][0]
    number = int(last.rpartition("-")[2]) if last else 0
    return f"{year}-{number + 1 + taken:06d}"
