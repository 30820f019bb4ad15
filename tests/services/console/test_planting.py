"""What a planted city hides: a plan from the seed alone, strong enough, told through the real
system, and known to nobody but the one command that scores."""

import ast
import json
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from services.console.main import main
from services.console.simulate_commands import simulate
from services.console.simulation.course import planner_of
from services.console.simulation.founding import city_state, open_past
from services.console.simulation.planner import Origin, Planner
from services.console.simulation.plants import NATURAL_FROM, Chunk, Plant
from services.console.simulation.seasons import usual_share, weights
from services.console.simulation.state import CityState
from services.console.simulation.strength import CHANCE_MAX, chance_of, least_findable
from services.console.simulation.truth import Sown, keeping_truth, load_truth, truth_of
from services.domain.finding import Finding
from services.findings.scoring import Planted, Truth
from services.platform.settings import load_settings
from services.router.directory import shipped_directory
from services.sla.calendar import calendar_for

ROOT = Path(__file__).parents[3]
MONDAY = date(2026, 3, 2)
YEAR = Chunk(date(2025, 10, 31), date(2026, 10, 30), 275)
SMALL = Chunk(MONDAY, date(2026, 4, 30), 50)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calendar")


def city_of(folder: Path, *chunks: Chunk, seed: int = 7) -> Planner:
    state = CityState(seed, chunks[0].tickets_per_day, chunks[0].first_day, None, 0, chunks)  # type: ignore[arg-type]
    return planner_of(state, shipped_directory(), calendar_for(folder))


def plants_of(planner: Planner) -> list[Plant]:
    assert planner.hidden is not None
    return planner.hidden.plants


@pytest.fixture(scope="module")
def year(folder: Path) -> Planner:
    return city_of(folder, YEAR)


@pytest.fixture(scope="module")
def small(folder: Path) -> Planner:
    return city_of(folder, SMALL)


def test_a_year_hides_all_kinds_in_proportion(year: Planner) -> None:
    kinds = Counter(plant.kind for plant in plants_of(year))
    assert kinds["concentrated"] >= 35
    assert kinds["common"] >= 8
    assert kinds["repeated"] >= 25
    assert kinds["recurring"] >= 5
    told = sum(plant.many for plant in plants_of(year))
    assert 1_500 < told < 5_000  # a few in a hundred of what is told
    assert year.hidden is not None
    assert 5 <= len(year.hidden.units) <= 20


def test_a_small_city_hides_a_few(small: Planner) -> None:
    kinds = Counter(plant.kind for plant in plants_of(small))
    assert kinds.keys() == {"concentrated", "common", "repeated", "recurring"}
    assert 6 <= kinds.total() <= 12
    assert sum(plant.many for plant in plants_of(small)) < 200


def test_days_too_few_hide_nothing(folder: Path) -> None:
    assert plants_of(city_of(folder, Chunk(MONDAY, MONDAY + timedelta(days=12), 100))) == []


def test_the_same_seed_hides_the_same(folder: Path, small: Planner) -> None:
    assert plants_of(city_of(folder, SMALL)) == plants_of(small)
    assert plants_of(city_of(folder, SMALL, seed=8)) != plants_of(small)


def test_what_is_hidden_later_leaves_what_was_hidden_before(folder: Path, small: Planner) -> None:
    later = Chunk(date(2026, 5, 1), date(2026, 6, 30), 80)
    before = plants_of(small)
    both = plants_of(city_of(folder, SMALL, later))
    assert both[: len(before)] == before
    assert all(plant.first_day >= later.first_day for plant in both[len(before) :])
    assert [plant.serial for plant in both] == list(range(len(both)))


def test_every_plant_is_findable_and_none_cries_out(year: Planner, small: Planner) -> None:
    for plant in [*plants_of(year), *plants_of(small)]:
        assert chance_of(plant.many + int(plant.expected), plant.expected) <= CHANCE_MAX
        assert plant.least <= plant.many <= max(1.6 * plant.least + 1, 13)


def test_bursts_are_close_and_common_problems_are_everywhere(year: Planner) -> None:
    for plant in plants_of(year):
        days_long = (plant.last_day - plant.first_day).days + 1
        streets = {telling.area.parent for telling in plant.tellings}
        if plant.kind == "concentrated":
            assert days_long <= 7
            assert len(streets) == 1
        if plant.kind == "common":
            assert len(streets) >= 8
            assert len({street[:6] for street in streets if street}) >= 3


def test_no_two_lie_upon_another(year: Planner) -> None:
    of_place = [(p.item, p.areas[0][:9]) for p in plants_of(year) if p.kind != "common" and p.item]
    assert len(set(of_place)) == len(of_place)


@given(mean=st.floats(0.001, 400))
def test_the_least_is_findable_beside_a_quiet_background(mean: float) -> None:
    least = least_findable(mean)
    quiet = max(0.0, mean - 1.5 * mean**0.5)
    assert chance_of(round(least + quiet + 0.5), mean) <= CHANCE_MAX
    assert chance_of(round(mean), mean) > 0.3 or mean < 1


def test_a_poisson_tail_is_what_the_tables_say() -> None:
    assert chance_of(0, 2.0) == 1.0
    assert chance_of(3, 0.0) == 0.0
    assert chance_of(1, 1.0) == pytest.approx(0.6321205588)
    assert chance_of(10, 3.0) == pytest.approx(0.0011024881)


def test_the_background_moves_with_the_calendar(year: Planner) -> None:
    def usual(day: date) -> float:
        return usual_share(year.calendar, day)

    assert usual(date(2026, 2, 17)) < 0.7 < usual(date(2026, 3, 10))  # 春节
    assert usual(date(2026, 2, 28)) > usual(date(2026, 3, 7))  # a Saturday that is worked
    week = [usual(date(2026, 3, 9) + timedelta(days=n)) for n in range(7)]
    assert sum(week) / 7 == pytest.approx(1, abs=0.01)

    def heating(day: date) -> float:
        told, shares = weights(day, False)
        return sum(
            share
            for matter, share in zip(told, shares, strict=True)
            if matter.item == "01.01.01.01.01"
        )

    assert heating(date(2026, 10, 20)) > heating(date(2026, 3, 10)) > 0
    assert heating(date(2026, 7, 1)) == 0


def test_a_planted_report_is_made_again_from_its_reference_alone(small: Planner) -> None:
    plant = next(plant for plant in plants_of(small) if plant.repeated_by == "resident")
    told = [
        planned.report
        for planned in small.day(plant.first_day, 50)
        if int(planned.report.reference[10:15]) >= NATURAL_FROM
    ]
    origins = [Origin(plant.first_day, int(report.reference[10:15]), "") for report in told]
    assert [small.report(origin).report for origin in origins] == told
    assert plant in [small.plant(origin) for origin in origins]


def test_seasons_and_rain_are_natural(year: Planner) -> None:
    assert year.hidden is not None
    natural = truth_of(year.hidden, Sown(), 0).natural
    seasons = [one for one in natural if one.what == "its season"]
    steady = {matter.item for matter in year.hidden.ground.steady}
    assert all(one.kinds == ("common",) and not steady & set(one.items) for one in seasons)
    heating = [one for one in seasons if "01.01.01.01.01" in one.items]
    assert [one.first_day for one in heating] == [YEAR.first_day, date(2026, 10, 1)]
    rain = [one for one in natural if one.what == "heavy rain"]
    assert 3 <= len(rain) <= 20
    assert all(one.first_day.month in {6, 7, 8, 9} for one in rain)


# A whole city, small: the real command, the real log.
ARGUMENTS = ("--days", "26", "--tickets-per-day", "6", "--seed", "2", "--plant")


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(simulate, ["--data", str(folder), "--json", *arguments])


def lived(folder: Path, *arguments: str) -> dict[str, Any]:
    result = run(folder, *arguments)
    assert result.exit_code == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Nobody may change the folder."""
    folder = tmp_path_factory.mktemp("planted") / "city"
    return folder, lived(folder, *ARGUMENTS)


@pytest.fixture(scope="module")
def truth(past: tuple[Path, dict[str, Any]]) -> Truth:
    return load_truth(past[0])


def test_the_truth_lies_beside_the_log(past: tuple[Path, dict[str, Any]], truth: Truth) -> None:
    summary = past[1]
    assert (summary["first_day"], summary["last_day"]) == ("2026-03-02", "2026-03-27")
    assert (summary["truth"], summary["planted"] > 0) == ("planted.json", True)
    assert truth.position == summary["position"]
    assert {planted.kind for planted in truth.findings if planted.complete} >= {
        "concentrated",
        "repeated",
    }


def test_planted_tickets_are_of_their_item_place_and_days(
    past: tuple[Path, dict[str, Any]], truth: Truth
) -> None:
    with open_past(load_settings(past[0], environment={}), _state(past[0])) as city:
        rows = city.system.log.query(
            "SELECT ticket_id, item, area, opened_at, closed_at FROM tickets"
        )
    tickets = {row[0]: row[1:] for row in rows}
    for planted in truth.findings:
        told = [tickets[ticket_id] for ticket_id in planted.tickets]
        items = Counter(item for item, *_ in told)
        assert planted.item is None or items[planted.item] >= 0.7 * len(told)
        assert all(area is None or area.startswith(planted.areas) for _, area, *_ in told)
        if planted.kind == "recurring":
            assert all(one[3] and one[3] < other[2] for one, other in pairwise(told))


def _state(folder: Path) -> CityState:
    return city_state(load_settings(folder, environment={}), None, None, None)


def test_the_same_arguments_hide_the_same_in_the_same_log(
    past: tuple[Path, dict[str, Any]], truth: Truth, tmp_path: Path
) -> None:
    assert lived(tmp_path / "again", *ARGUMENTS) == past[1]
    assert load_truth(tmp_path / "again") == truth


def score_of(folder: Path, findings: object, tmp_path: Path) -> Result:
    file = tmp_path / "findings.json"
    file.write_text(findings if isinstance(findings, str) else json.dumps(findings))
    arguments = ["findings", "score", "--json", "--data", str(folder), "--findings", str(file)]
    return CliRunner().invoke(main, arguments)


def found(planted: Planted) -> dict[str, Any]:
    return Finding(
        finding_id=f"f-{planted.id}",
        kind=planted.kind,
        what="x",
        what_en="x",
        first_day=planted.first_day,
        last_day=planted.last_day,
        tickets=planted.tickets,
        figures=(),
        index=1,
        explanation="",
        explanation_en="",
        rule_version="1",
    ).model_dump(mode="json")


def test_findings_are_scored(
    past: tuple[Path, dict[str, Any]], truth: Truth, tmp_path: Path
) -> None:
    asked = [planted for planted in truth.findings if planted.complete]
    right = score_of(past[0], {"findings": [found(planted) for planted in asked]}, tmp_path)
    assert right.exit_code == 0, right.stderr
    summary = json.loads(right.stdout)
    assert (summary["planted"], summary["found"]) == (len(asked), len(asked))
    assert (summary["recall"], summary["false"]) == (1.0, 0.0)
    nothing = json.loads(score_of(past[0], [], tmp_path).stdout)
    assert (nothing["recall"], nothing["false"]) == (0.0, None)


@pytest.mark.parametrize(
    ("findings", "why"),
    [("[", "is not JSON"), ([{"kind": "common"}], "at 0."), ({"found": []}, "not a list")],
)
def test_what_is_no_list_of_findings_is_told(
    past: tuple[Path, dict[str, Any]], findings: object, why: str, tmp_path: Path
) -> None:
    result = score_of(past[0], findings, tmp_path)
    assert result.exit_code == 2
    assert why in result.stderr


def test_it_goes_on_and_hides_more(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    first = lived(folder, "--days", "15", "--tickets-per-day", "3", "--plant")
    kept = load_truth(folder)
    second = lived(folder, "--days", "15", "--plant")
    more = load_truth(folder)
    assert second["planted"] > first["planted"]
    assert (more.first_day, more.last_day) == (date(2026, 3, 2), date(2026, 3, 31))
    assert more.position == second["position"]
    later = {planted.id: set(planted.tickets) for planted in more.findings}
    assert all(set(planted.tickets) <= later[planted.id] for planted in kept.findings)


def test_a_truth_that_was_left_in_the_middle_is_refused_until_the_city_goes_on(
    tmp_path: Path,
) -> None:
    """As after a kill: the log is further than the note and the truth."""
    settings = load_settings(tmp_path, environment={})
    state = city_state(settings, 4, 3, None, plant_days=15)
    with open_past(settings, state) as city, keeping_truth(city):
        kept = (tmp_path / "simulation.json").read_bytes()
        half = (tmp_path / "planted.json").read_bytes()
        city.live_until(city.clock.now() + timedelta(days=9))
    (tmp_path / "simulation.json").write_bytes(kept)
    (tmp_path / "planted.json").write_bytes(half)
    stopped = score_of(tmp_path, [], tmp_path)
    assert stopped.exit_code == 2
    assert "stopped in the middle" in stopped.stderr
    lived(tmp_path, "--days", "15", "--plant")
    truth = load_truth(tmp_path)
    told = [ticket_id for planted in truth.findings for ticket_id in planted.tickets]
    assert truth.last_day == date(2026, 3, 16)
    assert len(told) == len(set(told)) > 8


def test_a_city_without_plants_stays_without(tmp_path: Path) -> None:
    lived(tmp_path, "--days", "1", "--tickets-per-day", "2")
    result = run(tmp_path, "--days", "20", "--plant")
    assert result.exit_code == 2
    assert "without --plant" in result.stderr
    assert not (tmp_path / "planted.json").exists()
    none = score_of(tmp_path, [], tmp_path)
    assert none.exit_code == 2
    assert "nothing was planted" in none.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--days", "99999", "--tickets-per-day", "99999"),
        ("--days", "20", "--tickets-per-day", "50000", "--plant"),
        ("--days", "0", "--plant"),
    ],
)
def test_too_much_is_refused_before_anything_is_made(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run(tmp_path / "city", *arguments)
    assert result.exit_code == 2
    assert "--days" in result.stderr or "--plant" in result.stderr
    assert not (tmp_path / "city" / "yousu.db").exists()


def test_a_long_planted_city_begins_early_enough(tmp_path: Path) -> None:
    state = city_state(load_settings(tmp_path, environment={}), 275, 1, None, plant_days=365)
    assert state.planted[0].days == 365
    assert state.start < date(2025, 11, 20)


# Who may know.
def test_only_the_score_knows_the_truth() -> None:
    """The finders import neither the truth nor the simulation, and name its file nowhere."""
    may = {"services/console/findings_score.py", "services/findings/scoring.py"}
    simulation = "services/console/simulation/"
    for path in (ROOT / "services").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name in may or name.startswith(simulation) or "simulate_commands" in name:
            continue
        source = path.read_text(encoding="utf-8")
        assert "planted.json" not in source, name
        imported = {module for node in ast.walk(ast.parse(source)) for module in _modules(node)}
        forbidden = {"services.findings.scoring", "services.console.simulation.truth"}
        assert not imported & forbidden, name
        if name.startswith("services/findings/"):
            assert not {m for m in imported if m.startswith("services.console")}, name


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
