"""From the answer to the last look: rows, ticks, and what follows by policy."""

from pathlib import Path

import pytest

from services.audit.rebuild import rebuild
from services.console.evaluation_door import evaluation_desk
from services.console.replay_commands import PROJECTIONS
from services.domain import commands as k
from services.domain.rejections import AlreadyEvaluated
from services.evaluation.desk import LinkOver, ReplyTooLate
from services.evaluation.policy_values import (
    EvaluationPolicyInvalid,
    default_evaluation_policy,
    load_evaluation_policy,
)
from services.evaluation.processor import EvaluationProcessor
from services.evaluation.replies import NotUnderstood, understood
from services.evaluation.tasks import work_list
from services.platform.processor import read_batch
from tests.services.evaluation.evaluation_city import POLICY, EvaluationCity, local

LIMITS = k.TryLimits()


def tried(city: EvaluationCity, ticket_id: str, outcome: str = "no_answer") -> None:
    city.do(
        k.TryCallBack, ticket_id, "caller:wang", through="phone", outcome=outcome, limits=LIMITS
    )
    city.process()


def test_what_was_resolved_stands_on_the_callers_list_until_it_is_answered(
    city: EvaluationCity,
) -> None:
    ticket_id = city.resolved()
    (task,) = work_list(city.system.log, "call_back", city.now)
    assert (task.ticket_id, task.unit, task.handling) == (ticket_id, "heating", 1)
    assert task.due_at == "2026-03-16T10:00:00.000000Z"  # the fifth working day, 18:00
    assert work_list(city.system.log, "call_back", city.now, unit="water-supply") == []
    city.evaluate(ticket_id, solved=True, satisfaction="satisfied")
    assert city.rows() == []


def test_three_tries_on_two_days_take_it_off_the_list_and_a_late_answer_counts(
    city: EvaluationCity,
) -> None:
    ticket_id = city.resolved()
    tried(city, ticket_id)
    tried(city, ticket_id, "busy")
    assert city.rows() == [(ticket_id, "call_back", 1, 2, 0)]
    city.go_to("2026-03-10 09:00")
    tried(city, ticket_id)
    assert city.kinds(ticket_id)[-2:] == ["call_back_tried", "call_back_ended"]
    assert city.rows() == []
    city.do(k.CloseTicket, ticket_id, reason="not_reached")
    city.evaluate(ticket_id, solved=True)
    with pytest.raises(AlreadyEvaluated):
        city.evaluate(ticket_id, solved=True)


def test_a_call_back_that_nobody_makes_is_overdue_after_its_day_however_often_it_ticks(
    city: EvaluationCity,
) -> None:
    ticket_id = city.resolved()
    city.go_to("2026-03-16 18:00")
    assert "call_back_overdue" not in city.kinds(ticket_id)
    city.go_to("2026-03-16 18:01")
    city.process()
    city.go_to("2026-03-30 09:00")
    assert city.kinds(ticket_id).count("call_back_overdue") == 1
    assert city.rows() == [(ticket_id, "call_back", 1, 0, 1)]


def test_the_first_disagreement_reopens_and_the_second_goes_to_supervision(
    city: EvaluationCity,
) -> None:
    ticket_id = city.resolved()
    city.evaluate(ticket_id, solved=False, satisfaction="dissatisfied")
    assert city.state(ticket_id).stage == "handling"
    assert city.rows() == []
    city.resolve(ticket_id)
    assert [row[2] for row in city.rows()] == [2]
    city.evaluate(ticket_id, satisfaction="dissatisfied", solved=True)
    assert city.kinds(ticket_id)[-1] == "disagreement_escalated"
    assert city.state(ticket_id).stage == "resolved"
    escalated = city.facts(ticket_id)[-1]
    assert "已自动重办 1 次" in escalated.explanation  # type: ignore[union-attr]


def test_a_closed_matter_is_looked_at_again_and_reopened_if_it_does_not_hold(
    city: EvaluationCity,
) -> None:
    ticket_id = city.resolved()
    city.evaluate(ticket_id, solved=True)
    city.do(k.CloseTicket, ticket_id, reason="evaluated")
    city.process()
    plan = city.facts(ticket_id)[-1]
    assert 30 <= plan.after_days <= 90  # type: ignore[union-attr]
    assert work_list(city.system.log, "look_back", city.now) == []
    city.go_to("2026-06-08 09:00")  # 91 days later
    (task,) = work_list(city.system.log, "look_back", city.now)
    assert task.ticket_id == ticket_id
    city.go_to("2026-07-01 09:00")
    assert city.kinds(ticket_id).count("look_back_overdue") == 1
    city.do(k.LookBack, ticket_id, "supervisor:li", holds=False)
    city.process()
    assert city.state(ticket_id).stage == "handling"
    assert city.rows() == []


def test_what_holds_stays_closed(city: EvaluationCity) -> None:
    ticket_id = city.resolved()
    city.do(k.CloseTicket, ticket_id, reason="done")
    city.go_to("2026-06-15 09:00")
    city.do(k.LookBack, ticket_id, "supervisor:li", holds=True)
    city.process()
    assert city.state(ticket_id).stage == "closed"
    assert [row[1] for row in city.rows()] == ["call_back"]


def test_a_text_message_has_its_time_as_the_link_has(city: EvaluationCity) -> None:
    ticket_id, desk = city.resolved(), evaluation_desk(city.system)
    token = desk.token(ticket_id)
    city.do(k.CloseTicket, ticket_id, reason="done")
    city.go_to("2026-04-08 09:00")
    assert desk.by_token(token).ticket_id == ticket_id
    city.go_to("2026-04-08 09:01")
    before = city.kinds(ticket_id)
    with pytest.raises(LinkOver):
        desk.by_token(token)
    for text in ("1", "你们自己看"):
        with pytest.raises(ReplyTooLate):
            desk.text_message(ticket_id, text, "command:sms/1")
    assert city.kinds(ticket_id) == before


def test_old_matters_that_are_imported_are_history(city: EvaluationCity) -> None:
    ticket_id = city.ticket()
    then = local("2026-03-09 09:30")
    city.go_to("2026-06-01 09:00")
    rules = city.system.rules().clock_rules()
    words = k.Personal(city.state(ticket_id).resident, "早已办结。")
    city.do(k.ResolveTicket, ticket_id, unit="heating", reply=words, rules=rules, at=then)
    city.do(k.EvaluateTicket, ticket_id, reached=True, solved=False, at=then)
    city.do(k.CloseTicket, ticket_id, reason="old", at=then)
    city.process()
    assert city.state(ticket_id).stage == "closed"
    assert city.rows() == []


def test_a_rebuild_gives_the_same_rows_and_the_same_facts_ask_for_nothing_new(
    city: EvaluationCity,
) -> None:
    ids = [city.resolved() for _ in range(4)]
    tried(city, ids[0])
    city.evaluate(ids[1], solved=False)
    city.evaluate(ids[2], solved=True)
    city.do(k.CloseTicket, ids[2], reason="evaluated")
    city.go_to("2026-03-20 09:00")
    before, head = city.rows(), city.system.log.head()
    rebuild(city.system.log, PROJECTIONS["evaluation"](city.system))
    assert city.rows() == before
    facts = read_batch(city.system.log, 0, 10_000).facts
    processor = EvaluationProcessor(city.system.log, city.system.evaluation_rules)
    city.system.handler.handle(lambda: processor.react(facts, city.now).commands)
    assert city.system.log.head() == head


def test_a_sample_is_drawn_the_same_in_every_run(tmp_path: Path) -> None:
    half = POLICY.replace('code = "all"\nrate = 1.0', 'code = "half"\nrate = 0.5')
    drawn = []
    for run in range(2):
        city = EvaluationCity(tmp_path / str(run), policy=half)
        ids = [city.resolved() for _ in range(12)]
        drawn.append([one[0] in {row[0] for row in city.rows()} for one in zip(ids, strict=True)])
        city.system.close()
    assert drawn[0] == drawn[1]  # the same ids: the same seed gives the same city
    assert 0 < sum(drawn[0]) < 12


REPLIES = default_evaluation_policy().call_back.replies


@pytest.mark.parametrize(
    ("text", "satisfaction", "solved"),
    [
        ("1", "satisfied", True),
        (" １。", "satisfied", True),
        ("满意！", "satisfied", True),
        ("2", "fairly", True),
        ("基本满意", "fairly", True),
        ("3", "dissatisfied", False),
        ("不满意", "dissatisfied", False),
        ("没解决…", "dissatisfied", False),
        ("4", "dissatisfied", False),
    ],
)
def test_a_reply_by_text_message_is_taken_word_for_word(
    text: str, satisfaction: str, solved: bool
) -> None:
    reply = understood(text, REPLIES)
    assert (reply.satisfaction, reply.solved) == (satisfaction, solved)


@pytest.mark.parametrize(
    "text", ["", "  ", "5", "12", "1或3", "不是不满意", "满意但是没解决", "谢谢", "1" * 500, "。"]
)
def test_what_is_not_known_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        understood(text, REPLIES)
    assert text.strip() == "" or text not in str(refused.value) or len(text) < 3


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("tries = 3", "tries = 0", "call_back.tries"),
        ("tries = 3", "tries = 1", "days: more than tries"),
        ("rate = 1.0", "rate = 1.5", "rate"),
        ('["3", "不满意"]', '["1。"]', "one meaning"),
        ("after_days_min = 30", "after_days_min = 99", "less than after_days_min"),
        ('code = "all"', 'code = "all"\nkind = "thanks"', "kind"),
        ('name = "test"', "name = ", "evaluation.toml"),
    ],
)
def test_a_policy_that_cannot_be_used_says_where(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    file = tmp_path / "evaluation.toml"
    file.write_text(POLICY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EvaluationPolicyInvalid, match=reason):
        load_evaluation_policy(file)
