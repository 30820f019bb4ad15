"""Times in rows: UTC in one width, so that text sorts as time on every database."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=8_192)  # events of a batch share their times, and deadlines end together
def stored(moment: datetime) -> str:
    """`2026-03-02T01:02:03.000000Z`. The moment is aware."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
