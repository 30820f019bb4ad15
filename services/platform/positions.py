"""Positions that somebody asks for."""

from services.platform.event_log import EventLog


class PositionUnknown(ValueError):
    """The log has no such position."""


def check_position(log: EventLog, position: int) -> None:
    """Raises PositionUnknown."""
    head = log.head()
    if not 0 <= position <= head:
        raise PositionUnknown(f"position {position}: the log has positions 0 to {head}")
