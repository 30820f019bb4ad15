"""How places are told: ranges of buildings, sections of an estate, names that sound like others."""

from datetime import UTC, datetime

import pytest

from services.intake.similarity.matter import Matter
from services.intake.similarity.places import Places, places_of
from services.intake.similarity.reading import Prepared, prepare
from services.intake.similarity.stances import stance_of
from services.platform.folded_text import folded


def told(text: str, address: str = "") -> Prepared:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return prepare(Matter("", text, address, None, None, None, None, at))


def compared(one: str, other: str) -> Places:
    return places_of(told(one), told(other))


@pytest.mark.parametrize(
    "words", ["1-4栋", "1—4栋", "1～4号楼", "1到4栋", "1至4号楼", "1栋-4栋", "１－４栋", "一到四幢"]
)
def test_a_range_of_buildings_is_all_of_them(words: str) -> None:
    numbers = told(f"青稞小区{words}暖气不热").numbers
    assert set(numbers) == {f"building:{number}" for number in range(1, 5)}


def test_a_building_within_a_range_is_the_same_and_one_without_is_another() -> None:
    inside = compared("青稞小区1-4栋停水", "青稞小区3号楼停水")
    assert (inside.exact, inside.differ) == (True, "")
    outside = compared("青稞小区1-4栋停水", "青稞小区14栋停水")
    assert (outside.exact, outside.differ) == (False, "building")


@pytest.mark.parametrize(
    ("words", "number"), [("3-2号楼", "building:2"), ("1-99栋", "building:99")]
)
def test_what_is_no_range_is_its_last_building(words: str, number: str) -> None:
    assert told(f"青稞小区{words}停水").numbers == (number,)


def test_sections_of_an_estate_are_told_apart() -> None:
    assert compared("桃李花园三区路灯不亮", "桃李花园一区路灯不亮").differ == "section"
    assert compared("桃李花园三区路灯不亮", "桃李花园3区路灯不亮").differ == ""
    assert told("城中区三区交界的路灯不亮").numbers == ()


@pytest.mark.parametrize("name", ["时代公馆", "世纪华庭", "国际花园", "景岳雅舍"])
def test_names_of_estates_may_be_any_word(name: str) -> None:
    named = [f"{one.core}{one.ending}" for one in told(f"住在{name}，楼道没有灯").names]
    assert named == [name]


@pytest.mark.parametrize("words", ["环保公司", "科技公司", "保洁公司", "物流公司"])
def test_what_a_firm_does_is_no_name(words: str) -> None:
    assert told(f"把垃圾推给{words}处理").names == ()
    assert [one.core for one in told(f"瑞禾{words}扰民").names] == [f"瑞禾{words[:2]}"]


@pytest.mark.parametrize(
    "text",
    [
        "请问到底管不管这个小区的暖气",
        "请问为什么还不供暖",
        "想问难道没人管了吗",
        "请问你们还管吗",
        "咨询一下怎么没人来修",
    ],
)
def test_a_question_that_is_a_reproach_is_no_question(text: str) -> None:
    assert stance_of(folded(text)) == ""


@pytest.mark.parametrize("text", ["请问办理居住证需要什么材料", "咨询医保怎么转移", "想了解补贴"])
def test_a_question_is_a_question(text: str) -> None:
    assert stance_of(folded(text)) == "question"
