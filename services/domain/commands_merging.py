"""What may be asked about whether two reports, or two tickets, are one matter."""

from dataclasses import dataclass

from services.domain.command_base import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeJoin(Command):
    """score: 0 to 1. explanation: in words of ours, never a resident's."""

    other: str
    report_ids: tuple[str, ...]
    score: float
    explanation: str
    match_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseJoin(Command):
    """Asked of both tickets, in one transaction."""

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport(Command):
    """Its words go on in `to_ticket`, which is opened in the same transaction."""

    report_id: str
    to_ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeTicket(Command):
    """The primary is told in the same transaction that the two stay apart."""
