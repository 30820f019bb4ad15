"""Policy: a return is answered at once, by a rule or with a dispatcher's list. One command each."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import cast

from services.domain import events as e
from services.domain.commands import DecideReturn, SendToTriage
from services.domain.event_base import UrgencyDays
from services.platform.attempts_told import told_attempts
from services.platform.keys import Keyring
from services.platform.tail import Fact
from services.platform.words import open_words
from services.router.directory.areas import Place, find_place
from services.router.directory.model import Directory
from services.router.returns.advice import advice
from services.router.returns.case import ReturnCase, case_of
from services.router.returns.rules import Ruling, ruling

ACTOR = "processor:router"
Answer = DecideReturn | SendToTriage
Words = Callable[[Fact, str], str | None]  # fact, personal field → what it says


def words_of(keyring: Keyring) -> Words:
    return lambda fact, field: open_words(keyring, fact.event, fact.version, field)


def answer_return(
    fact: Fact,
    past: Sequence[Fact],
    directory: Directory,
    words: Words,
    on: date,
    now: datetime,
) -> Answer:
    """past: the ticket's facts up to this return. on: the local day whose duties count. words:
    what a resident said, which is asked only if the place is in question."""
    event = cast(e.TicketReturned, fact.event)
    case = case_of(past)
    if case is None:
        unit = directory.unit_name(event.unit)
        return _triage(fact, event, directory, now, f"{unit}退单（{event.reason}）。")
    found = ruling(case, directory, on, partial(_located, case, directory, words))
    if found is not None:
        return _upheld(fact, case, found, directory, now)
    advised = advice(case, directory, on)
    told = f"{advised.why}。"
    if advised.recommended:
        told += f"推荐：{directory.unit_name(advised.recommended)}。"
    earlier = told_attempts(case.ticket, directory.unit_name)
    return _triage(fact, event, directory, now, f"{earlier}{_proposal(event, directory)}{told}")


def _located(case: ReturnCase, directory: Directory, words: Words) -> Place:
    """By the resident's own words, whatever code the channel gave."""
    title, text = words(case.opened, "title"), words(case.opened, "text")
    return find_place(directory, None, words(case.opened, "address"), title or "", text or "")


def _upheld(
    fact: Fact, case: ReturnCase, found: Ruling, directory: Directory, now: datetime
) -> DecideReturn:
    """The first promise's urgency stays: whoever has it next has been given no more time."""
    earlier = told_attempts(case.ticket, directory.unit_name)
    days = case.ticket.urgency_days or found.assignment.urgency_days
    return DecideReturn(
        ticket_id=fact.event.ticket_id,
        actor=ACTOR,
        cause=_cause(fact),
        now=now,
        decision="upheld",
        by="rule",
        reason=found.rule,
        explanation=f"{earlier}{found.why}，退单成立，改派。",
        directory_version=directory.version,
        attempt=case.returning.attempt,
        lead=found.assignment.lead,
        assisting=found.assisting,
        item=found.item,
        area=found.area,
        urgency_days=cast(UrgencyDays, days),
        confidence=found.confidence,
    )


def _triage(
    fact: Fact, event: e.TicketReturned, directory: Directory, now: datetime, told: str
) -> SendToTriage:
    return SendToTriage(
        ticket_id=event.ticket_id,
        actor=ACTOR,
        cause=_cause(fact),
        now=now,
        reason="returned",
        explanation=f"{told}请派单员决定。",
        directory_version=directory.version,
    )


def _proposal(event: e.TicketReturned, directory: Directory) -> str:
    unit = f"建议{directory.unit_name(event.proposed_unit)}" if event.proposed_unit else ""
    item = f"更正事项为 {event.proposed_item}" if event.proposed_item else ""
    told = "，".join(part for part in (unit, item) if part)
    return f"退单单位{told}。" if told else ""


def _cause(fact: Fact) -> str:
    return f"event:{fact.event.ticket_id}/{fact.version}"
