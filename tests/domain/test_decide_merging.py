"""多口归一: joined, proposed, refused, split out, merged, unmerged; nothing is lost."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace

from services.domain import commands as k
from services.domain import events as e
from services.domain import rejections as r
from services.domain.primaries import primary_for, primary_of
from services.domain.ticket import Ticket
from tests.domain.facts import (
    ASKED,
    CLOCKED,
    CLOSED,
    HANDLING,
    JOINED,
    MERGED,
    OPENED,
    OTHER_TICKET,
    OVERDUE,
    REOPENED,
    RESOLVED,
    RETURNED,
    ROUTED,
    SUSPENDED,
    TICKET,
    TRIAGED,
    WEDNESDAY,
    ask,
    at,
    fact,
    given,
    kinds,
    report,
    state,
)

OPEN_HISTORIES = [
    OPENED, TRIAGED, ROUTED, CLOCKED, RETURNED, HANDLING, SUSPENDED, ASKED, OVERDUE, REOPENED,
    JOINED,
]  # fmt: skip
ALIKE = k.Likeness("similar", 0.93, "同一小区，同一事项", "alike-1")


def test_a_joined_report_says_why_it_was_joined():
    (joined,) = given(OPENED)(ask(k.JoinReport, report=report(2), likeness=ALIKE))
    assert (joined.method, joined.score, joined.explanation, joined.match_version) == ALIKE
    (plain,) = given(OPENED)(ask(k.JoinReport, report=report(2)))
    assert (plain.method, plain.score) == ("same_words", None)


def test_a_merge_says_why_and_who():
    (merged,) = given(HANDLING)(ask(k.MergeTicket, likeness=ALIKE))
    assert (merged.method, merged.score, merged.explanation, merged.match_version) == ALIKE
    (by_hand,) = given(HANDLING)(ask(k.MergeTicket))
    assert by_hand.method == "person"


def test_a_joining_is_proposed_once_and_never_after_a_no():
    (proposed,) = given(OPENED)(ask(k.ProposeJoin))
    assert (proposed.other, proposed.report_ids) == (OTHER_TICKET, ("report-1", "report-2"))
    assert state(OPENED, proposed).proposed == (OTHER_TICKET,)
    assert given(OPENED, proposed)(ask(k.ProposeJoin, score=0.9)) == []
    (refused,) = given(OPENED, proposed)(ask(k.RefuseJoin))
    after = state(OPENED, proposed, refused)
    assert (after.proposed, after.apart) == ((), (OTHER_TICKET,))
    assert given(OPENED, proposed, refused)(ask(k.ProposeJoin)) == []
    assert given(OPENED, proposed, refused)(ask(k.RefuseJoin)) == []


@pytest.mark.parametrize("history", [CLOSED, RESOLVED, MERGED])
def test_nothing_is_proposed_to_a_ticket_that_is_not_open(history):
    with pytest.raises(r.TicketNotOpen):
        given(history)(ask(k.ProposeJoin, other="another"))


@pytest.mark.parametrize("command_type", [k.ProposeJoin, k.RefuseJoin])
def test_a_ticket_is_always_the_same_as_itself(command_type):
    with pytest.raises(r.MergedWithItself):
        given(OPENED)(ask(command_type, other=TICKET))


def test_a_person_may_say_no_before_anybody_asked_and_whatever_became_of_the_ticket():
    for history in (OPENED, CLOSED, RESOLVED):
        assert kinds(given(history)(ask(k.RefuseJoin))) == ["join_refused"]


def test_what_is_merged_is_not_said_to_be_apart():
    with pytest.raises(r.StillMerged):
        given(MERGED)(ask(k.RefuseJoin))


@pytest.mark.parametrize("history", [*OPEN_HISTORIES, RESOLVED, CLOSED, MERGED])
def test_a_joined_report_that_is_split_out_leaves_the_ticket_as_it_would_be_without(history):
    joined = fact(e.ReportJoined, report_id="report-9", fingerprint="fingerprint-9")
    before = state(OPENED, joined, history[1:])
    ask_split = ask(k.SplitReport, at(30), report_id="report-9", to_ticket="new")
    (split,) = given(OPENED, joined, history[1:])(ask_split)
    assert (split.fingerprint, split.to_ticket) == ("fingerprint-9", "new")
    after = state(OPENED, joined, history[1:], split)
    without = state(history)._replace(version=before.version + 1, apart=("new",))
    # What evaluation keeps are numbers of facts, and these have one more before them.
    assert after == without._replace(evaluation=after.evaluation)
    assert given(OPENED, joined, history[1:], split)(ask_split) == []


def test_only_what_is_there_and_did_not_open_the_ticket_is_split_out():
    with pytest.raises(r.ReportNotInTicket):
        given(JOINED)(ask(k.SplitReport, report_id="report-3"))
    with pytest.raises(r.OpeningReport):
        given(JOINED)(ask(k.SplitReport, report_id="report-1"))


def test_a_ticket_opened_by_a_split_knows_where_it_came_from_and_stays_apart():
    (opened,) = given()(ask(k.OpenTicket, split_from=OTHER_TICKET))
    assert opened.split_from == OTHER_TICKET
    assert state([opened]).apart == (OTHER_TICKET,)
    assert given([opened])(ask(k.ProposeJoin)) == []


@pytest.mark.parametrize("history", OPEN_HISTORIES)
def test_an_unmerged_ticket_stands_where_it_stood(history):
    before = state(history)
    merged = given(history)(ask(k.MergeTicket, WEDNESDAY))
    (unmerged,) = given(history, merged)(ask(k.UnmergeTicket, at(30)))
    after = state(history, merged, [unmerged])
    assert after == before._replace(version=before.version + 2, apart=(OTHER_TICKET,))
    assert (unmerged.stage, unmerged.primary) == (before.stage, OTHER_TICKET)
    assert unmerged.urgency_days == before.urgency_days


def test_the_promises_of_an_unmerged_ticket_count_from_its_last_beginning():
    for history, since in ((OPENED, None), (ROUTED, at(9)), (REOPENED, at(13))):
        merged = given(history)(ask(k.MergeTicket))
        assert given(history, merged)(ask(k.UnmergeTicket))[0].since == since


def test_a_clock_that_ran_out_while_it_was_merged_is_missed_as_any_other():
    merged = given(CLOCKED)(ask(k.MergeTicket))
    unmerged = given(CLOCKED, merged)(ask(k.UnmergeTicket, at(30)))
    due_at = state(CLOCKED).resolve.due_at
    missed = given(CLOCKED, merged, unmerged)(ask(k.MissDeadline, at(30), due_at=due_at))
    assert kinds(missed) == ["deadline_missed"]


@pytest.mark.parametrize("history", [OPENED, HANDLING, CLOSED])
def test_what_was_never_merged_is_not_unmerged(history):
    with pytest.raises(r.TicketNotMerged):
        given(history)(ask(k.UnmergeTicket))


def test_a_person_may_merge_what_a_person_kept_apart():
    refused = given(OPENED)(ask(k.RefuseJoin))
    assert kinds(given(OPENED, refused)(ask(k.MergeTicket))) == ["merged"]


def test_each_resident_is_asked_once_after_each_end():
    asked = ask(k.EvaluateTicket, reached=True, report_id="report-2")
    joined = fact(e.ReportJoined, report_id="report-2")
    history = [RESOLVED[0], joined, *RESOLVED[1:]]
    said = given(history)(asked)
    assert said[0].report_id == "report-2"
    with pytest.raises(r.AlreadyEvaluated):
        given(history, said)(asked)
    first = given(history, said)(replace(asked, report_id=None))
    assert kinds(first) == ["evaluated"]
    for same in (None, "report-1"):
        with pytest.raises(r.AlreadyEvaluated):
            given(history, said, first)(replace(asked, report_id=same))
    again = [*history, *said, *first, fact(e.TicketReopened), fact(e.TicketResolved)]
    assert kinds(given(again)(asked)) == ["evaluated"]


def test_who_was_not_reached_is_asked_again():
    asked = ask(k.EvaluateTicket, reached=False, report_id="report-2")
    said = given(RESOLVED)(asked)
    assert kinds(given(RESOLVED, said)(asked)) == ["evaluated"]


# Who follows whom.


def city(follows: dict[str, str], stages: dict[str, str] | None = None):
    def ticket_of(ticket_id: str) -> Ticket:
        primary = follows.get(ticket_id)
        stage = "merged" if primary else (stages or {}).get(ticket_id, "handling")
        return Ticket(ticket_id=ticket_id, version=1, stage=stage, primary=primary)

    return ticket_of


def test_a_merge_goes_on_to_the_end_of_the_way():
    tickets = city({"b": "c", "c": "d"})
    assert primary_of("b", tickets).ticket_id == "d"
    assert primary_for("a", "b", tickets) == "d"


def test_merging_again_what_follows_already_changes_nothing():
    tickets = city({"a": "b", "b": "c"})
    assert primary_for("a", "c", tickets) == primary_for("a", "b", tickets) == "b"


def test_merges_that_cannot_be_have_names():
    tickets = city({"b": "a", "c": "b"}, {"x": "closed", "n": "new"})
    with pytest.raises(r.MergedWithItself):
        primary_for("a", "a", tickets)
    for follower in ("b", "c"):
        with pytest.raises(r.MergedInCircle):
            primary_for("a", follower, tickets)
    with pytest.raises(r.PrimaryNotOpen):
        primary_for("a", "x", tickets)
    with pytest.raises(r.TicketUnknown):
        primary_for("a", "n", tickets)


NAMES = st.sampled_from("abcdef")


@for_all(st.lists(st.tuples(NAMES, NAMES)))
def test_no_order_of_merges_makes_a_circle(merges):
    follows: dict[str, str] = {}
    for one, other in merges:
        try:
            primary = primary_for(one, other, city(follows))
        except r.Rejected:
            continue
        if one not in follows:
            follows[one] = primary
    for name in "abcdef":
        assert primary_of(name, city(follows)).primary is None


def test_a_circle_that_two_processes_wrote_has_an_end():
    assert primary_of("a", city({"a": "b", "b": "a"})).ticket_id == "a"
    assert primary_of("b", city({"a": "b", "b": "a"})).ticket_id == "a"
