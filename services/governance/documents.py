"""Topics as JSON, for the command line and HTTP alike. Days are YYYY-MM-DD, shares 0 to 1."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.domain.topic import Topic, TopicItem
from services.domain.topic_union import AnyTopicEvent
from services.governance.bulletin import Bulletin, TopicMonth
from services.governance.candidates import Candidate
from services.governance.effect import Effect
from services.governance.figures import TopicFigures, figures_of, is_late
from services.governance.schedule import Schedule

Json = dict[str, Any]


def summary_document(topic: Topic, today: date) -> Json:
    """One line of a list of topics."""
    proposal = topic.proposal
    return {
        "code": topic.code,
        "version": topic.version,
        "stage": topic.stage,
        "heading": proposal.heading if proposal else "",
        "month": proposal.month if proposal else "",
        "lead": topic.lead or None,
        "assisting": list(topic.assisting),
        "target": plain(topic.target),
        "progress": figures_document(figures_of(topic, today)),
    }


def topic_document(topic: Topic, today: date) -> Json:
    """All of a topic, as it stands."""
    proposal = topic.proposal
    proposed = (
        {}
        if proposal is None
        else {
            name: plain(getattr(proposal, name))
            for name in ("problem", "source", "figures", "request_items", "request_areas")
        }
    )
    return {
        **summary_document(topic, today),
        **proposed,
        "proposed_by": topic.proposed_by,
        "declined_why": topic.declined_why or None,
        "adopted_by": topic.adopted_by or None,
        "adopted_on": plain(topic.adopted_on),
        "closed_on": plain(topic.closed_on),
        "outcome": topic.outcome or None,
        "look_backs": topic.look_backs,
        "measures": [plain(one._asdict()) for one in topic.measures.values()],
        "items": [item_document(item, today) for item in topic.items.values()],
        "tickets": list(topic.tickets),
    }


def item_document(item: TopicItem, today: date) -> Json:
    last = item.last_report
    document = {
        "item_code": item.code,
        **item.plan._asdict(),
        "done": item.done,
        "is_late": is_late(item, today),
        "struck_off_by": item.struck_off_by or None,
        "struck_off_on": item.struck_off_on,
        "exemption": item.exemption,
        "reopened": item.reopened,
        "weeks_reported": item.weeks,
        "last_remark": last.remark if last else None,
        "last_evidence": last.evidence if last else (),
        "imported_from": item.imported_from,
    }
    shown: Json = plain(document)
    return shown


def figures_document(figures: TopicFigures) -> Json:
    quantities = [{**one._asdict(), "share": one.share} for one in figures.quantities]
    rate = figures.strike_off_rate
    return {**figures._asdict(), "quantities": quantities, "strike_off_rate": rate}


def schedule_document(schedule: Schedule) -> Json:
    shown: Json = plain(schedule)
    return shown


def effect_document(effect: Effect | None) -> Json | None:
    shown: Json | None = plain(effect)
    return shown


def bulletin_document(bulletin: Bulletin, position: int, is_pinned: bool) -> Json:
    """position: of the log, up to which it was made."""
    topics = [_topic_month(one) for one in bulletin.topics]
    shown: Json = plain(bulletin._asdict() | {"topics": topics})
    return {"position": position, "pinned": is_pinned, **shown}


def candidate_document(one: Candidate) -> Json:
    """A finding, and the proposal that it would become."""
    return {
        "code": one.code,
        "covered_by": one.covered_by,
        "finding": plain(one.finding),
        "proposal": plain(one.proposal),
    }


def _topic_month(one: TopicMonth) -> Json:
    return one._asdict() | {"figures": figures_document(one.figures)}


def history_document(facts: Iterable[tuple[int, AnyTopicEvent]]) -> list[Json]:
    return [
        {"position": at, "version": number, **fact.model_dump(mode="json", exclude_none=True)}
        for number, (at, fact) in enumerate(facts, start=1)
    ]


def plain(value: Any) -> Any:
    """JSON values."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value
