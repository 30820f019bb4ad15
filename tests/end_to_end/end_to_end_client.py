"""A client that believes what it is told: run as a process, and killed.

`python end_to_end_client.py DATA ACKS` submits reports 0, 1, 2, … and appends to the file ACKS, one
line a receipt, durable before the next report leaves. Started again it goes on after the last one.
"""

import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from services.console.system import bootstrap
from services.intake.report import NewReport
from services.platform.settings import load_settings

CHANNEL = "app"
AT_ONCE_MAX = 30


class Ack(NamedTuple):
    reference: str
    ticket_id: str


def acks(path: Path) -> list[Ack]:
    """Complete lines only: a line cut off by a kill says nothing."""
    if not path.exists():
        return []
    lines = path.read_text().split("\n")[:-1]
    return [Ack(*line.split(" ")) for line in lines]


def report(number: int) -> NewReport:
    return NewReport(
        channel=CHANNEL,
        reference=f"a{number}",
        received_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        text=f"第{number // 3}件：路灯不亮，晚上看不见路。",
        address=f"城东区建国路{number // 3}号",
        contact=f"138{number % 500:08}",
    )


def main(data: Path, ack_file: Path) -> None:
    intake = bootstrap(load_settings(data)).intake
    dice = random.Random()
    known = acks(ack_file)
    with ack_file.open("r+" if ack_file.exists() else "w") as file:
        file.truncate(sum(len(f"{one.reference} {one.ticket_id}\n") for one in known))
        file.seek(0, os.SEEK_END)
        number = len(known)
        while True:
            some = [report(number + i) for i in range(dice.randint(1, AT_ONCE_MAX))]
            for sent, receipt in zip(some, intake.submit(some), strict=True):
                file.write(f"{sent.reference} {receipt.ticket_id}\n")
            file.flush()
            os.fsync(file.fileno())
            number += len(some)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
