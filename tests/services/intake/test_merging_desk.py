"""A dispatcher's decisions about two tickets: one transaction each, and nothing is lost by them."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain import commands as k
from services.domain import events as e
from services.domain import rejections as r
from services.domain.ticket import Ticket
from services.intake.merging_desk import Asking, MergingDesk
from services.intake.reporters import reporters_of
from services.platform.processor import decode_all
from services.platform.words import open_words
from tests.services.intake.alike_city import AlikeCity

WORDS = "路灯 坏 了 三天 黑"
FIELDS = ("title", "text", "address", "contact", "name")


class DeskCity(AlikeCity):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        system = self.system
        self.desk = MergingDesk(system.log, system.handler, system.keyring, system.clock)
        self.asked = 0

    def asking(self, ticket_id: str, **values) -> Asking:
        self.asked += 1
        return Asking(ticket_id, "dispatcher:li", f"asked-{self.asked}")._replace(**values)

    def ticket(self, ticket_id: str) -> Ticket:
        return self.system.handler.tickets([ticket_id])[ticket_id]

    def joined(self) -> tuple[str, str]:
        """A ticket of two reports: its id, and the second report."""
        first = self.send("r1", WORDS, contact="13800000001")
        second = self.send(
            "r2", f"{WORDS} 啊", contact="13800000002", name="王某", title="路灯", item="01.02.03",
            attachments=("photo",), area="630104",
        )  # fmt: skip
        assert second.ticket_id == first.ticket_id
        return first.ticket_id, second.report_id

    def proposed(self) -> tuple[str, str]:
        """The older, and the younger with a proposal."""
        return self.send("r1", "a b c d").ticket_id, self.send("r2", "a b x y").ticket_id

    def words(self, ticket_id: str) -> dict[str, str | None]:
        (fact, *_) = decode_all(self.system.log.read_stream(ticket_id))[0]
        return {
            field: open_words(self.system.keyring, fact.event, fact.version, field)
            for field in FIELDS
        }


@pytest.fixture
def city(tmp_path: Path) -> Iterator[DeskCity]:
    city = DeskCity(tmp_path / "live")
    yield city
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()


def test_a_report_that_is_split_out_is_what_it_would_be_had_it_never_joined(city: DeskCity) -> None:
    ticket_id, report_id = city.joined()
    received_at = city.system.clock.now()
    decided = city.desk.unjoin(city.asking(ticket_id), report_id)
    new = city.ticket(decided.other)
    assert decided.events == ("ticket.report_split.v1", "ticket.opened.v1")
    assert (new.stage, new.reports, new.apart) == ("received", (report_id,), (ticket_id,))
    assert (new.item, new.area, new.channel, new.opened_at) == (
        "01.02.03",
        "630104",
        "app",
        received_at,
    )
    assert city.words(decided.other) == {
        "title": "路灯",
        "text": f"{WORDS} 啊",
        "address": "海晏路1号",
        "contact": "13800000002",
        "name": "王某",
    }
    (fact,) = decode_all(city.system.log.read_stream(decided.other))[0]
    assert fact.event.attachments == ("photo",)
    old = city.ticket(ticket_id)
    assert (len(old.reports), old.apart) == (1, (decided.other,))


def test_who_sent_it_finds_the_new_ticket_under_the_old_reference(city: DeskCity) -> None:
    ticket_id, report_id = city.joined()
    new = city.desk.unjoin(city.asking(ticket_id), report_id).other
    again = city.send("r2", f"{WORDS} 啊")
    assert (again.status, again.ticket_id) == ("duplicate", new)
    assert [one.reference for one in reporters_of(city.system.log, ticket_id)] == ["r1"]
    assert [one.reference for one in reporters_of(city.system.log, new)] == ["r2"]


def test_what_was_split_out_stays_apart(city: DeskCity) -> None:
    """A third report that is surely the same as both joins the older, and merges nothing."""
    ticket_id, report_id = city.joined()
    new = city.desk.unjoin(city.asking(ticket_id), report_id).other
    assert city.send("r3", f"{WORDS} 呀").ticket_id == ticket_id
    assert city.send("r4", f"{WORDS} 啊").ticket_id == new, "the same words go where they went"
    assert city.facts(e.TicketMerged) == []


def test_the_same_words_split_out_leave_the_old_ticket_its_words(city: DeskCity) -> None:
    first, second = city.send("r1", WORDS), city.send("r2", WORDS)
    new = city.desk.unjoin(city.asking(first.ticket_id), second.report_id).other
    assert city.send("r3", WORDS).ticket_id == first.ticket_id != new


def test_what_an_erased_resident_said_is_split_out_with_what_is_left(city: DeskCity) -> None:
    ticket_id, report_id = city.joined()
    (resident,) = [
        one.resident
        for one in reporters_of(city.system.log, ticket_id)
        if one.report_id == report_id
    ]
    city.system.keyring.erase(resident)
    new = city.desk.unjoin(city.asking(ticket_id), report_id).other
    assert city.words(new) == dict.fromkeys(FIELDS)
    ticket = city.ticket(new)
    assert (ticket.item, ticket.area, ticket.resident) == ("01.02.03", "630104", resident)


def test_a_decision_that_comes_again_changes_nothing_and_is_answered_alike(city: DeskCity) -> None:
    ticket_id, report_id = city.joined()
    asking = city.asking(ticket_id)
    first = city.desk.unjoin(asking, report_id)
    head = city.system.log.head()
    assert city.desk.unjoin(asking, report_id) == first
    city.do(k.MergeTicket, first.other, primary=ticket_id)
    asking = city.asking(first.other)
    unmerged = city.desk.unmerge(asking)
    assert city.desk.unmerge(asking) == unmerged
    assert (unmerged.other, city.system.log.head()) == (ticket_id, head + 2)


def test_what_cannot_be_split_out_is_refused_and_nothing_is_written(city: DeskCity) -> None:
    ticket_id, _ = city.joined()
    head = city.system.log.head()
    opening = city.ticket(ticket_id).reports[0]
    for error, report_id in ((r.OpeningReport, opening), (r.ReportNotInTicket, "nobody's")):
        with pytest.raises(error):
            city.desk.unjoin(city.asking(ticket_id), report_id)
    with pytest.raises(r.TicketUnknown):
        city.desk.unjoin(city.asking("nobody"), opening)
    with pytest.raises(r.TicketChanged):
        city.desk.unjoin(city.asking(ticket_id, expected_version=1), opening)
    assert city.system.log.head() == head


def test_a_proposal_that_is_confirmed_merges_the_younger_into_the_older(city: DeskCity) -> None:
    older, younger = city.proposed()
    decided = city.desk.confirm_join(city.asking(older), younger)
    assert (decided.events, decided.other) == (("ticket.merged.v1",), younger)
    assert (city.ticket(younger).primary, city.ticket(older).stage) == (older, "received")
    (merged,) = city.facts(e.TicketMerged)
    assert (merged.method, merged.actor) == ("person", "dispatcher:li")
    assert city.desk.confirm_join(city.asking(younger), older).events == ()


def test_only_what_was_proposed_is_confirmed(city: DeskCity) -> None:
    one, other = city.send("r1", "a b c d").ticket_id, city.send("r2", "x y z").ticket_id
    with pytest.raises(r.JoinNotProposed):
        city.desk.confirm_join(city.asking(one), other)
    with pytest.raises(r.TicketUnknown):
        city.desk.confirm_join(city.asking(one), "nobody")


def test_a_proposal_about_a_ticket_that_is_over_cannot_be_confirmed(city: DeskCity) -> None:
    older, younger = city.proposed()
    city.answer(older)
    with pytest.raises(r.PrimaryNotOpen):
        city.desk.confirm_join(city.asking(younger), older)


def test_a_refusal_stands_on_both_sides(city: DeskCity) -> None:
    older, younger = city.proposed()
    decided = city.desk.refuse_join(city.asking(older), younger)
    assert decided.events == ("ticket.join_refused.v1",) * 2
    assert (city.ticket(older).apart, city.ticket(younger).apart) == ((younger,), (older,))
    assert city.desk.refuse_join(city.asking(younger), older).events == ()
    with pytest.raises(r.JoinNotProposed):
        city.desk.confirm_join(city.asking(younger), older)


def test_what_is_merged_is_not_refused_before_it_is_unmerged(city: DeskCity) -> None:
    older, younger = city.proposed()
    city.desk.confirm_join(city.asking(younger), older)
    with pytest.raises(r.StillMerged):
        city.desk.refuse_join(city.asking(older), younger)


def test_an_unmerged_ticket_and_its_primary_stay_apart(city: DeskCity) -> None:
    older, younger = city.proposed()
    city.desk.confirm_join(city.asking(younger), older)
    decided = city.desk.unmerge(city.asking(younger))
    assert decided.events == ("ticket.unmerged.v1", "ticket.join_refused.v1")
    assert (city.ticket(older).apart, city.ticket(younger).apart) == ((younger,), (older,))
    assert city.send("r3", "a b c d x y").ticket_id == older
    with pytest.raises(r.TicketNotMerged):
        city.desk.unmerge(city.asking(younger))


def test_a_ticket_is_unmerged_also_when_its_primary_is_over(city: DeskCity) -> None:
    older, younger = city.proposed()
    city.desk.confirm_join(city.asking(younger), older)
    city.answer(older)
    city.close(older)
    assert city.desk.unmerge(city.asking(younger)).stage == "received"


def test_every_reporter_of_a_family_is_listed_with_the_ticket_they_came_through(
    city: DeskCity,
) -> None:
    older, younger = city.proposed()
    city.send("r3", "a b x y")
    third = city.send("r4", "完全 不同").ticket_id
    city.desk.confirm_join(city.asking(younger), older)
    city.do(k.MergeTicket, older, primary=third)
    listed = [(one.reference, one.ticket_id) for one in reporters_of(city.system.log, third)]
    assert listed == [("r1", older), ("r2", younger), ("r3", younger), ("r4", third)]
    assert len({one.resident for one in reporters_of(city.system.log, third)}) == 4


def test_a_resident_who_decides_acts_under_a_pseudonym(city: DeskCity) -> None:
    ticket_id, report_id = city.joined()
    city.desk.unjoin(city.asking(ticket_id, actor="resident:王某"), report_id)
    assert all("王某" not in fact.actor for fact in city.facts())


COUNT = iter(range(10_000))
PER_REPORT = ("reports", "fingerprints", "reporters")


@pytest.fixture(scope="module")
def old_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    city = DeskCity(tmp_path_factory.mktemp("live"))
    yield city
    assert city.rows_from_the_log(tmp_path_factory.mktemp("anew")) == city.rows()
    city.system.close()


@settings(deadline=None, max_examples=40)
@given(
    joins=st.integers(1, 4),
    splits=st.lists(st.integers(0, 3), max_size=4, unique=True),
    merge_back=st.booleans(),
)
def test_joining_and_splitting_keeps_every_report_exactly_once(
    old_city: DeskCity, joins: int, splits: list[int], merge_back: bool
) -> None:
    city, mine = old_city, f"n{next(COUNT)}"
    text = " ".join(f"{mine}-{word}" for word in "abcdefgh")
    first = city.send(f"{mine}-first", text).ticket_id
    alone = city.ticket(first)
    reports = [city.send(f"{mine}-{n}", f"{text} {mine}-x{n}").report_id for n in range(joins)]
    gone = [reports[n] for n in splits if n < joins]
    new = [city.desk.unjoin(city.asking(first), report_id).other for report_id in gone]
    kept = tuple(report for report in reports if report not in gone)
    after = city.ticket(first)
    assert after.reports == (*alone.reports, *kept)
    of_reports = {field: getattr(alone, field) for field in PER_REPORT}
    assert after._replace(version=1, apart=(), **of_reports) == alone
    assert {len(getattr(after, field)) for field in PER_REPORT} == {1 + len(kept)}
    if merge_back and new:
        city.do(k.MergeTicket, new[0], primary=first)
        city.desk.unmerge(city.asking(new[0]))
    everywhere = [one for ticket_id in (first, *new) for one in city.ticket(ticket_id).reports]
    assert sorted(everywhere) == sorted([*alone.reports, *reports])


def split_all(folder: Path, ticket_id: str, report_ids: list[str], turn: int) -> list[str]:
    """A process of its own."""
    city = DeskCity(folder)
    done = []
    for report_id in report_ids:
        try:
            asking = city.asking(ticket_id, command_id=f"{turn}-{report_id}")
            done.append(city.desk.unjoin(asking, report_id).other)
        except r.ReportNotInTicket:
            continue
    city.system.close()
    return done


def test_processes_at_once_split_each_report_out_once(tmp_path: Path) -> None:
    city = DeskCity(tmp_path / "live")
    ticket_id = city.send("r0", WORDS).ticket_id
    reports = [city.send(f"r{n}", WORDS).report_id for n in range(1, 9)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        orders = [(tmp_path / "live", ticket_id, reports, turn) for turn in (1, 2)]
        made = pool.starmap(split_all, orders)
    assert len(made[0]) + len(made[1]) == len(reports)
    opened = {city.ticket(one).reports for some in made for one in some}
    assert opened == {(report,) for report in reports}
    assert len(city.ticket(ticket_id).reports) == 1
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()
