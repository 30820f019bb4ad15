"""What a model sees of a message does not depend on how it was typed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.classifier.reading import (
    CHARACTERS_MAX,
    HEAD_CHARACTERS,
    WORDS_MAX,
    function_words,
    read,
    words_of,
)

ONE = "学校门口的路灯坏了，没人管理"


@pytest.mark.parametrize(
    "typed",
    [
        "学 校 门 口 的 路 灯 坏 了，没 人 管 理",
        "學校門口的路燈壞了，沒人管理",
        "学校\u200b门口的路\ufeff灯坏了，没人管理",
        "A3区学校门口的路灯坏了123，没人管理 http://x.y",
    ],
)
def test_other_typing_reads_the_same(typed):
    assert read("", typed.replace("区", "")) == read("", ONE)


def test_texts_that_were_cut_into_words_read_as_if_they_were_not():
    assert read("", "学校 门口 路灯 没人 管理") == read("", "学校门口路灯没人管理")


def test_a_title_apart_reads_as_one_in_front():
    assert read("学校门口", "路灯坏了").head == read("", "学校门口路灯坏了").head


def test_function_words_are_not_there():
    assert {"的", "我们", "但是"} <= function_words()
    assert words_of("我们的学校，但是没有老师") == ["学校", "老师"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_but_han_is_read(title, text):
    grams = read(title, text)
    for name in (*grams.runs, *grams.words, *grams.head):
        assert all("\u3400" <= one <= "\u9fff" or one == " " for one in name)


def test_what_is_long_is_cut():
    grams = read("", "暖气不热水管冻裂" * 5_000)
    assert sum(len(run) == 1 for run in grams.runs) <= CHARACTERS_MAX
    assert sum(" " not in word for word in grams.words) <= WORDS_MAX
    assert sum(len(run) == 1 for run in grams.head) <= HEAD_CHARACTERS


@given(st.text(string.ascii_letters + string.digits + " .,-", max_size=200))
def test_other_languages_say_nothing(text):
    assert not any(read(text, text))
