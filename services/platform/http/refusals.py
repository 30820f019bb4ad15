"""A rule's no as a problem document."""

from services.domain.rejections import Rejected, TicketChanged, TicketUnknown
from services.platform.http.problems import Problem


def refused(rejection: Rejected) -> Problem:
    match rejection:
        case TicketUnknown():
            status = 404
        case TicketChanged():
            status = 412
        case _:
            status = 409
    return Problem(status, rejection.code, str(rejection))
