"""Short made-up texts against the rules of Xining: which rule holds, and how urgent that makes it.

Each text would be as urgent as its item says (11 working days where nobody knows the item).
"""

from collections import Counter
from datetime import date
from typing import NamedTuple

import pytest

from services.router.directory import shipped_directory
from services.router.urgency import Urgency, raised_urgency

XINING = shipped_directory()
WINTER, SUMMER, MAY = date(2026, 1, 15), date(2026, 7, 20), date(2026, 5, 20)
EXAM_DAY, BEFORE_SPRING = date(2026, 6, 7), date(2026, 12, 20)
COLD, PRESSURE, WATER_PLUG = "01.01.01.01.01", "01.02.01.02.02", "01.02.01.03.02"
ROAD, DRAIN, LIFT, POWER = "01.05.01.01.01", "01.05.02.02.01", "01.08.01.02.01", "01.03.01.02.01"
NOISE, WAGES, CANTEEN, DOGS = "04.01.01.01.01", "15.01.01.01.01", "12.03.01.01.02", "13.01.01.04.01"
TEACHER, FIGHT, HOSPITAL = "14.01.01.03.01", "13.01.01.01.01", "12.01.01.01.03"
HEAT_OPENING, RELIEF, SCHOOL_PLACE = "01.01.01.01.03", "09.01.01.01.01", "14.02.01.01.01"


class Case(NamedTuple):
    text: str
    rules: str  # none: as urgent as its item
    item: str | None = None
    on: date = SUMMER
    reporters: int = 1
    days: int = 1  # where a rule holds


HOLDS = [
    Case("楼道里煤气味很大，怀疑燃气泄漏", "gas-leak"),
    Case("车库停了电，煤气泄漏没人管", "gas-leak"),
    Case("担心是天然气漏气", "gas-leak"),
    Case("燃 氣 洩 漏", "gas-leak"),
    Case("不知道是不是燃气泄漏", "gas-leak"),
    Case("邻居烧炭，一氧化碳中毒了", "carbon-monoxide"),
    Case("锅炉房发生爆炸，玻璃都碎了", "explosion"),
    Case("工地上有人触电", "electric-shock"),
    Case("电线掉落在人行道上", "electric-shock"),
    Case("三楼着火了，有人跳下来", "fire"),
    Case("居委会起火了", "fire"),
    Case("围墙坍塌压坏了车", "collapse"),
    Case("2026年7月18日围墙坍塌", "collapse"),
    Case("2025年12月31日围墙坍塌", "collapse", None, WINTER),
    Case("房子随时可能坍塌", "collapse"),
    Case("外墙砖掉下来砸到人了", "falling-objects"),
    Case("老人被困电梯半小时", "trapped"),
    Case("电梯突然下坠三层", "lift-falls", LIFT),
    Case("走路摔伤了骨折", "injury", ROAD),
    Case("整个小区水压不够", "wide-outage", PRESSURE),
    Case("水压低，几天没水洗脸", "long-outage", PRESSURE),
    Case("水压低，孕妇没法洗澡", "outage-frail", PRESSURE),
    Case("暖气不热，家里有婴儿", "heat-frail", COLD, WINTER),
    Case("暖气不热，担心老人生病", "heat-frail", COLD, WINTER),
    Case("屋里只有几度，半夜冻醒", "severe-cold", COLD, WINTER),
    Case("外面零下二十度，暖气不热", "severe-cold", COLD, WINTER),
    Case("搬来新房，暖气没开通", "heat-opening", HEAT_OPENING, WINTER, days=3),
    Case("电压不稳，家里病人靠呼吸机", "life-support outage-frail", POWER),
    Case("消火栓冻裂了，水流一地", "frozen-pipes", WATER_PLUG, WINTER),
    Case("挂不上号，断药三天了", "medicine-short", HOSPITAL),
    Case("医院拒诊，病人大出血", "urgent-care", HOSPITAL),
    Case("地下车库被淹了", "flood", DRAIN),
    Case("一下雨路面排水就不好", "flood-season", DRAIN),
    Case("工地半夜施工", "exam-days-noise", NOISE, EXAM_DAY),
    Case("孩子准备高考，工地太吵", "exam-noise", NOISE, MAY),
    Case("老板拖欠工资", "wages-year-end", WAGES, BEFORE_SPRING),
    Case("几十名工人拿不到工资", "wages-many", WAGES),
    Case("开学没学上", "school-opens", SCHOOL_PLACE, date(2026, 8, 20), days=3),
    Case("再不解决我就不想活了", "self-harm"),
    Case("社会人员持刀闹事", "violence", FIGHT),
    Case("食堂吃完拉肚子", "food-poisoning", CANTEEN),
    Case("疑似食物中毒", "food-poisoning", CANTEEN),
    Case("老师体罚学生", "school-safety", TEACHER),
    Case("家里老人走失两天了", "missing-person"),
    Case("槽车泄漏，味道刺鼻", "hazard-leak"),
    Case("下楼被狗咬了，咬伤两个人", "dog-bite", DOGS),
    Case("家里揭不开锅了", "destitute", RELIEF),
    Case("路中间一个大坑，撞车好几次", "road-hazard", ROAD),
    Case("路灯不亮", "reporters-5", None, SUMMER, 5, 3),
    Case("路灯不亮", "reporters-20", None, SUMMER, 20),
]
HOLDS_NOT = [
    # denied, over, long ago, prevented
    Case("不是燃气泄漏，只是问怎么缴费", ""),
    Case("燃气泄漏已经修好了，表扬师傅", ""),
    Case("墙没有倒塌", ""),
    Case("没有人被困", ""),
    Case("没有发生电路起火", ""),
    Case("前几年曾经触电", ""),
    Case("去年发生火灾以后楼道一直黑着", ""),
    Case("2019年这里发生火灾", ""),
    Case("预防发生火灾的讲座在哪里听", ""),
    Case("听说发生火灾是谣言", ""),
    Case("幸好没有人受伤", "", ROAD),
    Case("无人员受伤", "", ROAD),
    Case("希望修路避免有人受伤", "", ROAD),
    Case("不是整个小区，就我家水压低", "", PRESSURE),
    Case("暖气不热，家里没有老人", "", COLD, WINTER),
    Case("狗没有咬伤人", "", DOGS),
    Case("老师从不体罚学生", "", TEACHER),
    # only feared, where that is not enough
    Case("如果着火了消防车进不来", ""),
    Case("消防通道堵了，发生火灾怎么办", ""),
    Case("担心锅炉发生爆炸", ""),
    Case("路灯坏了，老人容易摔伤", "", ROAD),
    # decoys
    Case("想买燃气泄漏报警器在哪里买", ""),
    Case("一直被困扰，晚上睡不好", ""),
    Case("贫困人口怎么申请补助", ""),
    Case("漏电保护器换一个多少钱", ""),
    Case("商场搞跳楼价促销", ""),
    Case("看着火车站广场很乱", ""),
    Case("减轻生活负担的政策", ""),
    Case("装修时其中考虑过噪音", "", NOISE, MAY),
    Case("这样规定让人很受伤害", "", ROAD),
    # out of season, of another item, too few
    Case("暖气不热，家里有婴儿", "", COLD, SUMMER),
    Case("搬来新房，暖气没开通", "", HEAT_OPENING, SUMMER),
    Case("一下雨路面排水就不好", "", DRAIN, WINTER),
    Case("工地半夜施工", "", NOISE, SUMMER),
    Case("老板拖欠工资", "", WAGES, SUMMER),
    Case("家里有孕妇，老师作业太多", "", TEACHER),
    Case("路灯不亮", "", None, SUMMER, 4),
    Case("", ""),
]


def urgency(case: Case) -> tuple[int, Urgency]:
    base = XINING.items[case.item].urgency_days if case.item else 11
    found = raised_urgency(XINING.urgency, case.item, base, case.text, "", case.on, case.reporters)
    return base, found


@pytest.mark.parametrize("case", HOLDS, ids=lambda case: case.text)
def test_what_makes_it_more_urgent(case: Case) -> None:
    base, found = urgency(case)
    assert (found.days, " ".join(found.rules)) == (case.days, case.rules)
    names = {rule.code: rule.name for rule in XINING.urgency.rules}
    assert found.explanation.startswith(f"紧急程度由 {base} 个工作日提为 {case.days} 个工作日：")
    assert all(f"规则“{names[rule]}”" in found.explanation for rule in found.rules)


@pytest.mark.parametrize("case", HOLDS_NOT, ids=lambda case: f"{case.text}{case.on}")
def test_what_leaves_it_as_it_is(case: Case) -> None:
    base, found = urgency(case)
    assert found == Urgency(base)


def test_there_are_enough_texts_and_nearly_every_rule_has_one() -> None:
    assert len(HOLDS) + len(HOLDS_NOT) >= 60
    tried = Counter(rule for case in HOLDS for rule in case.rules.split())
    untried = {rule.code for rule in XINING.urgency.rules} - set(tried)
    assert untried == {"life-danger", "exam-matters", "infection"}  # as plain as their neighbours


def test_the_explanation_names_words_season_number_and_basis() -> None:
    gas = urgency(Case("闻到煤气味", ""))[1].explanation
    assert gas == (
        "紧急程度由 11 个工作日提为 1 个工作日：规则“燃气泄漏”（命中“闻到煤气”，"
        "依据《城镇燃气管理条例》）。"
    )
    wages = urgency(Case("欠薪", "", WAGES, BEFORE_SPRING))[1].explanation
    assert "12月10日至2月20日" in wages
    assert "20人以上反映" in urgency(Case("灯", "", None, SUMMER, 20))[1].explanation


def test_words_about_a_persons_health_are_not_repeated() -> None:
    told = urgency(Case("水压低，家里有人在透析", "", PRESSURE))[1]
    assert told.rules == ("outage-frail",)
    assert "透析" not in told.explanation
    assert "命中词不公开" in told.explanation


def test_the_text_is_read_like_the_title_and_neither_runs_into_the_other() -> None:
    table = XINING.urgency
    assert raised_urgency(table, None, 11, "", "有燃气泄漏", SUMMER).rules == ("gas-leak",)
    assert raised_urgency(table, None, 11, "燃气", "泄漏", SUMMER).rules == ()


@pytest.mark.parametrize("text", ["\x00", "燃" * 200_000, "👍" * 500, "\ud800燃气泄漏"])
def test_any_text_has_an_answer(text: str) -> None:
    assert raised_urgency(XINING.urgency, None, 7, text, text, SUMMER).days <= 7
