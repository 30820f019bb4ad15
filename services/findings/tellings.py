"""What is counted: each matter once, on the day it was first told; and what residents say, each."""

from typing import NamedTuple

import numpy as np

from services.findings.codes import NONE, Codes, Kept, Numbers, above, area_at
from services.findings.facts import Facts

DISTRICT, STREET, COMMUNITY = "district", "street", "community"


class Tellings(NamedTuple):
    """ticket: its number in the facts. day: from 0, the first day of the facts. Columns of one
    length; one: all items as a single code."""

    ticket: Numbers
    day: Numbers
    item: Codes
    area: Codes
    district: Codes
    street: Codes
    community: Codes
    resident: Codes
    one: Codes

    def without(self, tickets: Numbers) -> "Tellings":
        """Those of other tickets."""
        return self.only(~np.isin(self.ticket, tickets))

    def only(self, kept: Kept) -> "Tellings":
        return Tellings(
            self.ticket[kept], self.day[kept], *(Codes(c.names, c.of[kept]) for c in self[2:])
        )


def matters_of(facts: Facts) -> Tellings:
    """One a ticket that follows no other. What was joined or merged is the same matter, whoever
    told it: counted by heads, one burst pipe with twenty callers would look like twenty."""
    own = np.flatnonzero(facts.primary == np.arange(len(facts.tickets)))
    nobody = Codes((), np.full(len(own), NONE, np.int64))
    return _tellings(facts, own, facts.opened[own] - facts.first_day, nobody)


def said_by_residents(facts: Facts) -> Tellings:
    """One a resident and matter."""
    ticket = facts.primary[facts.report_ticket]
    pair = ticket * (len(facts.residents.names) + 1) + facts.residents.of
    _, first = np.unique(pair, return_index=True)
    residents = Codes(facts.residents.names, facts.residents.of[first])
    return _tellings(facts, ticket[first], facts.report_day[first] - facts.first_day, residents)


def _tellings(facts: Facts, ticket: Numbers, day: Numbers, residents: Codes) -> Tellings:
    areas = Codes(facts.areas.names, facts.areas.of[ticket])
    return Tellings(
        ticket=ticket,
        day=day,
        item=Codes(facts.items.names, facts.items.of[ticket]),
        area=areas,
        district=above(areas, area_at(DISTRICT)),
        street=above(areas, area_at(STREET)),
        community=above(areas, area_at(COMMUNITY)),
        resident=residents,
        one=Codes(("",), np.zeros(len(ticket), np.int64)),
    )
