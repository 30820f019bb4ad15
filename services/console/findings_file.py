"""`yousu findings list --file`: the hot topics of raw messages, without a log."""

from pathlib import Path

import click

from services.console.hot_topics import SHOWN_MAX, tell_topic, topic_document
from services.console.message_file import MessageColumns, read_messages
from services.console.message_reading import read_message
from services.console.options import fail, print_json, reason_of
from services.findings.meaning.hot import hot_topics
from services.findings.policy import default_policy
from services.intake.files.errors import FileUnreadable


def list_of_file(path: Path, columns: MessageColumns, *, as_json: bool) -> None:
    """Ends with 2 if the file cannot be read, naming row and column."""
    try:
        messages = read_messages(path, columns)
    except (FileUnreadable, OSError) as error:
        fail(reason_of(error))
    policy = default_policy()
    topics = hot_topics(messages, read_message, policy.index)
    told = [{"rank": rank, **topic_document(one)} for rank, one in enumerate(topics, start=1)]
    if as_json:
        print_json(
            {
                "messages": len(messages),
                "rule_version": policy.version,
                "count": len(topics),
                "topics": told,
            }
        )
        return
    click.echo(f"{len(topics)} topics in {len(messages)} messages")
    for one in told[:SHOWN_MAX]:
        tell_topic(one)
