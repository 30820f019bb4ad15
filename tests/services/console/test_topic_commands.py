"""`yousu topic` end to end: from a proposal to a bulletin, with every command on one log."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.console.main import main
from tests.services.governance.topic_city import TopicCity

CODE = "2026-heating"
OFFICE, LEADER, UNIT, CHECKER = "office:wang", "leader:ma", "unit:heating", "supervisor:li"
PROPOSE = ("--heading", "失管小区供热", "--month", "2026-03", "--problem", "无人供热。")
PLAN = ("--lead", "630104", "--target", "2099-12-31")
HOW_MANY = ("--total", "471", "--counted-in", "户", "--due", "2099-01-31")
LINE = ("--heading", "恢复供热", *HOW_MANY, "--responsible", "heating")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a log: one ticket in it."""
    city = TopicCity(tmp_path)
    city.ticket("a")
    city.close()
    return tmp_path


@pytest.fixture
def adopted(data: Path) -> Path:
    done(data, "propose", CODE, *PROPOSE, by=OFFICE)
    done(data, "adopt", CODE, *PLAN, by=LEADER)
    done(data, "add-item", CODE, "1", *LINE, by=OFFICE)
    return data


def run(data: Path, *arguments: str, by: str | None = None) -> Result:
    who = ("--by", by) if by else ()
    return CliRunner().invoke(main, ["topic", *arguments, "--data", str(data), *who])


def done(data: Path, *arguments: str, by: str | None = None) -> Any:
    result = run(data, *arguments, "--json", by=by)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(data: Path, *arguments: str, by: str) -> str:
    result = run(data, *arguments, by=by)
    assert result.exit_code == 1, result.output
    return result.stderr


def ticket_of(data: Path) -> str:
    city = TopicCity(data)
    found: str = city.system.log.query("SELECT ticket_id FROM tickets")[0][0]
    city.close()
    return found


def test_a_topic_s_whole_life_at_the_command_line(data: Path) -> None:
    ticket = ticket_of(data)
    figure = ("--figure", "诉求", "97", "件", "--item", "01.01.01", "--area", "630104")
    life = [
        ("propose", *PROPOSE, "--source", "finding", "--ticket", ticket, *figure, OFFICE),
        ("adopt", *PLAN, "--measure", "m1", "heating", "代运行", LEADER),
        ("change-plan", *PLAN, "--assisting", "heating", "--why", "增", LEADER),
        ("add-measure", "m2", "--wording", "办法", "--responsible", "630104", OFFICE),
        ("add-item", "1", *LINE, OFFICE),
        ("change-item", "1", "--total", "470", "--why", "核实", OFFICE),
        ("progress", "1", "200", "--evidence", "测温表", UNIT),
        ("progress", "1", "180", "--correction", "重复统计", UNIT),
        ("progress", "1", "469", "--remark", "差一户", UNIT),
        ("strike-off", "1", "--evidence", "抽查表", "--exemption", "一户长期无人", CHECKER),
        ("complete-measure", "m1", "--evidence", "协议", UNIT),
        ("complete-measure", "m2", "--evidence", "文件", UNIT),
        ("unlink", ticket, "--why", "另一件事", OFFICE),
        ("link", ticket, OFFICE),
        ("close", "--outcome", "已恢复", CHECKER),
        ("look-back", "--failed", "1", "又停暖", "--evidence", "走访", "inspector:zhao"),
        ("progress", "1", "470", UNIT),
        ("strike-off", "1", "--evidence", "复查表", CHECKER),
        ("reopen-item", "1", "--why", "再停暖", "--done", "400", CHECKER),
    ]  # fmt: skip
    for command, *rest, actor in life:
        answer = done(data, command, CODE, *rest, by=actor)
        assert answer["events"], (command, answer)
    shown = done(data, "show", CODE, "--history")
    assert (shown["stage"], shown["tickets"]) == ("adopted", [ticket])
    assert shown["items"][0]["done"] == 400
    assert shown["items"][0]["reopened"] == 2
    assert len(shown["history"]) == shown["version"]
    repeat = done(data, "reopen-item", CODE, "1", "--why", "再停暖", by=CHECKER)
    assert (repeat["events"], repeat["position"]) == ([], 0)


def test_a_ticket_shows_its_topics(adopted: Path) -> None:
    ticket = ticket_of(adopted)
    done(adopted, "link", CODE, ticket, by=OFFICE)
    arguments = ["ticket", "show", ticket, "--data", str(adopted)]
    shown = CliRunner().invoke(main, [*arguments, "--json"])
    assert json.loads(shown.stdout)["topics"][0]["code"] == CODE
    assert (
        f"topic           {CODE} 失管小区供热 (adopted)"
        in CliRunner().invoke(main, arguments).stdout
    )


def test_a_no_has_a_name_and_ends_with_one(adopted: Path) -> None:
    done(adopted, "progress", CODE, "1", "471", by="worker:ma")
    strike_off = ("strike-off", CODE, "1", "--evidence", "抽查表")
    assert "SelfStrikeOff" in refused(adopted, *strike_off, by="worker:ma")
    assert "SelfStrikeOff" in refused(adopted, *strike_off, by=UNIT)
    assert "QuantityGoesBack" in refused(adopted, "progress", CODE, "1", "1", by=UNIT)
    assert "TopicUnknown" in refused(adopted, "decline", "nobody", "--why", "?", by=OFFICE)
    assert "TicketsUnknown" in refused(adopted, "link", CODE, "no-such", by=OFFICE)
    assert "NotInDirectory: the directory does not have this code: unit x" in refused(
        adopted, "change-item", CODE, "1", "--responsible", "x", "--why", "?", by=OFFICE
    )


def test_values_of_no_form_are_named_and_not_repeated(adopted: Path) -> None:
    said = refused(adopted, "decline", CODE, "--why", "联系13897000000", by=OFFICE)
    assert "why: holds what looks like a telephone" in said
    assert "13897000000" not in said
    assert "--by: `role:name`" in refused(adopted, "decline", CODE, "--why", "?", by="nobody")
    assert "CODE: as in" in refused(adopted, "decline", "Not A Code", "--why", "?", by=OFFICE)
    assert "month" in refused(adopted, "propose", "b", *PROPOSE, "--month", "2026-3", by=OFFICE)
    assert "evidence" in refused(adopted, "strike-off", CODE, "1", by=CHECKER)


def test_a_list_is_imported_whole_or_not_at_all(adopted: Path, tmp_path: Path) -> None:
    header = "序号,方面,问题,数量,单位,责任单位,完成时限\n"
    good = tmp_path / "list.csv"
    good.write_text(header + "7,供热,管网老化,19,个小区,heating,2099-05-31\n", encoding="utf-8")
    first = done(adopted, "import-items", CODE, str(good), by=OFFICE)
    assert (first["added"], first["there"], first["faults"]) == (1, 0, [])
    again = done(adopted, "import-items", CODE, str(good), by=OFFICE)
    assert (again["added"], again["there"]) == (0, 1)
    bad = tmp_path / "bad.csv"
    bad.write_text(
        header + "8,,甲,many,户,heating,2099-05-31\n9,,,1,户,nobody,\n", encoding="utf-8"
    )
    said = refused(adopted, "import-items", CODE, str(bad), by=OFFICE)
    assert "row 2, 数量: is no whole number" in said
    assert "row 3, 责任单位" in said
    assert "4 faults: nothing was imported" in said
    result = run(adopted, "import-items", CODE, str(bad), "--json", by=OFFICE)
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["faults"]) == 4
    late = tmp_path / "late.csv"
    late.write_text(header + "8,,甲,1,户,heating,2199-05-31\n", encoding="utf-8")
    assert "row 2: the item is due after" in refused(
        adopted, "import-items", CODE, str(late), by=OFFICE
    )
    assert len(done(adopted, "show", CODE)["items"]) == 2
    broken = run(adopted, "import-items", CODE, __file__ + "/none", by=OFFICE)
    assert broken.exit_code == 2


def test_lists_weeks_and_months(adopted: Path) -> None:
    assert [one["code"] for one in done(adopted, "list")["topics"]] == [CODE]
    assert done(adopted, "list", "--stage", "closed") == {"topics": []}
    week = done(adopted, "schedule", "--week", "2099-W05")
    assert week["monday"] == "2099-01-26"
    assert [line["item_code"] for line in week["due_this_week"]] == ["1"]
    assert done(adopted, "schedule", "--week", "2099-01-31") == week
    assert run(adopted, "schedule", "--week", "soon").exit_code == 2
    month = done(adopted, "show", CODE, "--history")["history"][0]["on"][:7]
    found = done(adopted, "bulletin", "--month", month)
    assert [one["code"] for one in found["topics"]] == [CODE]
    assert "MonthNotOver" in refused(adopted, "bulletin", "--month", month, "--pin", by=OFFICE)
    pinned = done(adopted, "bulletin", "--month", "2020-01", "--pin", by=OFFICE)
    assert (pinned["pinned"], pinned["topics"]) == (True, [])
    again = done(adopted, "bulletin", "--month", "2020-01", "--pin", by=OFFICE)
    assert again["position"] == pinned["position"]
    for wrong in ("2026-13", "9999-12", "soon"):
        assert "--month: as in 2026-03" in refused(adopted, "bulletin", "--month", wrong, by=OFFICE)
    assert run(adopted, "bulletin", "--month", "2020-01", "--pin").exit_code == 2


def test_a_bulletin_is_a_file_in_any_format(adopted: Path, tmp_path: Path) -> None:
    month = ["bulletin", "--month", "2020-01"]
    for form, begins in (("html", b"<!doctype html>"), ("docx", b"PK"), ("xlsx", b"PK")):
        out = tmp_path / f"bulletin.{form}"
        assert run(adopted, *month, "--format", form, "--out", str(out)).exit_code == 0
        assert out.read_bytes().startswith(begins)
    english = tmp_path / "english.html"
    written = run(adopted, *month, "--format", "html", "--out", str(english), "--lang", "en")
    assert written.exit_code == 0
    assert "Topics of the month" in english.read_text(encoding="utf-8")
    assert '"position"' in run(adopted, *month, "--format", "json").stdout
    assert "--format docx needs --out" in run(adopted, *month, "--format", "docx").stderr
    assert "--out needs --format" in run(adopted, *month, "--out", str(english)).stderr
    nowhere = run(adopted, *month, "--format", "html", "--out", str(tmp_path / "no" / "x"))
    assert (nowhere.exit_code, "No such file" in nowhere.stderr) == (2, True)


def test_people_can_read_it(adopted: Path) -> None:
    done(adopted, "progress", CODE, "1", "200", by=UNIT)
    shown = run(adopted, "show", CODE, "--history").stdout
    assert "牵头 城西区人民政府，目标 2099-12-31" in shown
    assert "进度 200/471户（42.5%）；销号 0/1，销号率 0.0%" in shown
    assert "topic.progress_reported.v1  unit:heating" in shown
    assert "办理中" in run(adopted, "list").stdout
    assert "本周未报 no report this week: 0" in run(adopted, "schedule").stdout
    assert run(adopted, "show", "nobody").exit_code == 1


def test_without_a_log_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    result = run(tmp_path / "empty", "list")
    assert result.exit_code == 2
    assert "holds no log" in result.stderr
