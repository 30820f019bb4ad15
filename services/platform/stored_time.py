"""Times in rows: UTC in one width, so that text sorts as time on every database."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_NONE = timedelta(0)


@lru_cache(maxsize=8_192)  # events of a batch share their times, and deadlines end together
def stored(moment: datetime) -> str:
    """`2026-03-02T01:02:03.000000Z`. The moment is aware."""
    if moment.utcoffset() != _NONE:
        moment = moment.astimezone(UTC)
    # `isoformat` would ask the zone for its offset once more, which takes as long as all of this.
    return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % (  # noqa: UP031
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.microsecond,
    )
