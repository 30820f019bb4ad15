"""Every fault that can be planted in a directory's files is found, at its file and line."""

from pathlib import Path

import pytest
from router_directory_files import (
    AREAS,
    DUTIES,
    HEADING,
    ITEMS,
    UNITS,
    small_directory,
    write_directory,
)

from services.router.directory import DirectoryInvalid, Fault, load_directory


def faults_of(folder: Path, changed: dict[str, str | bytes | None]) -> tuple[Fault, ...]:
    with pytest.raises(DirectoryInvalid) as caught:
        small_directory(folder, changed)
    return caught.value.faults


def with_line(text: str, line: int, new: str) -> str:
    """The text with one line (from 1) changed."""
    lines = text.splitlines()
    lines[line - 1] = new
    return "\n".join(lines) + "\n"


TEXTS = {"areas.csv": AREAS, "units.csv": UNITS, "items.csv": ITEMS, "duties.csv": DUTIES}
PLANTED = [
    # file, line, what the line becomes, what the fault says
    ("areas.csv", 5, "990101001,一街街道,district,990101,", "a district code has 6 digits, not 9"),
    ("areas.csv", 5, "990101001,一街街道,road,990101,", "'road' is not one of city, district"),
    ("areas.csv", 5, "990101001,一街街道,street,990102,", "990102 where the code says 990101"),
    ("areas.csv", 5, "990101001,,street,990101,", "name: is empty"),
    ("areas.csv", 5, "990101001,一街街道,street,990101,一", "'一' has less than two characters"),
    ("areas.csv", 12, "990103001001,石村委会,community,990103001,", "unknown area 990103001"),
    ("areas.csv", 12, "99010200100x,石村委会,community,990102001,", "not an official code"),
    ("areas.csv", 12, "990102001001,石村委会,community,990102001,", "already on line 11"),
    ("units.csv", 4, "water,水司,1,,9901,department,", "water is already on line 3"),
    ("units.csv", 4, "works,市政局,4,,9901,department,", "'4' is not a level from 1 to 3"),
    ("units.csv", 4, "works,市政局,1,,9901,bureau,", "'bureau' is not one of"),
    ("units.csv", 4, "works,市政局,1,,9902,department,", "area: unknown area 9902"),
    ("units.csv", 4, "works,市政局,2,,9901,department,", "a unit of level 2 needs one"),
    ("units.csv", 9, "990101001,办,2,nobody,990101001,street,", "unknown unit nobody"),
    ("units.csv", 9, "990101001,办,3,990101,990101001,street,", "3 under a parent of level 1"),
    ("units.csv", 9, "990101001,办,2,990101001,990101001,street,", "runs in a circle"),
    ("items.csv", 5, "01.01.01,水价,3,,,,", "01.01.01 is already on line 4"),
    ("items.csv", 5, "01.01.2,水价,3,,,,", "is not two digits a level"),
    ("items.csv", 5, "01.01.02,水价,2,,,,", "'2' where the code has 3 levels"),
    ("items.csv", 5, "01.09.02,水价,3,,,,", "unknown parent 01.09"),
    ("items.csv", 5, "01.01.02,水价,3,,5,,", "'5' is not one of 1, 3, 7, 11"),
    ("items.csv", 5, "01.01.02,水价,3,停水,,,", "already given to item 01.01.01 on line 4"),
    ("items.csv", 5, "01.01.02,水价,3,水,,,", "'水' has less than two characters"),
    ("items.csv", 11, "03,无主,1,,soon,,", "'soon' is not one of"),
    ("duties.csv", 2, "09,9901,water,,,,,", "item: unknown item 09"),
    ("duties.csv", 2, "01.01,9902,water,,,,,", "area: unknown area 9902"),
    ("duties.csv", 2, "01.01,9901,nobody,,,,,", "lead: unknown unit nobody"),
    ("duties.csv", 2, "01.01,9901,,,,,,", "lead: is empty"),
    ("duties.csv", 2, "01.01,9901,water,works|nobody,,,,", "assisting: unknown unit nobody"),
    ("duties.csv", 2, "01.01,9901,water,water,,,,", "the lead does not assist itself"),
    ("duties.csv", 2, "01.01,9901,water,,2,,,", "'2' is not one of 1, 3, 7, 11"),
    ("duties.csv", 2, "01.01,9901,water,,,,2026-02-30,", "valid_from: '2026-02-30' is not a date"),
    ("duties.csv", 2, "01.01,9901,water,,,,,20260101", "valid_to: '20260101' is not a date"),
    ("duties.csv", 2, "01.01,9901,water,,,,2026-02-01,2026-01-01", "is before valid_from"),
    ("duties.csv", 2, "01.01,9901,{district}-water,,,,,", "unknown unit 990101-water"),
    ("duties.csv", 2, "01.01,9901,{village},,,,,", "unknown unit {village}"),
    ("duties.csv", 3, "01.01,9901,works,,,,,", "01.01 in 9901 is also on line 2"),
    ("duties.csv", 3, "01.02,9901,works", "3 values under 8 columns"),
]


@pytest.mark.parametrize(("file", "line", "planted", "reason"), PLANTED)
def test_a_planted_fault_is_found_at_its_line(
    tmp_path: Path, file: str, line: int, planted: str, reason: str
) -> None:
    faults = faults_of(tmp_path, {file: with_line(TEXTS[file], line, planted)})
    assert any(f.file == file and f.line == line and reason in f.reason for f in faults), faults


def test_duties_of_one_item_and_area_may_follow_each_other_but_not_overlap(tmp_path: Path) -> None:
    first = "02,9901,water,,,,,2026-03-31\n"
    follows = DUTIES + first + "02,9901,works,,,,2026-04-01,\n"
    assert small_directory(tmp_path, {"duties.csv": follows}).duties["02"]["9901"]
    overlaps = DUTIES + first + "02,9901,works,,,,2026-03-31,\n"
    assert [fault.line for fault in faults_of(tmp_path, {"duties.csv": overlaps})] == [9]


def test_two_templates_that_meet_in_many_areas_are_told_once(tmp_path: Path) -> None:
    duties = with_line(DUTIES, 3, "01.02,9901,{district},,,,,")
    faults = faults_of(tmp_path, {"duties.csv": duties})
    assert [(fault.line, "also on line 3" in fault.reason) for fault in faults] == [(4, True)]


def test_an_overlap_is_found_across_a_shorter_row_between(tmp_path: Path) -> None:
    rows = "02,9901,water,,,,,\n02,9901,works,,,,2026-01-01,2026-01-31\n"
    rows += "02,9901,centre,,,,2027-01-01,\n"
    assert [fault.line for fault in faults_of(tmp_path, {"duties.csv": DUTIES + rows})] == [9, 10]


def test_a_circle_of_parents_is_told_for_each_unit_in_it(tmp_path: Path) -> None:
    circle = "a,甲,2,b,9901,station,\nb,乙,3,a,9901,station,\n"
    told = faults_of(tmp_path, {"units.csv": UNITS + circle})
    assert [fault.line for fault in told if "circle" in fault.reason] == [12, 13]


def test_all_faults_are_told_at_once_in_file_and_line_order(tmp_path: Path) -> None:
    changed: dict[str, str | bytes | None] = {
        "items.csv": with_line(ITEMS, 5, "01.01.02,水价,3,停水,5,,"),
        "duties.csv": DUTIES + "77,9901,nobody,,,,,\n",
        "units.csv": with_line(UNITS, 2, "centre2,派单中心,1,,9901,centre,"),
    }
    told = [(fault.file, fault.line) for fault in faults_of(tmp_path, changed)]
    assert told == [("directory.toml", 0), ("duties.csv", 8), ("items.csv", 5), ("items.csv", 5)]


def test_an_unreadable_file_does_not_hide_what_is_wrong_in_the_others(tmp_path: Path) -> None:
    units = with_line(UNITS, 4, "works,市政局,4,,9901,department,")
    faults = faults_of(tmp_path, {"items.csv": b"", "units.csv": units})
    assert [(fault.file, fault.line) for fault in faults] == [("items.csv", 0), ("units.csv", 4)]


def test_a_district_without_a_government_is_a_fault(tmp_path: Path) -> None:
    units = UNITS.replace(
        "990102,西县政府,1,,990102,district,", "990102,西县政府,1,,990102,station,"
    )
    faults = faults_of(tmp_path, {"units.csv": units})
    assert [(fault.file, fault.line) for fault in faults] == [("areas.csv", 4)]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (None, 0, "missing"),
        (b"", 0, "empty"),
        (b"\xef\xbb\xbf \n", 0, "empty"),
        (ITEMS.splitlines()[0].encode(), 0, "no rows"),
        (b"code,name,level\n01,a,1\n", 1, "missing columns: aliases, urgency_days, basis, notes"),
        (ITEMS.replace("notes", "notes,more", 1).encode(), 1, "unknown columns: more"),
        (ITEMS.replace("notes", "notes,name", 1).encode(), 1, "repeated columns: name"),
        (ITEMS.encode().replace("水价".encode(), "水价".encode("gb18030")), 5, "not UTF-8"),
        ((ITEMS + '04,"half').encode(), 13, "not readable as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(
    tmp_path: Path, content: bytes | None, line: int, reason: str
) -> None:
    faults = faults_of(tmp_path, {"items.csv": content})
    assert [(fault.file, fault.line) for fault in faults] == [("items.csv", line)]
    assert reason in faults[0].reason


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("name = \n", "not readable as TOML"),
        (HEADING.replace('label = "small-1"\n', ""), "label"),
        (HEADING.replace("area_decoys", "decoys"), "decoys: unknown key"),
        (HEADING.replace('["东区域"]', '["东"]'), "area_decoys"),
        (None, "missing"),
    ],
)
def test_a_wrong_heading_is_a_fault(tmp_path: Path, heading: str | None, reason: str) -> None:
    assert any(reason in fault.reason for fault in faults_of(tmp_path, {"directory.toml": heading}))


def test_the_message_names_file_line_and_reason(tmp_path: Path) -> None:
    items = with_line(ITEMS, 5, "01.01.02,水价,3,停水,,,")
    with pytest.raises(DirectoryInvalid, match=r"items\.csv:5: aliases: '停水' is already given"):
        small_directory(tmp_path, {"items.csv": items})


def test_byte_order_mark_line_ends_order_and_quotes_do_not_change_the_version(
    tmp_path: Path,
) -> None:
    plain = small_directory(tmp_path).version
    header, *rows = DUTIES.splitlines()
    turned = "\r\n".join([header, *reversed(rows)]) + "\r\n"
    quoted = ITEMS.replace("先查公告", '"先查公告"')
    changed: dict[str, str | bytes | None] = {
        "duties.csv": b"\xef\xbb\xbf" + turned.encode(),
        "items.csv": quoted,
    }
    assert small_directory(tmp_path, changed).version == plain
    assert plain.startswith("small-1+")
    assert len(plain) == len("small-1+") + 12


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("directory.toml", "停水果", "断水果"),
        ("areas.csv", "城东", "东城"),
        ("units.csv", "自来水公司", "水公司"),
        ("items.csv", "先查公告", "先查计划"),
        ("duties.csv", "2026-06-30", "2026-06-29"),
    ],
)
def test_any_change_of_content_changes_the_version(
    tmp_path: Path, file: str, old: str, new: str
) -> None:
    plain = small_directory(tmp_path).version
    texts = {**TEXTS, "directory.toml": HEADING}
    changed = small_directory(tmp_path, {file: texts[file].replace(old, new)})
    assert changed.version != plain


def test_a_directory_cannot_be_changed(tmp_path: Path) -> None:
    directory = load_directory(write_directory(tmp_path))
    with pytest.raises(AttributeError):
        directory.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        directory.items["09"] = directory.items["01"]  # type: ignore[index]
    with pytest.raises(TypeError):
        directory.duties["01.01"]["9901"] = ()  # type: ignore[index]


def test_a_community_is_a_unit_without_being_written_down(tmp_path: Path) -> None:
    directory = small_directory(tmp_path)
    unit = directory.unit("990101001001")
    assert unit is not None
    assert (unit.level, unit.parent, unit.kind) == (3, "990101001", "community")
    assert directory.unit("990101001999") is None


MATTERS = "code,name,role,items,basis,notes\n"


@pytest.mark.parametrize(
    ("matters", "duty", "reason"),
    [
        ("C01,调解,lead,02.01,,\n", "02.01,990101001001,990101001001,,,,,\n", None),
        ("C01,调解,lead,02,,\n", "02.01,9901,{community},,,,,\n", None),
        ("C01,调解,assist,02.01,,\n", "02.01,9901,{street},{community},,,,\n", None),
        ("C01,调解,lead,02.01,,\n", "02.01,9901,{street},{community},,,,\n", None),
        ("C01,调解,assist,02.01,,\n", "02.01,9901,{community},,,,,\n", "lead: 02.01"),
        ("C01,供水,lead,01.01,,\n", "02.01,9901,{community},,,,,\n", "lead: 02.01"),
        ("C01,停水,lead,01.01.01,,\n", "01.01,9901,{community},,,,,\n", "lead: 01.01"),
        ("C01,供水,assist,01.01,,\n", "02.01,9901,centre,990102001001,,,,\n", "assist: 02.01"),
    ],
)
def test_a_community_is_given_only_what_is_on_its_list(
    tmp_path: Path, matters: str, duty: str, reason: str | None
) -> None:
    changed = {
        "community_matters.csv": MATTERS + matters,
        "duties.csv": DUTIES.split("\n", 1)[0] + "\n" + duty,
    }
    if reason is None:
        small_directory(tmp_path, changed)
        return
    with pytest.raises(DirectoryInvalid) as invalid:
        small_directory(tmp_path, changed)
    (fault,) = invalid.value.faults
    assert (fault.file, fault.line, fault.kind) == ("duties.csv", 2, "community")
    assert fault.reason.startswith(f"{reason} may not be given to a community")


def test_without_a_list_a_community_may_be_given_nothing(tmp_path: Path) -> None:
    with pytest.raises(DirectoryInvalid, match="may not be given to a community"):
        small_directory(tmp_path, {"community_matters.csv": None})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C01,调解,leads,02.01,,", "role: 'leads' is not one of lead, assist"),
        (",调解,lead,02.01,,", "code: is empty"),
        ("C01,,lead,02.01,,", "name: is empty"),
        ("C01,调解,lead,02.99,,", "items: unknown item 02.99"),
        ("C01,调解,lead,02.01,,\nC01,又调解,lead,02.01,,", "code: C01 is already on line 2"),
    ],
)
def test_a_broken_line_of_the_communities_list_is_told(
    tmp_path: Path, row: str, reason: str
) -> None:
    with pytest.raises(DirectoryInvalid) as invalid:
        small_directory(tmp_path, {"community_matters.csv": f"{MATTERS}{row}\n"})
    told = [fault.reason for fault in invalid.value.faults if fault.file.startswith("community")]
    assert reason in told
