"""Roads with house numbers, polygons, conflicts between words and point."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from router_directory_files import small_directory, write_directory

from services.router.directory import Directory, DirectoryInvalid, load_directory
from services.router.jurisdiction import (
    DISPATCH_MIN,
    BoundariesInvalid,
    locate,
    read_boundaries,
)

PLACES = """\
name,aliases,kind,areas
长街,长安大街,road,990101:1-199|990102:200-999
石塔,,landmark,990102001
两河路,,road,990101|990102
"""
SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
HOLE = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4))


def shifted(ring: tuple[tuple[float, float], ...], x: float) -> list[list[float]]:
    return [[longitude + x, latitude] for longitude, latitude in ring]


def feature(code: str, *rings: list[list[float]]) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def geojson(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


EAST = feature("990101", shifted(SQUARE, 0.0))
STREET = feature("990101001", shifted(((0, 0), (0.5, 0), (0.5, 1), (0, 1)), 0.0))
WEST = feature("990102", shifted(SQUARE, 1.0))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    files = {"places.csv": PLACES, "boundaries.geojson": geojson(EAST, STREET, WEST)}
    return small_directory(tmp_path_factory.mktemp("drawn"), files)


@pytest.mark.parametrize(
    ("address", "code", "candidates"),
    [
        ("长街15号", "990101", ()),
        ("长安大街 305号", "990102", ()),
        ("长街", None, ("990101", "990102")),
        ("长街1000号", None, ("990101", "990102")),  # in no range: the numbers settle nothing
        ("东区长街305号", "990101", ()),  # the district is told: the road yields
        ("石塔旁边", "990102001", ()),
        ("西县两河路", "990102", ()),
        ("两河路", None, ("990101", "990102")),
    ],
)
def test_roads_and_landmarks_are_in_the_areas_that_list_them(
    directory: Directory, address: str, code: str | None, candidates: tuple[str, ...]
) -> None:
    found = locate(directory.gazetteer, address, "")
    assert found.code == code
    assert tuple(candidate.code for candidate in found.candidates) == candidates


def test_a_road_that_contradicts_the_district_costs_confidence(directory: Directory) -> None:
    assert locate(directory.gazetteer, "东区长街305号", "").confidence < DISPATCH_MIN
    assert locate(directory.gazetteer, "东区长街15号", "").confidence >= DISPATCH_MIN


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("长街,,street,990101", "kind"),
        ("长街,,road,", "areas"),
        ("长街,,road,990199", "unknown area"),
        ("长街,,road,9901", "unknown area"),
        ("长街,,road,990101:9-1", "neither"),
        ("长,,road,990101", "two characters"),
        ("长街,长,road,990101", "two characters"),
    ],
)
def test_a_faulty_place_is_told_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    places = f"name,aliases,kind,areas\n{row}\n"
    with pytest.raises(DirectoryInvalid) as caught:
        load_directory(write_directory(tmp_path, {"places.csv": places}))
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("places.csv", 2)
    assert reason in fault.reason


def test_places_and_polygons_are_part_of_the_version(tmp_path: Path) -> None:
    versions = set()
    for number, files in enumerate(
        ({}, {"places.csv": PLACES}, {"boundaries.geojson": geojson(EAST)})
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        versions.add(small_directory(folder, files).version)
    assert len(versions) == 3


def test_a_point_is_in_the_smallest_area_around_it(directory: Directory) -> None:
    found = locate(directory.gazetteer, None, None, 0.25, 0.5)
    assert (found.code, found.outside) == ("990101001", False)
    assert found.confidence >= DISPATCH_MIN
    assert locate(directory.gazetteer, None, None, 0.75, 0.5).code == "990101"


def test_a_point_beyond_all_districts_is_outside(directory: Directory) -> None:
    found = locate(directory.gazetteer, None, None, 5.0, 5.0)
    assert (found.code, found.outside) == (None, True)


def test_a_point_in_no_polygon_says_nothing_where_districts_are_missing(tmp_path: Path) -> None:
    drawn = small_directory(tmp_path, {"boundaries.geojson": geojson(EAST)})
    found = locate(drawn.gazetteer, "西县", None, 5.0, 5.0)
    assert (found.code, found.outside, found.confidence) == ("990102", False, 1.0)


def test_point_and_words_that_agree_are_surer_and_finer(directory: Directory) -> None:
    by_words = locate(directory.gazetteer, "两河路", "")
    by_both = locate(directory.gazetteer, "两河路", "", 1.5, 0.5)
    assert by_words.confidence < DISPATCH_MIN <= by_both.confidence
    assert by_both.code == "990102"
    assert locate(directory.gazetteer, "东区", "", 0.25, 0.5).code == "990101001"
    assert locate(directory.gazetteer, "柳庄村", "", 1.5, 0.5).code == "990102001001"


@pytest.mark.parametrize(
    ("address", "point", "code"),
    [
        ("西县", (0.25, 0.5), None),
        ("东区城关镇", (0.25, 0.5), "990101"),
        ("兰州市城关区", (0.25, 0.5), None),
        ("东区", (9.0, 9.0), "990101"),
    ],
)
def test_point_and_words_that_differ_are_told_and_not_sure(
    directory: Directory, address: str, point: tuple[float, float], code: str | None
) -> None:
    found = locate(directory.gazetteer, address, "", *point)
    assert found.code == code
    assert found.confidence < DISPATCH_MIN
    assert "坐标与文字所说不在一处" in found.explanation


def test_numbers_that_are_no_place_change_nothing(directory: Directory) -> None:
    for longitude, latitude in ((float("nan"), 1.0), (float("inf"), 0.0), (1e300, -1e300)):
        assert locate(directory.gazetteer, None, None, longitude, latitude).code is None


def test_a_hole_is_not_inside() -> None:
    boundaries = read_boundaries(
        geojson(feature("1", shifted(SQUARE, 0.0), shifted(HOLE, 0.0))), {"1"}
    )
    assert boundaries.find(0.5, 0.5) == ()
    assert boundaries.find(0.3, 0.5) == ("1",)


def test_an_area_may_have_several_parts() -> None:
    parts = [[shifted(SQUARE, 0.0)], [shifted(SQUARE, 2.0)]]
    whole = feature("1")
    whole["geometry"] = {"type": "MultiPolygon", "coordinates": parts}
    boundaries = read_boundaries(geojson(whole), {"1"})
    assert [boundaries.find(x, 0.5) for x in (0.5, 1.5, 2.5)] == [("1",), (), ("1",)]


@given(st.floats(0, 2, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_neighbours_share_no_point_and_leave_none(longitude: float, latitude: float) -> None:
    west = feature("1", shifted(SQUARE, 0.0))
    boundaries = read_boundaries(geojson(west, feature("2", shifted(SQUARE, 1.0))), {"1", "2"})
    assert len(boundaries.find(longitude, latitude)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"features": [{}]}',
        geojson(feature("9", shifted(SQUARE, 0.0))),
        geojson(feature("1", [[0.0, 0.0], [1.0, 1.0]])),
        geojson(feature("1", [[0.0, 0.0], [1.0, 1.0], [181.0, 0.0]])),
        geojson(feature("1", [[0.0, 0.0], [90.0, 0.0], [0.0, 80.0]])),
        geojson(feature("1")),
        json.dumps({"features": [{"properties": {"code": "1"}, "geometry": {"type": "Point"}}]}),
        json.dumps({"features": 3}),
        json.dumps({"features": [{"properties": {"code": "1"}, "geometry": None}]}),
    ],
)
def test_what_is_no_geojson_of_areas_is_refused(text: str) -> None:
    with pytest.raises(BoundariesInvalid):
        read_boundaries(text, {"1"})


def test_damaged_polygons_are_a_fault_of_the_directory(tmp_path: Path) -> None:
    with pytest.raises(DirectoryInvalid, match=r"boundaries\.geojson"):
        small_directory(tmp_path, {"boundaries.geojson": '{"features": [{}]}'})
