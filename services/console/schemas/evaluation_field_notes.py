"""What each field of the facts about evaluation 评 means, and an example of it."""

from collections.abc import Mapping

from services.console.schemas.field_note import FieldNote

EVALUATION_FIELDS: Mapping[str, FieldNote] = {
    "through": FieldNote("How the resident was asked or answered: phone, sms or web.", "phone"),
    "result": FieldNote("What came of a try, or of all of them.", "declined"),
    "handling": FieldNote("1, and one more after each reopening.", 1),
    "rate": FieldNote("Which share of such tickets is drawn, 0 to 1.", 0.2),
    "tries": FieldNote("How many tries reached nobody.", 3),
    "days": FieldNote("On how many different local days.", 2),
    "disagreed_in": FieldNote("Number of the ticket's fact in which the resident disagreed.", 21),
    "after_days": FieldNote("How many days after closing it is looked at again.", 45),
    "opens_at": FieldNote("From when on it may be looked at again; UTC.", "2026-04-23T01:30:00Z"),
    "verdict": FieldNote(
        "late_accept, late_resolve, evaluated, returned or reopened.", "evaluated"
    ),
    "fact": FieldNote("Number of the ticket's fact that holds the verdict.", 21),
    "facts": FieldNote("Numbers of the ticket's facts that count for the case.", [14, 21]),
    "measures": FieldNote("Keys of measures 指标.", ["satisfaction_rate"]),
    "appeal": FieldNote("Number of the ticket's fact that appealed.", 22),
}
