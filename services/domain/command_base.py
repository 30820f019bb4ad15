"""What every command has in common, and the values that several of them carry."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from services.domain.event_base import Kind
from services.domain.events_merging import JoinMethod
from services.domain.personal import Personal
from services.domain.working_time import WorkingCalendar


class Command(Struct, frozen=True, kw_only=True):
    """now: when it is recorded (UTC). at: when it happened, if that was earlier.

    cause: `command:<id>` for a person's command, `event:<ticket>/<version>` for a policy's.
    expected_version: refuse if the ticket has changed since the actor looked at it.
    """

    ticket_id: str
    actor: str
    cause: str
    now: datetime
    at: datetime | None = None
    expected_version: int | None = None


class ClockRules(NamedTuple):
    """What a promise is made by."""

    calendar: WorkingCalendar
    warn_fraction: float
    policy_version: str


class ExtensionLimits(NamedTuple):
    """How often a promise may be extended within one handling, and by how many working days each
    time; None: as many as are asked for."""

    times_max: int = 1
    working_days_max: int | None = None


ONCE = ExtensionLimits()


class Likeness(NamedTuple):
    """Why two reports, or two tickets, are taken for one matter. score: 0 to 1.

    explanation: in words of ours, never a resident's. match_version: of the rule that said so.
    """

    method: JoinMethod
    score: float | None = None
    explanation: str | None = None
    match_version: str | None = None


SAME_WORDS, BY_PERSON = Likeness("same_words"), Likeness("person")


class Report(Struct, frozen=True, kw_only=True):
    """One submission, ready to become a fact."""

    report_id: str
    channel: str
    reference: str
    resident: str
    text: Personal
    fingerprint: str
    rule_version: str
    kind: Kind | None = None
    title: Personal | None = None
    address: Personal | None = None
    contact: Personal | None = None
    name: Personal | None = None
    area: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    item: str | None = None
    attachments: tuple[str, ...] = ()
