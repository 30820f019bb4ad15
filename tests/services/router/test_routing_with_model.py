"""Aliases and a trained model together: who settles what, and when a person has to look."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from a_classifier import WordClassifier
from hypothesis import given
from hypothesis import strategies as st
from router_directory_files import DUTIES, ITEMS, small_directory

from services.router.classifier.guess import Guess
from services.router.directory import (
    Directory,
    Route,
    RouteQuery,
    Triage,
    find_route,
    guess_where_needed,
)
from services.router.directory.weigh import SAME_SUBJECT

MARCH = date(2026, 3, 2)
WHOLE = "01,9901,works,,,,,\n02,9901,centre,,,,,\n"  # 01 as a whole has a unit, 03 has none


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return small_directory(tmp_path_factory.mktemp("directory"), {"duties.csv": f"{DUTIES}{WHOLE}"})


def model(says: Mapping[str, Mapping[str, float]], *codes: str) -> WordClassifier:
    known = codes or tuple(dict.fromkeys(code for shares in says.values() for code in shares))
    return WordClassifier(says, known)


def ask(
    directory: Directory, classifier: WordClassifier | None, title: str = "", text: str = ""
) -> Route | Triage:
    return find_route(directory, RouteQuery(None, title, text, "990101", None, MARCH), classifier)


def routed(
    directory: Directory, classifier: WordClassifier, title: str = "", text: str = ""
) -> Route:
    found = ask(directory, classifier, title, text)
    assert isinstance(found, Route), found
    return found


def triaged(
    directory: Directory, classifier: WordClassifier, title: str = "", text: str = ""
) -> Triage:
    found = ask(directory, classifier, title, text)
    assert isinstance(found, Triage), found
    return found


SURE_OF_01 = model({"水": {"01": 0.97, "02": 0.03}})


def test_a_sure_model_settles_the_subject_and_aliases_the_item_in_it(directory: Directory) -> None:
    route = routed(directory, SURE_OF_01, "水的事，断水")
    assert (route.item, route.method, route.lead) == ("01.01.01", "model_and_alias", "water")
    odds = 0.97 / 0.03 * SAME_SUBJECT  # the aliases say the same, so it is surer than alone
    assert route.confidence == round(odds / (1 + odds), 2) > 0.97
    assert route.model_version == SURE_OF_01.version


def test_without_a_clear_item_the_subject_goes_to_whom_the_directory_names(
    directory: Directory,
) -> None:
    route = routed(directory, SURE_OF_01, "水的事")
    assert (route.item, route.method, route.lead) == ("01", "model", "works")
    assert (route.confidence, route.subject_confidence) == (0.97, 0.97)
    assert route.urgency_days == 7


def test_a_subject_that_no_duty_covers_is_put_before_a_person(directory: Directory) -> None:
    found = triaged(directory, model({"事": {"03": 0.99}}), "无名之事")
    assert (found.reason, found.subject, found.subject_confidence) == ("no_item", "03", 0.99)
    assert [candidate.item for candidate in found.candidates] == ["03"]


def test_two_clear_items_inside_a_sure_subject_are_for_a_person(directory: Directory) -> None:
    found = triaged(directory, SURE_OF_01, "停水，水坑里的井盖")
    assert found.reason == "ambiguous_item"
    assert {"01.01.01", "01.02.02"} <= {candidate.item for candidate in found.candidates}
    assert found.subject == "01"


def test_what_few_aliases_say_against_a_sure_model_does_not_count(directory: Directory) -> None:
    route = routed(directory, SURE_OF_01, "水的事", "邻里")
    assert (route.item, route.method) == ("01", "model")


def test_model_and_aliases_that_contradict_each_other_clearly_are_for_a_person(
    directory: Directory,
) -> None:
    found = triaged(directory, SURE_OF_01, "水的事，邻居吵架，邻里")
    assert found.reason == "ambiguous_item"
    assert {candidate.item for candidate in found.candidates} == {"01", "02.01"}
    assert "模型（版本 0123456789ab）判为“城建”，把握 97%，依据词“水”" in found.explanation


def test_nothing_is_forced_on_a_subject_that_the_model_was_never_taught(
    directory: Directory,
) -> None:
    only_01 = model({"水": {"01": 0.97}})
    found = triaged(directory, only_01, "水的事，无主之事，无主之事")
    assert found.reason == "ambiguous_item"
    assert found.candidates[0].item in ("01", "03.01")


def test_aliases_that_say_the_same_can_make_an_unsure_model_sure(directory: Directory) -> None:
    route = routed(directory, model({"水": {"01": 0.8, "02": 0.2}}), "断水")
    assert (route.item, route.method) == ("01.01.01", "model_and_alias")
    assert "不确定，首先想到“城建”，把握 80%" in route.explanation
    assert 0.9 <= route.confidence < 0.95
    assert triaged(directory, model({"水": {"01": 0.7, "02": 0.3}}), "断水").reason == (
        "ambiguous_item"
    )


def test_strong_aliases_need_an_unsure_model_only_to_agree(directory: Directory) -> None:
    thinking = model({"水": {"01": 0.5, "02": 0.4}})
    route = routed(directory, thinking, "断水，停水")
    assert (route.item, route.method) == ("01.01.01", "model_and_alias")
    assert 0.5 < route.confidence < 0.9  # and say how unsure it was
    assert triaged(directory, model({"水": {"02": 0.5, "01": 0.4}}), "断水，停水").subject == "02"


def test_a_model_may_be_so_sure_that_aliases_do_not_shake_it(directory: Directory) -> None:
    route = routed(directory, model({"水": {"01": 0.999, "02": 0.001}}), "水的事，邻居吵架，邻里")
    assert (route.item, route.method) == ("01", "model")


def test_an_unsure_model_that_thinks_of_another_subject_is_told_to_a_person(
    directory: Directory,
) -> None:
    found = triaged(directory, model({"水": {"02": 0.6, "01": 0.4}}), "断水")
    assert (found.reason, found.subject) == ("ambiguous_item", "02")
    assert {candidate.item for candidate in found.candidates} == {"01.01.01", "02", "01"}


def test_an_unsure_model_leaves_what_it_was_never_taught_to_strong_aliases(
    directory: Directory,
) -> None:
    unsure = model({"之事": {"01": 0.5, "02": 0.5}})
    assert routed(directory, unsure, "无主之事", "无主之事再说一次").method == "alias"
    assert triaged(directory, model({"水": {"02": 0.6}}), "断水").reason == "ambiguous_item"


def test_a_model_that_says_nothing_leaves_all_to_the_aliases(directory: Directory) -> None:
    silent = model({"没有这个词": {"01": 1.0}})
    with_model, alone = ask(directory, silent, "断水"), ask(directory, None, "断水")
    assert isinstance(with_model, Route)
    assert isinstance(alone, Route)
    assert (with_model.item, with_model.confidence) == (alone.item, alone.confidence)
    assert "没有判断" in with_model.explanation


def test_a_model_taught_leaves_is_sure_of_what_they_have_in_common(directory: Directory) -> None:
    leaves = model({"水": {"01.01.01": 0.5, "01.01.02": 0.45, "02.01": 0.05}})
    route = routed(directory, leaves, "水")
    assert (route.item, route.method, route.lead) == ("01.01", "model", "water")
    sure = model({"水": {"01.01.02": 0.95, "02.01": 0.05}})
    assert routed(directory, sure, "水").item == "01.01.02"


def test_codes_that_this_directory_has_not_are_left_out_and_told(directory: Directory) -> None:
    foreign = model({"水": {"77": 0.6, "01": 0.4}}, "77", "01", "88.01")
    found = triaged(directory, foreign, "水")
    assert found.subject == "01"
    assert all(candidate.item in directory.items for candidate in found.candidates)
    assert "2 个事项代码本目录没有，未采用" in found.explanation
    assert "依据词" not in found.explanation  # they spoke for the answer that was left out


def test_an_item_that_was_given_is_not_put_to_the_model(directory: Directory) -> None:
    query = RouteQuery("01.02.01", "水", "水", "990101", None, MARCH)
    route = find_route(directory, query, SURE_OF_01)
    assert isinstance(route, Route)
    assert (route.method, route.model_version) == ("item_given", None)


def test_many_are_guessed_in_one_call_and_answered_as_one_by_one(directory: Directory) -> None:
    asked = model({"水": {"01": 0.97}})
    queries = [
        RouteQuery(item, title, "", "990101", None, MARCH)
        for item, title in ((None, "水"), ("01.01", "水"), (None, "断水"), ("99", "水"))
    ]
    guesses = guess_where_needed(directory, asked, queries)
    assert asked.asked == [3]
    assert guesses[1] is None
    for query, guess in zip(queries, guesses, strict=True):
        assert find_route(directory, query, asked, guess) == find_route(directory, query, asked)


def test_parts_that_the_model_is_sure_are_of_another_subject_are_no_matters(
    directory: Directory,
) -> None:
    text = "一、断水两天。二、路灯不亮。"
    alone = ask(directory, None, text=text)
    assert isinstance(alone, Triage)
    assert alone.reason == "several_matters"
    doubting = model({"路灯": {"02": 0.99}, "断水": {"01": 0.5, "02": 0.5}})
    assert getattr(ask(directory, doubting, text=text), "reason", "") != "several_matters"


SHARES = st.dictionaries(
    st.sampled_from(["01", "02", "03", "01.01", "01.01.01", "77"]),
    st.floats(0, 1, allow_nan=False),
    max_size=4,
)
SAID = st.lists(
    st.sampled_from(["断水", "路灯", "邻里", "无主之事", "水", "，", "一、", "二、", "某某"]),
    max_size=6,
).map("".join)


@given(shares=SHARES, title=SAID, text=SAID)
def test_whatever_a_model_says_the_answer_is_of_this_directory(
    tmp_path_factory: pytest.TempPathFactory, shares: dict[str, float], title: str, text: str
) -> None:
    directory = _KNOWN.setdefault("d", small_directory(tmp_path_factory.mktemp("d")))
    ranked = tuple(sorted(shares.items(), key=lambda pair: -pair[1]))
    classifier = model({"没有": {"01": 1.0}}, "01", "02", "77")
    query = RouteQuery(None, title, text, None, None, MARCH)
    found = find_route(directory, query, classifier, Guess(ranked, ("水",)))
    if isinstance(found, Route):
        assert found.item in directory.items
        assert directory.unit(found.lead) is not None
        assert 0 <= found.confidence <= 1
    else:
        assert found.subject is None or found.subject in directory.items
        assert all(candidate.item in directory.items for candidate in found.candidates)
    assert "某某" not in found.explanation


_KNOWN: dict[str, Directory] = {}


def test_items_below_the_sure_one_are_believed_at_any_level(tmp_path: Path) -> None:
    directory = small_directory(tmp_path, {"items.csv": ITEMS, "duties.csv": f"{DUTIES}{WHOLE}"})
    sure = model({"水": {"01.01": 0.95}})
    assert routed(directory, sure, "断水").item == "01.01.01"
    assert routed(directory, sure, "路灯，水").item == "01.01"
