"""`yousu route`: one matter or a file of many, with or without a log; nothing is written."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from city_history import open_city
from click.testing import CliRunner, Result

from services.console.main import main
from services.router.directory import shipped_directory

KEYS = [
    "subject",
    "item",
    "item_confidence",
    "jurisdiction",
    "jurisdiction_confidence",
    "candidates",
    "lead",
    "assisting",
    "urgency_days",
    "decision",
    "explanation",
]
COLD = "01.01.01.01.01"
HERE = "城西区西关大街街道1号"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No log and no directory of the operator's."""
    monkeypatch.chdir(tmp_path)
    for name in ("YOUSU_DATA", "YOUSU_DATABASE_URL", "YOUSU_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["route", *arguments])


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def write_csv(path: Path, rows: Iterable[Iterable[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_one_matter_is_answered_without_any_log() -> None:
    document = answer("--text", "家里暖气不热", "--address", HERE)
    assert list(document)[: len(KEYS)] == KEYS
    assert (document["subject"], document["item"]) == ("城乡建设", COLD)
    assert (document["jurisdiction"], document["lead"]) == ("630104001", "heating")
    assert (document["decision"], document["reason"]) == ("route", None)
    assert document["urgency_days"] in (1, 3, 7, 11)
    assert 0 < document["item_confidence"] <= 1
    assert document["jurisdiction_confidence"] == 1.0
    assert document["candidates"][0]["item"] == COLD
    assert document["directory_version"] == shipped_directory().version
    assert document["model_version"] is None


def test_what_a_person_decides_has_a_best_guess_and_nobody_who_leads() -> None:
    document = answer("--text", "停暖，停水", "--address", HERE)
    assert list(document)[: len(KEYS)] == KEYS
    assert (document["decision"], document["reason"]) == ("triage", "ambiguous_item")
    assert document["subject"] == "城乡建设"
    assert document["item"] in {candidate["item"] for candidate in document["candidates"]}
    assert document["item_confidence"] < 0.9
    assert (document["lead"], document["assisting"], document["urgency_days"]) == (None, [], None)


def test_several_matters_are_told_with_their_units() -> None:
    document = answer("--text", "一、暖气不热。二、路灯不亮。三、拖欠工资。", "--address", HERE)
    assert (document["decision"], document["reason"]) == ("split", "several_matters")
    assert [matter["lead"] for matter in document["matters"]] == [
        "heating",
        "630104-urban-management",
        "630104-human-resources",
    ]


def test_item_area_and_day_are_taken_as_given() -> None:
    document = answer("--item", COLD, "--area", "630105", "--on", "2026-03-02")
    assert (document["method"], document["item_confidence"]) == ("item_given", 1.0)
    assert (document["jurisdiction"], document["subject_confidence"]) == ("630105", 1.0)
    assert answer("--item", "99", "--text", "暖气不热")["reason"] == "unknown_item"
    assert answer("--item", "14", "--text", "", "--area", "630105")["decision"] == "route"


def test_a_person_reads_it_in_words() -> None:
    result = run("--title", "暖气不热", "--address", HERE)
    assert result.exit_code == 0
    assert "heating" in result.stdout
    assert "按别名“暖气不热”认定事项" in result.stdout
    assert "路灯不亮 ->" in run("--text", "1、暖气不热 2、路灯不亮 3、拖欠工资").stdout
    assert "no_item" in answer("--text", "")["reason"]


def test_a_log_has_the_directory_in_use(tmp_path: Path) -> None:
    data = tmp_path / "data"
    open_city(data).close()
    stored = sorted((path, path.read_bytes()) for path in data.rglob("*.db"))
    assert answer("--text", "暖气不热", "--data", str(data))["item"] == COLD
    assert sorted((path, path.read_bytes()) for path in data.rglob("*.db")) == stored
    assert run("--text", "暖气不热", "--data", str(tmp_path / "none")).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give --text"),
        (["--text", "a", "--out", "o"], "--out: only together with --file"),
        (["--text", "a", "--text-column", "c"], "--text-column: only together with --file"),
        (["--file", "f.csv", "--text", "a"], "--text: not together with --file"),
        (["--file", "f.csv", "--out", "o"], "--file needs --text-column or --title-column"),
        (["--file", "f.csv", "--text-column", "t"], "--file needs --out"),
        (["--file", "f.csv", "--text-column", "t", "--out", "o"], "No such file"),
        (["--text", "a", "--on", "2026-02-30"], "--on"),
        (["--text", "a", "--reporters", "0"], "--reporters"),
    ],
)
def test_what_cannot_be_asked_is_told(arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_row_is_answered_in_its_order(tmp_path: Path, encoding: str) -> None:
    rows = [
        ("编号", "主题", "详情", "地址", "事项"),
        ("a", "暖气不热", "请修", HERE, ""),
        ("b", "", "", "", ""),
        ("c", "", "1、停水；2、路灯不亮；3、拖欠工资", HERE, ""),
        ("d", "停暖", "", "城东区", "01.02.01.01.01"),
        ("e", "随便说说", "没有什么", "", ""),
    ]
    file = write_csv(tmp_path / "in.csv", rows, encoding)
    out = tmp_path / "out.jsonl"
    columns = ["--title-column", "主题", "--text-column", "详情"]
    columns += ["--address-column", "地址", "--item-column", "事项"]
    summary = answer("--file", str(file), *columns, "--out", str(out))
    assert summary == {
        "rows": 5,
        "routed": 2,
        "triage": 2,
        "split": 1,
        "reasons": {"no_item": 2, "several_matters": 1},
    }
    answers = lines(out)
    assert [one["row"] for one in answers] == [1, 2, 3, 4, 5]
    assert [one["decision"] for one in answers] == ["route", "triage", "split", "route", "triage"]
    assert all(list(one)[: len(KEYS)] == KEYS for one in answers)
    assert answers[3]["item"] == "01.02.01.01.01"
    alone = answer("--title", "暖气不热", "--text", "请修", "--address", HERE)
    assert answers[0] == {**alone, "row": 1}


def test_more_rows_than_a_batch_keep_their_numbers(tmp_path: Path) -> None:
    rows = [["t"], *(["暖气不热" + "啊" * (n % 9)] for n in range(701))]
    file, out = write_csv(tmp_path / "in.csv", rows), tmp_path / "out.jsonl"
    summary = answer("--file", str(file), "--text-column", "t", "--out", str(out))
    assert (summary["rows"], summary["routed"]) == (701, 701)
    assert [one["row"] for one in lines(out)] == list(range(1, 702))


def test_odd_rows_are_answered_too(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    giant = "没有人管，" * 60_000  # about 900,000 bytes in one cell
    with file.open("w", encoding="utf-8", newline="") as text:
        text.write(
            f't,u\n"{giant}暖气不热",\n停水,x,too,many\n路灯不亮\n"bro"ken,x\n"","“”\u0000"\n'
        )
    summary = answer("--file", str(file), "--text-column", "t", "--out", str(out))
    assert summary["rows"] == 5
    answers = lines(out)
    assert [one["row"] for one in answers] == [1, 2, 3, 4, 5]
    assert [one["item"] for one in answers[1:3]] == ["01.02.01.01.01", "01.05.03.01.01"]
    assert (answers[3]["decision"], answers[3]["reason"]) == ("triage", "unreadable_row")
    assert "quote" in answers[3]["explanation"]


def test_a_workbook_will_do(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("详情", "x"), ("暖气不热", 1), (None, 2)):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    out = tmp_path / "out.jsonl"
    columns = ["--text-column", "详情", "--out", str(out)]
    assert answer("--file", str(tmp_path / "in.xlsx"), *columns)["rows"] == 2
    assert [one["item"] for one in lines(out)] == [COLD, None]


def test_answers_can_go_to_standard_output(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [["t"], ["暖气不热"]])
    result = run("--file", str(file), "--text-column", "t", "--out", "-")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert json.loads(line)["item"] == COLD
    assert '"rows": 1' in result.stderr


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    file, out = write_csv(tmp_path / "in.csv", [["内容"], ["暖气不热"]]), tmp_path / "o"
    result = run("--file", str(file), "--text-column", "详情", "--out", str(out))
    assert result.exit_code == 2
    assert "no column “详情”; the file has “内容”" in result.stderr
    assert not out.exists()


def test_the_questions_are_not_written_over(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [["t"], ["暖气不热"]])
    before = file.read_bytes()
    result = run("--file", str(file), "--text-column", "t", "--out", str(file))
    assert result.exit_code == 2
    assert "is the file that is read" in result.stderr
    assert file.read_bytes() == before
