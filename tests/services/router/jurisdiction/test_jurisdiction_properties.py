"""Laws of locating, over all areas of the shipped directory."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from jurisdiction_addresses import BEFORE_FILE, directory, read_addresses, xining

from services.platform.folded_text import folded
from services.router.jurisdiction import DISPATCH_MIN, locate

AREAS = [area for area in directory().areas.values() if area.level != "city"]
CLEAR = [
    row
    for row in read_addresses(BEFORE_FILE)
    if row.outcome == "clear" and row.address and not row.text
]
NOISE = st.sampled_from(
    [" ", "　", "\t", ".", "·", "-", "_", "*", "/", "|", "~", "\u200b", "\ufe0f"]
)
UNRELATED = st.sampled_from(
    [
        "请尽快处理，谢谢",
        "我是一名退休教师，腿脚不便",
        "上次打电话说三天解决，到现在也没人管",
        "物业推给开发商，开发商推给社区",
        "老城中村拆迁问题也一样",
        "我们单位在兰州市城关区",
        "朋友从北京市来，看了也摇头",
        "我舅舅家在湟源县",
        "和平小区、幸福家园都有这个问题",
        "大通道被堵死了",
        "城东区那边已经修好了",
        "听说韵家口镇修得很快",
        "去年在小寨村也碰到过",
        "1号楼2单元301室",
        "The light is broken.",
    ]
)


def full_path(code: str) -> str:
    return f"西宁市{xining().paths[code]}"


def test_every_areas_full_path_is_that_area_for_sure() -> None:
    for area in AREAS:
        for address in (full_path(area.code), f"青海省{full_path(area.code)}"):
            found = locate(xining(), address, "")
            assert (found.code, found.confidence) == (area.code, 1.0), (address, found)
            assert found.candidates == ()


def test_every_area_by_an_alias_behind_its_parents_is_that_area() -> None:
    for area in AREAS:
        above = "".join(directory().areas[code].name for code in reversed(area.lineage[1:-1]))
        for alias in area.aliases:
            found = locate(xining(), above + alias, "")
            inside = found.code is not None and area.code.startswith(found.code)
            assert found.code == area.code or (inside and found.confidence < DISPATCH_MIN), (
                above + alias,
                found,
            )


@given(st.sampled_from(AREAS), st.data())
@settings(max_examples=300)
def test_noise_between_the_characters_changes_nothing(area: object, data: st.DataObject) -> None:
    address = full_path(area.code)  # type: ignore[attr-defined]
    noisy = "".join(
        data.draw(st.lists(NOISE, max_size=2).map("".join)) + character for character in address
    )
    assert locate(xining(), noisy, "") == locate(xining(), address, "")


@given(st.sampled_from(CLEAR))
def test_full_width_changes_nothing(row: object) -> None:
    address = row.address  # type: ignore[attr-defined]
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in address)
    assert locate(xining(), wide, "") == locate(xining(), address, "")


@given(st.sampled_from(CLEAR), st.lists(UNRELATED, min_size=1, max_size=3))
@settings(max_examples=500)
def test_unrelated_sentences_never_make_a_surely_wrong_answer(
    row: object, sentences: list[str]
) -> None:
    expected = row.code  # type: ignore[attr-defined]
    found = locate(xining(), row.address, "。".join(sentences))  # type: ignore[attr-defined]
    assert found.confidence < DISPATCH_MIN or expected.startswith(found.code), found


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_an_answer(address: str, text: str) -> None:
    found = locate(xining(), address, text)
    assert 0 <= found.confidence <= 1
    assert (found.code is None) == (found.level is None)
    assert not (found.outside and found.code)


@given(st.lists(st.sampled_from(CLEAR), min_size=1, max_size=3), st.text(max_size=30))
def test_the_explanation_has_no_other_words_of_the_address(rows: list[object], tail: str) -> None:
    address = "，".join(row.address for row in rows)  # type: ignore[attr-defined]
    with_secret = f"{address}张三丰{tail}13800138000"
    assert "张三丰" not in locate(xining(), with_secret, "").explanation
    assert "138" not in locate(xining(), with_secret, with_secret).explanation


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once


def test_a_hundred_thousand_characters_take_no_longer_than_ten_thousand() -> None:
    everywhere = "，".join(xining().paths.values()) * 3
    for text in ("城" * 100_000, "城东区，" * 30_000, everywhere, "不是" * 50_000):
        began = time.process_time()
        locate(xining(), text, text)
        assert time.process_time() - began < 1
