"""`yousu router`: from a file of labelled messages to the model in use, and back."""

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from city_history import open_city
from click.testing import CliRunner, Result

from services.audit.replay import live_state, replay
from services.console.classifier_publishing import publish, withdraw
from services.console.closed_tickets import learn_from_log
from services.console.router_commands import router
from services.console.system import System
from services.domain import commands as k
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.router.classifier.lessons import Labelled
from services.router.classifier.linear import LinearClassifier
from services.router.classifier.model_file import pack
from services.router.classifier.training import train
from tests.services.router.classifier.made_messages import SUBJECTS, message, messages, write_csv

COLUMNS = ("--text-column", "内容", "--label-column", "一级分类", "--title-column", "标题")
ACTOR = "operator:zhang"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(router, [str(one) for one in arguments])


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def content() -> bytes:
    return pack(train(messages(), "made-up+1").model)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[System]:
    system = open_city(tmp_path / "city")
    yield system
    system.close()


def test_a_model_is_taught_used_listed_measured_withdrawn_and_used_again(tmp_path: Path) -> None:
    data, file = tmp_path / "data", write_csv(tmp_path / "messages.csv", messages())
    model = tmp_path / "model.bin"

    # given a file of labelled messages and no log: both are made
    taught = answer(
        run("train", "--labelled", file, *COLUMNS, "--data", data, "--out", model,
            "--why", "first", "--by", ACTOR, "--json")
    )  # fmt: skip
    version = taught["version"]
    assert taught["codes"] == list(SUBJECTS)
    assert taught["held_out"]["macro_f1"] > 0.9
    assert (taught["labelled_rows"], taught["left_out"]) == (120, [])

    # then it is in use at once, with its figures in the log
    listed = answer(run("models", "--data", data, "--json"))
    assert listed["in_use"] == version
    assert [(fact["why"], fact["actor"]) for fact in listed["facts"]] == [("first", ACTOR)]

    # and it can be measured, as it is and by teaching anew
    new = write_csv(tmp_path / "new.csv", messages(10, seed=9))
    measured = answer(run("evaluate", "--labelled", new, *COLUMNS, "--data", data, "--json"))
    assert measured["all"]["texts"] == 30
    assert measured["all"]["macro_f1"] > 0.9
    anew = run("evaluate", "--labelled", file, *COLUMNS, "--cross-validate", "--data", data)
    assert anew.exit_code == 0
    assert "macro-F1" in anew.stdout
    assert "环境保护" in anew.stdout

    # what is withdrawn is used no more; a version or a file brings it back
    assert run("withdraw", "--data", data).exit_code == 0
    assert answer(run("models", "--data", data, "--json"))["in_use"] is None
    assert run("withdraw", "--data", data).exit_code == 1
    assert answer(run("use", version, "--data", data, "--json"))["version"] == version
    assert answer(run("use", model, "--data", tmp_path / "other", "--json"))["version"] == version
    assert "*" in run("models", "--data", data).stdout


def test_messages_in_the_log_do_not_stand_in_it(tmp_path: Path) -> None:
    data, file = tmp_path / "data", write_csv(tmp_path / "messages.csv", messages())
    assert run("train", "--labelled", file, *COLUMNS, "--data", data).exit_code == 0
    log = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert messages()[0].text.encode() not in log


def test_rows_that_teach_nothing_are_told_with_their_numbers(tmp_path: Path) -> None:
    rows = messages()
    rows[3] = rows[3]._replace(code="没有这一类")
    rows[7] = rows[7]._replace(title="", text=" ")
    rows[8] = rows[8]._replace(code="")
    file = write_csv(tmp_path / "messages.csv", rows, "gb18030")
    result = run("train", "--labelled", file, *COLUMNS, "--data", tmp_path / "data", "--json")
    left_out = {(one["reason"], one["label"], *one["rows"]) for one in answer(result)["left_out"]}
    assert left_out == {
        ("no such item", "没有这一类", 5),
        ("no text", "", 9),
        ("no label", "", 10),
    }
    assert "1 rows left out: no such item “没有这一类” (row 5)" in result.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("标题,内容,一级分类\n", "a header and no rows"),
        ("标题,正文,一级分类\na,b,c\n", "no column “内容”"),
        ("标题,内容,一级分类\na,b\n", "line 2: 2 cells, not 3"),
        ("标题,内容,一级分类\na,b,不是\n", "there is no text whose label"),
        ('标题,内容,一级分类\na,"b,城乡建设\n', "line 2"),
        ("标题,内容,一级分类\na,漏水,城乡建设\n", "a choice needs two"),
    ],
)
def test_a_file_that_teaches_nothing_is_refused_with_the_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(text, encoding="utf-8")
    result = run("train", "--labelled", file, *COLUMNS, "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert reason in result.stderr


def test_a_field_of_a_million_characters_is_read(tmp_path: Path) -> None:
    rows = messages()
    rows[0] = rows[0]._replace(text=rows[0].text + "漏水" * 490_000)
    file = write_csv(tmp_path / "messages.csv", rows)
    assert run("train", "--labelled", file, *COLUMNS, "--data", tmp_path / "data").exit_code == 0


def test_missing_files_models_and_halves_of_options_are_told(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    for arguments, reason in (
        (("train", "--labelled", tmp_path / "no.csv"), "no such file"),
        (("train",), "either --labelled FILE or --from-log"),
        (("train", "--from-log"), "there is no text"),
        (("train", "--from-log", "--cost-wrong", 3), "go together"),
        (("use", "0123456789ab"), "no file, and no model"),
    ):
        result = run(*arguments, *data)
        assert result.exit_code == 2, arguments
        assert reason in result.stderr
    result = run("train", "--labelled", tmp_path / "no.csv", "--by", "nobody", *data)
    assert result.exit_code == 1
    assert "not published" in result.stderr
    (tmp_path / "damaged").write_bytes(b"yousu-classifier\n" + b"x" * 99)
    result = run("use", tmp_path / "damaged", *data)
    assert result.exit_code == 1
    assert "damaged" in result.stderr


def test_a_running_process_sees_what_is_published_and_withdrawn(
    city: System, content: bytes, tmp_path: Path
) -> None:
    assert city.classifiers() is None
    other = open_city(tmp_path / "city", seed=2)  # another process on the same log
    event = publish(other, content, actor=ACTOR, why="first")
    city.classifiers.refresh()  # instead of waiting a fifth of a second
    found = city.classifiers()
    assert found is not None
    assert (found.version, found.sure_from) == (event.version, event.sure_from)
    assert found.guess("物业", "电梯漏水").ranked[0][0] == "01"
    withdraw(other, actor=ACTOR, why="not good enough")
    city.classifiers.refresh()
    assert city.classifiers() is None
    other.close()
    # and tickets, replay and its hash do not know of it
    assert replay(city.log).state_sha256 == live_state(city.log, city.handler).state_sha256


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM model_files", "not in this database"),
        ("UPDATE model_files SET content = x'00'", "not a model"),
        ("UPDATE model_files SET hash = hash", ""),
    ],
)
def test_bytes_that_are_gone_or_damaged_are_as_good_as_none_and_told_once(
    city: System, content: bytes, caplog: pytest.LogCaptureFixture, statement: str, reason: str
) -> None:
    publish(city, content, actor=ACTOR, why="first")
    city.log.redefine([statement])
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            city.classifiers.refresh()
            assert (city.classifiers() is None) == bool(reason)
    told = [one.getMessage() for one in caplog.records]
    assert len(told) == bool(reason)
    assert all(reason in one for one in told)


def test_items_that_the_directory_no_longer_has_are_left_out_and_told(
    city: System, caplog: pytest.LogCaptureFixture
) -> None:
    strange = [one._replace(code="99" if one.code == "14" else one.code) for one in messages(20)]
    content = pack(train(strange, "older+1").model)
    with caplog.at_level(logging.WARNING):
        publish(city, content, actor=ACTOR, why="old")
        found = city.classifiers()
    assert found is not None
    assert found.codes == ("01", "04")
    assert "has no item 99" in caplog.text


def test_it_learns_from_tickets_that_were_resolved_and_not_returned(city: System) -> None:
    assert isinstance(city.clock, VirtualClock)
    told = [message(code, random.Random(code)) for code in ("01", "04", "14")]
    reports = [
        NewReport(
            channel="hotline",
            reference=str(number),
            received_at=city.clock.now(),
            title=one.title,
            text=one.text,
            item=None,
        )
        for number, one in enumerate(told)
    ]
    ids = [receipt.ticket_id for receipt in city.intake.submit(reports)]
    units = list(city.directory.units)

    def meta(ticket_id: str) -> dict[str, Any]:
        now = city.clock.now()
        return {"ticket_id": ticket_id, "actor": ACTOR, "cause": "command:test", "now": now}

    def route(ticket_id: str, item: str) -> k.RouteTicket:
        return k.RouteTicket(
            **meta(ticket_id),
            lead=units[0],
            assisting=(),
            item=item,
            area=None,
            urgency_days=7,
            method="person",
            confidence=1.0,
            explanation="chosen by a person",
            directory_version="test",
        )

    def resolve(ticket_id: str) -> k.ResolveTicket:
        resident = city.handler.tickets([ticket_id])[ticket_id].resident
        return k.ResolveTicket(
            **meta(ticket_id),
            unit=units[0],
            reply=Personal(resident, "办好了"),
            rules=city.rules().clock_rules(),
        )

    # given one resolved at the second routing, one returned after all, one not resolved
    for command in (
        route(ids[0], "04.01"),
        k.ReturnTicket(**meta(ids[0]), unit=units[0], reason="not_ours"),
        route(ids[0], "01.01"),
        k.AcceptTicket(**meta(ids[0]), unit=units[0]),
        route(ids[1], "04.01"),
        k.ReturnTicket(**meta(ids[1]), unit=units[0], reason="not_ours"),
        route(ids[2], "14.01"),
    ):
        city.handler.handle(lambda command=command: [command])  # type: ignore[misc]
    city.handler.handle(lambda: [resolve(ids[0])])

    # then the first alone teaches, by its last routing
    found = learn_from_log(city)
    assert found.labelled == [Labelled(told[0].title, told[0].text, "01.01")]
    assert found.erased == 0

    # and what nobody can read any more teaches nothing
    resident = city.handler.tickets([ids[0]])[ids[0]].resident
    city.keyring.erase(resident)
    assert learn_from_log(city) == ([], 1)


def test_the_model_of_a_version_answers_as_its_file(city: System, content: bytes) -> None:
    publish(city, content, actor=ACTOR, why="first")
    found = city.classifiers()
    assert found is not None
    matter = [("物业", "电梯漏水，老师"), ("", "")]
    assert found.guess_many(matter) == LinearClassifier(content).guess_many(matter)
