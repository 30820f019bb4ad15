"""Judges every promise of an imported history anew: day by day, and with nothing of the program
but the facts that it wrote. `python recount_history.py DATA_FOLDER` prints what it found.
"""

import sys
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from chinese_calendar import is_workday
from end_to_end_log import Fact, by_ticket, facts

CITY = timedelta(hours=8)  # Asia/Shanghai in these years
CLOSING = time(18)
ENDS = ("ticket.resolved.v1", "ticket.answered_at_once.v1")


def moment(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.data["occurred_at"])


def due(dispatched: datetime, working_days: int) -> datetime:
    """Close of business of the N-th working day after the day of dispatch."""
    day = (dispatched + CITY).date()
    while working_days:
        day += timedelta(days=1)
        working_days -= is_workday(day)
    return datetime.combine(day, CLOSING, UTC) - CITY


def judged(data: Path) -> Counter[tuple[int, str]]:
    """(urgency, met or missed) → tickets. Fails where the program judged otherwise."""
    counts: Counter[tuple[int, str]] = Counter()
    for ticket_id, history in by_ticket(facts(data)).items():
        routed = next((fact for fact in history if fact.type == "ticket.routed.v1"), None)
        ended = next((fact for fact in history if fact.type in ENDS), None)
        if routed is None or ended is None:
            continue
        urgency = routed.data["urgency_days"]
        verdict = "met" if moment(ended) <= due(moment(routed), urgency) else "missed"
        said = [
            fact.type.split(".")[1].removeprefix("deadline_")
            for fact in history
            if fact.data.get("clock") == "resolve" and fact.type.endswith(("_met.v1", "_missed.v1"))
        ]
        assert said == [verdict], f"{ticket_id}: {said}, by hand {verdict}"
        counts[urgency, verdict] += 1
    return counts


if __name__ == "__main__":
    for (urgency, verdict), number in sorted(judged(Path(sys.argv[1])).items()):
        print(f"{urgency:>2} working days  {verdict:<6}  {number}")
