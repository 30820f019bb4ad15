from typing import get_args

from services.domain.commands import TicketCommand
from services.domain.decide import DECIDERS


def test_every_command_has_its_decider() -> None:
    assert set(DECIDERS) == set(get_args(TicketCommand))
