"""接 and 派: what may be asked of a ticket before a unit handles it."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import rejections as r
from services.domain.codec import decode, encode
from tests.domain.facts import (
    ANSWERED,
    CLOCKED,
    CLOSED,
    DECLINED,
    HANDLING,
    HEATING,
    MERGED,
    MONDAY,
    OPENED,
    OTHER_TICKET,
    RESOLVED,
    RETURNED,
    ROADS,
    ROUTED,
    TICKET,
    TRIAGED,
    TUESDAY,
    WATER,
    ask,
    at,
    fact,
    given,
    kinds,
    report,
    rules,
    state,
    words,
)

ENDED = [RESOLVED, CLOSED, DECLINED, ANSWERED, MERGED]
DISPATCHED = [ROUTED, HANDLING, *ENDED]


def test_a_report_opens_a_ticket_with_all_it_says():
    said = report(
        title=words("暖气"),
        address=words("西关大街1号"),
        contact=words("13897000000"),
        name=words("某女士"),
        kind="complaint",
        area="630104",
        longitude=101.76,
        latitude=36.62,
        item="heating.cold",
        attachments=("photo-1",),
    )
    when = at(9, 8)
    (opened,) = given()(ask(k.OpenTicket, MONDAY, at=when, report=said))
    assert isinstance(opened, e.TicketOpened)
    for name in said.__slots__:
        assert getattr(opened, name) == getattr(said, name), name
    assert (opened.occurred_at, opened.recorded_at) == (when, MONDAY)
    assert (opened.actor, opened.cause) == ("unit:heating-office", "command:2")


def test_the_same_report_opens_nothing_twice():
    assert given(OPENED)(ask(k.OpenTicket)) == []


def test_another_report_cannot_open_a_ticket_that_is_there():
    with pytest.raises(r.TicketExists):
        given(OPENED)(ask(k.OpenTicket, report=report(2)))


@pytest.mark.parametrize("history", [OPENED, TRIAGED, ROUTED, RETURNED, HANDLING])
def test_a_report_on_an_open_matter_joins_its_ticket(history):
    joined = given(history)(ask(k.JoinReport, report=report(2)))
    assert kinds(joined) == ["report_joined"]
    assert state(history, joined).reports == ("report-1", "report-2")


@pytest.mark.parametrize("history", [OPENED, CLOSED])
def test_the_same_report_joins_nothing_twice(history):
    assert given(history)(ask(k.JoinReport)) == []


@pytest.mark.parametrize("history", ENDED)
def test_nothing_joins_or_supplements_a_ticket_that_is_not_open(history):
    for command in (ask(k.JoinReport, report=report(2)), ask(k.SupplementTicket)):
        with pytest.raises(r.TicketNotOpen):
            given(history)(command)


def test_a_resident_adds_words_and_attachments():
    (added,) = given(HANDLING)(ask(k.SupplementTicket, attachments=("photo-2",)))
    assert isinstance(added, e.TicketSupplemented)
    assert added.attachments == ("photo-2",)


@pytest.mark.parametrize(
    "command_type", [one for one in k.TicketCommand.__args__ if one is not k.OpenTicket]
)
def test_nothing_but_opening_is_possible_before_a_ticket_is_there(command_type):
    with pytest.raises(r.TicketUnknown) as caught:
        given()(ask(command_type))
    assert caught.value.code == "TicketUnknown"
    assert caught.value.ticket_id == TICKET


@pytest.mark.parametrize("command_type", [k.DeclineTicket, k.AnswerAtOnce])
def test_until_a_unit_accepts_the_call_taker_may_still_end_a_ticket(command_type):
    ended = given(ROUTED)(ask(command_type))
    assert kinds(ended)[0] in {"declined", "answered_at_once"}
    assert given(ROUTED, ended)(ask(command_type)) == []
    with pytest.raises(r.TicketNotRouted):
        given(ROUTED, ended)(ask(k.AcceptTicket))


@pytest.mark.parametrize("history", [OPENED, TRIAGED, RETURNED])
@pytest.mark.parametrize(
    ("command_type", "kind"),
    [
        (k.RouteTicket, "routed"),
        (k.DeclineTicket, "declined"),
        (k.AnswerAtOnce, "answered_at_once"),
    ],
)
def test_a_ticket_that_waits_for_dispatch_is_routed_or_ended(history, command_type, kind):
    changes = {"lead": ROADS, "method": "person"} if command_type is k.RouteTicket else {}
    facts = kinds(given(history)(ask(command_type, **changes)))
    assert next(one for one in facts if one != "return_decided") == kind
    assert ("return_decided" in facts) == (history is RETURNED)


@pytest.mark.parametrize("history", [OPENED, RETURNED])
def test_a_ticket_that_waits_for_dispatch_goes_to_triage_once(history):
    candidates = (e.Candidate(item="heating.cold", score=0.4, words=("暖气",)),)
    sent = given(history)(ask(k.SendToTriage, candidates=candidates))
    assert kinds(sent) == ["sent_to_triage"]
    assert sent[0].candidates == candidates
    assert given(history, sent)(ask(k.SendToTriage)) == []


@pytest.mark.parametrize("history", DISPATCHED)
@pytest.mark.parametrize("command_type", [k.RouteTicket, k.SendToTriage])
def test_a_ticket_that_was_dispatched_is_not_dispatched_again(history, command_type):
    changes = {"lead": ROADS} if command_type is k.RouteTicket else {}
    with pytest.raises(r.TicketNotAwaitingDispatch):
        given(history)(ask(command_type, **changes))


@pytest.mark.parametrize("history", [HANDLING, RESOLVED, CLOSED, MERGED])
@pytest.mark.parametrize("command_type", [k.DeclineTicket, k.AnswerAtOnce])
def test_a_ticket_with_a_unit_is_neither_declined_nor_answered_at_once(history, command_type):
    with pytest.raises(r.TicketNotAwaitingDispatch):
        given(history)(ask(command_type))


def test_routing_keeps_its_reasons():
    (routed,) = given(OPENED)(
        ask(k.RouteTicket, assisting=(ROADS,), item="heating.cold", area="630104")
    )
    assert routed == fact(
        e.TicketRouted,
        assisting=(ROADS,),
        item="heating.cold",
        area="630104",
        cause="command:2",
    )


def test_routing_to_the_unit_that_has_it_changes_nothing():
    assert given(ROUTED)(ask(k.RouteTicket)) == []


def test_every_routing_counts_as_an_attempt():
    _, routed = given(RETURNED)(ask(k.RouteTicket, lead=ROADS, method="person"))
    assert routed.attempt == 2


def test_after_a_return_no_rule_routes_but_a_person_may():
    for lead in (HEATING, ROADS):
        with pytest.raises(r.ReturnUndecided, match=lead):
            given(RETURNED)(ask(k.RouteTicket, lead=lead, method="alias"))
    routed = given(RETURNED)(ask(k.RouteTicket, method="person"))
    assert kinds(routed) == ["return_decided", "routed"]


def test_a_return_long_ago_still_binds_the_rules():
    """Also where nobody wrote down what was decided: facts of an old log."""
    again = [*RETURNED, fact(e.TicketRouted, lead=ROADS), fact(e.TicketAnsweredAtOnce)]
    reopened = [*again, fact(e.TicketClosed), fact(e.TicketReopened)]
    reopened = [*reopened, fact(e.TicketSentToTriage)]
    with pytest.raises(r.ReturnUndecided):
        given(reopened)(ask(k.RouteTicket, lead=HEATING, method="alias"))
    assert kinds(given(reopened)(ask(k.RouteTicket, lead=WATER, method="alias"))) == ["routed"]


def test_declining_names_rule_basis_and_legal_route_once():
    (declined,) = given(OPENED)(ask(k.DeclineTicket, handed_over=True, rule_version="2"))
    assert (declined.rule, declined.rule_version) == ("not-ours", "2")
    assert (declined.basis, declined.legal_route) == ("条例第三条", "法院")
    assert declined.handed_over
    assert given(DECLINED)(ask(k.DeclineTicket)) == []


def test_answering_at_once_happens_once():
    (answered,) = given(OPENED)(ask(k.AnswerAtOnce, article="knowledge-7", article_version=3))
    assert (answered.article, answered.article_version) == ("knowledge-7", 3)
    assert state(OPENED, answered).resolved_at == MONDAY
    assert given(ANSWERED)(ask(k.AnswerAtOnce)) == []


@pytest.mark.parametrize("command_type", [k.DeclineTicket, k.AnswerAtOnce])
def test_an_end_without_a_unit_settles_the_promise_that_a_first_routing_made(command_type):
    in_time = given(RETURNED)(ask(command_type, TUESDAY))
    assert kinds(in_time)[2:] == ["deadline_met"]
    late = given(RETURNED)(ask(command_type, at(12, 18, 1)))
    assert kinds(late)[2:] == ["deadline_missed"]


@pytest.mark.parametrize("history", [OPENED, TRIAGED, ROUTED, RETURNED, HANDLING])
def test_an_open_ticket_is_merged_into_its_primary_once(history):
    merged = given(history)(ask(k.MergeTicket))
    assert kinds(merged) == ["merged"]
    after = state(history, merged)
    assert (after.stage, after.primary) == ("merged", OTHER_TICKET)
    assert given(history, merged)(ask(k.MergeTicket)) == []


def test_a_merge_that_cannot_be_is_refused():
    with pytest.raises(r.MergedWithItself):
        given(OPENED)(ask(k.MergeTicket, primary=TICKET))
    with pytest.raises(r.TicketNotOpen):
        given(MERGED)(ask(k.MergeTicket, primary="another"))
    with pytest.raises(r.TicketNotOpen):
        given(CLOSED)(ask(k.MergeTicket))


TAKEN_APART = {k.UnmergeTicket, k.RefuseJoin, k.SplitReport}  # see test_decide_merging
THE_REST = [one for one in k.TicketCommand.__args__ if one not in TAKEN_APART]


@pytest.mark.parametrize("command_type", THE_REST)
def test_nothing_happens_to_a_merged_ticket_any_more(command_type):
    merged = [*CLOCKED, fact(e.TicketAccepted), fact(e.TicketMerged)]
    changes = {"report": report(2)} if command_type in {k.OpenTicket, k.JoinReport} else {}
    if command_type in {k.WarnDeadline, k.MissDeadline, k.EscalateTicket}:
        changes = {"due_at": state(merged).resolve.due_at}
    try:
        assert given(merged)(ask(command_type, at(30), **changes)) == []
    except r.Rejected:
        return
    assert command_type in {
        k.AskCallBack,
        k.Disagree,
        k.MergeTicket,
        k.MissCallBack,
        k.MissLookBack,
        k.PlanLookBack,
        k.ProposeJoin,
        k.SetDeadline,
        k.WarnDeadline,
        k.MissDeadline,
        k.EscalateTicket,
        k.RaiseUrgency,
        k.ShortenDeadline,
        k.SetPartDeadlines,
        k.WarnPart,
        k.MissPart,
        k.EndSuspension,
        k.RecountDeadlines,
    }


@pytest.mark.parametrize("clock", ["accept", "resolve"])
def test_a_promise_to_a_merged_ticket_is_not_made(clock):
    accepted = [*ROUTED, fact(e.TicketAccepted), fact(e.TicketMerged)]
    for history in (MERGED, accepted):
        assert given(history)(ask(k.SetDeadline, clock=clock, rules=rules())) == []


def test_a_foreign_log_is_folded_even_where_the_decider_would_never_write_it():
    after = state(OPENED, fact(c.DeadlineWarned), fact(e.TicketResumed))
    assert (after.version, after.resolve, after.suspended_since) == (3, None, None)


@pytest.mark.parametrize("command_type", [k.RouteTicket, k.SendToTriage])
def test_the_model_that_was_asked_is_named(command_type):
    (asked,) = given(OPENED)(ask(command_type, model_version="0123456789ab"))
    (unasked,) = given(OPENED)(ask(command_type))
    assert (asked.model_version, unasked.model_version) == ("0123456789ab", None)
    assert decode(asked.type, encode(asked, None)) == asked
    assert b"model_version" not in encode(unasked, None)
