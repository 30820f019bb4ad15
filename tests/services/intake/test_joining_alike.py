"""Reports that are alike: joined if that is sure, proposed if it is probable, never lost."""

import logging
from collections.abc import Iterator, Sequence
from itertools import count, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain import commands as k
from services.domain.events import ReportJoined, TicketMerged, TicketOpened
from services.domain.events_merging import JoinProposed
from services.intake.joining import OpenWorld
from services.intake.similarity.matter import Matter
from services.platform.event_log import Checkpoint
from tests.services.intake.alike_city import AlikeCity
from tests.services.intake.alike_exact import SURE, ExactAlike, overlap, words_of
from tests.services.intake.intake_city import IntakeCity

A, B = "路灯 坏 了 三天 黑", "井盖 丢 了 危险 快"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[AlikeCity]:
    city = AlikeCity(tmp_path)
    yield city
    city.system.close()


def test_a_sure_one_joins_and_says_why(city: AlikeCity) -> None:
    first = city.send("r1", A)
    joined = city.send("r2", f"{A} 啊")
    assert (joined.status, joined.ticket_id) == ("joined", first.ticket_id)
    (fact,) = city.facts(ReportJoined)
    assert (fact.method, fact.explanation, fact.match_version) == (
        "similar",
        "words in common",
        "exact-1",
    )
    assert fact.score == pytest.approx(5 / 6)


def test_the_same_words_need_no_likeness(city: AlikeCity) -> None:
    city.send("r1", A)
    city.send("r2", A)
    assert [fact.method for fact in city.facts(ReportJoined)] == ["same_words"]


def test_a_probable_one_is_opened_and_proposed(city: AlikeCity) -> None:
    first = city.send("r1", "a b c d")
    second = city.send("r2", "a b x y")
    assert second.status == "opened"
    (proposed,) = city.facts(JoinProposed)
    assert (proposed.ticket_id, proposed.other) == (second.ticket_id, first.ticket_id)
    assert proposed.report_ids == (second.report_id, first.report_id)
    assert proposed.actor == "system:intake"


def test_the_reports_of_one_batch_see_each_other(city: AlikeCity) -> None:
    receipts = city.submit(
        city.report("r1", A), city.report("r2", B), city.report("r3", f"{A} 啊"),
        city.report("r4", A),
    )  # fmt: skip
    assert [receipt.status for receipt in receipts] == ["opened", "opened", "joined", "joined"]
    assert receipts[0].ticket_id == receipts[2].ticket_id == receipts[3].ticket_id


def test_a_report_between_two_open_tickets_makes_them_one(city: AlikeCity) -> None:
    first, second = city.send("r1", "a b c d"), city.send("r2", "c d e f")
    between = city.send("r3", "a b c d e f")
    assert between.ticket_id == first.ticket_id
    (merged,) = city.facts(TicketMerged)
    assert (merged.ticket_id, merged.primary) == (second.ticket_id, first.ticket_id)
    assert (merged.method, merged.match_version) == ("similar", "exact-1")
    assert city.send("r4", "c d e f").ticket_id == first.ticket_id
    assert city.send("r5", "c d e f f2").ticket_id == first.ticket_id


def test_what_a_person_kept_apart_is_neither_merged_nor_proposed(city: AlikeCity) -> None:
    first, second = city.send("r1", "a b c d"), city.send("r2", "c d e f")
    assert len(city.facts(JoinProposed)) == 1
    for one, other in permutations((first.ticket_id, second.ticket_id)):
        city.do(k.RefuseJoin, one, other=other)
    assert city.send("r3", "a b c d e f").ticket_id == first.ticket_id
    assert city.facts(TicketMerged) == []
    assert len(city.facts(JoinProposed)) == 1


def test_a_no_holds_for_whoever_follows_as_well(city: AlikeCity) -> None:
    first, second = city.send("r1", "a b c d"), city.send("r2", "c d e f")
    third = city.send("r3", "完全 别的 事情")
    for one, other in permutations((second.ticket_id, third.ticket_id)):
        city.do(k.RefuseJoin, one, other=other)
    city.do(k.MergeTicket, third.ticket_id, primary=first.ticket_id)
    city.send("r4", "a b c d e f")
    assert [fact.ticket_id for fact in city.facts(TicketMerged)] == [third.ticket_id]


def test_a_ticket_that_is_over_is_not_joined(city: AlikeCity) -> None:
    first = city.send("r1", A)
    city.answer(first.ticket_id)
    assert city.send("r2", f"{A} 啊").status == "opened"


class Broken(ExactAlike):
    def find(self, matter, limit):
        raise RuntimeError("路灯坏了 is what somebody said")

    catch_up = add = drop_report = find


def test_an_engine_that_breaks_loses_no_report_and_is_told_of_once_without_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    city = AlikeCity(tmp_path, Broken(IntakeCity(tmp_path / "other").system))
    with caplog.at_level(logging.WARNING, logger="services.intake.alike"):
        receipts = city.submit(city.report("r1", A), city.report("r2", f"{A} 啊"))
        receipts += [city.send("r3", A)]
    assert [receipt.status for receipt in receipts] == ["opened", "opened", "joined"]
    assert len(caplog.records) == 1
    assert "路灯" not in caplog.text
    city.system.close()


class Late(ExactAlike):
    """Knows tickets that are over, and such as never were."""

    def find(self, matter, limit):
        return [match._replace(verdict="sure") for match in super().find(matter, limit)]

    def catch_up_for_report(self) -> None:
        super().catch_up_for_report()
        self._ended.clear()
        self._reports["never-was", "r"] = words_of(A)


def test_an_engine_that_lags_behind_joins_nothing_to_what_is_over(tmp_path: Path) -> None:
    city = AlikeCity(tmp_path)
    city.alike = Late(city.system)
    city.intake._alike._tickets = city.alike
    first = city.send("r1", A)
    city.answer(first.ticket_id)
    assert city.send("r2", f"{A} 啊").status == "opened"
    assert city.facts(TicketMerged) == []
    city.system.close()


def test_what_was_planned_and_not_written_is_found_by_nobody(tmp_path: Path) -> None:
    city = AlikeCity(tmp_path)
    other = AlikeCity(tmp_path)
    ended = other.send("r1", "a b c").ticket_id
    city.alike.catch_up_for_report()
    other.answer(ended)
    original = city.intake._plan

    def then_it_ends(*arguments):
        city.intake._plan = original
        plan = original(*arguments)
        plan.ahead.append(("never-written", "r0"))
        return plan

    city.alike.add("never-written", "r0", city_matter("x y z"))
    city.intake._plan = then_it_ends
    assert city.send("r2", "a b c").status == "opened"
    assert city.send("r3", "x y z").status == "opened"
    other.system.close()
    city.system.close()


def city_matter(text: str) -> Matter:
    return Matter("", text, "", None, None, None, None, None)


WORDS = st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=5)


def components(texts: Sequence[frozenset[str]]) -> set[frozenset[str]]:
    """The law: matters are the connected components of what is surely the same."""
    groups: list[set[int]] = []
    for number, words in enumerate(texts):
        near = [
            group for group in groups if any(overlap(texts[one], words) >= SURE for one in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append({number}.union(*near))
    return {frozenset(f"r{one}" for one in group) for group in groups}


@pytest.fixture(scope="module")
def old_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlikeCity]:
    """One log for all examples, each with words of its own."""
    city = AlikeCity(tmp_path_factory.mktemp("live"))
    yield city
    assert city.rows_from_the_log(tmp_path_factory.mktemp("anew")) == city.rows()
    city.system.close()


EXAMPLES = count()


@settings(deadline=None)
@given(texts=st.lists(WORDS, min_size=1, max_size=7), data=st.data())
def test_which_reports_are_one_matter_does_not_depend_on_their_order(
    old_city: AlikeCity, texts: list[frozenset[str]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(texts))))
    cut = data.draw(st.integers(0, len(texts)))
    mine = f"n{next(EXAMPLES)}-"
    reports = [
        old_city.report(f"{mine}r{one}", " ".join(f"{mine}{word}" for word in sorted(texts[one])))
        for one in order
    ]
    for part in (reports[:cut], reports[cut:]):
        if part:
            old_city.submit(*part)
    assert old_city.partition(mine) == components(texts)
    head = old_city.system.log.head()
    assert {receipt.status for receipt in old_city.submit(*reports)} == {"duplicate"}
    assert old_city.system.log.head() == head


def test_two_processes_at_once_miss_a_joining_at_most(tmp_path: Path) -> None:
    """Each looks before the other has written: two tickets, and the next report makes them one."""
    city, other = AlikeCity(tmp_path), AlikeCity(tmp_path)
    find = city.alike.find

    def find_while_other_sends(matter, limit):
        city.alike.find = find
        found = find(matter, limit)
        other.send("r1", A)
        return found

    city.alike.find = find_while_other_sends
    city.send("r2", f"{A} 啊")
    assert len(city.facts(TicketOpened, ReportJoined)) == 2
    city.send("r3", f"{A} 呀")
    assert city.partition() == {frozenset({"r1", "r2", "r3"})}
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    other.system.close()
    city.system.close()


def test_reports_that_come_as_a_whole_are_taken_whole_though_a_ticket_ends_meanwhile(
    tmp_path: Path,
) -> None:
    """As the bus brings them: with a checkpoint, all or nothing."""
    city, other = AlikeCity(tmp_path), AlikeCity(tmp_path)
    ended = other.send("r1", A).ticket_id
    find = city.alike.find

    def find_and_it_ends(matter, limit):
        city.alike.find = find
        found = find(matter, limit)
        other.answer(ended)
        return found

    city.alike.find = find_and_it_ends
    reports = [city.report("r2", f"{A} 啊"), city.report("r3", f"{A} 呀")]
    receipts = city.intake.submit(reports, checkpoints=[Checkpoint("bus/0", 2, 0)])
    assert [receipt.status for receipt in receipts] == ["opened", "joined"]
    assert receipts[0].ticket_id == receipts[1].ticket_id != ended
    assert city.system.log.checkpoint("bus/0") == 2
    other.system.close()
    city.system.close()


def test_reports_are_taken_whole_also_where_merges_are_refused_again_and_again(
    city: AlikeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then without looking for what is alike: a report does not wait for it."""
    first, second = city.send("r1", "a b c d"), city.send("r2", "c d e f")
    monkeypatch.setattr(OpenWorld, "open_ticket", lambda world, ticket_id: ticket_id)
    monkeypatch.setattr(OpenWorld, "are_apart", lambda world, one, other: False)
    city.do(k.MergeTicket, second.ticket_id, primary=city.send("r3", "完全 不同").ticket_id)
    reports = [city.report("r4", "a b c d e f")]
    (receipt,) = city.intake.submit(reports, checkpoints=[Checkpoint("bus/0", 1, 0)])
    assert (receipt.status, receipt.ticket_id == first.ticket_id) == ("opened", False)
    assert city.system.log.checkpoint("bus/0") == 1
