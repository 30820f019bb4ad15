"""A resident is erased: their words are gone for good, the log is as it was, the work goes on."""

from pathlib import Path

from conftest import Import
from end_to_end_bytes import key_files
from end_to_end_log import assert_whole, query, received, types
from end_to_end_place import opened
from end_to_end_program import yousu_here
from end_to_end_reports import Row, row

from services.domain.codec import decode
from services.platform.words import open_words

ALICE, BOB = "13911111111", "13922222222"
WORDS = {ALICE: "我家暖气不热", BOB: "路灯不亮"}


def reports(first: int) -> list[Row]:
    return [
        row(first + number, first + number, phone=phone, text=f"{words}{first}")
        for number, (phone, words) in enumerate(WORDS.items())
    ]


def texts(data: Path) -> list[str | None]:
    """What can still be read of all reports, in the order of the log."""
    system = opened(data)
    events = [(one, decode(one.type, one.data)) for one in system.log.read_all(0, 1_000)]
    found = [
        open_words(system.keyring, event, one.version, "text")
        for one, event in events
        if hasattr(event, "text")
    ]
    system.close()
    return found


def erase(data: Path, resident: str) -> bool:
    system = opened(data)
    done = system.keyring.erase(resident)
    system.close()
    return done


def test_erasing_a_resident_takes_their_words_and_nothing_else(data: Path, take_in: Import) -> None:
    # given two residents, one of whom has a report that is not routed yet
    assert take_in(reports(1), "phone").code == 0
    assert yousu_here("process", "--until-idle", "--data", data).code == 0
    assert take_in(reports(3), "app").code == 0
    before = assert_whole(data)
    alice = before[0].data["resident"]
    keys = data / "keys" / "keys.db"
    ((wrapped,),) = query(keys, f"SELECT wrapped FROM data_keys WHERE subject = '{alice}'")

    assert any(wrapped in content for content in key_files(data))

    # when one of them is erased
    assert erase(data, alice)

    # then their words cannot be read, and their key is in no file any more
    assert texts(data) == [None, "路灯不亮1", None, "路灯不亮3"]
    assert not any(wrapped in content for content in key_files(data))
    # and the log is the same, event by event
    assert assert_whole(data, [alice])[: len(before)] == before
    assert not erase(data, alice)


def test_the_work_goes_on_after_a_resident_was_erased(data: Path, take_in: Import) -> None:
    assert take_in(reports(1)).code == 0
    alice = assert_whole(data)[0].data["resident"]
    erase(data, alice)

    done = yousu_here("process", "--until-idle", "--data", data, "--json")
    assert done.code == 0, done.err
    assert all(not one["quarantined"] for one in done.document["processors"].values())
    # the words of one cannot be read any more, so a person decides about that ticket
    assert types(assert_whole(data, [alice]))["ticket.sent_to_triage.v1"] >= 1

    # the same file again is still the same reports; a new report makes a new resident
    assert take_in(reports(1)).document["duplicates"] == 2
    again = take_in(reports(5))
    assert (again.code, again.document["opened"]) == (0, 2)
    events = assert_whole(data, [alice])
    assert len(received(events)) == 4
    newest = next(fact for fact in events if fact.data.get("reference") == "r000005")
    assert newest.data["resident"] != alice
    assert "我家暖气不热5" in texts(data)
    assert yousu_here("process", "--until-idle", "--data", data).code == 0
    replayed = yousu_here("replay", "--data", data, "--json").document
    assert (replayed["position"], replayed["tickets"]) == (len(assert_whole(data, [alice])), 4)
