"""Named answers of a rule that said no. A rejection is a normal answer, never a fault."""


class Rejected(Exception):
    """`code` is stable for machines, the message is for people and holds no resident's words."""

    message = "the ticket's state does not allow this"

    def __init__(self, ticket_id: str, detail: str = "") -> None:
        super().__init__(f"{self.message}{': ' if detail else ''}{detail}")
        self.ticket_id = ticket_id

    @property
    def code(self) -> str:
        return type(self).__name__


class TicketUnknown(Rejected):
    message = "there is no such ticket"


class TicketChanged(Rejected):
    message = "the ticket has changed since you looked at it"


class TicketExists(Rejected):
    message = "a ticket with this id exists"


class TicketNotOpen(Rejected):
    message = "the ticket is not open"


class TicketNotAwaitingDispatch(Rejected):
    message = "the ticket is not waiting to be dispatched"


class TicketNotRouted(Rejected):
    message = "the ticket is not waiting for a unit to accept it"


class TicketNotInHandling(Rejected):
    message = "no unit is handling the ticket"


class TicketNotResolved(Rejected):
    message = "the ticket has not been resolved"


class TicketNotClosed(Rejected):
    message = "the ticket has not been closed"


class WrongUnit(Rejected):
    message = "this unit does not have the ticket"


class ReturnAfterAcceptance(Rejected):
    message = "a unit that has accepted (签收) cannot return (退单)"


class AlreadyReturned(Rejected):
    message = "this unit has returned the ticket for the same reason before"


class ReturnTooLate(Rejected):
    message = (
        "the time to accept (签收) is over, and with it the time to return (退单): accept and ask"
        " for assistance (协办), or ask the dispatch centre to take the ticket back (return-late)"
    )


class ReturnDecided(Rejected):
    message = "it was decided that the ticket is this unit's: it must accept (签收)"


class ReturnUndecided(Rejected):
    message = "a person decides where this returned ticket (退单) goes, not a rule"


class NoReturnWaiting(Rejected):
    message = "no return (退单) of this ticket waits for a decision"


class ReturnDecidedOtherwise(Rejected):
    message = "this return (退单) has been decided, once and otherwise"


class NextLeadNeeded(Rejected):
    message = "an upheld return (退单) names another unit that leads"


class AgainstConsultation(Rejected):
    message = "the units have agreed (会商) on another lead"


class FirstReceiverLeads(Rejected):
    message = "the units have not agreed (会商): the first receiver leads (首接负责)"


class TicketNotSuspended(Rejected):
    message = "the ticket is not suspended"


class SuspensionUsedUp(Rejected):
    message = "the ticket has been suspended for this reason as long as the rule allows"


class SubtaskUnknown(Rejected):
    message = "the ticket has no such sub-task"


class SubtasksTooMany(Rejected):
    message = "the ticket has been divided into as many sub-tasks as it may"


class SubtaskOver(Rejected):
    message = "the sub-task is over: it was done, withdrawn, or ended with the ticket"


class SubtaskDayOff(Rejected):
    message = "a sub-task is due on a working day"


class SubtaskTooLate(Rejected):
    message = "a sub-task is due within the ticket's own promise"


class SubtasksOpen(Rejected):
    message = "sub-tasks are open: wait for them, withdraw them, or say why (despite)"


class PromiseUnknown(Rejected):
    message = "the ticket's own promise has not been made yet"


class ExtensionTooLong(Rejected):
    message = "the rule allows fewer working days"


class ExtensionTooLate(Rejected):
    message = "an extension (延期) is asked for before the deadline"


class ExtensionLimitReached(Rejected):
    message = "the ticket has been extended as often as the rule allows"


class ExtensionNotRequested(Rejected):
    message = "no extension is waiting for a decision"


class SelfApproval(Rejected):
    message = "an extension is decided by somebody else than who asked for it"


class AlreadyEvaluated(Rejected):
    message = "the resident has evaluated this handling already"


class CallBackOver(Rejected):
    message = "the call-back (回访) of this handling has ended"


class NoSuchVerdict(Rejected):
    message = "there is no such verdict on this unit to appeal against (申诉)"


class NotItsMeasure(Rejected):
    message = "this verdict does not count in that measure"


class AppealTooLate(Rejected):
    message = "the time to appeal (申诉) is over"


class AlreadyAppealed(Rejected):
    message = "this verdict has been appealed against (申诉)"


class AppealWithoutEvidence(Rejected):
    message = "an appeal (申诉) names its evidence"


class NoAppealWaiting(Rejected):
    message = "no appeal (申诉) of this ticket waits for a decision"


class AppealDecidedOtherwise(Rejected):
    message = "this appeal (申诉) has been decided, once and otherwise"


class EvaluatedBeforeItWasDone(Rejected):
    message = "that was before the matter was resolved or answered"


class CentreOnly(Rejected):
    message = "this is for the dispatch centre to do, not for a unit"


class AppealOfAnotherUnit(Rejected):
    message = "a unit appeals (申诉) for itself alone"


class OwnAppeal(Rejected):
    message = "an appeal (申诉) is decided by another person, at the centre"


class NothingSaid(Rejected):
    message = "an evaluation of a resident who was not reached cannot hold answers"


class MergedWithItself(Rejected):
    message = "a ticket cannot be merged with itself"


class MergedInCircle(Rejected):
    message = "that ticket follows this one: merged, both would follow each other"


class PrimaryNotOpen(Rejected):
    message = "the ticket to merge into is not open"


class TicketNotMerged(Rejected):
    message = "the ticket follows no other"


class StillMerged(Rejected):
    message = "the two are merged: unmerge them"


class JoinNotProposed(Rejected):
    message = "no joining of these two tickets is waiting for a decision"


class ReportNotInTicket(Rejected):
    message = "the report is not part of this ticket"


class OpeningReport(Rejected):
    message = "the report that opened the ticket stays; the others can be split out"
