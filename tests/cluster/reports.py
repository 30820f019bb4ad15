"""Made-up reports for the bus, each a matter of its own, most of them routed at once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from services.router.directory import shipped_directory

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
CHANNEL = "app"


def reports(count: int) -> Iterator[dict[str, str]]:
    directory = shipped_directory()
    items = [item.code for item in directory.leaves()]
    streets = [area.code for area in directory.areas.values() if area.level == "street"]
    for number in range(count):
        report = {
            "channel": CHANNEL,
            "reference": f"b-{number:06}",
            "text": f"第{number}件事：小区暖气不热，室温只有十二度，请尽快处理。",
            "contact": f"139{number:08}",
            "address": f"城西区西关大街{number}号",
            "received_at": NOW.isoformat(),
        }
        if number % 10:  # the call-taker chose; every tenth is for a person to decide
            report["item"] = items[number % len(items)]
            report["area"] = streets[number % len(streets)]
        yield report


def write(path: Path, some: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in some))
    return path
