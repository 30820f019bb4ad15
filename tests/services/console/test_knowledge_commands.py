"""`yousu knowledge`: what an office does with its articles, from the spreadsheet to the log."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from city_history import open_city
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from services.console.knowledge_commands import knowledge
from services.console.knowledge_publishing import publish_articles
from services.console.knowledge_usage import usage_document
from services.console.system import System
from services.domain import commands as k
from services.domain.knowledge import ArticleContent
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.knowledge.table import CHINESE, COLUMNS

BY = ("--by", "operator:zhang", "--why", "测试")
ROW = {
    "code": "heat-01", "heading": "暖气不热怎么办", "questions": "屋里冷|暖气凉",
    "answer": "先报修。", "items": "01.01.01.01.01", "areas": "", "basis": "条例",
    "responsible": "heating", "contact_point": "营业厅", "valid_from": "", "valid_to": "",
    "review_by": "",
}  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Iterator[System]:
    system = open_city(tmp_path / "city")
    yield system
    system.close()


class Office:
    def __init__(self, system: System, folder: Path) -> None:
        self.system = system
        self.folder = folder

    def run(self, *arguments: object, said: str | None = None) -> Result:
        where = ("--data", self.system.settings.data_dir)
        words = [str(one) for one in (*arguments, *where)]
        return CliRunner().invoke(knowledge, words, input=said)

    def answer(self, *arguments: object) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code in (0, 1), result.output
        return json.loads(result.stdout)

    def file(
        self, *rows: dict[str, str], name: str = "articles.csv", encoding: str = "utf-8"
    ) -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return path


@pytest.fixture
def office(city: System, tmp_path: Path) -> Office:
    return Office(city, tmp_path)


def test_a_file_is_published_and_again_changes_nothing(office: Office) -> None:
    file = office.file(ROW)
    first = office.answer("import", file, *BY)
    assert [one["code"] for one in first["published"]] == ["heat-01"]
    assert office.answer("import", file, *BY)["unchanged"] == 1
    changed = office.file({**ROW, "answer": "先测温。"})
    (second,) = office.answer("import", changed, *BY)["published"]
    assert (second["number"], second["published_by"], second["why"]) == (
        2,
        "operator:zhang",
        "测试",
    )


def test_with_one_fault_nothing_is_written_and_all_faults_are_told(office: Office) -> None:
    file = office.file(ROW, {**ROW, "code": "X"}, {**ROW, "code": "heat-02", "items": "99"})
    head = office.system.log.head()
    result = office.run("import", file, *BY)
    assert result.exit_code == 1
    assert "line 3: code:" in result.stderr
    assert "line 4: items:" in result.stderr
    assert office.system.log.head() == head
    forced = office.answer("import", file, "--force-good", *BY)
    assert [one["code"] for one in forced["published"]] == ["heat-01"]
    assert [one["line"] for one in forced["faults"]] == [3, 4]


def test_an_office_s_own_spreadsheet_is_read(office: Office) -> None:
    """Chinese headings, a real date, numbers as text, a formula that somebody typed."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(CHINESE))
    values = {**ROW, "answer": "=HYPERLINK(1)", "valid_from": "2026-03-01"}
    sheet.append([values[name] for name in CHINESE.values()])
    sheet.cell(2, list(CHINESE.values()).index("answer") + 1).data_type = "s"
    path = office.folder / "知识.xlsx"
    workbook.save(path)
    (one,) = office.answer("import", path, *BY)["published"]
    assert (one["answer"], one["valid_from"]) == ("=HYPERLINK(1)", "2026-03-01")


def test_a_file_in_the_old_chinese_encoding_is_read(office: Office) -> None:
    file = office.file(ROW, encoding="gb18030")
    (one,) = office.answer("import", file, *BY)["published"]
    assert one["heading"] == "暖气不热怎么办"


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_what_is_exported_can_be_imported_and_is_no_formula(office: Office, name: str) -> None:
    tricky = {**ROW, "code": "heat-02", "heading": "=1+1", "answer": "'-2\n＝3", "basis": "@x"}
    office.answer("import", office.file(ROW, tricky), *BY)
    out = office.folder / name
    assert office.run("export", out).exit_code == 0
    for cell in cells_of(out):
        assert not cell.startswith(("=", "@", "＝", "-")), "a spreadsheet would calculate it"
    assert office.answer("import", out, *BY)["unchanged"] == 2


def cells_of(path: Path) -> list[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [cell for row in csv.reader(file) for cell in row]
    sheet = load_workbook(path)["articles"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    return [str(cell.value or "") for cell in cells]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x80\x81\xff\xff", "not utf-8"),
        (b"code,heading\nheat-01,x\n", "the column is missing"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_what_is_no_table_of_articles_is_refused(
    office: Office, content: bytes, reason: str
) -> None:
    path = office.folder / "bad.csv"
    path.write_bytes(content)
    result = office.run("import", path, *BY)
    assert result.exit_code == 1
    assert reason in result.stderr


def test_the_shipped_set_is_published_once_and_leaves_the_citys_own_alone(office: Office) -> None:
    own = office.file({**ROW, "heading": "本市自己的"})
    office.answer("import", own, *BY)
    first = office.answer("shipped", "--by", "operator:zhang")
    assert len(first["published"]) >= 60
    assert "heat-01" not in [one["code"] for one in first["published"]]
    assert office.answer("shipped", "--by", "operator:zhang")["published"] == []
    assert office.answer("show", "heat-01")["heading"] == "本市自己的"


def test_one_article_by_hand(office: Office) -> None:
    office.answer("import", office.file(ROW), *BY)
    (one,) = office.answer("publish", "heat-01", "--to", "2026-12-31", *BY)["published"]
    assert (one["number"], one["valid_to"], one["answer"]) == (2, "2026-12-31", "先报修。")
    said = office.run("publish", "heat-01", "--answer", "-", "--json", *BY, said="先测温。")
    assert json.loads(said.stdout)["published"][0]["answer"] == "先测温。"
    unknown = office.run("publish", "heat-01", "--item", "99", *BY)
    assert (unknown.exit_code, "no item" in unknown.stderr) == (1, True)
    new = office.run("publish", "gas-01", "--heading", "煤气味", *BY)
    assert (new.exit_code, "answer: empty" in new.stderr) == (1, True)


def test_withdrawn_it_is_shown_and_not_found(office: Office) -> None:
    office.answer("import", office.file(ROW), *BY)
    assert office.answer("withdraw", "heat-01", *BY)["withdrawn"] == ["heat-01"]
    assert office.answer("withdraw", "heat-01", *BY)["unchanged"] == 1
    assert office.run("withdraw", "heat-99", *BY).exit_code == 1
    assert office.answer("search", "--text", "暖气凉") == {"articles": []}
    assert office.answer("list") == {"articles": []}
    shown = office.run("show", "heat-01")
    assert "不得作为答复" in shown.stdout
    assert office.run("show", "heat-01", "--version", 2).exit_code == 1
    assert office.run("show", "heat-99").exit_code == 1


def test_search_says_what_to_answer_and_why(office: Office) -> None:
    office.answer("import", office.file(ROW, {**ROW, "code": "heat-02", "items": ""}), *BY)
    shown = office.run("search", "--text", "-", "--item", "01.01", said="暖气凉得很").stdout
    assert shown.index("heat-01") < shown.index("heat-02")
    assert "先报修。" in shown
    assert "“暖气凉”，事项相符" in shown
    assert "没有找到" in office.run("search", "--text", "停车").stdout
    assert [one["code"] for one in office.answer("list", "--item", "01")["articles"]] == ["heat-01"]
    later = office.answer("search", "--text", "暖气凉", "--on", "2026-03-01")
    assert later == {"articles": []}, "not in force yet on that day"


@pytest.mark.parametrize(
    ("asked", "code"),
    [((), 2), (("--text", " "), 2), (("--text", "x", "--item", "99"), 2),
     (("--text", "x", "--area", "99"), 2), (("--ticket", "none"), 1)],
)  # fmt: skip
def test_a_search_for_nothing_is_told(office: Office, asked: tuple[str, ...], code: int) -> None:
    assert office.run("search", *asked).exit_code == code


def report(system: System, number: int, **values: Any) -> str:
    given = {"text": f"暖气凉 {number}", "kind": "inquiry", "item": "01.01.01.01.01", **values}
    sent = NewReport(
        channel="hotline", reference=f"r-{number}", received_at=system.clock.now(), **given
    )
    ticket_id = system.intake.submit([sent])[0].ticket_id
    system.transport.run_until_idle()
    return ticket_id


def do(system: System, command: type[Any], ticket_id: str, **values: Any) -> None:
    subject = system.handler.tickets([ticket_id])[ticket_id].resident
    if command is k.AnswerAtOnce:
        values["reply"] = Personal(subject, "先报修。")
    made = command(
        ticket_id=ticket_id, actor="call_taker:li", cause=f"command:{command.__name__}",
        now=system.clock.now(), **values,
    )  # fmt: skip
    (outcome,) = system.handler.handle(lambda: [made])
    assert outcome.rejection is None
    system.transport.run_until_idle()


def test_usage_tells_what_answers_what_did_not_hold_and_what_is_missing(office: Office) -> None:
    city = office.system
    today = city.knowledge.today()
    days = [{}, {"valid_to": today + timedelta(days=5)}, {"review_by": today}]
    contents = [article(f"heat-0{number}", **given) for number, given in enumerate(days, 1)]
    publish_articles(city, contents, actor="operator:zhang", why="测试")
    tickets = [report(city, number) for number in range(5)]
    for ticket_id in tickets[:2]:
        do(city, k.AnswerAtOnce, ticket_id, article="heat-01", article_version=1)
    do(city, k.ReopenTicket, tickets[1], reason="not_solved")
    do(city, k.AnswerAtOnce, tickets[2])
    do(city, k.AnswerAtOnce, tickets[3], article="heat-02", article_version=1)
    found = usage_document(city, today, today)
    used = {one["article"]: (one["answered"], one["reopened"]) for one in found["articles"]}
    assert used == {"heat-01": (2, 1), "heat-02": (1, 0)}
    assert found["articles"][0]["heading"] == "暖气不热怎么办"
    assert found["reopened"] == [{"article": "heat-01", "answered": 2, "reopened": 1}]
    first = {"article": "heat-01", "number": 1, "answered": 2, "reopened": 1}
    assert found["versions"][0] == first
    (item,) = found["items"]
    assert (item["name"], item["opened"], item["answered_at_once"]) == ("室温不达标", 5, 4)
    assert item["rate"] == 0.8
    missing = [(one["item"], one["answered"]) for one in found["inquiries_without_article"]]
    assert missing == [("01.01.01.01.01", 1)]
    assert found["never_used"] == ["heat-03"]
    due = [(one["code"], one["reason"]) for one in found["due"]]
    assert due == [("heat-03", "review_due"), ("heat-02", "ends_soon")]
    span = ("--since", today.isoformat(), "--until", today.isoformat())
    assert office.answer("usage", *span)["articles"] == found["articles"]
    shown = office.run("usage", *span).stdout
    assert "80.0%" in shown
    assert "到复核日" in shown
    before = office.answer("usage", "--since", "2026-01-01", "--until", "2026-01-31")
    assert (before["articles"], before["items"]) == ([], [])
    assert office.run("usage", "--since", "2026-02-01", "--until", "2026-01-31").exit_code == 2


def article(code: str, **values: Any) -> ArticleContent:
    return ArticleContent(
        code=code, heading="暖气不热怎么办", questions=(), answer="先报修。", items=(), areas=(),
        basis="", responsible="heating", contact_point="", **values,
    )  # fmt: skip
