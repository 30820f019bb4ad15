"""Returns in a ticket's timeline: reason and decision in words, units by name."""

from datetime import datetime

from services.console.overview_words import words_of
from services.console.ticket_timeline import METHODS, Entry, entry
from services.domain import events as e
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from services.platform.processor import Fact
from tests.domain.facts import fact

NAMES = {"heating-office": "供热办", "roads-office": "路政局", "water-company": "水司"}


def told(event: e.TicketEvent) -> Entry:
    return entry(Fact(7, 3, event), lambda moment: str(datetime.date(moment)), NAMES.get, None)  # type: ignore[arg-type]


def test_a_return_tells_its_reason_and_proposals_in_words() -> None:
    proposal = {"proposed_unit": "roads-office", "proposed_item": "01.02"}
    lines = told(fact(e.TicketReturned, reason="not_our_duty", **proposal)).details
    assert lines == ("理由：非本单位职责", "建议改派：路政局", "更正事项：01.02")
    assert told(fact(e.TicketReturned, reason="of_old")).details == ("理由：of_old",)


def test_a_consultation_tells_who_was_heard_and_what_came_of_it() -> None:
    agreed = told(fact(TicketConsulted, attempt=1, lead="water-company", minutes="HS-2026-1"))
    assert agreed.details == (
        "参加单位：供热办、路政局",
        "一致同意由水司主办",
        "会商纪要 HS-2026-1",
    )
    assert "首接单位主办" in told(fact(TicketConsulted, attempt=1)).details[1]


def test_a_decision_tells_who_decided_why_and_for_whom() -> None:
    values = {"attempt": 1, "reason": "duty_list", "explanation": "因为"}
    upheld = told(fact(TicketReturnDecided, lead="roads-office", **values))
    assert upheld.details == (
        "第 1 次派单的退单成立（派单员，duty_list）",
        "主办：路政局",
        "因为",
    )
    refused = told(fact(TicketReturnDecided, decision="refused", decided_by="rule", **values))
    assert "退单不成立，须签收（按规则" in refused.details[0]
    assert upheld.zh == "退单审核"


def test_the_new_facts_and_methods_have_names() -> None:
    assert words_of("ticket.consulted.v1")[0] == "会商"
    assert {"return_rule", "return_refused", "consultation"} <= METHODS.keys()
