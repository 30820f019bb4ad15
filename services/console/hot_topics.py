"""How a hot topic 热点问题 is told, of a file and of the log alike."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from services.findings.meaning.hot import HotTopic

SHOWN_MAX = 10


def topic_document(topic: HotTopic) -> dict[str, Any]:
    days = {"first_day": topic.first_day, "last_day": topic.last_day}
    return asdict(topic) | {name: day and day.isoformat() for name, day in days.items()}


def tell_topic(topic: Mapping[str, Any]) -> None:
    """topic: its document, with its rank."""
    click.echo(f"{topic['rank']:>3}. {topic['index']:5.1f}  {topic['count']:>4}  {topic['label']}")
    click.echo(f"     {topic['explanation']}")
