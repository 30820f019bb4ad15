"""One table: which word in an address is which deed."""

from typing import NamedTuple

from services.domain import topic_commands as k


class TopicVerb(NamedTuple):
    name: str
    deed: type[k.AnyDeed]
    summary: str


VERBS = (
    TopicVerb("propose", k.Propose, "提出: a problem, with its evidence"),
    TopicVerb("decline", k.Decline, "不予立题: not taken up, and why"),
    TopicVerb("adopt", k.Adopt, "立题: lead, assisting units, measures, target"),
    TopicVerb("change-plan", k.ChangePlan, "Another lead, assisting units or target"),
    TopicVerb("add-measure", k.AddMeasure, "措施清单: one more line"),
    TopicVerb("complete-measure", k.CompleteMeasure, "A measure is in force"),
    TopicVerb("add-item", k.AddItem, "问题清单: one more line, with its quantity and date"),
    TopicVerb("change-item", k.ChangeItem, "Another line for an item, and why"),
    TopicVerb("progress", k.ReportProgress, "周调度: how many are done so far"),
    TopicVerb("strike-off", k.StrikeOff, "销号: by somebody else than who reported"),
    TopicVerb("reopen-item", k.ReopenItem, "A struck-off item does not hold"),
    TopicVerb("look-back", k.LookBack, "回头看: which items hold, and which do not"),
    TopicVerb("link", k.LinkTickets, "Tickets that belong to it"),
    TopicVerb("unlink", k.UnlinkTicket, "A ticket that does not"),
    TopicVerb("close", k.Close, "结题: nothing is open"),
)
