"""Every fact of supervision, in one union."""

from typing import get_args

from services.domain import supervision_card_events as c
from services.domain import supervision_events as s

CaseFact = (
    s.CaseOpened
    | s.CaseAskedAgain
    | s.ReplyWarned
    | s.ReplyMissed
    | s.ReplyEscalated
    | s.CaseReplied
    | s.ReplyAccepted
    | s.ReplySentBack
    | s.ReplyExtended
    | s.CaseClosed
)
CardFact = c.CardIssued | c.CardWithdrawn
AnySupervisionEvent = CaseFact | CardFact | s.AddresseeTold
SUPERVISION_EVENTS: tuple[type[AnySupervisionEvent], ...] = get_args(AnySupervisionEvent)
CASE_FACTS: tuple[type[CaseFact], ...] = get_args(CaseFact)
CARD_FACTS: tuple[type[CardFact], ...] = get_args(CardFact)
