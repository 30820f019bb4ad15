"""A notice by its rules: given facts, when a command, then facts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.domain import notice_commands as k
from services.domain import notice_events as n
from services.domain.notice import Notice, fold_choices, fold_notice
from services.domain.notice_decide import (
    NoticeNotGivenUp,
    NoticeUnknown,
    decide_notice,
    rest_after,
)
from services.domain.notice_values import notice_id, notice_stream
from tests.domain.facts import FRIDAY, MONDAY, RESIDENT, TICKET

NOTICE = notice_id("resolved", RESIDENT, TICKET, 7)
LEASE = timedelta(minutes=15)
RETRYING = k.Retrying(
    attempts_max=3,
    first_rest=timedelta(seconds=30),
    longest_rest=timedelta(hours=6),
    resend_unsure=False,
)
RESENDING = k.Retrying(
    attempts_max=3,
    first_rest=timedelta(seconds=30),
    longest_rest=timedelta(hours=6),
    resend_unsure=True,
)


def ask(command: type[Any], now: Any = MONDAY, **values: Any) -> Any:
    return command(notice_id=NOTICE, actor="processor:postman", cause="test", now=now, **values)


def queue(**values: Any) -> k.QueueNotice:
    given = {
        "kind": "resolved",
        "audience": "resident",
        "recipient": RESIDENT,
        "ticket_id": TICKET,
        "fact_version": 7,
        "stale_at": FRIDAY,
    }
    command: k.QueueNotice = ask(k.QueueNotice, **(given | values))
    return command


def attempt(now: Any = MONDAY) -> k.AttemptNotice:
    command: k.AttemptNotice = ask(
        k.AttemptNotice, now, through="mail", template_version="v1", lease=LEASE
    )
    return command


def settle(number: int = 1, now: Any = MONDAY, **values: Any) -> k.SettleNotice:
    given = {"attempt": number, "through": "mail", "retrying": RETRYING}
    command: k.SettleNotice = ask(k.SettleNotice, now, **(given | values))
    return command


def lived(*commands: k.AnyNoticeCommand) -> Notice:
    notice = Notice()
    for command in commands:
        notice = fold_notice(decide_notice(command, notice), notice)
    return notice


def types(facts: list[n.AnyNoticeFact]) -> list[str]:
    return [fact.type.split(".")[1] for fact in facts]


def test_a_notice_is_queued_once_whoever_asks_for_it() -> None:
    assert types(decide_notice(queue(), Notice())) == ["queued"]
    assert decide_notice(queue(), lived(queue())) == []


def test_one_that_is_known_not_to_be_said_is_queued_and_suppressed_together() -> None:
    facts = decide_notice(queue(suppression="no_contact"), Notice())
    assert types(facts) == ["queued", "suppressed"]
    assert fold_notice(facts).next_at is None


def test_the_first_to_attempt_it_has_it() -> None:
    waiting = lived(queue())
    assert types(decide_notice(attempt(), waiting)) == ["attempted"]
    assert decide_notice(attempt(), lived(queue(), attempt())) == []


def test_sent_is_the_end() -> None:
    sent = lived(queue(), attempt(), settle())
    assert (sent.status, sent.through, sent.next_at) == ("sent", "mail", None)
    for command in (attempt(FRIDAY), settle(), ask(k.ExpireNotice, FRIDAY, retrying=RESENDING)):
        assert decide_notice(command, sent) == []


def test_a_failure_is_tried_again_later_and_given_up_in_the_end() -> None:
    failed = lived(queue(), attempt(), settle(reason="http_500"))
    assert (failed.status, failed.reason) == ("waiting", "http_500")
    assert failed.next_at is not None
    assert MONDAY + timedelta(seconds=15) <= failed.next_at <= MONDAY + timedelta(seconds=30)
    assert decide_notice(attempt(), failed) == []
    later = attempt(failed.next_at)
    third = lived(
        queue(),
        attempt(),
        settle(reason="http_500"),
        later,
        settle(2, later.now, reason="http_500"),
        attempt(FRIDAY),
    )
    assert types(decide_notice(settle(3, FRIDAY, reason="http_500"), third)) == ["given_up"]


def test_what_is_refused_is_given_up_at_once() -> None:
    refused = lived(queue(), attempt(), settle(reason="http_404", final=True))
    assert (refused.status, refused.reason, refused.unsure) == ("given_up", "http_404", False)


def test_a_channel_may_ask_for_a_rest_but_not_for_ever() -> None:
    asked = lived(queue(), attempt(), settle(reason="http_429", rest=timedelta(hours=1)))
    assert asked.next_at == MONDAY + timedelta(hours=1)
    for_ever = lived(queue(), attempt(), settle(reason="http_429", rest=timedelta(days=400)))
    assert for_ever.next_at == MONDAY + timedelta(hours=24)


def test_what_may_have_gone_out_goes_again_only_where_that_does_no_harm() -> None:
    held = lived(queue(), attempt(), settle(reason="timeout", unsure=True))
    assert (held.status, held.unsure) == ("given_up", True)
    again = lived(queue(), attempt(), settle(reason="timeout", unsure=True, retrying=RESENDING))
    assert (again.status, again.unsure) == ("waiting", True)


@pytest.mark.parametrize(("retrying", "then"), [(RETRYING, "given_up"), (RESENDING, "waiting")])
def test_whose_sender_fell_silent_is_settled_when_its_lease_is_over(
    retrying: k.Retrying, then: str
) -> None:
    sending = lived(queue(), attempt())
    early = ask(k.ExpireNotice, MONDAY + LEASE / 2, retrying=retrying)
    assert decide_notice(early, sending) == []
    over = ask(k.ExpireNotice, MONDAY + LEASE, retrying=retrying)
    after = fold_notice(decide_notice(over, sending), sending)
    assert (after.status, after.reason, after.unsure) == (then, "no_answer", True)


def test_what_was_sent_is_sent_also_if_it_is_said_late() -> None:
    given_up = lived(queue(), attempt(), ask(k.ExpireNotice, MONDAY + LEASE, retrying=RETRYING))
    late = decide_notice(settle(1, MONDAY + 2 * LEASE), given_up)
    assert types(late) == ["sent"]
    assert fold_notice(late, given_up).status == "sent"
    assert decide_notice(settle(1, MONDAY + 2 * LEASE, reason="timeout"), given_up) == []


def test_it_is_postponed_and_suppressed_while_it_waits_only() -> None:
    later = ask(k.PostponeNotice, until=FRIDAY, postponement="quiet_hours")
    drop = ask(k.SuppressNotice, suppression="superseded")
    waiting, sending = lived(queue()), lived(queue(), attempt())
    assert types(decide_notice(later, waiting)) == ["postponed"]
    assert decide_notice(later, lived(queue(), later)) == []
    assert types(decide_notice(drop, waiting)) == ["suppressed"]
    assert decide_notice(later, sending) == decide_notice(drop, sending) == []


def test_a_person_may_have_it_tried_again_once_it_was_given_up() -> None:
    given_up = lived(queue(), attempt(), settle(reason="http_404", final=True))
    again = decide_notice(ask(k.RetryNotice, FRIDAY), given_up)
    assert types(again) == ["retried"]
    waiting = fold_notice(again, given_up)
    assert (waiting.status, waiting.next_at, waiting.attempt) == ("waiting", FRIDAY, 1)
    assert types(decide_notice(attempt(FRIDAY), waiting)) == ["attempted"]
    with pytest.raises(NoticeNotGivenUp):
        decide_notice(ask(k.RetryNotice), lived(queue(), attempt(), settle()))
    with pytest.raises(NoticeUnknown):
        decide_notice(ask(k.RetryNotice), Notice())


def test_the_id_tells_kinds_recipients_tickets_and_facts_apart() -> None:
    ids = {
        notice_id(kind, recipient, ticket, about)  # type: ignore[arg-type]
        for kind in ("resolved", "rate")
        for recipient in (RESIDENT, "heating")
        for ticket in (TICKET, None)
        for about in (1, 11)
    }
    assert len(ids) == 16
    assert notice_stream(NOTICE) == f"notice:{NOTICE}"


def test_rests_grow_up_to_the_longest_and_are_not_the_same_for_all() -> None:
    ids = [notice_id("rate", RESIDENT, TICKET, version) for version in range(50)]
    firsts = [rest_after(1, one, RETRYING) for one in ids]
    assert len(set(firsts)) > 40
    assert all(timedelta(seconds=15) <= one <= timedelta(seconds=30) for one in firsts)
    longest = [rest_after(10_000, one, RETRYING) for one in ids]
    assert all(timedelta(hours=3) <= one <= timedelta(hours=6) for one in longest)


def test_choices_add_up() -> None:
    values = {
        "stream_id": f"notice:resident-{RESIDENT}",
        "actor": "operator:li",
        "cause": "command:1",
        "occurred_at": MONDAY,
        "recorded_at": MONDAY,
        "resident": RESIDENT,
    }
    out = n.ResidentOptedOut(**values, kinds=("received", "rate"))
    back = n.ResidentOptedIn(**values, kinds=("rate",))
    assert fold_choices([out, back]).opted_out == {"received"}
    assert fold_choices([out, back, out]).version == 3


MOVES = st.lists(
    st.sampled_from(["attempt", "sent", "failed", "unsure", "expire", "retry", "drop", "later"]),
    max_size=30,
)


@examples(MOVES, st.sampled_from([RETRYING, RESENDING]))
def test_whatever_happens_nothing_is_attempted_after_it_was_sent(
    moves: list[str], retrying: k.Retrying
) -> None:
    """And, where what is unsure is held, never again after it may have gone out, but by hand."""
    notice = fold_notice(decide_notice(queue(), Notice()))
    sent = unsure = False
    now = MONDAY
    for move in moves:
        now += LEASE
        command = _move(move, notice, now, retrying)
        if move == "sent" and notice.attempt == 0:
            continue  # nobody says so of what was never attempted
        try:
            facts = decide_notice(command, notice)
        except NoticeNotGivenUp:
            continue
        if isinstance(command, k.RetryNotice):
            unsure = False
        for fact in facts:
            if isinstance(fact, n.NoticeAttempted):
                assert not sent
                assert retrying.resend_unsure or not unsure
            sent = sent or isinstance(fact, n.NoticeSent)
            unsure = unsure or getattr(fact, "unsure", False)
        notice = fold_notice(facts, notice)
        assert (notice.next_at is None) == (notice.status in ("sent", "suppressed", "given_up"))
        assert notice.since_retry <= retrying.attempts_max


def _move(move: str, notice: Notice, now: datetime, retrying: k.Retrying) -> k.AnyNoticeCommand:
    outcome = {"number": max(1, notice.attempt), "now": now, "retrying": retrying}
    later = {"until": now + LEASE, "postponement": "quiet_hours"}
    commands: dict[str, k.AnyNoticeCommand] = {
        "attempt": attempt(now),
        "sent": settle(**outcome),
        "failed": settle(**outcome, reason="http_500"),
        "unsure": settle(**outcome, reason="timeout", unsure=True),
        "expire": ask(k.ExpireNotice, now, retrying=retrying),
        "retry": ask(k.RetryNotice, now),
        "drop": ask(k.SuppressNotice, now, suppression="stale"),
        "later": ask(k.PostponeNotice, now, **later),
    }
    return commands[move]
