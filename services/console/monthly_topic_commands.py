"""`yousu topic`: 每月一题, from the proposal to the look-back."""

import click

from services.console.topic_bulletin_command import bulletin
from services.console.topic_candidate_commands import list_candidates, propose_finding
from services.console.topic_deed_commands import DEED_COMMANDS
from services.console.topic_demonstration import demo
from services.console.topic_item_commands import ITEM_COMMANDS
from services.console.topic_look_commands import LOOK_COMMANDS


@click.group("topic")
def topic() -> None:
    """每月一题: the deep problems that the city takes up, one by one. CODE is as in
    `2026-03-heating`."""


FROM_FINDINGS = (list_candidates, propose_finding)
TOGETHER = (*DEED_COMMANDS, *ITEM_COMMANDS, *LOOK_COMMANDS, *FROM_FINDINGS, bulletin, demo)
for command in TOGETHER:
    topic.add_command(command)
