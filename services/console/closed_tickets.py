"""What the log itself teaches: which item a message was, once a unit had resolved it as that."""

from typing import NamedTuple

from services.console.system import System
from services.domain import events as e
from services.domain.codec import Undecodable, decode
from services.platform.event_log import Recorded
from services.platform.keys import SealBroken
from services.platform.words import open_words
from services.router.classifier.lessons import Labelled

CHUNK_MAX = 1_000


class Closed(NamedTuple):
    """erased: tickets whose words nobody can read any more."""

    labelled: list[Labelled]
    erased: int


class _Course(NamedTuple):
    """opened: position of the first fact. item: of the last routing. proved: a unit has resolved
    it as that, and it was not returned since."""

    opened: int
    item: str | None = None
    proved: bool = False


def learn_from_log(system: System) -> Closed:
    """Words are opened in memory only. Raises Outage."""
    courses = _courses(system)
    proved = [one for one in courses.values() if one.proved and one.item is not None]
    labelled, erased = [], 0
    for start in range(0, len(proved), CHUNK_MAX):
        some = proved[start : start + CHUNK_MAX]
        found = system.log.read_at(one.opened for one in some)
        for one in some:
            title, text = _words(system, found[one.opened])
            if title or text:
                labelled.append(Labelled(title, text, one.item or ""))
            else:
                erased += 1
    return Closed(labelled, erased)


def _courses(system: System) -> dict[str, _Course]:
    courses: dict[str, _Course] = {}
    after, head = 0, system.log.head()
    while chunk := system.log.read_all(after, CHUNK_MAX, head):
        for recorded in chunk:
            try:
                event = decode(recorded.type, recorded.data)
            except Undecodable:  # quarantine tells it; nothing is learnt from it
                continue
            _follow(courses, recorded, event)
        after = chunk[-1].position
    return courses


def _follow(courses: dict[str, _Course], recorded: Recorded, event: e.TicketEvent) -> None:
    if isinstance(event, e.TicketOpened):
        courses[recorded.stream_id] = _Course(recorded.position)
        return
    course = courses.get(recorded.stream_id)
    if course is None:
        return
    if isinstance(event, e.TicketRouted):
        courses[recorded.stream_id] = course._replace(item=event.item, proved=False)
    elif isinstance(event, (e.TicketResolved, e.TicketReturned)):
        proved = isinstance(event, e.TicketResolved)
        courses[recorded.stream_id] = course._replace(proved=proved)


def _words(system: System, recorded: Recorded) -> tuple[str, str]:
    event = decode(recorded.type, recorded.data)
    try:
        found = [
            open_words(system.keyring, event, recorded.version, field) or ""
            for field in ("title", "text")
        ]
    except SealBroken:
        return "", ""
    return found[0], found[1]
