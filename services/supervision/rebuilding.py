"""Rows of cases, tellings and cards out of their facts, as a rebuild wants them."""

from collections.abc import Callable, Sequence

from services.domain.city_events import AnyCityEvent
from services.domain.supervision_union import SUPERVISION_EVENTS
from services.platform.event_log import Change
from services.supervision.fact_rows import fact_rows
from services.supervision.rules import SupervisionRules


def rows_of(
    rules: Callable[[], SupervisionRules], facts: Sequence[tuple[AnyCityEvent, int]]
) -> Sequence[Change]:
    """In the order in which they must be applied. Raises CalendarYearMissing."""
    asked = rules()
    return [
        change
        for fact, version in facts
        if isinstance(fact, SUPERVISION_EVENTS)
        for change in fact_rows(fact, version, asked)
    ]
