"""`yousu findings list --file`: the hot topics of raw messages, without a log."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from services.console.message_file import MessageColumns, read_messages
from services.console.message_reading import read_message
from services.console.options import fail, print_json, reason_of
from services.findings.meaning.hot import HotTopic, hot_topics
from services.findings.policy import default_policy
from services.intake.files.errors import FileUnreadable

SHOWN_MAX = 10


def list_of_file(path: Path, columns: MessageColumns, *, as_json: bool) -> None:
    """Ends with 2 if the file cannot be read, naming row and column."""
    try:
        messages = read_messages(path, columns)
    except (FileUnreadable, OSError) as error:
        fail(reason_of(error))
    policy = default_policy()
    topics = hot_topics(messages, read_message, policy.index)
    if as_json:
        print_json(
            {
                "messages": len(messages),
                "rule_version": policy.version,
                "count": len(topics),
                "topics": [_document(rank, one) for rank, one in enumerate(topics, start=1)],
            }
        )
        return
    click.echo(f"{len(topics)} topics in {len(messages)} messages")
    for rank, one in enumerate(topics[:SHOWN_MAX], start=1):
        click.echo(f"{rank:>3}. {one.index:5.1f}  {one.count:>4}  {one.label}")
        click.echo(f"     {one.explanation}")


def _document(rank: int, one: HotTopic) -> dict[str, Any]:
    days = {"first_day": one.first_day, "last_day": one.last_day}
    return {
        "rank": rank,
        **asdict(one),
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
