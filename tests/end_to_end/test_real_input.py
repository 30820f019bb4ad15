"""Board messages in, figures out: counted by hand, by another program, and by ours; all agree."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from board_files import WITH_REPLIES, WITHOUT_REPLIES, write_board_files
from end_to_end_log import RECEIVED, assert_whole, by_ticket, received, types
from end_to_end_program import yousu
from recount import recount

MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"
COUNTED = ("received", "opened", "joined", "duplicates", "rejected")
BY_HAND = {
    "messages_with_replies": dict(zip(COUNTED, (7, 4, 1, 1, 1), strict=True)),
    "messages_unlabelled": dict(zip(COUNTED, (6, 2, 2, 1, 1), strict=True)),
}
REFUSED = {"106", "205"}
CITY = timedelta(hours=8)  # Asia/Shanghai in these years


def import_board(file: Path, data: Path) -> dict[str, int]:
    mapping = MAPPINGS / f"{file.stem}.toml"
    done = yousu(
        "import", file, "--channel", file.stem, "--mapping", mapping, "--data", data, "--json"
    )
    assert done.code == 1, done.err  # one row of each is refused
    return {name: count for name, count in done.document.items() if name != "position"}


def test_what_came_in_is_what_the_files_hold(tmp_path: Path, data: Path) -> None:
    # given both files, imported one after the other with the mappings that are shipped
    files = write_board_files(tmp_path)
    tallies = {file.stem: import_board(file, data) for file in files}

    # then each tally is what a person counts, and what another program counts
    assert tallies == BY_HAND
    for file, others in zip(files, recount(files).values(), strict=True):
        tally = tallies[file.stem]
        assert tally["received"] == sum(tally.values()) - tally["received"]
        refused = tally["rejected"]  # the other program refuses nothing, and opens these
        assert Counter(tally) == others + Counter(opened=-refused, rejected=refused)

    # and the log holds each message once, at its own time
    events = assert_whole(data)
    days = Counter(
        (datetime.fromisoformat(fact.data["occurred_at"]) + CITY).date().isoformat()
        for fact in events
        if fact.type in RECEIVED
    )
    assert days == counted_days()
    assert len(received(events)) == sum(days.values()) == 9


def counted_days() -> Counter[str]:
    """Messages by the day written in the file, each reference once."""
    days: Counter[str] = Counter()
    for table in (WITH_REPLIES, WITHOUT_REPLIES):
        first = {record[0]: record for record in reversed(table) if record[0] not in REFUSED}
        for record in first.values():
            year, month, day = record[3].split(" ")[0].replace("/", "-").split("-")
            days[f"{year}-{int(month):02}-{int(day):02}"] += 1
    return days


def test_every_ticket_is_routed_with_two_clocks_or_put_before_a_person(
    tmp_path: Path, data: Path
) -> None:
    for file in write_board_files(tmp_path):
        import_board(file, data)
    assert yousu("process", "--until-idle", "--data", data).code == 0
    events = assert_whole(data)
    for ticket_id, history in by_ticket(events).items():
        counts = types(history)
        routed, triage = counts["ticket.routed.v1"], counts["ticket.sent_to_triage.v1"]
        assert routed + triage == 1, ticket_id
        assert counts["ticket.deadline_set.v1"] == 2 * routed, ticket_id
    assert types(events)["ticket.routed.v1"] > 0
    # and the daily report says of a day what the files say of it
    day = "2019-04-26"
    done = yousu("report", "daily", "--date", day, "--data", data, "--json")
    assert done.code == 0, done.err
    (line,) = (line for line in done.document["flow"] if line["code"] == "received")
    days = counted_days()
    assert line["day"] == days[day] == 4
    assert line["total"] == sum(count for before, count in days.items() if before <= day)
