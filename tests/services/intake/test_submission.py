"""接: every report once, the same open matter one ticket, whoever sends it and how often."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import submission
from services.intake.report import NewReport, Receipt
from services.platform.processor import decode_all
from tests.services.intake.intake_city import IntakeCity

LONG = "小区门口的路灯坏了一个多月，老人孩子看不见路，打过物业电话没人管，请尽快派人来修理，谢谢。"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[IntakeCity]:
    city = IntakeCity(tmp_path)
    yield city
    city.system.close()


def statuses(receipts: Sequence[Receipt]) -> list[str]:
    return [receipt.status for receipt in receipts]


def test_a_reference_is_taken_once_within_a_batch_and_after_it(city: IntakeCity) -> None:
    report = city.report("r1")
    first, again = city.submit(report, report)
    later = city.send("r1")
    assert statuses([first, again, later]) == ["opened", "duplicate", "duplicate"]
    assert (first.position, again.position, later.position) == (1, 0, 0)
    assert {r.report_id for r in (first, again, later)} == {first.report_id}
    assert {r.ticket_id for r in (first, again, later)} == {first.ticket_id}
    assert city.system.log.head() == 1


def test_the_same_reference_of_another_channel_is_another_report(city: IntakeCity) -> None:
    city.send("r1")
    assert city.send("r1", channel="hotline").status == "joined"


@pytest.mark.parametrize(
    ("first", "again", "differs"),
    [
        ({}, {}, False),
        ({}, {"text": "路灯，坏了！"}, False),
        ({}, {"text": "路灯又坏了"}, True),
        ({}, {"address": "海晏路2号"}, True),
        ({}, {"address": None}, True),  # can be compared with no other, and yet is not the same
        ({"address": None}, {"address": None}, False),
        ({"address": None}, {"address": None, "text": "别的"}, True),
        ({"address": None}, {}, True),
        ({"text": "？"}, {"text": "！"}, False),
    ],
)
def test_a_reference_that_comes_with_other_words_says_so_and_the_first_words_stand(
    city: IntakeCity, first: dict[str, Any], again: dict[str, Any], differs: bool
) -> None:
    city.send("r1", **first)
    in_one, in_another = city.report("r2", **first), city.report("r2", **again)
    assert city.send("r1", **again)[3:] == (0, differs)
    assert city.submit(in_one, in_another)[1][3:] == (0, differs)
    assert [row[1] for row in city.rows()["report_keys"]] == ["r1", "r2"]


def test_a_matter_is_joined_while_it_is_open_and_again_after_reopening(city: IntakeCity) -> None:
    first = city.send("r1")
    assert (city.send("r2").status, city.send("r2b").ticket_id) == ("joined", first.ticket_id)
    city.answer(first.ticket_id)
    city.reopen(first.ticket_id)
    assert city.send("r3").ticket_id == first.ticket_id
    city.answer(first.ticket_id)
    city.close(first.ticket_id)
    second = city.send("r4")
    assert second.status == "opened"
    assert city.send("r5").ticket_id == second.ticket_id


def test_short_words_without_a_place_never_join_and_long_ones_do(city: IntakeCity) -> None:
    nowhere = {"address": None, "area": "630104"}
    assert statuses([city.send(f"s{n}", **nowhere) for n in range(3)]) == ["opened"] * 3
    assert statuses([city.send(f"t{n}", LONG, **nowhere) for n in range(2)]) == ["opened", "joined"]


def test_one_contact_is_one_resident_and_no_contact_is_somebody_new(city: IntakeCity) -> None:
    contacts = ["13800000001", "+86 138 0000 0001", "13800000002", None, None, "", "无"]
    reports = [
        city.report(f"r{n}", f"第{n}件", contact=contact) for n, contact in enumerate(contacts)
    ]
    residents = [city.resident(receipt.ticket_id) for receipt in city.submit(*reports)]
    later = city.resident(city.send("r9", "第九件", contact="138-0000-0001").ticket_id)
    assert residents[0] == residents[1] == later
    assert len(set(residents)) == len(contacts) - 1


def test_a_thousand_reports_are_one_batch(city: IntakeCity) -> None:
    receipts = city.submit(*(city.report(f"r{n}", f"第{n % 600}件") for n in range(1_000)))
    assert Counter(statuses(receipts)) == {"opened": 600, "joined": 400}
    assert [receipt.position for receipt in receipts] == list(range(1, 1_001))
    assert city.submit() == []


MATTERS = ("路灯坏了", "停水", "井盖丢了")
Sent = tuple[str, int]  # reference, matter


class Model:
    """What intake must do, in plain words: a dictionary of references, another of open matters."""

    def __init__(self) -> None:
        self.references: dict[str, tuple[int, int]] = {}
        self.open: dict[int, int] = {}
        self.tickets: list[list[str]] = []

    def submit(self, batch: Sequence[Sent]) -> list[tuple[str, int, bool]]:
        return [self._one(reference, matter) for reference, matter in batch]

    def _one(self, reference: str, matter: int) -> tuple[str, int, bool]:
        if reference in self.references:
            ticket, first = self.references[reference]
            return "duplicate", ticket, matter != first
        joins = matter in self.open
        if not joins:
            self.open[matter] = len(self.tickets)
            self.tickets.append([])
        ticket = self.open[matter]
        self.references[reference] = (ticket, matter)
        self.tickets[ticket].append(reference)
        return ("joined" if joins else "opened"), ticket, False

    def end(self, matter: int) -> int | None:
        return self.open.pop(matter, None)


BATCH = st.lists(
    st.tuples(st.sampled_from([f"r{n}" for n in range(12)]), st.integers(0, 2)), max_size=10
)
STEPS = st.lists(st.one_of(BATCH, st.integers(0, 2)), max_size=6)


@settings(max_examples=16)
@given(steps=STEPS)
def test_any_batches_come_out_as_in_the_model(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[Sent] | int]
) -> None:
    city, model = IntakeCity(tmp_path_factory.mktemp("model")), Model()
    ids: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for step in steps:
        if isinstance(step, int):
            ended = model.end(step)
            if ended is not None:
                city.answer(ids[ended])
            continue
        head = city.system.log.head()
        receipts = city.submit(*(city.report(ref, MATTERS[matter]) for ref, matter in step))
        for receipt, (status, ticket, differs) in zip(receipts, model.submit(step), strict=True):
            assert ids.setdefault(ticket, receipt.ticket_id) == receipt.ticket_id
            assert (receipt.status, receipt.differs) == (status, differs)
        counts.update(statuses(receipts))
        new = [receipt.position for receipt in receipts if receipt.position]
        assert new == list(range(head + 1, head + 1 + len(new)))
    assert counts.total() == sum(len(step) for step in steps if not isinstance(step, int))
    assert counts["opened"] == len(model.tickets) == len(set(ids.values()))
    for ticket, references in enumerate(model.tickets):
        facts = decode_all(city.system.log.read_stream(ids[ticket]))[0]
        told = [f.event.reference for f in facts if hasattr(f.event, "reference")]
        assert told == references
    city.system.close()


def test_a_ticket_that_ends_between_the_look_and_the_joining_is_not_joined(
    city: IntakeCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = IntakeCity(tmp_path)  # another process, as far as the file is concerned
    ended = other.send("r1").ticket_id
    look = submission.open_matters

    def look_then_end(*arguments: Any) -> dict[str, str]:
        found = look(*arguments)
        monkeypatch.setattr(submission, "open_matters", look)
        other.answer(ended)
        return found

    monkeypatch.setattr(submission, "open_matters", look_then_end)
    receipts = city.submit(
        city.report("a", "别的事"), city.report("b"), city.report("c"), city.report("a", "别的事")
    )
    assert statuses(receipts) == ["opened", "opened", "joined", "duplicate"]
    assert receipts[1].ticket_id == receipts[2].ticket_id != ended
    assert len(city.rows()["report_keys"]) == 4
    other.system.close()


def test_two_handlers_of_one_file_take_a_reference_once_and_leave_no_orphans(
    city: IntakeCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = IntakeCity(tmp_path)
    look = submission.open_matters

    def look_while_other_sends(*arguments: Any) -> dict[str, str]:
        found = look(*arguments)
        monkeypatch.setattr(submission, "open_matters", look)
        other.submit(other.report("r2"), other.report("r1"))
        return found

    monkeypatch.setattr(submission, "open_matters", look_while_other_sends)
    receipts = city.submit(city.report("r1"), city.report("r3"), city.report("r2", "别的"))
    assert statuses(receipts) == ["duplicate", "joined", "duplicate"]
    assert [receipt.differs for receipt in receipts] == [False, False, True]
    assert len({receipt.ticket_id for receipt in receipts}) == 1
    rows = city.rows()
    assert (len(rows["report_keys"]), len(rows["open_matters"])) == (3, 1)
    assert city.system.log.head() == 3
    assert city.rows_from_the_log(tmp_path / "anew") == rows
    other.system.close()


def send_all(folder: Path, turn: int) -> list[Receipt]:
    """A process of its own: the same 120 references as the others, in another order."""
    city = IntakeCity(folder)
    reports: list[NewReport] = [city.report(f"r{n}", f"第{n % 40}件") for n in range(120)]
    reports = reports[turn * 40 :] + reports[: turn * 40]
    receipts = [r for start in range(0, 120, 8) for r in city.submit(*reports[start : start + 8])]
    city.system.close()
    return receipts


def test_processes_at_once_take_every_reference_once(city: IntakeCity, tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        answers = pool.starmap(send_all, [(tmp_path, 0), (tmp_path, 2)])
    receipts = [receipt for answer in answers for receipt in answer]
    counts = Counter(statuses(receipts))
    assert counts["opened"] == 40
    assert counts["opened"] + counts["joined"] == counts["duplicate"] == 120
    assert not any(receipt.differs for receipt in receipts)
    tickets = {receipt.report_id: receipt.ticket_id for receipt in receipts}
    assert len(tickets) == 120
    assert all(tickets[receipt.report_id] == receipt.ticket_id for receipt in receipts)
    rows = city.rows()
    assert (len(rows["report_keys"]), len(rows["open_matters"])) == (120, 40)
    assert city.rows_from_the_log(tmp_path / "anew") == rows
