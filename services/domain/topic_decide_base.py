"""What the rules of topics share: a fact from a command and its deed, and who is who."""

import unicodedata
from datetime import date, datetime
from typing import Any, TypedDict

from services.domain.topic import Topic, TopicItem
from services.domain.topic_commands import Deed, PinBulletin, TopicCommand
from services.domain.topic_evolve import stream_of
from services.domain.topic_rejections import ActorIsResident, ItemUnknown, TopicNotAdopted


class TopicMeta(TypedDict):
    stream_id: str
    actor: str
    cause: str
    occurred_at: datetime
    recorded_at: datetime
    on: date


def topic_meta(command: TopicCommand | PinBulletin, stream_id: str | None = None) -> TopicMeta:
    return {
        "stream_id": stream_id or stream_of(getattr(command, "code", "")),
        "actor": command.actor,
        "cause": command.cause,
        "occurred_at": command.now,
        "recorded_at": command.now,
        "on": command.today,
    }


def said(deed: Deed, *without: str) -> dict[str, Any]:
    """A deed's fields, under the names that its fact has."""
    return {name: value for name, value in deed if name not in without}


def says_the_same(fact: object, deed: Deed) -> bool:
    return all(getattr(fact, name) == value for name, value in deed)


def same_person(one: str, other: str) -> bool:
    """However it was typed."""
    return _plain(one) == _plain(other)


def speaks_for(actor: str, unit: str) -> bool:
    """`unit:<code>`, or one of its people as `unit:<code>/<name>`."""
    role, _, name = _plain(actor).partition(":")
    return role == "unit" and name.partition("/")[0].strip() == _plain(unit)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def require_no_resident(command: TopicCommand | PinBulletin, about: str) -> None:
    """Actors stand in the clear for ever, and here there is no pseudonym to act under."""
    if _plain(command.actor).partition(":")[0] == "resident":
        raise ActorIsResident(about)


def require_adopted(command: TopicCommand, topic: Topic) -> None:
    if topic.stage != "adopted":
        raise TopicNotAdopted(command.code, f"it is {topic.stage}")


def require_item(command: TopicCommand, topic: Topic, item_code: str) -> TopicItem:
    item = topic.items.get(item_code)
    if item is None:
        raise ItemUnknown(command.code, item_code)
    return item
