"""What holds for the rule whatever is said."""

from datetime import timedelta

import pytest
from hypothesis import given
from labelled_reports import FIRST_DAY, SETS, labelled
from similar_strategies import MATTERS

from services.intake.similarity import explain
from services.intake.similarity.matter import Matter
from services.intake.similarity.reading import prepare
from services.intake.similarity.rule import FLOOR, compare

LONG = 40  # letters from which a report that names a place can stand for itself


def report(text: str, address: str = "", days: int = 0, **values: object) -> Matter:
    plain = Matter("", text, address, None, None, None, None, FIRST_DAY + timedelta(days=days))
    return plain._replace(**values)  # type: ignore[arg-type]


def verdict(one: Matter, other: Matter) -> str | None:
    return compare(prepare(one), prepare(other)).verdict


@given(MATTERS, MATTERS)
def test_it_is_symmetric_and_its_score_says_its_verdict(one: Matter, other: Matter) -> None:
    found = compare(prepare(one), prepare(other))
    assert found == compare(prepare(other), prepare(one))
    assert FLOOR[found.verdict] <= found.score <= 1
    if found.verdict is None:
        assert found.score < FLOOR["probable"]
    if found.verdict == "probable":
        assert found.score < FLOOR["sure"]


@given(MATTERS, MATTERS)
def test_what_contradicts_is_never_sure(one: Matter, other: Matter) -> None:
    found = compare(prepare(one), prepare(other))
    if found.evidence.places.differ or found.evidence.items == "other":
        assert found.verdict != "sure"


@given(MATTERS, MATTERS)
def test_why_says_nothing_of_what_was_said(one: Matter, other: Matter) -> None:
    told = explain.why(compare(prepare(one), prepare(other)))
    tables = (explain.PLACES, explain.DIFFERENCES, explain.ITEMS)
    ours = "".join("".join(table.values()) for table in tables)
    told_always = "同一诉求人楼栋、门牌或线路一致主题用语重合相隔天，。%0123456789"
    assert set(told) <= set(ours + told_always)


def test_a_long_report_that_names_a_place_is_the_same_matter_as_itself() -> None:
    for name in SETS:
        for one in labelled(name):
            prepared = prepare(one.report)
            placed = [name for name in prepared.names if name.kind == "named"]
            if placed and len(one.report.text) >= LONG:
                assert compare(prepared, prepared).verdict == "sure", one


def test_one_trouble_in_two_compounds_is_two_matters() -> None:
    text = "{}整个小区没有暖气，换热站的泵坏了，几百户人挨冻，请尽快抢修。"
    assert verdict(report(text.format("青稞小区")), report(text.format("银滩小区"))) is None


def test_another_building_of_the_compound_is_for_a_person_to_judge() -> None:
    text = "雪松苑{}号楼从供暖到现在一直不热，家里只有十四度。"
    assert verdict(report(text.format("3")), report(text.format("7"))) == "probable"
    assert verdict(report(text.format("三")), report(text.format("3"))) == "sure"


def test_who_tells_much_of_it_again_means_the_same_and_another_is_asked_about() -> None:
    told = "青稞大酒店附近的公厕晚上不开门，也没有灯，老人小孩很不方便，已经反映过三次都没有回音。"
    again = "酒店附近的公厕晚上还是不开门，也没有灯，老人小孩很不方便，反映多次没有回音，请催办。"
    mine = report(told, resident="a"), report(again, days=20, resident="a")
    assert verdict(*mine) == "sure"
    assert "同一诉求人" in explain.why(compare(*map(prepare, mine)))
    assert verdict(mine[0], mine[1]._replace(resident="b")) == "probable"
    assert verdict(mine[0], mine[1]._replace(resident=None)) == "probable"
    assert verdict(mine[0]._replace(resident=None), mine[1]._replace(resident=None)) == "probable"


def test_one_letter_sent_by_two_is_one_matter_unless_only_one_names_whose_it_is() -> None:
    letter = (
        "实习期间每天工作十二个小时，还要上夜班，工资每小时只有十一元，扣除中介费以后所剩无几。"
        "不去的学生不给学分，不发毕业证，家长十分担心孩子的安全，请教育主管部门调查处理并给予答复。"
    )
    assert verdict(report(f"孩子的{letter}"), report(f"我女儿的{letter}", days=3)) == "sure"
    named = report(f"河湟职业技术学校{letter}")
    assert verdict(named, report(f"孩子的{letter}", days=3)) == "probable"


def test_the_same_words_a_season_later_are_no_longer_sure() -> None:
    text = "康馨苑昨晚八点停电到现在没来，冰箱里的肉都化了。"
    assert verdict(report(text), report(text, days=3)) == "sure"
    assert verdict(report(text), report(text, days=95)) == "probable"
    assert verdict(report(text), report(text, days=400)) is None


@pytest.mark.parametrize("text", ["", "停水", "😡😡😡", "！！！", "没人管", "\x00\n\t", "a"])
def test_a_word_or_two_without_a_place_join_nothing(text: str) -> None:
    assert verdict(report(text), report(text)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("雪松苑3号楼暖气不热，室温十四度", "雪松苑３號樓暖氣不熱，室溫十四度"),
        ("雪松苑3号楼暖气不热，室温十四度", "雪 松 苑 3 号 楼 暖 气 不 热 室温 十四度"),
        ("雪松苑3#暖气不热，室温十四度", "雪松苑三号楼暖气不热，室温十四度"),
    ],
)
def test_width_spaces_traditional_forms_and_numerals_make_no_difference(
    one: str, other: str
) -> None:
    assert verdict(report(one), report(other)) == "sure"


def test_ten_thousand_letters_are_compared_by_what_they_begin_with() -> None:
    long = "雪松苑3号楼暖气不热，室温只有十四度，" + "我要一直说下去，" * 1_250
    assert verdict(report(long), report(long)) == "sure"


def test_the_town_belongs_to_the_name_of_its_hospital() -> None:
    text = "{}卫生院晚上没有值班医生，孩子发烧只能跑县城。"
    assert verdict(report(text.format("多巴镇")), report(text.format("共和镇"))) is None
    assert verdict(report(text.format("多巴镇")), report(text.format("湟中区多巴镇"))) == "sure"


def test_points_near_each_other_are_a_place_and_far_ones_are_two() -> None:
    lamp = report("路灯不亮，晚上走路看不清", longitude=101.7312, latitude=36.6401)
    near = lamp._replace(text="这里的路灯坏了好几盏", longitude=101.7316)
    far = near._replace(longitude=101.7912)
    assert verdict(lamp, near) == "sure"
    assert verdict(lamp, far) is None


def test_another_item_at_the_same_place_is_another_matter() -> None:
    lamp = report("海晏路与文汇路十字路灯不亮", "海晏路与文汇路十字北", item="01.05.03.01.01")
    hole = report("海晏路与文汇路十字路面塌陷", "海晏路与文汇路十字北", item="01.05.01.01.01")
    assert verdict(lamp, hole) is None
