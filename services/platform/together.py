"""Several steps in one transaction instead of one each: every transaction waits for the disk."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from services.platform.processor import Batch, Runner, tell_rejections

logger = logging.getLogger(__name__)


def take_in_together(
    parts: Sequence[tuple[Runner, Batch]], saving: Sequence[Runner], now: datetime
) -> bool:
    """The effects of several runners, each with its batch, and checkpoints that wait to be saved.

    The runners share one handler. False: nothing was done, and everybody takes a step of their
    own; so whose fault it is shows when each is alone.
    """
    if len(parts) < 2 or any(batch.broken for _, batch in parts):
        return False
    began_s = time.perf_counter()
    try:
        reactions = [runner.processor.react(batch.facts, now) for runner, batch in parts]
        commands = [command for reaction in reactions for command in reaction.commands]
        changes = [change for reaction in reactions for change in reaction.changes]
        others = [fact for reaction in reactions for fact in reaction.others]
        if not (commands or changes or others):
            return False
        checkpoints = [runner.checkpoint(batch.upto) for runner, batch in parts]
        checkpoints += [runner.checkpoint(runner.position) for runner in saving]
        handler = parts[0][0].handler
        outcomes = handler.handle(
            lambda: commands, also=checkpoints, changes=changes, others=others
        )
    except Exception as error:
        logger.info("one after the other after %s", type(error).__name__)
        return False
    tell_rejections("processors", outcomes)
    for runner, batch in parts:
        runner.taken_in(batch.upto)
        runner.dead_in_a_row = 0
    took_s = time.perf_counter() - began_s
    for runner, batch in parts:
        runner.watch(runner.processor.name, batch, took_s)
    for runner in saving:
        runner.taken_in(runner.position)
    return True
