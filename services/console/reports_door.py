"""`intake-reports` before the intake's door: which topic it is, and where each partition stands."""

from collections.abc import Mapping, Sequence

from services.console.intake_door import intake_door
from services.console.system import System
from services.intake.bus.door import IntakeDoor
from services.platform.failures import Outage
from services.platform.transport import kafka_admin
from services.platform.transport.bus_door import OffsetMessage
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS


class ReportsDoor:
    """`intake-reports` in front of the intake's door: partitions get the topic's id, so that a
    topic that was made again starts from its beginning."""

    def __init__(self, door: IntakeDoor, kafka: KafkaSettings) -> None:
        self._door = door
        self._kafka = kafka
        self._topic_id = ""
        self.topic = kafka.topic(INTAKE_REPORTS)

    def positions(self, partitions: frozenset[int]) -> Mapping[int, int]:
        if not partitions:
            return {}
        self._topic_id = self._current_id()
        beginnings = kafka_admin.beginnings(self._kafka, INTAKE_REPORTS, partitions)
        ends = kafka_admin.ends(self._kafka, INTAKE_REPORTS, partitions)
        for partition, beginning in beginnings.items():
            self._door.give_up_until(self._name(partition), beginning)
        stands_at = {one: self._door.position(self._name(one)) for one in partitions}
        for partition, position in stands_at.items():
            end = ends[partition]
            if position > end:  # new messages would pass for old ones
                raise Outage(
                    f"{self.topic}/{partition} was read to {position} and ends at {end}:"
                    " the broker has lost messages; make the topic anew"
                )
        return stands_at

    def is_stale(self) -> bool:
        return bool(self._topic_id) and self._current_id() != self._topic_id

    def _current_id(self) -> str:
        found = kafka_admin.topic_id(self._kafka, INTAKE_REPORTS)
        if found is None:
            raise Outage(f"topic {self.topic} is missing: run `yousu topics create`")
        return found

    def take(self, messages: Mapping[int, Sequence[OffsetMessage]]) -> None:
        self._door.take({self._name(one): some for one, some in messages.items()})

    def _name(self, partition: int) -> str:
        return f"{INTAKE_REPORTS}/{self._topic_id}/{partition}"


def build_door(system: System, kafka: KafkaSettings) -> ReportsDoor:
    return ReportsDoor(intake_door(system), kafka)
