"""What units, dispatchers and residents say with a command. Codes in the clear, words sealed."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.domain.event_base import Satisfaction, UrgencyDays
from services.domain.events_evaluation import CallBackChannel
from services.domain.events_returns import ReturnDecision
from services.domain.knowledge_events import ARTICLE_CODE_PATTERN
from services.platform.http.bodies import Body
from services.platform.return_reasons import shipped_return_reasons
from services.platform.texts import has_controls

WORDS_CHARS_MAX = 10_000
ATTACHMENTS_MAX = 20
WORKING_DAYS_MAX = 250


# The number of the version of an article that was in force at a moment; None if none was.
ArticleVersion = Callable[[str, datetime], int | None]


class Known(NamedTuple):
    """What bodies are checked against; passed to pydantic as its context."""

    is_unit: Callable[[str], bool]
    is_item: Callable[[str], bool]
    is_area: Callable[[str], bool]
    is_decline_rule: Callable[[str], bool]
    is_article: Callable[[str], bool]
    is_suspension_reason: Callable[[str], bool]
    article_version: ArticleVersion
    now: datetime


def _known(what: str) -> AfterValidator:
    def check(code: str, info: ValidationInfo) -> str:
        known: Any = info.context
        if not getattr(known, f"is_{what}")(code):
            raise PydanticCustomError(f"unknown_{what}", f"no {what} has this code")
        return code

    return AfterValidator(check)


def _words(text: str) -> str:
    if has_controls(text) or not text.strip():
        raise PydanticCustomError("words", "is blank or holds control characters")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise PydanticCustomError("one_line", "is blank or holds control characters")
    return text


def _moment(text: str, info: ValidationInfo) -> str:
    """Kept as text: strict JSON has no times. `moment_of` reads it again."""
    known: Any = info.context
    moment = moment_of(text)
    if moment is None:
        raise PydanticCustomError("not_a_time", "is no ISO 8601 date and time with its zone")
    if moment > known.now:
        raise PydanticCustomError("time_in_future", "is in the future")
    return text


def _in_force(code: str, info: ValidationInfo) -> str:
    known: Any = info.context
    answered_at = moment_of(info.data.get("at")) or known.now
    if known.article_version(code, answered_at) is None:
        reason = "no version of this article was in force on that day"
        raise PydanticCustomError("article_not_in_force", reason)
    return code


def moment_of(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return moment if moment.tzinfo and 1990 <= moment.year < 9000 else None
    except ValueError:
        return None


# A code is stored in the clear, so it cannot be a sentence about somebody.
# A word of a code list, never a name or a number: it stands in the clear.
Code = Annotated[str, Field(pattern=r"^[a-z][a-z_.:-]{0,63}$")]
Unit = Annotated[str, Field(min_length=1, max_length=64), _known("unit")]
Item = Annotated[str, Field(min_length=1, max_length=64), _known("item")]
Area = Annotated[str, Field(min_length=1, max_length=64), _known("area")]
DeclineRuleCode = Annotated[str, Field(min_length=1, max_length=64), _known("decline_rule")]
ReportId = Annotated[str, Field(min_length=1, max_length=64)]
Article = Annotated[str, Field(pattern=ARTICLE_CODE_PATTERN, max_length=40), _known("article")]
Words = Annotated[str, Field(min_length=1, max_length=WORDS_CHARS_MAX), AfterValidator(_words)]
Address = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_one_line)]
Attachments = Annotated[list[Address], Field(max_length=ATTACHMENTS_MAX)]
WorkingDays = Annotated[int, Field(ge=1, le=WORKING_DAYS_MAX)]
# Like `HS-2026-017`: a letter first, and never a telephone number.
MinutesReference = Annotated[str, Field(pattern=r"^[A-Z]{1,8}(-[0-9]{1,6}){1,3}$")]
Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]


class CommandBody(Body):
    """at: when it happened, with its zone, if that was before now."""

    at: Moment | None = None


class UnitBody(CommandBody):
    unit: Unit


class UnitNoteBody(UnitBody):
    note: Words


class UnitMaybeNoteBody(UnitBody):
    note: Words | None = None


class NoteBody(CommandBody):
    note: Words | None = None


class ReasonBody(CommandBody):
    reason: Code


class ReasonNoteBody(ReasonBody):
    note: Words | None = None


def _suspension_reason(code: str, info: ValidationInfo) -> str:
    known: Any = info.context
    if not known.is_suspension_reason(code):
        raise PydanticCustomError(
            "unknown_suspension_reason",
            "no suspension reason has this code: see /api/v1/suspension-reasons",
        )
    return code


class SuspendBody(CommandBody):
    reason: Annotated[Code, AfterValidator(_suspension_reason)]
    note: Words | None = None


def _return_reason(code: str) -> str:
    if code not in shipped_return_reasons().reasons:
        raise PydanticCustomError(
            "unknown_return_reason", "no return reason has this code: see /api/v1/return-reasons"
        )
    return code


ReturnReasonCode = Annotated[str, Field(max_length=64), AfterValidator(_return_reason)]


class ReturnBody(UnitBody):
    """What a reason needs (`proposal` in the list of reasons) must be named with it."""

    reason: ReturnReasonCode
    note: Words | None = None
    proposed_unit: Annotated[Unit | None, Field(validate_default=True)] = None
    proposed_item: Annotated[Item | None, Field(validate_default=True)] = None

    @field_validator("proposed_unit", "proposed_item")
    @classmethod
    def _named_where_needed(cls, code: str | None, info: ValidationInfo) -> str | None:
        reason = shipped_return_reasons().reasons.get(info.data.get("reason", ""))
        if reason and info.field_name == f"proposed_{reason.proposal}" and code is None:
            raise PydanticCustomError("proposal_needed", "this reason needs it")
        if info.field_name == "proposed_unit" and code and code == info.data.get("unit"):
            raise PydanticCustomError("proposes_itself", "a unit does not propose itself")
        return code


class ConsultBody(CommandBody):
    """lead: whom the units agreed on; absent, if on nobody."""

    units: Annotated[list[Unit], Field(min_length=1, max_length=20)]
    lead: Unit | None = None
    minutes: MinutesReference | None = None
    note: Words | None = None


class DecideReturnBody(CommandBody):
    """attempt: the routing that was returned; whichever waits, if absent. lead and all after it:
    only if it is upheld."""

    decision: ReturnDecision
    reason: Code
    attempt: Annotated[int, Field(ge=1)] | None = None
    lead: Annotated[Unit | None, Field(validate_default=True)] = None
    assisting: Annotated[list[Unit], Field(max_length=20)] = Field(default_factory=list)
    item: Item | None = None
    area: Area | None = None
    urgency_days: UrgencyDays | None = None

    @field_validator("lead")
    @classmethod
    def _lead_if_upheld(cls, lead: str | None, info: ValidationInfo) -> str | None:
        is_upheld = info.data.get("decision") == "upheld"
        if is_upheld and lead is None:
            raise PydanticCustomError("lead_needed", "an upheld return needs the next lead")
        if lead is not None and info.data.get("decision") == "refused":
            raise PydanticCustomError("no_lead", "a refused return goes back to its unit")
        return lead


class ExtensionBody(UnitBody):
    working_days: WorkingDays
    reason: Code
    note: Words | None = None


class GrantBody(CommandBody):
    working_days: WorkingDays | None = None


class ResolveBody(UnitBody):
    """despite: why, although sub-tasks are open."""

    reply: Words
    despite: Code | None = None


class EvaluateBody(CommandBody):
    reached: bool
    responded: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    comment: Words | None = None
    report_id: ReportId | None = None
    through: CallBackChannel | None = None


class LookBackBody(CommandBody):
    holds: bool
    note: Words | None = None


class RouteBody(CommandBody):
    """A person's choice. Without item, area or urgency, what the ticket has stays."""

    lead: Unit
    assisting: Annotated[list[Unit], Field(max_length=20)] = Field(default_factory=list)
    item: Item | None = None
    area: Area | None = None
    urgency_days: UrgencyDays | None = None
    reason: Code | None = None


class DeclineBody(CommandBody):
    rule: DeclineRuleCode
    reply: Words | None = None


class AnswerBody(CommandBody):
    """article: in force when the resident was answered."""

    reply: Words
    article: Annotated[Article, AfterValidator(_in_force)] | None = None


class SupplementBody(CommandBody):
    note: Words
    attachments: Attachments = Field(default_factory=list)


class MergeBody(CommandBody):
    primary: Annotated[str, Field(min_length=1, max_length=64)]
