"""`yousu import --history`: the past at its own times, with its own replies."""

import csv
from pathlib import Path

import pytest
from board_files import REPLIES_HEADER, WITH_REPLIES, write_board_files
from end_to_end_log import by_ticket, facts, received, types
from end_to_end_program import Finished, yousu
from recount_history import ENDS, judged, moment

pytestmark = pytest.mark.without_bus("lives under a clock of its own")
MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"


def import_history(file: Path, data: Path) -> Finished:
    mapping = MAPPINGS / f"{file.stem}.toml"
    return yousu(
        *("import", file, "--channel", "board", "--mapping", mapping),
        *("--history", "--data", data, "--json"),
    )


def test_a_history_is_lived_again_at_its_own_times(tmp_path: Path, data: Path) -> None:
    file, _ = write_board_files(tmp_path)
    done = import_history(file, data)
    assert done.code == 1, done.err  # one row is refused
    assert {name: done.document[name] for name in ("received", "opened", "joined")} == {
        "received": len(WITH_REPLIES),
        "opened": 4,
        "joined": 1,
    }
    events = facts(data)
    tickets, stories = received(events), by_ticket(events)

    # every matter ends when its last reply was given: 101 and 102 are one
    ends = {
        reference: next(fact for fact in stories[ticket] if fact.type in ENDS)
        for (_, reference), ticket in tickets.items()
    }
    at = {reference: str(moment(fact))[:19] for reference, fact in ends.items()}
    assert at == {
        "101": "2019-05-07 00:30:00",
        "102": "2019-05-07 00:30:00",
        "103": "2019-04-28 01:00:00",
        "104": "2019-04-28 01:00:00",
        "105": "2019-04-29 01:00:00",
    }
    # the reply before the last one is kept, too
    kept = types(stories[tickets["board", "101"]])
    assert kept["ticket.progressed.v1"] + kept["ticket.supplemented.v1"] == 1

    # nothing was written down before it happened, and each promise is judged as by hand
    assert all(moment(fact).isoformat() <= fact.data["recorded_at"] for fact in events)
    verdicts = judged(data)
    assert sum(verdicts.values()) == types(events)["ticket.routed.v1"] > 0


def test_a_history_that_comes_again_changes_nothing(tmp_path: Path, data: Path) -> None:
    file, _ = write_board_files(tmp_path)
    import_history(file, data)
    before = types(facts(data))
    again = import_history(file, data)
    assert again.document["duplicates"] == 6
    assert types(facts(data)) == before


def test_a_reply_in_the_hour_of_the_deadline_is_in_time(tmp_path: Path, data: Path) -> None:
    """Three working days from Thursday, 25 April 2019: Friday, Sunday (调休), Monday the 29th."""
    words = "小区门口的路灯不亮了，晚上出门很不方便。"
    asked = "2019-04-25 09:00:00"
    replied = ("2019-04-29 17:15:07", "2019-04-29 18:01:00", "2019-05-05 09:00:00")
    rows = [
        (str(301 + n), f"U{n}", "路灯不亮", asked, words, "已修。", at)
        for n, at in enumerate(replied)
    ]
    file = tmp_path / "messages_with_replies.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([REPLIES_HEADER, *rows])
    assert import_history(file, data).code == 0
    assert judged(data) == {(3, "met"): 1, (3, "missed"): 2}
