"""`yousu supervision` on the data of a city that lived."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastapi.routing import APIRoute

from services.console.main import main
from services.console.supervision_page import supervision_page_router
from tests.services.sla.sla_city import local
from tests.services.supervision.watched_city import WatchedCity, open_watched_city

OTHER = ("open", "--reason", "other", "--why", "x", "--basis", "y")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedCity]:
    city = open_watched_city(tmp_path_factory.mktemp("lived"), "2026-03-09 09:00")
    city.overdue(1)
    city.overdue(3)
    for moment in ("2026-03-11 09:00", "2026-03-12 14:00", "2026-03-13 09:00"):
        city.go_to(local(moment))
    yield city
    city.system.close()


def run(city: WatchedCity, *arguments: object) -> Result:
    where = ["--data", str(city.system.settings.data_dir)]
    return CliRunner().invoke(main, ["supervision", *map(str, arguments), *where])


def answer(city: WatchedCity, *arguments: object) -> dict:
    result = run(city, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_whole_course_of_a_case_at_the_command_line(lived: WatchedCity, tmp_path: Path) -> None:
    (case,) = answer(lived, "list")["cases"]
    assert (case["code"], case["reason"], case["unit"]) == (
        "2026-000001",
        "resolve_overdue",
        "heating",
    )
    code = case["code"]
    assert case["standing"] == "overdue", "by the real clock it is long past"
    assert code in run(lived, "list", "--overdue").stdout
    said = tmp_path / "reply.txt"
    said.write_text("管道已更换，附照片", "utf-8")
    by_unit = ("--unit", "heating", "--by", "unit:heating/wang")
    replied = answer(lived, "reply", code, "--text-file", said, *by_unit)
    assert replied["events"][-1] == "supervision.replied.v1"
    shown = run(lived, "show", code).stdout
    assert "管道已更换，附照片" in shown
    assert "应于2026-03-10 18:00前办结" in shown
    refused = run(lived, "review", code, "accept", "--by", "unit:heating/wang")
    assert refused.exit_code == 1
    assert "ReviewedByReplier" in refused.stderr
    back = ("review", code, "send-back", "--why", "没有说明原因", "--by", "supervisor:li")
    assert answer(lived, *back)["events"] == ["supervision.reply_sent_back.v1"]
    answer(lived, "reply", code, "--text", "原因为管道老化", *by_unit)
    done = answer(lived, "review", code, "accept", "--by", "supervisor:li")
    assert (done["stage"], done["events"][-1]) == ("closed", "supervision.case_closed.v1")
    assert answer(lived, "list")["cases"] == []
    document = answer(lived, "show", code)
    assert [one.get("reply") for one in document["history"] if "reply" in one] == [
        "管道已更换，附照片",
        "原因为管道老化",
    ]
    ticket = case_ticket(document)
    told = answer(lived, "told", "--ticket", ticket)["told"]
    assert [one["measure"] for one in told] == ["urge", "supervise"]
    assert told[0]["explanation"].endswith("主要负责人")
    assert "督办" in run(lived, "told", "--day", "2026-03-13").stdout
    assert answer(lived, "list", "--ticket", ticket)["cases"][0]["stage"] == "closed"


def case_ticket(document: dict) -> str:
    return str(document["tickets"][0])


def test_a_case_by_hand_and_its_end_by_decision(lived: WatchedCity) -> None:
    opening = ("open", "--reason", "finding", "--why", "同一小区连续三年停暖", "--basis", "周分析")
    by = ("--by", "supervisor:li")
    opened = answer(lived, *opening, "--unit", "heating", "--reference", "f-7", "--days", 2, *by)
    assert opened["events"] == ["supervision.case_opened.v1"]
    closed = answer(lived, "close", opened["code"], "--why", "转每月一题", *by)
    assert closed["stage"] == "closed"
    assert run(lived, "close", opened["code"], "--why", "转每月一题", *by).stdout.endswith(
        "nothing to do\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "2026-999999"), 1, "no such supervision case"),
        (("close", "2026-999999", "--why", "x", "--by", "supervisor:li"), 1, "CaseUnknown"),
        (("close", "2026-999999", "--why", "x", "--by", "Li"), 1, "--by: `role:name`"),
        (("close", "2026-999999", "--why", "打13897000000", "--by", "a:b"), 1, "telephone"),
        (("withdraw", "heating", "late/2026-03/9", "--why", "x", "--by", "a:b"), 1, "CardUnknown"),
        (
            (*OTHER, "--unit", "nobody", "--reference", "r", "--by", "supervisor:li"),
            1,
            "unit nobody",
        ),
        (("reply", "2026-999999", "--unit", "heating", "--by", "a:b"), 2, "one of --text"),
        (
            ("reply", "2026-999999", "--unit", "heating", "--text", " ", "--by", "a:b"),
            1,
            "1 to 10,000",
        ),
    ],
)
def test_what_is_wrong_is_said(
    lived: WatchedCity, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = run(lived, *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.output


def test_empty_lists_say_so(lived: WatchedCity) -> None:
    assert run(lived, "cards", "--from", "2020-01-01", "--to", "2020-12-31").stdout == "no cards\n"
    assert run(lived, "list", "--unit", "water-affairs").stdout == "no supervision cases\n"
    assert run(lived, "told", "--day", "2020-01-01").stdout == "nobody was told of anything\n"


def test_the_page_shows_cases_cards_and_who_is_told_with_links_to_tickets(
    tmp_path: Path,
) -> None:
    city = open_watched_city(tmp_path / "page", "2026-03-09 09:00")
    ticket_id = city.overdue(1)
    for moment in ("2026-03-11 09:00", "2026-03-12 18:01", "2026-03-18 09:00"):
        city.go_to(local(moment))
    page = shown(city)
    for words in ("2026-000001", "逾期未回复", "红牌", "督办逾期未回复每满1件次", "市级督办机构"):
        assert words in page, words
    assert f'href="/tickets/{ticket_id}"' in page
    city.system.close()


def test_an_empty_city_has_a_page_too(tmp_path: Path) -> None:
    city = open_watched_city(tmp_path / "empty", "2026-03-09 09:00")
    assert "没有未销的督办单" in shown(city)
    city.system.close()


def shown(city: WatchedCity) -> str:
    (route,) = supervision_page_router(city.system).routes
    assert isinstance(route, APIRoute)
    return bytes(route.endpoint().body).decode()
