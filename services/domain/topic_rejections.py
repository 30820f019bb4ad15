"""Named answers of the rules of topics 每月一题 that said no."""

from services.domain.rejections import Rejected


class TopicRejected(Rejected):
    """As of a ticket, with the topic's code in the place of the ticket's id."""

    message = "the topic's state does not allow this"

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.topic = code


class ActorIsResident(TopicRejected):
    message = "topics are the city's own work: no resident is named as the one who did it"


class TopicUnknown(TopicRejected):
    message = "there is no such topic"


class TopicChanged(TopicRejected):
    message = "the topic has changed since you looked at it"


class TopicExists(TopicRejected):
    message = "a topic with this code exists, and says something else"


class TopicNotProposed(TopicRejected):
    message = "the topic is not waiting for a decision"


class TopicNotAdopted(TopicRejected):
    message = "the topic is not being worked on"


class TopicDeclinedBefore(TopicRejected):
    message = "the topic was declined"


class AdoptedByItsProposer(TopicRejected):
    message = "a topic is adopted by somebody else than who proposed it"


class LeadAssistsItself(TopicRejected):
    message = "the lead unit (牵头单位) cannot be an assisting unit as well"


class TargetInThePast(TopicRejected):
    message = "the target is a day that is over"


class TargetBeforeItems(TopicRejected):
    message = "items are due after this target"


class MeasureExists(TopicRejected):
    message = "a measure with this code exists, and says something else"


class MeasureUnknown(TopicRejected):
    message = "the topic has no measure with this code"


class ItemExists(TopicRejected):
    message = "an item with this code exists, and was added with other values"


class ItemUnknown(TopicRejected):
    message = "the topic has no item with this code"


class TooManyItems(TopicRejected):
    message = "the topic's list is full"


class DueAfterTarget(TopicRejected):
    message = "the item is due after the topic's target"


class ItemStruckOffBefore(TopicRejected):
    message = "the item has been struck off (销号)"


class ItemNotStruckOff(TopicRejected):
    message = "the item has not been struck off (销号)"


class TotalBelowDone(TopicRejected):
    message = "more than this total has been reported as done"


class CountedAlready(TopicRejected):
    message = "progress has been reported in another unit of quantity"


class MoreThanTotal(TopicRejected):
    message = "more would be done than there is"


class QuantityGoesBack(TopicRejected):
    message = "less is done than was reported before: say why, as a correction"


class NothingToCorrect(TopicRejected):
    message = "a correction is of a quantity that goes back"


class WeekNotBegun(TopicRejected):
    message = "this week has not begun"


class WeekReportedLater(TopicRejected):
    message = "a later week has been reported on"


class WeekBeforeAdoption(TopicRejected):
    message = "the topic was adopted after this week"


class NothingReported(TopicRejected):
    message = "nobody has reported on the item since it was opened"


class SelfStrikeOff(TopicRejected):
    message = "an item is struck off (销号) by somebody else than who did or reported it"


class NotYetDone(TopicRejected):
    message = "not all of it is done: say why it is struck off all the same, as an exemption"


class NothingToExempt(TopicRejected):
    message = "all of it is done, so there is no exemption"


class NothingLookedAt(TopicRejected):
    message = "a look-back (回头看) names the items that it looked at, each once"


class LookBackByThoseInvolved(TopicRejected):
    message = "that it holds is found by somebody else than who reported it or struck it off"


class TooManyTickets(TopicRejected):
    message = "no more tickets can be linked to the topic"


class NothingOnTheList(TopicRejected):
    message = "a topic without items cannot be closed: decline it, or say what was to be done"


class ItemsOpen(TopicRejected):
    message = "items have not been struck off (销号)"


class MeasuresOpen(TopicRejected):
    message = "measures have not been completed"


class ClosedByItsLead(TopicRejected):
    message = "a topic is closed by somebody else than its lead unit (牵头单位)"


class MonthNotOver(TopicRejected):
    message = "the month is not over"


class PositionGoesBack(TopicRejected):
    message = "a bulletin of this month was pinned at a later position"
