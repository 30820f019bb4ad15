"""Rules of a supervision case 督办单: the duty to reply, its clock, the review, the end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain import supervision_commands as k
from services.domain import supervision_events as s
from services.domain import supervision_rejections as r
from services.domain.supervision_case import Case, evolve_case, fold_case
from services.domain.supervision_decide import decide_case
from tests.domain.supervision_facts import (
    CHIEF,
    CODE,
    DUE,
    MONDAY,
    SUPERVISOR,
    UNIT,
    Story,
    ask,
    at,
    escalate,
    opened,
    opening,
    reply,
)

INSTANT = timedelta(microseconds=1)


def test_a_case_says_who_owes_a_reply_until_when_and_by_which_rules() -> None:
    story = opened()
    (fact,) = story.facts
    assert isinstance(fact, s.CaseOpened)
    assert (fact.due_at, fact.working_days, fact.policy_version) == (DUE, 3, "policy-1")
    assert fact.calendar_version
    assert MONDAY < fact.warn_at < DUE
    assert story.case.unit == "heating"
    assert fact.stream_id == f"supervision:case-{CODE}"


def test_a_supervisor_may_ask_for_another_number_of_days() -> None:
    assert opened(working_days=1).case.due_at == at("2026-03-10 18:00")


def test_opening_again_changes_nothing() -> None:
    assert opened().do(opening()) == []


@pytest.mark.parametrize(
    ("deed", "actor", "refusal"),
    [
        (opening(tickets=()), SUPERVISOR, r.NothingToSupervise),
        (opening(tickets=("a", "a")), SUPERVISOR, r.TicketTwice),
        (opening(), UNIT, r.SupervisedByItself),
        (opening(), "resident:1", r.SupervisedByResident),
        (reply(), UNIT, r.CaseUnknown),
    ],
)
def test_what_is_no_case(
    deed: k.AnyCaseDeed, actor: str, refusal: type[r.SupervisionRejected]
) -> None:
    with pytest.raises(refusal):
        Story().do(deed, actor)


def test_a_case_may_be_about_a_finding_alone() -> None:
    assert Story().do(opening(tickets=(), reference="finding-7")) == ["case_opened"]


def test_the_unit_replies_and_a_supervisor_accepts() -> None:
    story = opened()
    assert story.do(reply(), UNIT, DUE) == ["replied"]
    assert story.do(k.AcceptReply(remark="属实")) == ["reply_accepted", "case_closed"]
    assert story.case.outcome == "accepted"
    assert story.do(k.AcceptReply()) == [], "a repeat"


def test_a_reply_that_comes_too_late_is_a_miss_whether_or_not_anybody_looked() -> None:
    assert opened().do(reply(), UNIT, DUE + INSTANT) == ["reply_missed", "replied"]
    looked = opened()
    assert looked.do(k.MissReply(DUE), now=DUE + INSTANT) == ["reply_missed"]
    assert looked.do(reply(), UNIT, DUE + 2 * INSTANT) == ["replied"], "one miss, not two"
    assert looked.case.missed_ever


def test_only_the_unit_replies_and_only_once() -> None:
    story = opened()
    with pytest.raises(r.WrongReplier):
        story.do(reply("water-supply"), "unit:water-supply")
    with pytest.raises(r.WrongReplier):
        story.do(reply("heating"), "unit:water-supply")
    story.do(reply(), UNIT)
    with pytest.raises(r.ReplyWaiting):
        story.do(reply(), UNIT)


def test_a_reply_is_reviewed_by_somebody_else() -> None:
    story = opened()
    for deed in (k.AcceptReply(), k.SendBack(why="不实")):
        with pytest.raises(r.NoReplyWaiting):
            story.do(deed)
    story.do(reply(), "dispatcher:sun")
    with pytest.raises(r.ReviewedByReplier):
        story.do(k.AcceptReply(), "dispatcher: SUN".replace(" ", ""))
    with pytest.raises(r.SupervisedByItself):
        story.do(k.AcceptReply(), "unit:heating/other")


def test_a_reply_that_is_sent_back_is_due_anew() -> None:
    story = opened()
    story.do(reply(), UNIT)
    assert story.do(k.SendBack(why="没有说明原因"), now=DUE) == ["reply_sent_back"]
    assert (story.case.due_at, story.case.round) == (at("2026-03-17 18:00"), 2)
    assert story.do(k.MissReply(DUE), now=at("2026-03-20 09:00")) == [], "that date is no more"
    assert story.do(k.MissReply(story.case.due_at), now=at("2026-03-20 09:00")) == ["reply_missed"]


def test_more_time_is_given_so_often_and_so_much_and_never_for_what_was_missed() -> None:
    story = opened()
    with pytest.raises(r.ReplyExtensionsUsed):
        story.do(k.ExtendReply(why="节前", working_days=4))
    with pytest.raises(r.SupervisedByItself):
        story.do(k.ExtendReply(why="节前", working_days=1), UNIT)
    assert story.do(k.ExtendReply(why="需专家勘查", working_days=2)) == ["reply_extended"]
    assert story.case.due_at == at("2026-03-16 18:00")
    with pytest.raises(r.ReplyExtensionsUsed):
        story.do(k.ExtendReply(why="再宽限", working_days=1))
    with pytest.raises(r.ReplyOverdue):
        opened().do(k.ExtendReply(why="晚了", working_days=1), now=DUE + INSTANT)
    waiting = opened()
    waiting.do(reply(), UNIT)
    with pytest.raises(r.ReplyWaiting):
        waiting.do(k.ExtendReply(why="?", working_days=1))


def test_warned_missed_and_told_higher_up_each_once() -> None:
    story = opened()
    warn_at = story.case.warn_at
    assert warn_at is not None
    assert story.do(k.WarnReply(DUE), now=warn_at - INSTANT) == []
    assert story.do(k.WarnReply(DUE), now=warn_at) == ["reply_warned"]
    assert story.do(k.WarnReply(DUE), now=warn_at) == []
    assert story.do(escalate(1), now=DUE) == [], "nothing was missed yet"
    assert story.do(k.MissReply(DUE), now=DUE) == [], "at the very moment it is in time"
    assert story.do(k.MissReply(DUE), now=DUE + INSTANT) == ["reply_missed"]
    assert story.do(escalate(1), now=DUE + INSTANT) == ["reply_escalated"]
    assert story.do(escalate(1), now=DUE + INSTANT) == []
    assert story.do(escalate(2), now=DUE + INSTANT) == ["reply_escalated"]


def test_a_person_closes_with_a_reason_and_settled_tickets_close_it_too() -> None:
    story = opened()
    with pytest.raises(r.SupervisedByItself):
        story.do(k.CloseCase(why="不该督办"), UNIT)
    assert story.do(k.CloseCase(why="重复立单"), CHIEF) == ["case_closed"]
    assert story.do(k.CloseCase(why="重复立单"), CHIEF) == []
    assert story.do(k.Settle("已办结")) == []
    with pytest.raises(r.CaseNotOpen):
        story.do(reply(), UNIT)
    with pytest.raises(r.CaseNotOpen):
        story.do(k.SendBack(why="晚了"))
    settled = opened()
    assert settled.do(k.Settle("已办结"), "processor:supervision") == ["case_closed"]
    assert settled.case.outcome == "settled"


def by_ladder(version: int = 9) -> k.OpenByLadder:
    return k.OpenByLadder("t-1", version, "accept", MONDAY, "heating", "逾期", "第3级")


def test_the_ladder_opens_once_and_what_it_asks_later_is_noted_in_the_case() -> None:
    story = Story()
    assert story.do(by_ladder(), "processor:supervision") == ["case_opened"]
    assert story.do(by_ladder(), "processor:supervision") == []
    assert story.do(k.AskAgain("t-1", 9, MONDAY)) == [], "it is what the case was opened for"
    assert story.do(k.AskAgain("t-1", 12, MONDAY)) == ["case_asked_again"]
    assert story.do(k.AskAgain("t-1", 12, MONDAY)) == []


MOMENTS = st.integers(0, 14 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
DEEDS = st.one_of(
    st.just(reply()),
    st.builds(k.AcceptReply),
    st.just(k.SendBack(why="不实")),
    st.just(k.ExtendReply(why="宽限", working_days=1)),
    st.just(k.CloseCase(why="撤销")),
    st.just(k.Settle("已办结")),
    st.sampled_from(("warn", "miss", "up-1", "up-2")),
)


@given(st.lists(st.tuples(MOMENTS, DEEDS), max_size=25))
def test_whatever_happens_a_round_is_missed_once_and_no_clock_runs_beside_a_reply(
    course: list[tuple[object, object]],
) -> None:
    story = opened()
    for now, deed in sorted(course, key=lambda one: str(one[0])):
        case = story.case
        due_at = case.due_at or DUE
        ticks = {
            "warn": k.WarnReply(due_at),
            "miss": k.MissReply(due_at),
            "up-1": escalate(1, due_at),
            "up-2": escalate(2, due_at),
        }
        wish = ticks.get(deed, deed) if isinstance(deed, str) else deed
        actor = UNIT if isinstance(wish, k.Reply) else SUPERVISOR
        try:
            names = story.do(wish, actor, now)  # type: ignore[arg-type]
        except r.SupervisionRejected:
            continue
        if isinstance(deed, str):
            assert story.do(wish, actor, now) == [], "a tick that comes twice"  # type: ignore[arg-type]
        if case.replied_by:
            assert not {"reply_warned", "reply_missed", "reply_escalated"} & {*names}
    dues = [f.due_at for f in story.facts if isinstance(f, s.ReplyMissed)]
    assert len(dues) == len(set(dues)), "a date is missed once"
    closings = [f for f in story.facts if isinstance(f, s.CaseClosed)]
    assert len(closings) <= 1
    assert fold_case(story.facts) == story.case


def test_a_fold_begins_anywhere() -> None:
    story = opened()
    story.do(reply(), UNIT)
    case = Case()
    for fact in story.facts:
        case = evolve_case(case, fact)
    assert case == story.case
    assert case.version == 2
    assert decide_case(ask(k.CloseCase(why="结")), case)[0].type == "supervision.case_closed.v1"
