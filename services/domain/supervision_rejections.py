"""Named answers of the rules of supervision that said no."""

from services.domain.rejections import Rejected


class SupervisionRejected(Rejected):
    """As of a ticket, with the case's or the card's code in the place of the ticket's id."""

    message = "the case's state does not allow this"

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.about = code


class SupervisedByResident(SupervisionRejected):
    message = "supervision is the city's own work: no resident is named as the one who did it"


class CaseUnknown(SupervisionRejected):
    message = "there is no such supervision case (督办单)"


class CaseChanged(SupervisionRejected):
    message = "the case has changed since you looked at it"


class CaseNotOpen(SupervisionRejected):
    message = "the case has been closed"


class CaseOpenAlready(SupervisionRejected):
    message = "this ticket has an open case for the same reason"


class NothingToSupervise(SupervisionRejected):
    message = "a case is about tickets, or names a finding or a topic"


class TicketTwice(SupervisionRejected):
    message = "a ticket is named twice"


class TicketsDone(SupervisionRejected):
    message = "a case because a ticket is overdue is about tickets that are still open"


class SupervisedByItself(SupervisionRejected):
    message = "a case is opened, reviewed and closed by somebody else than the unit that replies"


class WrongReplier(SupervisionRejected):
    message = "another unit owes the reply"


class ReplyWaiting(SupervisionRejected):
    message = "a reply waits to be reviewed"


class NoReplyWaiting(SupervisionRejected):
    message = "no reply waits to be reviewed"


class ReviewedByReplier(SupervisionRejected):
    message = "a reply is reviewed by somebody else than who gave it"


class ReplyOverdue(SupervisionRejected):
    message = "the reply was due already: what was missed is not extended"


class ReplyExtensionsUsed(SupervisionRejected):
    message = "the reply has been extended as often, or by as many days, as the policy allows"


class CardUnknown(SupervisionRejected):
    message = "this unit has no such card"


class WithdrawnByItself(SupervisionRejected):
    message = "a card is withdrawn by a person who is not of the unit that has it"


class NamesUnknown(SupervisionRejected):
    message = "these codes or ids are not known"
