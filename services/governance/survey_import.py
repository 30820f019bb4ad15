"""A survey's rows onto the list of a topic: all of them, or none and every reason."""

from collections.abc import Sequence
from typing import NamedTuple

from services.domain.topic_commands import AddItem
from services.domain.topic_rejections import TopicNotAdopted, TopicUnknown
from services.governance.survey import Fault
from services.governance.topic_desk import Asking, DeedsRefused, TopicDesk


class SurveyRefused(Exception):
    """Nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class Imported(NamedTuple):
    """there: rows that had been imported before."""

    rows: int
    added: int
    there: int
    version: int
    position: int


def import_items(
    desk: TopicDesk,
    code: str,
    deeds: Sequence[tuple[int, AddItem]],
    actor: str,
    command_id: str,
) -> Imported:
    """deeds: (line in the file, item), at least one. In one transaction. Raises SurveyRefused,
    Outage, ConcurrentAppend."""
    askings = [Asking(code, deed, actor, command_id) for _, deed in deeds]
    try:
        done = desk.execute_all(askings)
    except DeedsRefused as refused:
        raise SurveyRefused(_faults(deeds, refused)) from None
    added = len(done.facts)
    return Imported(len(deeds), added, len(deeds) - added, done.topic.version, done.position)


def _faults(deeds: Sequence[tuple[int, AddItem]], refused: DeedsRefused) -> Sequence[Fault]:
    """What is wrong with the topic is told once."""
    of_topic = [
        why for _, why in refused.refusals if isinstance(why, TopicUnknown | TopicNotAdopted)
    ]
    if of_topic:
        return [Fault(0, "", str(of_topic[0]))]
    return [Fault(deeds[number][0], "", str(why)) for number, why in refused.refusals]
