"""What a resident may answer through the link."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.domain.event_base import Satisfaction
from services.evaluation.desk import Said


class AnswerBody(BaseModel):
    """Errors hide what was given: it may be a resident's words. Forms know only text, so `true`
    and `false` come as words."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    responded: bool | None = None
    solved: bool
    satisfaction: Satisfaction
    comment: Annotated[str, Field(max_length=1_000)] | None = None


def answer_of(body: AnswerBody) -> Said:
    comment = body.comment.strip() if body.comment else ""
    return Said(body.responded, body.solved, body.satisfaction, comment or None)
