"""Rows of intake follow from the events alone, and hold nobody's words."""

from pathlib import Path

import pytest
from city_history import CityHistory

from services.domain import commands as k
from services.intake.index import followers, known_reports, open_matters
from services.platform.event_log import Change
from services.platform.failures import RowsRefused
from tests.services.intake.intake_city import IntakeCity


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_made_from_the_log_alone_are_the_live_rows(tmp_path: Path, seed: int) -> None:
    city = IntakeCity(tmp_path / "live")
    CityHistory(city.system, seed).run(15)
    rows = city.rows()
    assert rows["open_matters"]
    assert len(rows["report_keys"]) > len(rows["open_matters"])
    assert city.rows_from_the_log(tmp_path / "anew") == rows
    city.system.close()


def test_rows_show_no_words_and_no_contact(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path)
    city.send("r1", "欧阳小雨家暖气不热", contact="13899990000", name="欧阳小雨")
    kept = repr(city.rows())
    assert "r1" in kept
    for words in ("欧阳", "暖气", "海晏路", "13899990000"):
        assert words not in kept
    city.system.close()


def test_many_keys_are_found_at_once_and_unknown_ones_are_absent(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path)
    receipts = city.submit(*(city.report(f"r{n}", f"第{n}件") for n in range(700)))
    keys = [("app", f"r{n}") for n in range(800)] + [("hotline", "r1")]
    found = known_reports(city.system.log, keys)
    assert {key: row[:2] for key, row in found.items()} == {
        ("app", f"r{n}"): (receipt.ticket_id, receipt.report_id)
        for n, receipt in enumerate(receipts)
    }
    fingerprints = [row[2] for row in found.values()]
    assert open_matters(city.system.log, [*fingerprints, "unknown"]) == {
        row[2]: row[0] for row in found.values()
    }
    assert known_reports(city.system.log, []) == open_matters(city.system.log, []) == {}
    city.system.close()


def test_a_reopened_ticket_does_not_take_the_matter_from_the_one_that_has_it(
    tmp_path: Path,
) -> None:
    city = IntakeCity(tmp_path / "live")
    first = city.send("r1").ticket_id
    city.answer(first)
    second = city.send("r2").ticket_id
    city.reopen(first)
    assert city.send("r3").ticket_id == second != first
    city.answer(first)
    assert city.send("r4").ticket_id == second
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()


def test_who_says_a_merged_ticket_s_words_again_joins_its_primary(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path / "live")
    first, second = city.send("r1").ticket_id, city.send("r2", "别的事").ticket_id
    third = city.send("r3", "又一件事").ticket_id
    city.do(k.MergeTicket, first, primary=second)
    assert city.send("r4").ticket_id == second
    city.do(k.MergeTicket, second, primary=third)
    assert city.send("r5").ticket_id == city.send("r6", "别的事").ticket_id == third
    assert followers(city.system.log, [third, second, first]) == {
        third: sorted([first, second]),
        second: [first],
        first: [],
    }
    city.answer(third)
    assert city.send("r7").status == "opened"
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()


def test_a_primary_that_is_reopened_has_the_words_of_its_followers_again(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path / "live")
    first, second = city.send("r1").ticket_id, city.send("r2", "别的事").ticket_id
    city.do(k.MergeTicket, first, primary=second)
    city.answer(second)
    city.reopen(second)
    assert city.send("r3").ticket_id == second
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()


def test_an_unmerged_ticket_has_its_words_again_and_so_has_who_follows_it(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path / "live")
    first, second = city.send("r1").ticket_id, city.send("r2", "别的事").ticket_id
    third = city.send("r3", "又一件事").ticket_id
    city.do(k.MergeTicket, first, primary=second)
    city.do(k.MergeTicket, second, primary=third)
    city.do(k.UnmergeTicket, second)
    assert city.send("r4", "别的事").ticket_id == city.send("r5").ticket_id == second
    assert city.send("r6", "又一件事").ticket_id == third
    assert followers(city.system.log, [third, second]) == {third: [], second: [first]}
    city.do(k.UnmergeTicket, first)
    assert city.send("r7").ticket_id == first
    assert city.rows()["merged_tickets"] == []
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()


def test_a_ticket_unmerged_from_one_that_ended_is_open_for_its_words_again(tmp_path: Path) -> None:
    city = IntakeCity(tmp_path / "live")
    first, second = city.send("r1").ticket_id, city.send("r2", "别的事").ticket_id
    city.do(k.MergeTicket, first, primary=second)
    city.answer(second)
    city.do(k.UnmergeTicket, first)
    assert city.send("r3").ticket_id == first
    assert city.rows_from_the_log(tmp_path / "anew") == city.rows()
    city.system.close()


def test_a_report_that_goes_round_intake_cannot_take_a_reference_twice(tmp_path: Path) -> None:
    """The key is guarded by the database itself, whatever planned the command."""
    city = IntakeCity(tmp_path)
    city.send("r1")
    before, head = city.rows(), city.system.log.head()
    row = (*before["report_keys"][0][:2], "other-ticket", "other-report", "other")
    changes = [Change("INSERT INTO report_keys VALUES (?, ?, ?, ?, ?)", [row])]
    with pytest.raises(RowsRefused):
        city.system.handler.handle(lambda: [], changes=changes)
    assert (city.rows(), city.system.log.head()) == (before, head)
    city.system.close()
