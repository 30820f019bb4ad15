"""Input that no form asked for: languages, disguised words, places elsewhere or doubtful."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from router_directory_files import DUTIES, small_directory

from services.router.directory import (
    Directory,
    Route,
    RouteQuery,
    Triage,
    find_route,
    shipped_directory,
)
from services.router.directory.languages import foreign_language

MARCH = date(2026, 3, 2)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return shipped_directory()


def ask(
    directory: Directory,
    title: str = "",
    text: str = "",
    address: str | None = None,
    item: str | None = None,
) -> Route | Triage:
    return find_route(directory, RouteQuery(item, title, text, None, address, MARCH))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ཁང་པའི་ནང་དྲོད་མེད།", "藏文"),
        ("ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ", "蒙古文"),
        ("ئۆيىمىز سوغۇق، پار يوق", "维吾尔文"),
        ("التدفئة لا تعمل منذ أسبوع", "阿拉伯文"),
        ("The heating in our flat is cold.", "英文或其他拉丁字母文字"),
        ("У нас дома холодно", "俄文或其他西里尔字母文字"),
        ("우리 집이 추워요", "朝鲜文"),
        ("部屋の暖房が壊れています", "日文"),
        ("Heating broken, please call 小马", "英文或其他拉丁字母文字"),
    ],
)
def test_another_language_goes_to_who_can_read_it(
    directory: Directory, text: str, language: str
) -> None:
    found = ask(directory, text=text)
    assert isinstance(found, Triage)
    assert found.reason == "other_language"
    assert language in found.explanation
    assert text not in found.explanation


@pytest.mark.parametrize("text", ["", "   ", "123456", "？？？！！！", "😀😀😀", "你好", "ok"])
def test_what_has_no_language_says_nothing(directory: Directory, text: str) -> None:
    found = ask(directory, text=text)
    assert isinstance(found, Triage)
    assert (found.reason, found.candidates, found.subject) == ("no_item", (), None)


def test_known_words_count_in_whatever_language_they_stand(directory: Directory) -> None:
    found = ask(directory, title="暖气不热", text="The heating is cold. ཁང་པའི་ནང་དྲོད་མེད།")
    assert isinstance(found, Route)


@given(st.text(max_size=60))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert foreign_language(text) is None or foreign_language(text)


@pytest.mark.parametrize(
    "written",
    [
        "暖 气 不 热",
        "暖\u200b气\u200c不\ufeff热",
        "暖.气.不.热",
        "暖氣不熱",
        "暖*气*不*热",
        "暖\u2f53不热",  # a radical in place of the character
        "停　水",
        "Ａ栋，停水",
    ],
)
def test_words_are_found_however_they_are_written(directory: Directory, written: str) -> None:
    found = ask(directory, title=written)
    assert isinstance(found, Route)
    assert found.item.startswith(("01.01", "01.02"))
    assert "暖气不热" in found.explanation or "停水" in found.explanation


def test_a_rant_of_any_length_is_answered_in_bounded_time(directory: Directory) -> None:
    started_s = time.process_time()
    for text in (
        "城西区暖气不热，路灯不亮。一、停水。二、拖欠工资。\n" * 40_000,
        "没有人管" * 250_000,
        " " * 1_000_000,
        "ཁང" * 500_000,
    ):
        ask(directory, text=text)
    assert time.process_time() - started_s < 5


def test_a_matter_outside_the_city_is_not_routed_in_it(directory: Directory) -> None:
    for item in (None, "01.01.01.01.01"):
        found = ask(directory, title="暖气不热", address="海东市平安区某小区", item=item)
        assert isinstance(found, Triage)
        assert (found.reason, found.area, found.subject) == ("outside_city", None, "01")
        assert [candidate.item for candidate in found.candidates] == ["01.01.01.01.01"]
        assert "平安" not in found.explanation


# Areas that are not sure


@pytest.fixture
def small(tmp_path: Path) -> Directory:
    return small_directory(tmp_path)


def test_an_area_that_may_be_two_is_asked_where_their_units_differ(small: Directory) -> None:
    found = ask(small, item="01.02.01", address="城关镇")
    assert isinstance(found, Triage)
    assert (found.reason, found.area) == ("ambiguous_area", None)
    assert [candidate.item for candidate in found.candidates] == ["01.02.01"]
    for told in ("东区城关镇", "西县城关镇", "东区市政局", "西县市政局"):
        assert told in found.explanation


def test_an_area_that_may_be_two_is_no_matter_where_the_unit_is_one(small: Directory) -> None:
    found = ask(small, item="01.01.01", address="城关镇")
    assert isinstance(found, Route)
    assert (found.lead, found.area) == ("water", None)


def test_two_areas_with_one_unit_of_their_own_go_there(tmp_path: Path) -> None:
    rows = "01.02.01,990101002,water,,,,,\n01.02.01,990102001,water,,,,,\n"
    small = small_directory(tmp_path, {"duties.csv": f"{DUTIES}{rows}"})
    found = ask(small, item="01.02.01", address="城关镇")
    assert isinstance(found, Route)
    assert found.lead == "water"


def test_one_area_that_is_hardly_believed_is_asked_where_it_matters(small: Directory) -> None:
    text = "我户籍在西县"
    asked = ask(small, item="01.02.01", text=text)
    assert isinstance(asked, Triage)
    assert asked.reason == "ambiguous_area"
    assert isinstance(ask(small, item="01.01.01", text=text), Route)
