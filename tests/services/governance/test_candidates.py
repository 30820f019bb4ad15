"""Findings as candidates for 每月一题."""

from datetime import date
from typing import Any

import pytest

from services.domain.finding import Finding, FindingFigure
from services.domain.topic import Topic
from services.domain.topic_commands import Decline, Propose
from services.domain.topic_values import TICKETS_AT_ONCE_MAX, TopicFigure
from services.governance.candidates import candidate_of, candidates, covers
from tests.domain.topic_facts import LEADER, PROPOSER, after, propose, wish

MONTH = "2026-03"


def ticket_ids(count: int) -> tuple[str, ...]:
    return tuple(f"019cac2a-9dc0-7237-ad7e-{n:012x}" for n in range(count))


def finding(**values: Any) -> Finding:
    given: dict[str, Any] = {
        "finding_id": "Repeated:01.01/630104",
        "kind": "repeated",
        "what": "暖气不热",
        "what_en": "cold rooms",
        "item": "01.01.01.01.01",
        "areas": ("630104001",),
        "first_day": date(2026, 1, 3),
        "last_day": date(2026, 2, 20),
        "tickets": ticket_ids(3),
        "figures": (
            FindingFigure(key="tickets", name="工单", name_en="tickets", value=97, unit="count"),
            FindingFigure(key="share", name="占比", name_en="share", value=0.1234, unit="share"),
        ),
        "index": 80.0,
        "explanation": "同一小区\n97 件。",
        "explanation_en": "97 in one compound.",
        "rule_version": "test",
    }
    return Finding(**{**given, **values})


def topic(**proposal: Any) -> Topic:
    return after(wish(propose(**proposal), PROPOSER))


def test_a_candidate_is_the_proposal_that_it_would_become() -> None:
    found = candidate_of(finding(), [], MONTH)
    assert found.code == "2026-03-repeated-01-01-630104"
    assert found.covered_by is None
    assert found.proposal == Propose(
        heading="暖气不热（重复问题）",
        month=MONTH,
        problem="同一小区 97 件。",
        source="finding",
        figures=(
            TopicFigure(label="工单", value=97),
            TopicFigure(label="占比", value=12.34, counted_in="%"),
        ),
        tickets=ticket_ids(3),
        request_items=("01.01.01.01.01",),
        request_areas=("630104001",),
    )


def test_too_many_tickets_leave_the_newest_and_too_many_areas_mean_all() -> None:
    many = ticket_ids(TICKETS_AT_ONCE_MAX + 1)
    areas = tuple(f"630104{n:03}" for n in range(101))
    proposal = candidate_of(finding(tickets=many, areas=areas), [], MONTH).proposal
    assert proposal.tickets == many[1:]
    assert proposal.request_areas == ()


def test_a_long_name_of_a_finding_gives_a_code_of_the_right_length() -> None:
    code = candidate_of(finding(finding_id="Ab-" * 60), [], MONTH).code
    assert code == "2026-03-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab"


@pytest.mark.parametrize(
    ("items", "areas", "is_covered"),
    [
        (("01.01",), (), True),
        (("01.01",), ("630104",), True),
        (("01.01",), ("630105",), False),
        (("01.0",), (), False),  # a code is no beginning of letters
        ((), ("630104",), False),  # all that comes from a district is no subject
    ],
)
def test_a_topic_covers_what_is_of_its_items_and_areas(
    items: tuple[str, ...], areas: tuple[str, ...], is_covered: bool
) -> None:
    open_topic = topic(request_items=items, request_areas=areas)
    assert covers(open_topic, finding()) is is_covered


def test_a_topic_covers_what_shares_half_of_its_tickets() -> None:
    assert covers(topic(tickets=ticket_ids(2)), finding())
    assert not covers(topic(tickets=ticket_ids(1)), finding())


def test_a_declined_topic_covers_nothing() -> None:
    declined = wish(Decline(why="另案办理"), LEADER)
    over = after(wish(propose(request_items=("01.01",)), PROPOSER), declined)
    assert not covers(over, finding())


def test_what_one_resident_repeats_is_no_candidate() -> None:
    assert candidates([finding(repeated_by="resident")], [], MONTH, 9) == ()


def test_those_that_no_topic_covers_come_first_then_the_strongest() -> None:
    found = [
        finding(finding_id="weak", item="02.01", index=10.0, tickets=ticket_ids(9)[5:]),
        finding(finding_id="covered", index=99.0),
        finding(finding_id="strong", item="02.02", index=50.0, tickets=ticket_ids(9)[5:]),
    ]
    topics = [topic(request_items=("01.01",))]
    listed = candidates(found, topics, MONTH, 9)
    assert [one.finding.finding_id for one in listed] == ["strong", "weak", "covered"]
    assert [one.covered_by for one in listed] == [None, None, topics[0].code]
    assert len(candidates(found, topics, MONTH, 1)) == 1
