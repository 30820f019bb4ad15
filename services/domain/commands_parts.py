"""What may be asked about parts of a matter (协办, 分解任务), and about all clocks of a ticket."""

from datetime import date, datetime

from services.domain.command_base import ClockRules, Command
from services.domain.personal import Personal


class GiveSubtask(Command, frozen=True, kw_only=True):
    """unit: the lead, who asks. to: who gets it. due_day: a working day."""

    unit: str
    to: str
    due_day: date
    note: Personal
    rules: ClockRules


class AcceptSubtask(Command, frozen=True, kw_only=True):
    unit: str
    subtask: int


class FinishSubtask(Command, frozen=True, kw_only=True):
    unit: str
    subtask: int
    note: Personal | None = None


class WithdrawSubtask(Command, frozen=True, kw_only=True):
    """unit: the lead."""

    unit: str
    subtask: int
    reason: str
    note: Personal | None = None


class SetPartDeadlines(Command, frozen=True, kw_only=True):
    """For every unit that assists and has no promise yet. fraction: of the lead's working days."""

    fraction: float
    rules: ClockRules


class WarnPart(Command, frozen=True, kw_only=True):
    """part: its key, `assist:<unit>` or `subtask:<number>:<unit>`."""

    part: str
    due_at: datetime


class MissPart(Command, frozen=True, kw_only=True):
    part: str
    due_at: datetime


class EndSuspension(Command, frozen=True, kw_only=True):
    """The pause has lasted as long as its reason allows. ends_at: the limit that was looked at."""

    ends_at: datetime
    rules: ClockRules


class RecountDeadlines(Command, frozen=True, kw_only=True):
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
