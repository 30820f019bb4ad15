"""Who leads: item, area, duty, date, fallback; and when a person has to look."""

from datetime import date
from pathlib import Path

import pytest
from router_directory_files import DUTIES, ITEMS, small_directory

from services.router.directory import Directory, Route, RouteQuery, Triage, find_route

MARCH = date(2026, 3, 2)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return small_directory(tmp_path_factory.mktemp("directory"))


def ask(
    directory: Directory,
    item: str | None = None,
    title: str = "",
    text: str = "",
    area: str | None = None,
    address: str | None = None,
    on: date = MARCH,
) -> Route | Triage:
    return find_route(directory, RouteQuery(item, title, text, area, address, on))


def routed(directory: Directory, **known: object) -> Route:
    answer = ask(directory, **known)  # type: ignore[arg-type]
    assert isinstance(answer, Route), answer
    return answer


def triaged(directory: Directory, **known: object) -> Triage:
    answer = ask(directory, **known)  # type: ignore[arg-type]
    assert isinstance(answer, Triage), answer
    return answer


# Duties


def test_the_longest_item_prefix_wins_before_the_longest_area_prefix(tmp_path: Path) -> None:
    # 01.02.01 in the whole city is nearer to the matter than 01.02 in one street.
    rows = "01.02,990101001,990101001,,,,,\n01.02.01,9901,water,,,,,\n"
    changed = small_directory(tmp_path, {"duties.csv": DUTIES + rows})
    assert routed(changed, item="01.02.01", area="990101001").lead == "water"
    assert routed(changed, item="01.02.02", area="990101001", on=date(2025, 1, 1)).lead == (
        "990101001"
    )


def test_the_longest_area_prefix_wins_among_rows_of_one_item(directory: Directory) -> None:
    assert routed(directory, item="01.02.01").lead == "works"
    assert routed(directory, item="01.02.01", area="990101").lead == "990101-works"
    assert routed(directory, item="01.02.01", area="990102001002").lead == "990102-works"


def test_an_assistant_by_template_joins_where_its_level_is_known(directory: Directory) -> None:
    assert routed(directory, item="01.02.01", area="990101").assisting == ("works",)
    in_street = routed(directory, item="01.02.01", area="990101001002")
    assert in_street.assisting == ("works", "990101001")


def test_a_row_written_for_an_area_outranks_a_template(tmp_path: Path) -> None:
    rows = "01.02,990102,water,,,,,2026-03-02\n"
    changed = small_directory(tmp_path, {"duties.csv": DUTIES + rows})
    assert routed(changed, item="01.02.01", area="990102").lead == "water"
    assert routed(changed, item="01.02.01", area="990102", on=date(2026, 3, 3)).lead == (
        "990102-works"
    )


@pytest.mark.parametrize(
    ("on", "lead", "urgency_days"),
    [
        (date(2025, 12, 31), "990101-works", 1),
        (date(2026, 1, 1), "990101001", 3),
        (date(2026, 6, 30), "990101001", 3),
        (date(2026, 7, 1), "990101-works", 1),
    ],
)
def test_a_duty_holds_from_its_first_to_its_last_day(
    directory: Directory, on: date, lead: str, urgency_days: int
) -> None:
    route = routed(directory, item="01.02.02", area="990101001", on=on)
    assert (route.lead, route.urgency_days) == (lead, urgency_days)


def test_urgency_is_inherited_from_the_nearest_ancestor(directory: Directory) -> None:
    assert routed(directory, item="01.01.01").urgency_days == 1
    assert routed(directory, item="01.01.02").urgency_days == 3
    assert routed(directory, item="01.02.01").urgency_days == 7


def test_a_community_leads_only_where_a_row_names_it(directory: Directory) -> None:
    assert routed(directory, item="02.01", area="990101001001").lead == "990101001001"
    assert routed(directory, item="02.01", area="990101001002").lead == "990101001"


def test_without_a_duty_the_district_leads_and_without_an_area_the_centre(
    directory: Directory,
) -> None:
    fallback = routed(directory, item="03.01", area="990102001001")
    assert (fallback.lead, fallback.assisting, fallback.urgency_days) == ("990102", (), 11)
    assert "兜底" in fallback.explanation
    assert routed(directory, item="03.01").lead == "centre"


# Items


def test_a_given_item_is_certain_and_an_unknown_one_is_never_guessed(directory: Directory) -> None:
    route = routed(directory, item="01.01.01")
    assert (route.method, route.confidence, route.item_name) == ("item_given", 1.0, "停水")
    triage = triaged(directory, item="09.09", title="路灯不亮")
    assert triage.reason == "unknown_item"
    assert [candidate.item for candidate in triage.candidates] == ["01.02.01"]


def test_an_item_above_the_leaves_will_do_when_a_duty_covers_it(directory: Directory) -> None:
    assert routed(directory, item="01.01").lead == "water"
    triage = triaged(directory, item="03")
    assert triage.reason == "item_too_broad"
    assert [candidate.item for candidate in triage.candidates] == ["03.01"]


def test_an_alias_in_the_title_finds_the_item(directory: Directory) -> None:
    route = routed(directory, title="我家断水了", area="990101")
    assert (route.item, route.method, route.lead) == ("01.01.01", "alias", "water")
    assert 0 < route.confidence < 1
    assert "断水" in route.explanation


def test_the_text_alone_serves_when_there_is_no_title(directory: Directory) -> None:
    assert routed(directory, text="昨晚起停水，请尽快处理").item == "01.01.01"


def test_letters_are_found_in_either_case(tmp_path: Path) -> None:
    items = ITEMS.replace("井盖,3,井盖", "井盖,3,井盖|LED灯")
    changed = small_directory(tmp_path, {"items.csv": items})
    assert routed(changed, title="led灯坏").item == routed(changed, title="Led灯坏").item


def test_the_title_outweighs_the_text(directory: Directory) -> None:
    assert routed(directory, title="路灯坏了", text="另外说一句水价").item == "01.02.01"


def test_a_word_inside_a_longer_word_is_not_counted_again(directory: Directory) -> None:
    route = routed(directory, title="阶梯水价")
    assert "“阶梯水价”" in route.explanation
    assert "“水价”" not in route.explanation


def test_a_decoy_hides_the_words_inside_it(directory: Directory) -> None:
    assert triaged(directory, title="小店停水果了").reason == "no_item"


def test_a_word_for_a_parent_speaks_for_the_item_below_it(directory: Directory) -> None:
    alone = routed(directory, title="供水的事")
    assert alone.item == "01.01"
    together = routed(directory, title="供水的事，水价")
    assert together.item == "01.01.02"
    assert together.confidence > alone.confidence


def test_two_items_of_different_units_go_to_a_person(directory: Directory) -> None:
    triage = triaged(directory, title="停水而且井盖没了")
    assert triage.reason == "ambiguous_item"
    assert [candidate.item for candidate in triage.candidates] == ["01.01.01", "01.02.02"]
    assert triage.candidates[0].words == ("停水",)


def test_two_items_of_one_unit_go_there_with_the_more_urgent_first(directory: Directory) -> None:
    route = routed(directory, title="水价和停水")
    assert (route.item, route.lead) == ("01.01.01", "water")


def test_one_short_word_somewhere_in_the_text_is_not_enough(directory: Directory) -> None:
    triage = triaged(directory, title="请来看看", text="隔壁也停水")
    assert triage.reason == "no_item"
    assert [candidate.item for candidate in triage.candidates] == ["01.01.01"]


def test_nothing_known_goes_to_a_person_without_candidates(directory: Directory) -> None:
    triage = triaged(directory, title="你好", text="", area="990101")
    assert (triage.reason, triage.candidates) == ("no_item", ())


# Areas


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("990101001001", "990101001001"),
        ("990101001999", "990101001"),
        ("990101999999", "990101"),
        ("9901019", "990101"),
        ("9901", None),
        ("8801", None),
        ("x", None),
    ],
)
def test_a_code_means_the_smallest_known_area_around_it(
    directory: Directory, code: str, area: str | None
) -> None:
    assert routed(directory, item="01.01", area=code).area == area


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("小城市东区一街街道桃园社区3号楼", "990101001001"),
        ("城东一街5号", "990101001"),
        ("桃园社区", "990101001001"),
        ("一街街道桃园社区和李园社区之间", "990101001"),
        ("西县城关镇", "990102001"),
        ("城关镇", None),  # two of that name
        ("柳庄村", None),
        ("东区柳庄村", "990101002001"),
        ("城关镇柳庄村", None),
        ("城关镇石头村", "990102001002"),
        ("东区和西县交界", None),
        ("东区石头村", "990101"),  # the village is elsewhere: the larger name holds
        ("东区域规划", None),  # a decoy
        ("某处", None),
    ],
)
def test_an_address_means_the_smallest_area_its_names_agree_on(
    directory: Directory, address: str, area: str | None
) -> None:
    assert routed(directory, item="01.01", address=address).area == area


def test_code_goes_before_address_and_address_before_text(directory: Directory) -> None:
    known = {"item": "01.01", "title": "在西县", "text": "真的"}
    assert routed(directory, **known).area == "990102"
    assert routed(directory, **known, address="东区").area == "990101"
    assert routed(directory, **known, address="某处").area == "990102"
    assert routed(directory, **known, address="东区", area="990101001").area == "990101001"
    assert routed(directory, **known, address="东区", area="77").area == "990101"


def test_the_explanation_names_row_words_and_place(directory: Directory) -> None:
    route = routed(directory, title="井盖没了", address="东区一街街道9号", on=MARCH)
    assert route.explanation == (
        "按别名“井盖”认定事项：城建›市政›井盖（01.02.02）；区域按地址中的地名“东区”“一街街道”定为东区一街街道。"
        "依据职责目录 duties.csv 第 5 行，由一街街道办主办。"
    )
