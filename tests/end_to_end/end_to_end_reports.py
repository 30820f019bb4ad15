"""Synthetic reports in files, written anew by each test."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

MAPPING = """
reference = { column = "ref" }
[columns]
title = "title"
text = "text"
contact = "phone"
name = "name"
address = "address"
item = "item"
time = "time"
longitude = "longitude"
latitude = "latitude"
"""


class Row(NamedTuple):
    """One report as a channel exports it. matter: equal numbers are the same matter."""

    ref: str
    title: str = ""
    text: str = "小区暖气不热，室温只有十二度"
    phone: str = "13900000000"
    name: str = ""
    address: str = ""
    item: str = ""
    time: str = ""
    longitude: str = ""
    latitude: str = ""


def row(number: int, matter: int, **changed: str) -> Row:
    """The report with this number, about this matter: same words and place, same matter."""
    good = Row(
        ref=f"r{number:06}",
        text=f"第{matter}件：小区暖气不热，室温只有十二度，请尽快处理。",
        phone=f"139{number % 3000:08}",
        address=f"城西区西关大街{matter}号",
    )
    return good._replace(**changed)


def rows(count: int, matters: int, first_matter: int = 0) -> list[Row]:
    return [row(number, first_matter + number % matters) for number in range(count)]


def write_reports(path: Path, reports: Iterable[Row], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Row._fields)
        writer.writerows(reports)
    return path


def write_mapping(folder: Path) -> Path:
    path = folder / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path
