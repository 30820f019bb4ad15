"""What may be asked about parts of a matter (协办, 分解任务), and about all clocks of a ticket."""

from dataclasses import dataclass
from datetime import date, datetime

from services.domain.command_base import ClockRules, Command
from services.domain.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveSubtask(Command):
    """unit: the lead, who asks. to: who gets it. due_day: a working day."""

    unit: str
    to: str
    due_day: date
    note: Personal
    rules: ClockRules


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSubtask(Command):
    unit: str
    subtask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSubtask(Command):
    unit: str
    subtask: int
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSubtask(Command):
    """unit: the lead."""

    unit: str
    subtask: int
    reason: str
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPartDeadlines(Command):
    """For every unit that assists and has no promise yet. fraction: of the lead's working days."""

    fraction: float
    rules: ClockRules


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnPart(Command):
    """part: its key, `assist:<unit>` or `subtask:<number>:<unit>`."""

    part: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MissPart(Command):
    part: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSuspension(Command):
    """The pause has lasted as long as its reason allows. ends_at: the limit that was looked at."""

    ends_at: datetime
    rules: ClockRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountDeadlines(Command):
    """Another calendar is in force: promises that still run are counted by it."""

    rules: ClockRules


PartCommand = (
    GiveSubtask
    | AcceptSubtask
    | FinishSubtask
    | WithdrawSubtask
    | SetPartDeadlines
    | WarnPart
    | MissPart
)
