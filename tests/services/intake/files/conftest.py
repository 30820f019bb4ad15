"""Small files, written by the tests themselves."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.intake.files import Limits, Mapping, ReportRow, RowRejected, load_mapping, read_rows

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

MAPPING = """
reference = { column = "编号" }
[columns]
title = "标题"
text = "内容"
contact = "电话"
time = "时间"
kind = "类型"
longitude = "经度"
latitude = "纬度"
attachments = "附件"
reply = "答复"
replied_at = "答复时间"
"""
COLUMNS = (
    "编号",
    "标题",
    "内容",
    "电话",
    "时间",
    "类型",
    "经度",
    "纬度",
    "附件",
    "答复",
    "答复时间",
)

Read = Callable[..., list[ReportRow | RowRejected]]


def cells(**changed: str) -> list[str]:
    """The cells of a good row, but for those named."""
    good = dict.fromkeys(COLUMNS, "") | {
        "编号": "A1", "标题": "暖气不热", "内容": "南小街三号院,室温十四度", "电话": "13900000000",
        "时间": "2026/11/20 9:05:07", "类型": "投诉", "经度": "101.78", "纬度": "36.62",
    }  # fmt: skip
    return list((good | changed).values())


@pytest.fixture
def good() -> Callable[..., list[str]]:
    return cells


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def mapping_of(tmp_path: Path) -> Callable[[str], Mapping]:
    def load(text: str) -> Mapping:
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return load_mapping(path)

    return load


@pytest.fixture
def mapping(mapping_of: Callable[[str], Mapping]) -> Mapping:
    return mapping_of(MAPPING)


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows under the usual header; returns the path."""

    def write(rows: Iterable[Iterable[str]], encoding: str = "utf-8") -> Path:
        path = tmp_path / "messages.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        return path

    return write


@pytest.fixture
def read(tmp_path: Path, mapping: Mapping) -> Read:
    """Everything in a file given by its path, its bytes or its text."""

    def read_all(
        source: Path | bytes | str, mapping: Mapping = mapping, limits: Limits | None = None
    ) -> list[ReportRow | RowRejected]:
        path = source if isinstance(source, Path) else tmp_path / "messages.csv"
        if isinstance(source, str):
            path.write_bytes(source.encode())
        elif isinstance(source, bytes):
            path.write_bytes(source)
        return list(read_rows(path, mapping, now=NOW, limits=limits or Limits()))

    return read_all
