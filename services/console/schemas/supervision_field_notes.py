"""What each field of the facts about supervision 督 means, and an example of it."""

from collections.abc import Mapping

from services.console.schemas.field_note import FieldNote

_TICKET = "01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e"

SUPERVISION_FIELDS: Mapping[str, FieldNote] = {
    "promised_at": FieldNote("The ticket's deadline that was broken; UTC.", "2026-03-05T10:00:00Z"),
    "asked_version": FieldNote("Number of the ticket's fact that asked for the case.", 9),
    "role": FieldNote("As what it is told: unit, leader, superior or office.", "leader"),
    "part": FieldNote("The local time of the day's list that it stands on.", "09:00"),
    "lines": FieldNote("The rungs that the addressee is told of.", None),
    "ticket_version": FieldNote("Number of the ticket's fact that it is about.", 9),
    "card": FieldNote("Rule, period and number in it; unique for the unit.", "late/2026-03/1"),
    "colour": FieldNote("黄牌 or 红牌.", "yellow"),
    "first_day": FieldNote("The first local day of the period.", "2026-03-01"),
    "last_day": FieldNote("The last local day of the period.", "2026-03-31"),
    "at_least": FieldNote("How many make a card of this rule.", 5),
    "counted": FieldNote("What it rests on; each counts once for a rule.", None),
    "source": FieldNote("The fact that says so: stream and number, or a card.", f"{_TICKET}/9"),
    "because_of": FieldNote("The withdrawn card that this one rested on.", "late/2026-03/1"),
}
