"""A supervision case 督办单 as its own facts tell it, and what each fact makes of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, assert_never

from services.domain import supervision_events as s
from services.domain.supervision_union import CaseFact
from services.domain.supervision_values import FAMILY, Outcome

PREFIX = f"{FAMILY}:case-"


class Case(NamedTuple):
    """Immutable; the empty case is `Case()`. `replied_by` is empty unless a reply waits for its
    review; then no clock runs. round: how many replies were asked for so far. missed: the reply
    of this round. missed_ever: of any round, which stays true."""

    code: str = ""
    version: int = 0
    stage: Literal["new", "open", "closed"] = "new"
    opening: s.CaseOpened | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    round: int = 0
    warned: bool = False
    missed: bool = False
    missed_ever: bool = False
    level: int = 0
    extensions: int = 0
    replied_by: str = ""
    asked: tuple[tuple[str, int], ...] = ()  # ticket and version of each escalation it answers
    outcome: Outcome | None = None

    @property
    def unit(self) -> str:
        return self.opening.unit if self.opening else ""

    @property
    def clock_runs(self) -> bool:
        return self.stage == "open" and not self.replied_by


def case_stream(code: str) -> str:
    return f"{PREFIX}{code}"


def case_code(stream_id: str) -> str:
    return stream_id.removeprefix(PREFIX)


def fold_case(events: Iterable[CaseFact], case: Case = Case()) -> Case:  # noqa: B008
    for event in events:
        case = evolve_case(case, event)
    return case


def evolve_case(case: Case, event: CaseFact) -> Case:
    """Total: never refuses."""
    return _evolved(case, event)._replace(version=case.version + 1)


def _evolved(case: Case, event: CaseFact) -> Case:
    match event:
        case s.CaseOpened():
            asked = event.asked_version
            return case._replace(
                code=case_code(event.stream_id),
                stage="open",
                opening=event,
                warn_at=event.warn_at,
                due_at=event.due_at,
                round=1,
                asked=() if asked is None else ((event.tickets[0], asked),),
            )
        case s.CaseAskedAgain():
            return case._replace(asked=(*case.asked, (event.ticket_id, event.asked_version)))
        case s.ReplyWarned():
            return case._replace(warned=True)
        case s.ReplyMissed():
            return case._replace(missed=True, missed_ever=True)
        case s.ReplyEscalated():
            return case._replace(level=event.level)
        case s.CaseReplied():
            return case._replace(replied_by=event.actor)
        case s.ReplyAccepted():
            return case._replace(replied_by="")
        case s.ReplySentBack():
            return _due_anew(case, event)._replace(
                round=case.round + 1, missed=False, level=0, replied_by=""
            )
        case s.ReplyExtended():
            return _due_anew(case, event)._replace(extensions=case.extensions + 1)
        case s.CaseClosed():
            return case._replace(stage="closed", replied_by="", outcome=event.outcome)
        case _:
            assert_never(event)


def _due_anew(case: Case, event: s.ReplySentBack | s.ReplyExtended) -> Case:
    return case._replace(warn_at=event.warn_at, due_at=event.due_at, warned=False)
