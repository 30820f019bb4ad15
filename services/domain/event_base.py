"""What every fact has in common. Facts are frozen, in the past tense, and named for ever."""

from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    FieldSerializationInfo,
    StringConstraints,
    field_serializer,
)

from services.domain.personal import NotSealed, Personal, SealingContext, associated_data

TicketId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Actor = Annotated[str, StringConstraints(pattern=r"^[a-z_]+:.{1,120}$", max_length=128)]

Kind = Literal["inquiry", "help", "complaint", "tipoff", "suggestion", "thanks"]
Clock = Literal["accept", "resolve"]
Satisfaction = Literal["satisfied", "fairly", "dissatisfied"]
UrgencyDays = Literal[1, 3, 7, 11]

PERSONAL_FIELDS = ("title", "text", "address", "contact", "name", "reply", "note", "comment")


class Frozen(BaseModel):
    """A value. Errors hide their input: it may be a resident's words."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Event(Frozen):
    """A fact about one ticket.

    actor: who did it, `role:name`. cause: the command or event that led to it,
    `command:<id>` or `event:<ticket>/<version>`. occurred_at: when it happened in the city;
    recorded_at: when we wrote it down (both aware, UTC).
    """

    type: str
    ticket_id: TicketId
    actor: Actor
    cause: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime

    @field_serializer(*PERSONAL_FIELDS, check_fields=False)
    def _stored_form(self, words: Personal | None, info: FieldSerializationInfo) -> str | None:
        if words is None:
            return None
        if words.sealed is not None:
            return words.sealed
        context = info.context
        if not isinstance(context, SealingContext):
            raise NotSealed(info.field_name)
        place = associated_data(
            self.ticket_id,
            context.version,
            self.type,
            info.field_name,
        )
        return context.seal(words, place)
