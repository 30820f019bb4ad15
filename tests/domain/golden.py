"""One full example of every fact, as it is stored for ever. Run it to write examples of new types.

An example that was shipped is never written again: `tests/stored` is the memory of old logs.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.domain import city_events as city
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_evaluation as v
from services.domain import events_parts as p
from services.domain.city_event_base import CityEvent
from services.domain.codec import encode
from services.domain.event_base import PERSONAL_FIELDS
from services.domain.events import TicketEvent
from services.domain.notice_events import NOTICE_EVENTS
from services.domain.personal import Personal, SealingContext
from services.domain.supervision_events import SupervisionFact
from services.domain.supervision_values import CountedOnce, ToldLine
from services.domain.topic_events import TopicFact
from services.domain.topic_values import TopicFigure
from tests.domain.facts import EVENT_TYPES, OTHER_TICKET, RESIDENT, TICKET

STORED = Path(__file__).parent.parent / "stored"
WORDS = "我家暖气不热"

# Fields that a shipped type got later: absent from its example, and null in old logs.
LIKENESS = {"method", "score", "explanation", "match_version"}
ADDED_LATER: dict[type[TicketEvent], set[str]] = {
    e.TicketOpened: {"split_from"},
    e.ReportJoined: LIKENESS,
    e.TicketMerged: LIKENESS,
    e.TicketEvaluated: {"report_id", "through"},
    e.TicketReturned: {"proposed_item"},
    e.TicketAnsweredAtOnce: {"article_version"},
    e.TicketRouted: {"urgency_rules"},
    e.TicketSuspended: {"working_days", "ends_at", "calendar_version", "policy_version"},
    e.TicketResumed: {"because"},
    e.TicketResolved: {"despite"},
    c.DeadlineMoved: {"from_due_at", "from_calendar_version", "day"},
}

VALUES: dict[str, Any] = {
    "ticket_id": TICKET,
    "actor": "unit:heating-office",
    "cause": f"event:{TICKET}/7",
    "occurred_at": datetime(2026, 3, 9, 1, 30, tzinfo=UTC),
    "recorded_at": datetime(2026, 3, 9, 1, 30, 0, 123456, tzinfo=UTC),
    "report_id": "018f0000-0000-7000-8000-00000000000a",
    "channel": "hotline",
    "reference": "来电-0001",
    "resident": RESIDENT,
    "kind": "complaint",
    "area": "630104",
    "longitude": 101.7649,
    "latitude": 36.6263,
    "item": "01.02.03",
    "attachments": ("photo-1", "photo-2"),
    "fingerprint": "dGhlLWZpbmdlcnByaW50",
    "rule_version": "rule-1",
    "rule": "court",
    "basis": "条例第三条",
    "legal_route": "向法院提起诉讼",
    "handed_over": True,
    "article": "knowledge-7",
    "article_version": 3,
    "reason": "not-our-duty",
    "candidates": (e.Candidate(item="01.02.03", score=0.4, words=("暖气", "不热")),),
    "explanation": "找到“暖气”",
    "directory_version": "xining-1",
    "model_version": None,  # came later: the examples that were shipped are without it
    "attempt": 2,
    "lead": "heating-office",
    "assisting": ("roads-office", "water-company"),
    "urgency_days": 3,
    "method": "alias",
    "confidence": 0.875,
    "unit": "heating-office",
    "consulted": ("heating-office", "roads-office"),
    "minutes": "HS-2026-017",
    "returned_unit": "heating-office",
    "decision": "upheld",
    "decided_by": "consultation",
    "proposed_item": "01.02.04",
    "proposed_unit": "roads-office",
    "working_days": 3,
    "reached": True,
    "responded": True,
    "solved": False,
    "satisfaction": "fairly",
    "holds": False,
    "primary": OTHER_TICKET,
    "other": OTHER_TICKET,
    "to_ticket": OTHER_TICKET,
    "split_from": OTHER_TICKET,
    "report_ids": (
        "018f0000-0000-7000-8000-00000000000a",
        "018f0000-0000-7000-8000-00000000000b",
    ),
    "score": 0.75,
    "match_version": "alike-1",
    "stage": "handling",
    "since": datetime(2026, 3, 9, 1, 30, tzinfo=UTC),
    "clock": "resolve",
    "starts_at": datetime(2026, 3, 9, 1, 30, tzinfo=UTC),
    "warn_at": datetime(2026, 3, 12, 3, 18, tzinfo=UTC),
    "due_at": datetime(2026, 3, 12, 10, tzinfo=UTC),
    "done_at": datetime(2026, 3, 12, 10, 0, 1, tzinfo=UTC),
    "calendar_version": "eb02b26f6c11",
    "policy_version": "policy-1",
    "level": 2,
    "measure": "urge",
    "addressee": "lead",
    "from_days": 7,
    "rules": ("gas-leak", "many-reporters"),
    "urgency_rules": ("gas-leak",),
    "reporters": 5,
    "through": "phone",
    "handling": 2,
    "rate": 0.25,
    "days": 2,
    "tries": 3,
    "result": "not_reached",
    "disagreed_in": 21,
    "after_days": 45,
    "opens_at": datetime(2026, 4, 23, 1, 30, tzinfo=UTC),
    "verdict": "evaluated",
    "fact": 21,
    "facts": (14, 21),
    "measures": ("solution_rate", "satisfaction_rate"),
    "evidence": ("现场照片-3", "验收单-2026-03"),
    "appeal": 22,
    "from_due_at": datetime(2026, 3, 18, 10, tzinfo=UTC),
    "from_calendar_version": "0f3c5d7e9a1b",
    "day": date(2026, 3, 13),
    "due_day": date(2026, 3, 12),
    "ends_at": datetime(2026, 3, 13, 10, tzinfo=UTC),
    "because": "limit",
    "despite": "part-goes-on-elsewhere",
    "subtask": 2,
    "with_lead": True,
}


def sealed_form(field: str) -> str:
    return f"s1.{RESIDENT}.sealed-{field}"


def example(event_type: type[TicketEvent], *, sealed: bool) -> TicketEvent:
    """Every field that it was shipped with filled in, the words open or sealed."""
    values = dict(VALUES)
    if event_type is c.DeadlineMoved:
        values["reason"] = "extension"
    if event_type is p.PartDeadlineMoved:
        values["reason"] = "calendar"
    if event_type is v.CallBackTried:
        values["result"] = "no_answer"
    for field in PERSONAL_FIELDS:
        form = {"sealed": sealed_form(field)} if sealed else {"plain": WORDS}
        values[field] = Personal(RESIDENT, **form)
    names = set(event_type.model_fields) - {"type"} - ADDED_LATER.get(event_type, set())
    return event_type(**{name: values[name] for name in names})


CITY_VALUES: dict[str, Any] = {
    "stream_id": "directory",
    "actor": "operator:zhang",
    "cause": "command:0193",
    "version": "xining-2026.2+0123456789ab",
    "label": "xining-2026.2",
    "valid_from": date(2026, 4, 1),
    "why": "供热企业更名",
    "content": "eJwDAAAAAAE=",
    "faults_accepted": 1,
    "code": "heat-01",
    "number": 3,
    "heading": "家里暖气不热怎么办",
    "questions": ("暖气片是凉的", "屋里只有十几度"),
    "answer": "请先看入户阀门是否打开，再向供热单位报修。",
    "items": ("01.01.01.01.01",),
    "areas": ("630104", "630105"),
    "responsible": "heating",
    "contact_point": "供热单位营业厅",
    "valid_to": date(2027, 3, 31),
    "review_by": date(2026, 12, 31),
    "codes": ("01", "14"),
    "sure_from": 0.92,
    "texts": 8287,
    "macro_f1": 0.9375,
    "coverage": 0.8125,
    "calibration_error": 0.015625,
}
TOPIC_VALUES: dict[str, Any] = {
    "stream_id": "topic:2026-03-heating",
    "on": date(2026, 3, 9),
    "heading": "失管小区供热",
    "month": "2026-03",
    "problem": "物业公司撤离，471户供热无人负责。",
    "source": "finding",
    "figures": (TopicFigure(label="涉及户数", value=471, counted_in="户"),),
    "tickets": (TICKET, OTHER_TICKET),
    "request_items": ("01.01.01",),
    "request_areas": ("630104",),
    "why": "企业更名",
    "lead": "heating-office",
    "assisting": ("roads-office",),
    "target": date(2026, 6, 30),
    "measure_code": "m1",
    "wording": "指定应急供热单位",
    "responsible": "heating-office",
    "evidence": ("验收单-2026-03",),
    "remark": "管网已接通\n分两批",
    "item_code": "survey-1",
    "aspect": "供热保障",
    "counted_in": "户",
    "total": 471,
    "due": date(2026, 5, 31),
    "imported_from": "survey.csv 第3行",
    "done": 200,
    "week": date(2026, 3, 9),
    "correction": "重复统计",
    "exemption": "两户长期无人",
    "held": ("survey-1",),
    "failed": ("survey-2",),
    "outcome": "471户恢复供热",
    "position": 481_216,
}
SUPERVISION_VALUES: dict[str, Any] = {
    "stream_id": "supervision:case-2026-000123",
    "on": date(2026, 3, 9),
    "reason": "resolve_overdue",
    "why": "逾期2个工作日仍未办结",
    "basis": "督办阶梯第3级",
    "tickets": (TICKET,),
    "reference": "2026-03-heating",
    "promised_at": datetime(2026, 3, 5, 10, tzinfo=UTC),
    "asked_version": 9,
    "level": 2,
    "role": "superior",
    "addressee": "630104",
    "explanation": "派单目录中的上级单位",
    "remark": "已核实",
    "outcome": "accepted",
    "part": "09:00",
    "lines": (
        ToldLine(
            ticket_id=TICKET,
            ticket_version=9,
            unit="heating-office",
            clock="resolve",
            due_at=datetime(2026, 3, 12, 10, tzinfo=UTC),
            level=3,
            measure="supervise",
        ),
    ),
    "card": "late/2026-03/1",
    "colour": "yellow",
    "rule": "late",
    "first_day": date(2026, 3, 1),
    "last_day": date(2026, 3, 31),
    "at_least": 1,
    "counted": (
        CountedOnce(
            kind="resolve_missed", source=f"{TICKET}/9", on=date(2026, 3, 9), ticket_id=TICKET
        ),
    ),
    "because_of": "late/2026-03/1",
}
NOTICE = "0123456789abcdef0123456789abcdef"
NOTICE_VALUES: dict[str, Any] = {
    "stream_id": f"notice:{NOTICE}",
    "actor": "processor:postman",
    "notice_kind": "resolved",
    "audience": "resident",
    "recipient": RESIDENT,
    "fact_version": 7,
    "report_ticket": OTHER_TICKET,
    "list_day": date(2026, 3, 9),
    "stale_at": datetime(2026, 3, 19, 1, 30, tzinfo=UTC),
    "attempt": 2,
    "via": "short-message",
    "template_version": "0123456789ab",
    "lease_until": datetime(2026, 3, 9, 1, 45, tzinfo=UTC),
    "reason": "http_503",
    "unsure": True,
    "retry_at": datetime(2026, 3, 9, 1, 32, tzinfo=UTC),
    "until": datetime(2026, 3, 10, tzinfo=UTC),
    "postponement": "quiet_hours",
    "suppression": "superseded",
    "kinds": ("received", "rate"),
}
# Of which streams, where that is not the directory's.
CITY_STREAMS = {"knowledge": "knowledge:heat-01"}


def city_example(event_type: type[CityEvent]) -> Any:
    """Every field filled in."""
    of_topics = TOPIC_VALUES if issubclass(event_type, TopicFact) else {}
    if issubclass(event_type, SupervisionFact):
        of_topics = SUPERVISION_VALUES | {"reply": Personal(RESIDENT, sealed=sealed_form("reply"))}
    of_notices = NOTICE_VALUES if event_type in NOTICE_EVENTS else {}
    values = {**VALUES, **CITY_VALUES, **of_topics, **of_notices}
    family = str(event_type.model_fields["type"].default).partition(".")[0]
    if not of_topics and not of_notices:
        values["stream_id"] = CITY_STREAMS.get(family, family)
    return event_type(**{name: values[name] for name in set(event_type.model_fields) - {"type"}})


def seal_by_field(words: Personal, associated_data: bytes) -> str:
    return sealed_form(associated_data.decode().rsplit("|", 1)[1])


CONTEXT = SealingContext(seal_by_field, 8)


def type_name(event_type: type[TicketEvent]) -> str:
    name: str = event_type.model_fields["type"].default
    return name


def stored_file(name: str) -> Path:
    return STORED / f"{name}.json"


def write_new() -> None:
    for event_type in EVENT_TYPES:
        path = stored_file(type_name(event_type))
        if not path.exists():
            path.write_bytes(encode(example(event_type, sealed=False), CONTEXT) + b"\n")
    for city_type in city.CITY_EVENTS:
        path = stored_file(city_type.model_fields["type"].default)
        if not path.exists():
            path.write_bytes(city.encode_city(city_example(city_type)) + b"\n")


if __name__ == "__main__":
    write_new()
