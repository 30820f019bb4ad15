"""A folder, a mapping, and a file of reports for each test."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from end_to_end_program import Finished, yousu
from end_to_end_reports import Row, write_mapping, write_reports

from services.sla.calendar import default_calendar, install_table

Import = Callable[..., Finished]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with nothing in it but a calendar that reaches to the end of next year."""
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
