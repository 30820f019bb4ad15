"""Open tickets by what was said of them: sought by keys, weighed together, then compared.

What shares no key is not compared; what does is judged by `compare` alone, so that the index
finds what comparing with all would find. Not safe to share between threads.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.intake.similarity.explain import why
from services.intake.similarity.matter import Match, Matter
from services.intake.similarity.pair_store import PairStore
from services.intake.similarity.pairs_of_letters import NOTHING
from services.intake.similarity.place_marks import Name
from services.intake.similarity.postings import Postings, Slots
from services.intake.similarity.reading import Prepared, cell_keys, prepare
from services.intake.similarity.rule import Comparison, can_match, compare_known

CROWD_MAX = 300  # reports with the same unusual words: then they are usual
CANDIDATES_MAX = 2_000  # weighed for one query: those with most keys in common, then the newest
LOOKED_AT_MAX = 150  # of these, those with most in common
COMPARED_MAX = 30  # and of these, the first that could match
KEY_SAYS, KEYS_SAY_MAX = 0.3, 5  # beside the share of the words in common
DEAD_SHARE_MAX = 0.5
DEAD_MIN = 10_000


class _Kept(NamedTuple):
    ticket_id: str
    report_id: str
    prepared: Prepared  # without pairs and keys: they are kept elsewhere


class TicketIndex:
    """`SimilarTickets` in memory."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, str], int] = {}
        self._reports: dict[str, list[str]] = {}
        self._kept: list[_Kept | None] = []
        self._alive = bytearray()  # 1 for each of them that is there
        self._pairs = PairStore()
        self._places = Postings()
        self._texts = Postings()
        self._names: dict[Name, Name] = {}  # one object for what many reports name

    def __len__(self) -> int:
        """Reports."""
        return len(self._slots)

    @property
    def tickets(self) -> int:
        return len(self._reports)

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        if (ticket_id, report_id) not in self._slots:
            self.add_prepared(ticket_id, report_id, prepare(matter))

    def add_prepared(self, ticket_id: str, report_id: str, report: Prepared) -> None:
        """Adding it again changes nothing."""
        if (ticket_id, report_id) in self._slots:
            return
        slot = len(self._kept)
        self._slots[ticket_id, report_id] = slot
        self._reports.setdefault(ticket_id, []).append(report_id)
        self._alive.append(1)
        self._kept.append(_Kept(ticket_id, report_id, self._slim(report)))
        self._pairs.append(report.pairs)
        self._places.add(slot, [*report.place_keys, *cell_keys(report.cell)])
        self._texts.add(slot, report.text_keys)

    def drop_ticket(self, ticket_id: str) -> None:
        for report_id in list(self._reports.get(ticket_id, ())):
            self.drop_report(ticket_id, report_id)

    def drop_report(self, ticket_id: str, report_id: str) -> None:
        slot = self._slots.pop((ticket_id, report_id), None)
        if slot is None:
            return
        self._take_out(slot)
        self._left(ticket_id, report_id)
        dead = len(self._kept) - len(self._slots)
        if dead > DEAD_MIN and dead > DEAD_SHARE_MAX * len(self._kept):
            self._rebuild()

    def _left(self, ticket_id: str, report_id: str) -> None:
        left = [one for one in self._reports[ticket_id] if one != report_id]
        if left:
            self._reports[ticket_id] = left
        else:
            del self._reports[ticket_id]

    def _take_out(self, slot: int) -> None:
        self._kept[slot] = None
        self._alive[slot] = 0

    def has(self, ticket_id: str, report_id: str) -> bool:
        return (ticket_id, report_id) in self._slots

    def rename_ticket(self, ticket_id: str, other_id: str) -> None:
        """Its reports are the other ticket's from now on."""
        for report_id in list(self._reports.get(ticket_id, ())):
            self.move_report(report_id, ticket_id, other_id)

    def move_report(self, report_id: str, ticket_id: str, other_id: str) -> None:
        """It is the other ticket's from now on; one that is not there is nothing to do."""
        slot = self._slots.get((ticket_id, report_id))
        if slot is None or ticket_id == other_id:
            return
        kept = self._kept[slot]
        assert kept is not None
        if not self.has(other_id, report_id):
            self._slots[other_id, report_id] = slot
            self._reports.setdefault(other_id, []).append(report_id)
            self._kept[slot] = kept._replace(ticket_id=other_id)
        else:
            self._take_out(slot)
        del self._slots[ticket_id, report_id]
        self._left(ticket_id, report_id)

    def find(self, matter: Matter, limit: int) -> Sequence[Match]:
        return self.find_prepared(prepare(matter), limit)

    def find_prepared(self, report: Prepared, limit: int) -> Sequence[Match]:
        """The best first, one match a ticket, "probable" or better. Raises nothing."""
        alike = [one for one in self._compared(report) if one[1].verdict is not None]
        best: dict[str, tuple[_Kept, Comparison]] = {}
        for kept, found in sorted(alike, key=_order):
            best.setdefault(kept.ticket_id, (kept, found))
        return [_match(kept, found) for kept, found in list(best.values())[: max(limit, 0)]]

    def _compared(self, report: Prepared) -> Iterator[tuple[_Kept, Comparison]]:
        slots, keys_shared = self._candidates(report)
        shared = self._pairs.weights_shared(report.pairs, slots)
        compared = 0
        for number in _likeliest(keys_shared, shared / max(report.weight, 1)):
            kept, weight = self._kept[int(slots[number])], int(shared[number])
            assert kept is not None
            if can_match(report, kept.prepared, weight):
                yield kept, compare_known(report, kept.prepared, weight)
                compared += 1
                if compared == COMPARED_MAX:
                    return

    def _candidates(self, report: Prepared) -> tuple[Slots, NDArray[np.int64]]:
        """Open reports that share a key, each once, the newest first; and how many keys of the
        place they share."""
        by_place = self._places.of([*report.place_keys, *cell_keys(report.cell, around=1)])
        by_text = np.unique(self._texts.of(report.text_keys, CROWD_MAX))
        slots, times = np.unique(np.concatenate([by_place, by_text]), return_counts=True)
        slots, times = slots[::-1], times[::-1]
        alive = np.frombuffer(self._alive, np.bool_)[slots]
        slots, times = slots[alive], times[alive]
        if len(slots) > CANDIDATES_MAX:
            best = np.argsort(-times, kind="stable")[:CANDIDATES_MAX]
            slots, times = slots[best], times[best]
        return slots, times

    def _slim(self, report: Prepared) -> Prepared:
        return report._replace(
            pairs=NOTHING,
            place_keys=(),
            text_keys=(),
            names=tuple(self._names.setdefault(name, name) for name in report.names),
            numbers=tuple(sys.intern(number) for number in report.numbers),
        )

    def _rebuild(self) -> None:
        """Leave out who is gone."""
        alive = np.frombuffer(bytes(self._alive), np.bool_)
        numbers = np.where(alive, np.cumsum(alive) - 1, -1)
        pairs = PairStore()
        for slot in np.flatnonzero(alive):
            pairs.append(self._pairs.of(int(slot)))
        self._pairs = pairs
        self._places = self._places.renumbered(numbers)
        self._texts = self._texts.renumbered(numbers)
        self._kept = [kept for kept in self._kept if kept is not None]
        self._slots = {
            (kept.ticket_id, kept.report_id): slot
            for slot, kept in enumerate(self._kept)
            if kept is not None
        }
        self._alive = bytearray(b"\x01" * len(self._kept))
        self._names.clear()


def _likeliest(keys_shared: NDArray[np.int64], contained: NDArray[np.float64]) -> Sequence[int]:
    """Numbers of the candidates, those with most in common by what is known of all at once."""
    likely = contained + KEY_SAYS * np.minimum(keys_shared, KEYS_SAY_MAX)
    order: list[int] = np.argsort(-likely, kind="stable")[:LOOKED_AT_MAX].tolist()
    return order


def _order(one: tuple[_Kept, Comparison]) -> tuple[float, str, str]:
    kept, found = one
    return -found.score, kept.ticket_id, kept.report_id


def _match(kept: _Kept, found: Comparison) -> Match:
    assert found.verdict is not None
    return Match(kept.ticket_id, kept.report_id, found.score, found.verdict, why(found))
