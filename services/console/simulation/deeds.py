"""What somebody will do to a ticket, as data: a command is made of it when its time has come."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from services.console.simulation.driver import Timed, View
from services.domain import commands as c
from services.domain.event_base import PERSONAL_FIELDS
from services.domain.personal import Personal

NEEDS_RULES = (c.ResumeTicket, c.GrantExtension, c.ResolveTicket)
PART_WIDTH = 2


class Step(NamedTuple):
    """One command of a plan: when, who, what, and its own fields with words in the clear."""

    moment: datetime
    actor: str
    command: type[c.TicketCommand]
    fields: Mapping[str, object]


class Deed(Struct, frozen=True):
    """Called by the driver at its time. `cause` is the same whenever it is planned again."""

    ticket_id: str
    cause: str
    step: Step

    def __call__(self, view: View) -> c.TicketCommand | None:
        resident = view.ticket(self.ticket_id).resident
        fields = {name: _value(name, value, resident) for name, value in self.step.fields.items()}
        if self.step.command in NEEDS_RULES:
            fields["rules"] = view.rules
        return _made(self.step.command, self.ticket_id, self.step.actor, self.cause, view, fields)


class MergeDeed(Struct, frozen=True):
    """并单: into the ticket of another report, if that has come to be one."""

    ticket_id: str
    cause: str
    actor: str
    primary: tuple[str, str]

    def __call__(self, view: View) -> c.TicketCommand | None:
        primary = view.ticket_of(*self.primary)
        if primary is None:
            return None
        fields: dict[str, object] = {"primary": primary}
        return _made(c.MergeTicket, self.ticket_id, self.actor, self.cause, view, fields)


def deeds(ticket_id: str, cause: str, steps: list[Step]) -> list[Timed]:
    return [
        (step.moment, Deed(ticket_id, f"{cause}/{number:0{PART_WIDTH}}", step))
        for number, step in enumerate(steps)
    ]


def _value(name: str, value: object, resident: str) -> object:
    if name in PERSONAL_FIELDS and isinstance(value, str):
        return Personal(resident, value)
    return value


def _made(
    command: type[c.TicketCommand],
    ticket_id: str,
    actor: str,
    cause: str,
    view: View,
    fields: Mapping[str, object],
) -> c.TicketCommand:
    make: type = command  # the fields of each command differ: checked by its own constructor
    made: c.TicketCommand = make(
        ticket_id=ticket_id, actor=actor, cause=cause, now=view.now, at=view.at, **fields
    )
    return made
