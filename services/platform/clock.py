"""The one way to ask for the time. Always aware, always UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class VirtualClock:
    """Stands still until it is moved, and never goes back."""

    current: datetime

    def now(self) -> datetime:
        return self.current

    def advance_to(self, moment: datetime) -> None:
        self.current = max(self.current, moment)


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """City time that runs `speed` times as fast as real time, from `start` at `real_start`."""

    start: datetime
    real_start: datetime
    speed: float

    def now(self) -> datetime:
        elapsed_s = (datetime.now(UTC) - self.real_start).total_seconds()
        return self.start + timedelta(seconds=max(0.0, elapsed_s) * self.speed)
