"""The addresses written by hand: how many are right, and that none is surely wrong."""

import pytest
from jurisdiction_addresses import (
    AFTER_FILE,
    BEFORE_FILE,
    Expected,
    answer,
    is_confidently_wrong,
    read_addresses,
    score,
    xining,
)

from services.router.jurisdiction import DISPATCH_MIN, locate

BEFORE = read_addresses(BEFORE_FILE)
AFTER = read_addresses(AFTER_FILE)  # written when the rules stood


def test_there_are_enough_addresses() -> None:
    assert len(BEFORE) >= 300
    assert len(AFTER) >= 100
    both = [*BEFORE, *AFTER]
    assert len({(row.address, row.text) for row in both}) == len(both)


@pytest.mark.parametrize("rows", [BEFORE, AFTER], ids=["before", "after"])
def test_the_addresses_meet_the_aims(rows: list[Expected]) -> None:
    reached = score(rows)
    assert reached.district >= 0.99
    assert reached.street >= 0.97
    assert reached.community >= 0.95
    assert reached.not_flagged == ()
    assert reached.dispatched >= 0.7  # flagging everything would be easy


@pytest.mark.parametrize("row", [*BEFORE, *AFTER], ids=lambda row: f"{row.kind} {row.line}")
def test_no_answer_is_surely_wrong(row: Expected) -> None:
    found = answer(row)
    assert not is_confidently_wrong(row, found), found


@pytest.mark.parametrize(
    ("address", "text", "remark"),
    [
        ("城东区", "我在城北区看到的问题", "地址与诉求所说不在一处"),
        ("", "不是城东区，是城北区", "文中否认了另一处地名"),
        ("湟中区鲁沙儿镇", "", "按相近写法认定"),
        ("城东区某某镇", "", "目录所无的镇街名"),
        ("城关镇", "", "大通回族土族自治县城关镇、湟源县城关镇"),
        ("海东市平安区", "", "本市以外"),
        ("", "老家湟中区多巴镇，在城东区租房", "户籍、老家"),
        ("城东区", "韵家口镇的路灯不亮", "较细的地名只见于诉求"),
        ("12号楼", "", "没有找到"),
    ],
)
def test_the_explanation_says_what_gave_reason_to_doubt(
    address: str, text: str, remark: str
) -> None:
    found = locate(xining(), address, text)
    assert remark in found.explanation
    assert found.confidence < DISPATCH_MIN or found.outside


def test_the_explanation_names_the_directorys_words() -> None:
    found = locate(xining(), "西宁市湟中县　鲁沙尔镇迎宾路88号", "")
    assert found.explanation == "按地址中的地名“湟中县”“鲁沙尔镇”定为湟中区鲁沙尔镇。"
    assert found.words == ("湟中县", "鲁沙尔镇")


def test_a_short_name_inside_other_words_is_not_sure() -> None:
    for address in ("大通煤矿", "在城北方向", "韵家口小学"):
        found = locate(xining(), address, "")
        assert found.code is not None
        assert found.confidence < DISPATCH_MIN


def test_a_villages_numeral_or_direction_is_never_taken_for_a_misspelling() -> None:
    assert locate(xining(), "湟中区西堡镇葛家寨三村", "").code == "630106109"
    assert locate(xining(), "城中区总寨镇中细沟村", "").code == "630103100"


@pytest.mark.parametrize(
    "address", ["云南大通县", "兰州城关区", "江苏南京城北区", "曲阜市城关街道"]
)
def test_another_citys_district_of_the_same_name_is_outside(address: str) -> None:
    found = locate(xining(), address, "")
    assert (found.code, found.outside) == (None, True)
