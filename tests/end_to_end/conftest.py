"""A folder, a mapping, and a file of reports for each test; and the two forms that tests run in:
embedded, and (with `-m cluster`) on Kafka and PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import end_to_end_place
import pytest
from end_to_end_cluster import Cluster
from end_to_end_program import Finished, yousu, yousu_here
from end_to_end_reports import Row, write_mapping, write_reports

from services.sla.calendar import default_calendar, install_table
from tests.cluster.installation import Nursery

Import = Callable[..., Finished]
EMBEDDED_ONLY = pytest.StashKey[dict[str, str]]()  # test → why


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test in both forms. `postgres`: it says itself where its logs are."""
    own = metafunc.definition.get_closest_marker("postgres")
    cluster = pytest.param("cluster", marks=pytest.mark.cluster)
    metafunc.parametrize("form", ["embedded"] if own else ["embedded", cluster], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes out what means nothing on a cluster, and remembers why."""
    reasons = config.stash.setdefault(EMBEDDED_ONLY, {})
    for item in list(items):
        marker = item.get_closest_marker("embedded_only")
        if marker and item.get_closest_marker("cluster"):
            (reasons[item.nodeid],) = marker.args
            items.remove(item)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    reasons = config.stash.get(EMBEDDED_ONLY, {})
    if reasons and config.option.markexpr.startswith("cluster"):
        terminalreporter.write_line(f"{len(reasons)} tests of the embedded form only:")
        for why in sorted(set(reasons.values())):
            count = list(reasons.values()).count(why)
            terminalreporter.write_line(f"  {count:>2}  {why}")


@pytest.fixture(scope="session")
def end_to_end_nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(autouse=True)
def form(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where commands and look-ups of the test find the log. A cluster's own database has its
    tables; `without_bus`: that is all of it."""
    if request.param == "embedded":
        yield request.param
        return
    postgres = request.getfixturevalue("postgres")
    has_bus = request.node.get_closest_marker("without_bus") is None
    kafka = request.getfixturevalue("kafka") if has_bus else None
    nursery = request.getfixturevalue("end_to_end_nursery")
    with postgres.database() as url:
        cluster = Cluster(nursery, tmp_path, url, kafka, postgres)
        for name, value in cluster.settings.items():
            monkeypatch.setenv(name, value)
        end_to_end_place.enter(cluster)
        try:
            made = yousu_here("db", "init", "--data", tmp_path / "data")
            assert made.code == 0, made.err
            yield request.param
        finally:
            end_to_end_place.leave()


@pytest.fixture
def data(tmp_path: Path, form: str) -> Path:
    """A data folder with nothing in it but a calendar that reaches to the end of next year (and,
    on a cluster, the master key)."""
    folder = tmp_path / "data"
    last_known = default_calendar().last_day.year
    for year in range(last_known + 1, datetime.now(UTC).year + 2):
        install_table(_every_weekday(tmp_path / f"{year}.csv", year), folder)
    return folder


def _every_weekday(path: Path, year: int) -> Path:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    lines = [f"{day},{int(day.weekday() < 5)}" for day in days if day.year == year]
    path.write_text("\n".join(["date,working", *lines, ""]))
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return write_mapping(tmp_path)


@pytest.fixture
def take_in(tmp_path: Path, data: Path, mapping: Path) -> Import:
    """Import these reports through a channel, with `--json`."""

    def take_in(reports: list[Row], channel: str = "hotline") -> Finished:
        file = write_reports(tmp_path / f"{channel}.csv", reports)
        return yousu(
            "import", file, "--channel", channel, "--mapping", mapping, "--data", data, "--json"
        )

    return take_in
