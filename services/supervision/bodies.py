"""Bodies of requests about supervision that are not deeds as they stand."""

from typing import Annotated

from pydantic import StringConstraints

from services.domain.event_base import Code
from services.domain.supervision_commands import CaseDeed
from services.domain.supervision_values import CardCode
from services.domain.topic_values import Words

REPLY_MAX = 10_000


class ReplyBody(CaseDeed):
    """text: what it says, 1 to 10,000 characters; sealed."""

    unit: Code
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REPLY_MAX)
    ]


class WithdrawBody(CaseDeed):
    card: CardCode
    why: Words
