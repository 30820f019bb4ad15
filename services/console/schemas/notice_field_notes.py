"""What each field of the facts about notices 通知 means, and an example of it."""

from collections.abc import Mapping

from services.console.schemas.field_note import FieldNote

NOTICE_FIELDS: Mapping[str, FieldNote] = {
    "notice_kind": FieldNote("What is told.", "resolved"),
    "audience": FieldNote("A resident, or a unit.", "resident"),
    "recipient": FieldNote(
        "Who is told: a resident's pseudonym, or a unit's code.", "7f3a9c51e2d84b60a1c5"
    ),
    "fact_version": FieldNote("Of the fact that it is about, in the stream of its ticket.", 7),
    "report_ticket": FieldNote(
        "The ticket that the resident's report is part of.", "01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e"
    ),
    "list_day": FieldNote("The local day of a daily list.", "2026-03-09"),
    "stale_at": FieldNote("From then on it is too late to say it.", "2026-03-19T01:30:00Z"),
    "via": FieldNote("The channel, as the policy names it.", "short-message"),
    "template_version": FieldNote("Of the words that it was said in.", "0123456789ab"),
    "lease_until": FieldNote(
        "Whoever has not said by then what came of it is taken for dead.", "2026-03-09T01:45:00Z"
    ),
    "unsure": FieldNote("It may have gone out all the same.", False),
    "retry_at": FieldNote("When it is tried again.", "2026-03-09T01:32:00Z"),
    "until": FieldNote("When it is looked at again.", "2026-03-10T00:00:00Z"),
    "postponement": FieldNote("Why it waits.", "quiet_hours"),
    "suppression": FieldNote("Why it will not be said.", "superseded"),
    "kinds": FieldNote("Kinds of notices.", ["received", "rate"]),
}
