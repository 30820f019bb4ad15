"""`find_articles`: what is found, what is not, and why."""

import csv
import time
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from knowledge_articles import HEATING_ITEM, WATER_ITEM, article, shipped_index

from services.knowledge.catalogue import closeness
from services.knowledge.index import ArticleIndex
from services.knowledge.lay_words import with_what_is_meant
from services.knowledge.search import RESULTS_MAX, ArticleQuery, find_articles
from services.knowledge.terms import found_in, terms_of
from services.platform.folded_text import folded

HEAT = article()
WATER = article(
    "water-01",
    heading="停水了怎么查",
    questions=("没水",),
    answer="先看邻居。",
    items=(WATER_ITEM,),
)


def codes(index: ArticleIndex, text: str = "", **values: object) -> list[str]:
    query = ArticleQuery(text, **values)  # type: ignore[arg-type]
    return [one.article.code for one in find_articles(index, query)]


def test_the_words_decide_and_are_told() -> None:
    (found,) = find_articles(ArticleIndex([HEAT, WATER]), ArticleQuery("家里暖气一点都不热"))
    assert found.article is HEAT
    assert found.words == ("暖气", "不热")
    assert found.share == pytest.approx(4 / 9, abs=0.01)
    assert (found.by_item, found.by_area) == (False, False)


def test_what_an_item_is_called_finds_its_articles() -> None:
    def words(item: str) -> tuple[str, ...]:
        return ("采暖费",) if item == HEATING_ITEM else ()

    assert codes(ArticleIndex([HEAT, WATER]), "采暖费") == []
    assert codes(ArticleIndex([HEAT, WATER], words), "采暖费") == ["heat-01"]


def test_an_item_alone_lists_its_articles_the_closest_first() -> None:
    wide = article("heat-02", items=("01.01",))
    index = ArticleIndex([wide, WATER, HEAT])
    assert codes(index, item=HEATING_ITEM) == ["heat-01", "heat-02"]
    assert codes(index, item="01.01") == ["heat-02", "heat-01"]


def test_an_item_goes_before_words_that_fit_as_well() -> None:
    other = article("other-01", items=(WATER_ITEM,))
    index = ArticleIndex([other, HEAT])
    assert codes(index, "暖气不热", item=HEATING_ITEM) == ["heat-01", "other-01"]
    assert codes(index, "暖气不热", item=WATER_ITEM) == ["other-01", "heat-01"]


@pytest.mark.parametrize(
    ("own", "item", "expected"),
    [("01.01", "01.01", 1), ("01.01", "01.01.02", 0.5), ("01.01.02", "01", 1 / 3),
     ("01.01", "01.010", 0), ("01.01", "02", 0)],
)  # fmt: skip
def test_how_close_items_are(own: str, item: str, expected: float) -> None:
    assert closeness(own, item) == expected


def test_a_districts_own_article_goes_first_at_home_and_nowhere_else() -> None:
    own = article("own-01", areas=("630104",))
    index = ArticleIndex([HEAT, own])
    assert codes(index, "暖气不热", area="630104001") == ["own-01", "heat-01"]
    assert codes(index, "暖气不热", area="630105") == ["heat-01"]
    assert set(codes(index, "暖气不热", area="6301")) == {"own-01", "heat-01"}
    assert set(codes(index, "暖气不热")) == {"own-01", "heat-01"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "😀😀",
        "。！？",
        "hello how are you",
        "བོད་ཡིག",
        "สวัสดี",
        "\u200b\ufeff",
        "的",
        "%' OR 1=1 --",
    ],
)
def test_what_says_nothing_finds_nothing(text: str) -> None:
    assert codes(shipped_index(), text) == []


def test_lay_words_are_found_as_what_they_mean() -> None:
    assert with_what_is_meant(folded("房本在哪办")) == "房本在哪办,房产证"
    assert codes(shipped_index(), "我的驾驶本丢了")[0] == "car-01"
    own = article("own-01", heading="换驾驶本", questions=(), answer="去窗口。", items=())
    assert codes(ArticleIndex([own, HEAT]), "驾驶证到期") == ["own-01"], "in articles too"


def test_no_lay_word_means_two_things_or_itself() -> None:
    text = (files("services.knowledge") / "data" / "lay_words.csv").read_text("utf-8")
    pairs = [
        (said, row["word"])
        for row in csv.DictReader(text.splitlines())
        for said in row["said_as"].split("|")
    ]
    assert len({said for said, _ in pairs}) == len(pairs)
    assert all(said != word and len(said) > 0 for said, word in pairs)


def test_a_number_and_a_word_of_another_language_are_found_whole() -> None:
    assert found_in("打1或者ktv", "打12345,ktv") == (("ktv",), 0.43)
    assert codes(shipped_index(), "12393")[0].startswith("medical-")
    assert "noise-02" in codes(shipped_index(), "ktv")


def test_other_widths_and_traditional_characters_are_the_same_words() -> None:
    assert codes(shipped_index(), "暖氣不熱")[:1] == codes(shipped_index(), "暖气不热")[:1]


def test_an_empty_knowledge_base_answers_nothing() -> None:
    assert codes(ArticleIndex([]), "暖气", item=HEATING_ITEM, area="630104") == []


def test_ten_thousand_characters_are_read_at_their_beginning() -> None:
    long = "暖气不热，" + "我家住在一个很远很远的地方。" * 750
    started = time.process_time()
    assert codes(shipped_index(), long)[0] == "heat-01"
    assert time.process_time() - started < 1


def test_no_more_than_was_asked_for() -> None:
    many = ArticleIndex([article(f"heat-{number}") for number in range(RESULTS_MAX + 10)])
    assert len(codes(many, "暖气", limit=3)) == 3
    assert len(codes(many, "暖气", limit=10_000)) == RESULTS_MAX
    assert codes(many, "暖气", limit=2) == ["heat-0", "heat-1"], "equal ones keep their order"


@given(st.text(max_size=200), st.none() | st.sampled_from([HEATING_ITEM, "01", "99"]))
def test_any_text_is_answered_and_the_best_come_first(text: str, item: str | None) -> None:
    found = find_articles(shipped_index(), ArticleQuery(text, item, limit=50))
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    assert all(0 <= one.share <= 1 for one in found)
    assert date.max not in [one.article.valid_from for one in found]


@given(st.text(max_size=80))
def test_a_text_has_all_of_itself(text: str) -> None:
    words, share = found_in(text, folded(text))
    assert (share > 0) == bool(words)
    if all(len(word) > 1 for word in words) and terms_of(text):
        assert share > 0
