"""What may be asked about whether two reports, or two tickets, are one matter."""

from services.domain.command_base import Command


class ProposeJoin(Command, frozen=True, kw_only=True):
    """score: 0 to 1. explanation: in words of ours, never a resident's."""

    other: str
    report_ids: tuple[str, ...]
    score: float
    explanation: str
    match_version: str


class RefuseJoin(Command, frozen=True, kw_only=True):
    """Asked of both tickets, in one transaction."""

    other: str


class SplitReport(Command, frozen=True, kw_only=True):
    """Its words go on in `to_ticket`, which is opened in the same transaction."""

    report_id: str
    to_ticket: str


class UnmergeTicket(Command, frozen=True, kw_only=True):
    """The primary is told in the same transaction that the two stay apart."""
