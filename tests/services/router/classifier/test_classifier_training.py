"""What is learnt from made-up messages, what is not, and how it answers."""

import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_messages import COMMON, SUBJECTS, WORDS, message, messages

from services.router.classifier.lessons import Labelled, TooLittle
from services.router.classifier.linear import LinearClassifier
from services.router.classifier.model_file import BLOCKS, pack
from services.router.classifier.training import Sureness, train


def test_it_knows_messages_that_it_has_not_seen(model):
    new = [message(code, random.Random(f"{code}{n}")) for code in SUBJECTS for n in range(20)]
    guesses = model.guess_many([(one.title, one.text) for one in new])
    right = [guess.ranked[0][0] == one.code for guess, one in zip(guesses, new, strict=True)]
    assert sum(right) >= 0.9 * len(new)


def test_the_order_of_the_messages_makes_no_difference(content):
    shuffled = messages()
    random.Random(7).shuffle(shuffled)
    assert pack(train(shuffled, "made-up+1", frozenset({"操场"})).model) == content


def test_what_is_sure_is_right_as_often_as_was_asked(trained):
    assert trained.evaluation.macro_f1 > 0.9
    assert trained.model.sure_from == pytest.approx(trained.evaluation.sure_from, abs=1e-4)
    assert trained.model.figures.coverage > 0.8


def test_a_dear_mistake_makes_it_ask_more_often():
    some = messages(30, seed=5)
    bold = train(some, "v", sureness=Sureness(cost_wrong=1.0, cost_look=1.0)).model.sure_from
    careful = train(some, "v", sureness=Sureness(cost_wrong=1e6, cost_look=1.0)).model.sure_from
    assert bold <= careful


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=200)), max_size=6))
def test_many_are_answered_as_one_by_one(model, matters):
    assert model.guess_many(matters) == [model.guess(*one) for one in matters]


SPOKEN = st.lists(
    st.sampled_from([*COMMON, *(word for words in WORDS.values() for word in words.split())])
).map("".join)


@given(SPOKEN, SPOKEN)
def test_an_answer_is_ranked_probabilities_and_words_of_its_own(model, title, text):
    ranked, words = model.guess(title, text)
    chances = [chance for _, chance in ranked]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance < 1 for chance in chances)
    if ranked:
        assert {code for code, _ in ranked} == set(model.codes)
        assert sum(chances) == pytest.approx(1, abs=0.001)
    assert all(len(word) >= 2 and word in model.model.features["words"] for word in words)


def test_the_words_that_decided_are_told(model):
    words = model.guess("物业不修路灯", "电梯漏水，老师也知道").words
    assert {"物业", "路灯", "电梯", "漏水"} & set(words)
    assert "老师" not in words


@pytest.mark.parametrize(
    "text", ["", " \n", "hello world", "12345 67890", "😀😀", "\u200b", "Привет"]
)
def test_what_says_nothing_gets_no_answer(model, text):
    assert model.guess(text, text) == ((), ())


def test_little_is_never_sure(model):
    assert model.guess("", "东京").ranked == () or model.guess("", "东京").ranked[0][1] < 0.9


def test_a_rant_takes_no_longer_than_a_letter(model):
    rant = "路灯不亮物业不管电梯漏水" * 900
    started = time.process_time()
    assert model.guess("", rant).ranked[0][0] == "01"
    assert time.process_time() - started < 1


def test_nothing_that_few_wrote_is_in_the_model():
    some = messages()
    few = [
        one._replace(text=f"{one.text}欧阳建国住在13号楼Bob") for one in some if one.code == "01"
    ][:4]
    model = train([*some, *few], "v").model
    names = [name for block in BLOCKS for name in model.features[block]]
    assert names
    assert not [name for name in names if "欧" in name or "阳" in name]
    assert not [name for name in names if any(one.isascii() and one != " " for one in name)]


def test_a_message_that_was_sent_by_many_counts_once():
    some = messages()
    sent = Labelled("欧阳建国", "欧阳建国住在这里，" + some[0].text, "01")
    model = train([*some, *[sent] * 20], "v").model
    assert not [name for name in model.features["runs"] if "阳" in name]


def test_a_word_that_may_not_be_spoken_is_none(model):
    assert not [name for name in model.model.features["words"] if "操场" in name.split(" ")]


def test_codes_that_are_left_out_are_not_given_and_nothing_gets_surer(content, model):
    narrow = LinearClassifier(content, frozenset({"14"}))
    assert narrow.codes == ("01", "04")
    assert narrow.version == model.version
    before = dict(model.guess("学校", "老师补课").ranked)
    assert dict(narrow.guess("学校", "老师补课").ranked) == {
        code: chance for code, chance in before.items() if code != "14"
    }
    assert narrow.guess("学校", "老师补课").words == ()


def test_too_little_to_learn_from_is_said():
    some = messages(12)
    with pytest.raises(TooLittle, match="no labelled text"):
        train([], "v")
    with pytest.raises(TooLittle, match="1 labels have 10 texts"):
        train([one for one in some if one.code == "01"], "v")
    with pytest.raises(TooLittle, match="nearly repeat"):
        train([*some[:12], *[some[-1]] * 12], "v")
    own = [chr(0x4E10 + 3 * one) * 3 for one in range(24)]
    with pytest.raises(TooLittle, match="no word"):
        train([Labelled("", one, "ab"[at % 2]) for at, one in enumerate(own)], "v")


def test_a_label_of_few_texts_is_left_out_and_told():
    found = train([*messages(20), *[Labelled("", "防汛 抗旱", "10")] * 3], "v")
    assert found.rare_codes == {"10": 3}
    assert "10" not in found.model.codes


def test_whoever_only_asks_does_not_wait_for_the_library_of_learning():
    code = "import services.router.classifier.linear, sys; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
