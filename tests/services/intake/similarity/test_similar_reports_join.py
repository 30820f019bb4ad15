"""Reports of one matter in other words, through intake as the service runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.domain.events import JoinProposed, ReportJoined
from services.intake.similarity import open_tickets
from services.intake.similarity.rule import RULE_VERSION
from services.platform.processor import decode_all
from services.platform.settings import SettingsInvalid, load_settings
from tests.services.intake.intake_city import IntakeCity

PLACE = "城西区雪松苑3号楼2单元"
ONE = "雪松苑3号楼2单元的暖气一直不热，家里只有十四度，老人受不了，供热站没有人来修"
OTHER = "我家暖气不热，室温十四五度，老人冻得受不了，给供热站打过电话没人来修"
LIFT = "雪松苑3号楼2单元电梯坏了，困人两次，物业不修"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[IntakeCity]:
    city = IntakeCity(tmp_path, {"YOUSU_SIMILAR": "join"})
    yield city
    city.system.close()


def facts(city: IntakeCity, kind: type) -> list[object]:
    found = [fact.event for fact in decode_all(city.system.log.read_all(0, 1_000))[0]]
    return [event for event in found if isinstance(event, kind)]


def test_one_matter_in_other_words_is_one_ticket_and_another_trouble_is_not(
    city: IntakeCity,
) -> None:
    first = city.send("1", ONE, address=PLACE)
    again = city.send("2", OTHER, address=PLACE)
    other = city.send("3", LIFT, address=PLACE)
    assert [one.status for one in (first, again, other)] == ["opened", "joined", "opened"]
    assert again.ticket_id == first.ticket_id
    (joined,) = facts(city, ReportJoined)
    assert isinstance(joined, ReportJoined)
    assert (joined.method, joined.match_version) == ("similar", RULE_VERSION)


def test_another_building_is_proposed_to_a_person(city: IntakeCity) -> None:
    first = city.send("1", ONE, address=PLACE).ticket_id
    second = city.send("2", ONE.replace("3号楼", "7号楼"), address=PLACE.replace("3号", "7号"))
    assert second.status == "opened"
    (proposed,) = facts(city, JoinProposed)
    assert isinstance(proposed, JoinProposed)
    assert (proposed.ticket_id, proposed.other) == (second.ticket_id, first)


def test_within_one_batch_too(city: IntakeCity) -> None:
    reports = (city.report("1", ONE, address=PLACE), city.report("2", OTHER, address=PLACE))
    assert [receipt.status for receipt in city.submit(*reports)] == ["opened", "joined"]


def test_unless_told_otherwise_a_person_is_asked(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path, {})
    first, second = (
        city.send(ref, words, address=PLACE) for ref, words in (("1", ONE), ("2", OTHER))
    )
    assert (first.status, second.status) == ("opened", "opened")
    (proposed,) = facts(city, JoinProposed)
    assert isinstance(proposed, JoinProposed)
    assert (proposed.ticket_id, proposed.other) == (second.ticket_id, first.ticket_id)
    assert proposed.score >= 0.8
    city.system.close()


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path, {"YOUSU_SIMILAR": "off"})
    statuses = [
        city.send(ref, words, address=PLACE).status for ref, words in (("1", ONE), ("2", OTHER))
    ]
    assert statuses == ["opened", "opened"]
    city.system.close()
    with pytest.raises(SettingsInvalid, match="YOUSU_SIMILAR"):
        load_settings(tmp_path, environment={"YOUSU_SIMILAR": "perhaps"})


def test_a_report_waits_for_one_step_of_a_long_past_and_for_none_that_a_thread_reads(
    city: IntakeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_tickets, "STEP_EVENTS", 2)
    for number in range(6):
        city.send(str(number), LIFT, address=f"城西区雪松苑{number + 1}号楼")
    late = open_tickets.OpenTickets(city.system.log, city.system.keyring)
    late.catch_up_for_report()
    assert 0 < late.standing.position <= 2
    late._followed = True
    read = late.standing
    late.catch_up_for_report()
    assert late.standing == read
