"""The command line of callers, units and the centre."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.console.main import main
from tests.services.evaluation.evaluation_city import EvaluationCity


class Console:
    def __init__(self, folder: Path) -> None:
        city = EvaluationCity(folder)
        self.ticket_id, self.other = city.resolved(), city.resolved()
        city.system.close()
        self.data = ["--data", str(folder)]

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["evaluation", *words, *self.data])

    def told(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def listed(self, what: str, *words: str) -> list[str]:
        found = self.told("list", what, *words)[what.replace("-", "_")]
        return [one["ticket_id"] for one in found]

    def process(self) -> None:
        assert CliRunner().invoke(main, ["process", "--until-idle", *self.data]).exit_code == 0


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


def test_a_call_back_from_the_list_to_the_answer(console: Console) -> None:
    assert console.listed("call-backs") == [console.ticket_id, console.other]
    assert console.listed("call-backs", "--unit", "nobody") == []
    for words in (("try", "--outcome", "declined"), ("answer",), ("look-back", "--holds")):
        own = console.run(words[0], console.ticket_id, *words[1:], "--by", "unit:heating")
        assert (own.exit_code, "CentreOnly" in own.output) == (1, True)
    done = console.told("try", console.ticket_id, "--outcome", "no_answer", "--by", "caller:wang")
    assert done["events"] == ["ticket.call_back_tried.v1"]
    said = ("--solved", "no", "--satisfaction", "dissatisfied", "--by", "caller:wang")
    assert console.told("answer", console.ticket_id, *said)["stage"] == "resolved"
    assert console.told("text-message", console.other, "1")["events"] == ["ticket.evaluated.v1"]
    again = console.run("text-message", console.other, "1")
    assert (again.exit_code, "AlreadyEvaluated" in again.output) == (1, True)
    console.process()
    assert console.listed("call-backs") == []


def test_a_residents_contact_is_not_written_down_as_who_did_it(console: Console) -> None:
    who = ("--by", "resident:13897001234")
    console.told("try", console.ticket_id, "--outcome", "sent", *who)
    console.told("answer", console.ticket_id, "--solved", "yes", *who)
    folder = Path(console.data[1])
    assert not [one for one in folder.glob("*.db*") if b"13897001234" in one.read_bytes()]


def test_what_is_not_understood_is_said(console: Console) -> None:
    unclear = console.run("text-message", console.other, "好")
    assert (unclear.exit_code, "ReplyNotUnderstood" in unclear.output) == (1, True)
    nobody = console.run("answer", console.other, "--by", "wang")
    assert (nobody.exit_code, "role:name" in nobody.output) == (2, True)
    unknown = console.run("link", "nobody")
    assert (unknown.exit_code, "TicketUnknown" in unknown.output) == (1, True)
    assert console.run("link", console.other).output.startswith("/rate?token=")


def test_an_appeal_from_the_unit_to_the_decision(console: Console) -> None:
    said = ("--solved", "no", "--by", "caller:wang")
    console.told("answer", console.ticket_id, *said)
    asked = ("--unit", "heating", "--verdict", "evaluated", "--reason", "not-ours")
    evidence = ("--evidence", "photo-1", "--by", "unit:heating")
    assert console.told("appeal", console.ticket_id, *asked, *evidence)["position"] > 0
    console.process()
    assert console.listed("appeals") == [console.ticket_id]
    decision = ("--decision", "refused", "--reason", "no-proof")
    own = console.run("decide-appeal", console.ticket_id, *decision, "--by", "unit:heating")
    assert (own.exit_code, "OwnAppeal" in own.output) == (1, True)
    console.told("decide-appeal", console.ticket_id, *decision, "--by", "supervisor:li")
    console.process()
    assert console.listed("appeals", "--stage", "refused") == [console.ticket_id]


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (["photo-1", "call 13897001234"], "number 2: holds what looks like a telephone"),
        ([""], "number 1: String should have at least 1 character"),
        (["p" * 201], "number 1: String should have at most 200 characters"),
        ([f"photo-{number}" for number in range(21)], "at most 20 items"),
    ],
)
def test_evidence_of_an_appeal_is_looked_at_as_over_http(
    console: Console, evidence: list[str], reason: str
) -> None:
    said = ("--solved", "no", "--by", "caller:wang")
    console.told("answer", console.ticket_id, *said)
    asked = ("--unit", "heating", "--verdict", "evaluated", "--reason", "not-ours")
    given = [word for one in evidence for word in ("--evidence", one)]
    refused = console.run("appeal", console.ticket_id, *asked, *given, "--by", "unit:heating")
    assert (refused.exit_code, reason in refused.output) == (2, True), refused.output
    assert "13897001234" not in refused.output
    console.process()
    assert console.listed("appeals") == []


def test_a_look_back_is_for_what_is_closed(console: Console) -> None:
    early = console.run("look-back", console.ticket_id, "--holds", "--by", "supervisor:li")
    assert (early.exit_code, "TicketNotClosed" in early.output) == (1, True)
