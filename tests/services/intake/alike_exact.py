"""Which open tickets are alike, by the share of their words that are the same: exact and simple."""

from collections.abc import Sequence

from services.console.system import System
from services.domain import events as e
from services.domain import events_merging as m
from services.intake.similarity.matter import Match, Matter
from services.platform.processor import decode_all
from services.platform.words import open_words

SURE, PROBABLE = 0.6, 0.3
ENDED = (e.TicketResolved, e.TicketAnsweredAtOnce, e.TicketDeclined, e.TicketClosed)


class ExactAlike:
    """Follows the log by reading all that is new. Words are parted by blanks."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._position = 0
        self._reports: dict[tuple[str, str], frozenset[str]] = {}
        self._ended: set[str] = set()

    def catch_up_for_report(self) -> None:
        while recorded := self._system.log.read_all(self._position, 500):
            self._position = recorded[-1].position
            for fact in decode_all(recorded)[0]:
                self._take_in(fact.event, fact.version)

    def find(self, matter: Matter, limit: int) -> Sequence[Match]:
        best: dict[str, Match] = {}
        for (ticket_id, report_id), words in sorted(self._reports.items()):
            score = overlap(words, words_of(matter.text))
            if ticket_id in self._ended or score < PROBABLE:
                continue
            if ticket_id not in best or best[ticket_id].score < score:
                verdict = "sure" if score >= SURE else "probable"
                best[ticket_id] = Match(ticket_id, report_id, score, verdict, "words in common")
        return sorted(best.values(), key=lambda match: -match.score)[:limit]

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        self._reports[ticket_id, report_id] = words_of(matter.text)

    def drop_report(self, ticket_id: str, report_id: str) -> None:
        self._reports.pop((ticket_id, report_id), None)

    def _take_in(self, event: e.TicketEvent, version: int) -> None:
        if isinstance(event, e.TicketOpened | e.ReportJoined):
            text = open_words(self._system.keyring, event, version, "text")
            self._reports[event.ticket_id, event.report_id] = words_of(text or "")
        elif isinstance(event, m.ReportSplit):
            self.drop_report(event.ticket_id, event.report_id)
        elif isinstance(event, ENDED):
            self._ended.add(event.ticket_id)
        elif isinstance(event, e.TicketReopened):
            self._ended.discard(event.ticket_id)


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
