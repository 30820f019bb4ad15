"""The directory of Xining that ships: whole, without gaps, and right on what residents write."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.directory import (
    Directory,
    Route,
    RouteQuery,
    Triage,
    find_route,
    shipped_directory,
)
from services.router.directory.duties import assign

MARCH = date(2026, 3, 2)
XINING = shipped_directory()
SUBJECTS = (
    "城乡建设 党务政务 国土资源 环境保护 纪检监察 交通运输 经济管理 科技与信息产业 "
    "民政 农村农业 商贸旅游 卫生计生 政法 教育文体 劳动和社会保障"
)

# address, title, text, lead (what a dispatcher of the city would choose)
MESSAGES = [
    ("城东区", "暖气不热", "家里只有14度，老人受不了", "heating"),
    ("城北区马坊街道", "小区停暖两天了", "一点热气都没有", "heating"),
    ("城中区", "家里停水了", "从昨晚到现在没有通知", "water-supply"),
    ("城西区虎台街道", "自来水发黄", "放了半小时还是黄的", "water-supply"),
    ("城西区", "夜里突然停电", "整栋楼都黑了", "power"),
    ("湟源县城关镇", "电线杆歪了", "眼看要倒下来", "power"),
    ("城中区南滩街道", "楼道里闻到煤气味", "很担心", "gas"),
    ("城东区", "想开通天然气", "物业说不归他们管", "gas"),
    ("城东区八一路街道", "井盖缺失", "晚上走路差点掉下去", "630102-urban-management"),
    ("大通县桥头镇", "路灯不亮", "一个星期没人修", "630121-urban-management"),
    ("城北区", "门口路面坑洼", "骑车摔了一跤", "630105-urban-management"),
    ("城西区", "楼下烧烤摊占道经营", "人行道走不了", "630104-urban-management"),
    ("城中区", "垃圾成堆没人清运", "夏天味道很大", "630103-urban-management"),
    ("城东区", "邻居在楼顶私搭乱建", "盖了两间房", "630102-urban-management"),
    ("城北区", "工地夜间施工", "凌晨两点还在打桩，睡不着", "630105-urban-management"),
    ("城西区", "楼下饭店油烟扰民", "排烟口对着窗户", "630104-urban-management"),
    ("湟中区", "渣土车抛洒", "路上全是土", "630106-urban-management"),
    ("城西区", "物业费涨了一倍", "没有征求意见", "630104-housing-construction"),
    ("城中区", "小区业委会怎么成立", "已经有一半住户同意", "630103-housing-construction"),
    ("城东区", "电梯停运一周", "住十八楼，爬不动", "630102-market"),
    ("城北区", "开发商延期交房", "合同约定去年底", "630105-housing-construction"),
    ("城中区", "房产证办理拖了三年", "手续都交了", "630103-natural-resources"),
    ("", "公积金提取材料", "还房贷用", "housing-fund"),
    ("城东区", "楼下广场舞太吵", "音响开到晚上十一点", "630102-police"),
    ("城西区", "有人遛狗不牵绳", "吓到孩子", "630104-police"),
    ("湟中区鲁沙尔镇", "养殖场臭味", "猪粪堆在路边", "630106-ecology"),
    ("城北区", "工厂半夜排放废气", "刺鼻", "630105-ecology"),
    ("城中区", "工地扬尘很大", "没有洒水", "630103-housing-construction"),
    ("", "公交车末班车太早", "下班赶不上", "public-transport"),
    ("", "出租车拒载还绕路", "火车站上的车", "transport"),
    ("", "客运站门口黑车太多", "拉客很凶", "transport"),
    ("", "快递丢失不赔", "驿站说没见过", "post"),
    ("城东区", "红绿灯坏了", "路口很乱", "traffic-police"),
    ("城西区", "门口乱停车", "救护车进不来", "traffic-police"),
    ("城中区", "农民工工资拖欠半年", "包工头找不到人", "630103-human-resources"),
    ("城西区", "公司拖欠工资", "三个月没发了", "630104-human-resources"),
    ("", "医保报销比例", "异地就医怎么办", "medical-insurance"),
    ("城北区", "幼儿园乱收费", "每月多收三百", "630105-education"),
    ("城中区", "孩子小学报名学区划分", "不知道去哪所", "630103-education"),
    ("城东区", "健身房跑路", "卡里还有钱", "630102-market"),
    ("城西区", "超市卖过期食品", "吃了拉肚子", "630104-market"),
    ("湟源县", "低保申请没有结果", "家里困难", "630123-civil-affairs"),
    ("大通县", "宅基地审批", "盖房手续办不下来", "630121-agriculture"),
    ("湟中区多巴镇", "征地补偿款没到账", "地去年就收走了", "630106-natural-resources"),
    ("城北区", "消防通道被堵", "停满了车", "630105"),
    ("", "手机没信号", "电梯里和地下室都打不通", "telecom-operators"),
    ("城东区清真巷街道", "邻里纠纷", "楼上楼下吵了很久", "630102002"),
    ("", "举报干部受贿", "有材料", "discipline"),
    ("城西区", "户口迁移要什么材料", "从外省迁入", "630104-police"),
    ("", "想反映一件事", "见面再说", ""),
    ("城东区", "什么时候能解决", "说了好几次了", ""),
]


def route_of(address: str, title: str, text: str) -> Route | Triage:
    return find_route(XINING, RouteQuery(None, title, text, None, address or None, MARCH))


def test_it_has_the_city_its_subjects_and_enough_items() -> None:
    levels = [area.level for area in XINING.areas.values()]
    counts = {level: levels.count(level) for level in set(levels)}
    assert counts == {"city": 1, "district": 7, "street": 80, "community": 1100}
    subjects = [item.name for item in XINING.items.values() if item.level == 1]
    assert subjects == SUBJECTS.split()
    leaves = XINING.leaves()
    assert len(leaves) >= 250
    assert len(XINING.community_matters) == 47
    assert all(leaf.level == 5 and leaf.aliases and leaf.basis for leaf in leaves)


def test_every_leaf_in_every_street_has_a_lead_by_a_written_duty() -> None:
    streets = [area.code for area in XINING.areas.values() if area.level == "street"]
    for leaf in XINING.leaves():
        for street in streets:
            route = find_route(XINING, RouteQuery(leaf.code, "", "", street, None, MARCH))
            assert isinstance(route, Route)
            assert XINING.unit(route.lead) is not None
            assert "duties.csv" in route.explanation, (leaf.code, street)


def test_no_unit_is_asked_outside_its_own_area() -> None:
    for by_area in XINING.duties.values():
        for area, duties in by_area.items():
            for duty in duties:
                unit = XINING.unit(duty.lead)
                assert unit is not None
                assert area.startswith(unit.area), duty


def test_units_of_all_three_levels_lead() -> None:
    leads = {d.lead for areas in XINING.duties.values() for ds in areas.values() for d in ds}
    assert {XINING.unit(lead).level for lead in leads} == {1, 2, 3}  # type: ignore[union-attr]


def test_of_all_items_in_all_areas_a_community_gets_only_what_is_on_its_list() -> None:
    """Every pair, at every level of the tree: lead and assistants as dispatch would name them."""
    matters = XINING.community_matters.values()
    leading = {code for matter in matters if matter.role == "lead" for code in matter.items}
    assisting = {code for matter in matters for code in matter.items}
    communities = {code for code, area in XINING.areas.items() if area.level == "community"}
    given = 0
    for item in XINING.items.values():
        for area in XINING.areas:
            chosen = assign(XINING, item.code, area, MARCH)
            if chosen.lead in communities:
                given += 1
                assert leading & set(item.lineage), (item.code, area)
            elif chosen.assisting and not communities.isdisjoint(chosen.assisting):
                given += 1
                assert assisting & set(item.lineage), (item.code, area)
    assert given > 1100


def test_real_looking_messages_reach_the_right_unit_or_a_person() -> None:
    answers = [(message, route_of(*message[:3])) for message in MESSAGES]
    leads = [(m[3], a.lead if isinstance(a, Route) else "", m[1]) for m, a in answers]
    wrong = [case for case in leads if case[1] not in (case[0], "")]
    right = [case for case in leads if case[1] == case[0]]
    assert len(MESSAGES) >= 40
    assert wrong == []
    assert len(right) >= 0.9 * len(MESSAGES), [case for case in leads if case not in right]


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("青海省西宁市城东区清真巷街道夏都花园社区2号楼", "630102002009"),
        ("湟中县多巴镇", "630106105"),
        ("二十里铺镇花园台村", "630105101201"),
        ("大通县城关镇", "630121101"),
        ("湟源县城关镇", "630123100"),
        ("城关镇", None),
        ("大通县东峡镇", "630121103"),
        ("湟源县东峡乡", "630123200"),
        ("尕庄村", None),
        ("城中村改造片区", None),
        ("交通大通道", None),
        ("火车站街道", "630102005"),
        ("火车西站街道", "630105004"),
    ],
)
def test_the_citys_place_names_are_understood(address: str, area: str | None) -> None:
    query = RouteQuery("01.02.01.01.01", "", "", None, address, MARCH)
    route = find_route(XINING, query)
    assert isinstance(route, Route)
    assert route.area == area


# Characters that no alias and no name of an area contains: whatever a resident adds of them must
# change nothing in what is stored and shown.
KNOWN = set("".join(a for i in XINING.items.values() for a in i.aliases))
KNOWN |= set("".join("".join((a.name, *a.aliases)) for a in XINING.areas.values()))
NOISE = st.text(
    st.characters(exclude_categories=["Cs"]).filter(lambda c: c.lower() == c and c not in KNOWN),
    max_size=20,
)


@given(before=NOISE, after=NOISE, address=NOISE)
def test_an_explanation_has_nothing_of_the_resident_but_aliases(
    before: str, after: str, address: str
) -> None:
    plain = route_of("城东区", "停水", "")
    told = route_of(f"{address}城东区{address}", f"{before}停水{after}", f"{after}{before}")
    assert told == plain


@given(title=st.text(max_size=40), text=st.text(max_size=200), address=st.text(max_size=40))
def test_no_text_is_an_error_and_no_answer_quotes_it(title: str, text: str, address: str) -> None:
    secret = "Q7x-9931-8842"
    answer = route_of(f"{secret}{address}", f"{title}{secret}", f"{secret}{text}路灯不亮")
    assert secret not in repr(answer)


def directory_words(directory: Directory) -> list[str]:
    return [alias for item in directory.items.values() for alias in item.aliases]


@given(words=st.lists(st.sampled_from(directory_words(XINING)), min_size=1, max_size=6))
def test_triage_candidates_are_known_items_with_their_own_aliases(words: list[str]) -> None:
    answer = route_of("", "，".join(words), "")
    if isinstance(answer, Triage):
        for candidate in answer.candidates:
            lineage = XINING.items[candidate.item].lineage
            own = {alias for code in lineage for alias in XINING.items[code].aliases}
            assert set(candidate.words) <= own
            assert candidate.item in answer.explanation
    else:
        assert 0 < answer.confidence <= 1
