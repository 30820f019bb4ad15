"""A system with its door of the bus, and messages as a consumer would hand them over."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from city_history import START

from services.console.intake_door import intake_door
from services.console.system import System, bootstrap
from services.intake.bus.door import BusMessage
from services.platform import quarantine
from services.platform.clock import VirtualClock
from services.platform.quarantine import Quarantined
from services.platform.settings import load_settings

PARTITION = "intake-reports/0b5c/3"


def report(reference: str, text: str = "路灯坏了", **values: Any) -> dict[str, Any]:
    return {"channel": "app", "reference": reference, "text": text} | values


def encoded(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def messages(
    values: Sequence[bytes | None], start: int = 0, timestamp: datetime | None = None
) -> list[BusMessage]:
    return [
        BusMessage(offset, offset, value, timestamp) for offset, value in enumerate(values, start)
    ]


class BusCity:
    def __init__(self, folder: Path) -> None:
        self.system: System = bootstrap(load_settings(folder, environment={}), VirtualClock(START))
        self.door = intake_door(self.system)

    def take(self, *values: bytes | None, start: int = 0) -> None:
        self.door.take({PARTITION: messages(values, start)})

    def references(self) -> list[str]:
        rows = self.system.log.query("SELECT reference FROM report_keys ORDER BY reference")
        return [row[0] for row in rows]

    def set_aside(self) -> list[Quarantined]:
        return quarantine.waiting(self.system.log, "intake-reports")

    @property
    def position(self) -> int:
        return self.door.position(PARTITION)
