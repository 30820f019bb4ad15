"""The processor of notices, where they are switched on: they begin with what happens from then."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from services.intake.index import followers
from services.notices.policy import NoticePolicy, default_notice_policy, load_notice_policy
from services.notices.processor import NoticesProcessor
from services.platform.command_handler import CommandHandler
from services.platform.event_log import Checkpoint, EventLog
from services.platform.failures import ConcurrentAppend
from services.platform.processor import Processor
from services.platform.settings import Settings

BEGUN = "notices-begun"  # a checkpoint that never moves: from here on there are notices


def policy_of(settings: Settings) -> NoticePolicy:
    """Raises NoticePolicyInvalid, OSError."""
    path = settings.notices_policy
    return load_notice_policy(path) if path else default_notice_policy()


def notices_processors(
    policy: NoticePolicy | None, log: EventLog, handler: CommandHandler
) -> Sequence[Processor]:
    """Empty without a policy: they are switched off. Raises Outage."""
    if policy is None:
        return ()
    begin(log)
    return [NoticesProcessor(log, policy, handler.tickets, partial(followers, log))]


def begin(log: EventLog) -> None:
    """Once in the life of a log: nobody is told of what was long over when this was set up."""
    if log.checkpoint(BEGUN):
        return
    head = log.head()
    checkpoints = [Checkpoint(BEGUN, max(head, 1), after=0)]
    if head:
        checkpoints.append(Checkpoint(NoticesProcessor.name, head, after=0))
    with suppress(ConcurrentAppend):  # another process began at the same moment
        log.append([], also=checkpoints)
