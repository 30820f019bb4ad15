from datetime import UTC, datetime
from typing import get_args

import pytest

from services.domain.clock_state import ClockState
from services.domain.evaluation_evolve import EVALUATION_HANDLERS
from services.domain.events import TicketEvent
from services.domain.replaced import replaced
from services.domain.ticket_evolve import CHANGES

AT = datetime(2026, 3, 2, tzinfo=UTC)
CLOCK = ClockState(AT, 3, AT, AT)


def test_is_what_replace_of_a_named_tuple_is() -> None:
    changed = replaced(CLOCK, level=2, running=False)
    assert changed == CLOCK._replace(level=2, running=False)
    assert type(changed) is ClockState
    assert CLOCK.level == 0


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError, match="lavel"):
        replaced(CLOCK, lavel=2)


def test_every_kind_of_fact_about_a_ticket_can_be_folded() -> None:
    kinds = set(get_args(TicketEvent))
    assert set(CHANGES) == kinds
    assert set(EVALUATION_HANDLERS) <= kinds
