"""Which reports are plainly the same matter, and which are not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.merging import TEXT_ALONE_MIN, normalised, same_matter, words_and_place
from services.intake.report import NewReport

NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)
LONG = "小区门口的路灯坏了一个多月，老人孩子看不见路，打过物业电话没人管，请尽快派人来修理，谢谢。"


def report(text: str = "路灯坏了", **changes: Any) -> NewReport:
    return NewReport(channel="app", reference="1", received_at=NOW, text=text, **changes)


def test_width_case_spaces_and_punctuation_say_nothing() -> None:
    assert normalised("　ＡＢＣ，路灯 坏了！_1２\n") == "abc路灯坏了12"
    assert normalised("！！…— 😀") == ""


@pytest.mark.parametrize(
    "other",
    [
        report("路灯，坏 了！！", address="海晏路１号"),
        report("坏了", title="路灯", address="海晏路 1号"),
        report(address="海晏路1号", contact="13800000000", name="马某", item="01"),
        report(address="海晏路1号", longitude=101.7, latitude=36.6),
    ],
)
def test_the_same_words_and_place_are_one_matter_whoever_tells_it(other: NewReport) -> None:
    assert same_matter(other) == same_matter(report(address="海晏路1号")) is not None


@pytest.mark.parametrize(
    "other",
    [
        report(address="海晏路2号"),
        report(address="海晏路1号", area="630104"),
        report("路灯又坏了", address="海晏路1号"),
        report(longitude=101.7, latitude=36.6),
        report(longitude=101.7, latitude=36.6003),
        report(LONG),
    ],
)
def test_other_words_or_another_place_are_another_matter(other: NewReport) -> None:
    compared = [report(address="海晏路1号"), report(longitude=101.7, latitude=36.6001)]
    assert same_matter(other) not in [same_matter(one) for one in compared]
    assert same_matter(other) is not None


def test_places_within_ten_metres_are_one() -> None:
    near, here = (report(longitude=101.70001, latitude=y) for y in (36.60001, 36.60004))
    assert same_matter(near) == same_matter(here) is not None


@pytest.mark.parametrize(
    "nowhere",
    [
        {},
        {"address": ""},
        {"address": " — "},  # a form's field that somebody had to fill
        {"address": "/"},
        {"area": "630104"},  # a whole district
        {"longitude": 101.7},
    ],
)
def test_short_words_without_a_place_are_like_no_other(nowhere: dict[str, Any]) -> None:
    assert same_matter(report(**nowhere)) is None
    assert same_matter(report(LONG, **nowhere)) is not None


def test_nothing_said_is_like_no_other_wherever_it_was() -> None:
    assert same_matter(report("？？", address="海晏路1号")) is None


@given(
    st.text(max_size=60),
    st.none() | st.text(max_size=10),
    st.none() | st.text(max_size=10),
    st.none() | st.sampled_from(["630104", "630104001"]),
)
def test_what_is_compared_is_enough_and_nothing_but_words_and_place(
    text: str, title: str | None, address: str | None, area: str | None
) -> None:
    one = report(text, title=title, address=address, area=area)
    matter = same_matter(one)
    said = normalised(f"{title or ''}{text}")
    placed = bool(normalised(address or ""))
    assert (matter is not None) == (bool(said) and (placed or len(said) >= TEXT_ALONE_MIN))
    assert matter in (None, words_and_place(one))
    assert same_matter(report(text, title=title, address=address, area=area)) == matter
