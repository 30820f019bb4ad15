"""`yousu ticket do`: the verbs of the HTTP API at the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from city_history import open_city
from click.testing import CliRunner, Result

from services.console.system import System
from services.console.ticket_commands import ticket
from services.handling.verbs import VERBS
from services.intake.report import NewReport
from services.platform.clock import SystemClock
from services.platform.processor import decode_all

OTHER = "housing-security"
ITEM = "01.01.01.01.02"  # weak heating, of `heating`; two others assist


class Doer:
    def __init__(self, system: System) -> None:
        self.system = system
        self.data = ("--data", str(system.settings.data_dir))
        report = NewReport(
            channel="hotline",
            reference="r1",
            received_at=system.clock.now(),
            text="没有暖气",
            item=ITEM,
            area="630104",
        )
        self.ticket_id = system.intake.submit([report])[0].ticket_id
        self.go_on()

    def go_on(self) -> None:
        self.system.transport.run_until_idle()

    def run(self, verb: str, *arguments: str, by: str = "unit:heating", said: str = "") -> Result:
        command = ["do", verb, self.ticket_id, "--by", by, *arguments, *self.data]
        return CliRunner().invoke(ticket, command, input=said)

    def do(self, verb: str, *arguments: str, **more: Any) -> dict[str, Any]:
        result = self.run(verb, *arguments, "--json", **more)
        assert result.exit_code == 0, result.output
        self.go_on()
        done: dict[str, Any] = json.loads(result.stdout)
        return done

    def facts(self) -> list[Any]:
        return [one.event for one in decode_all(self.system.log.read_stream(self.ticket_id))[0]]


@pytest.fixture
def doer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doer]:
    """The command line lives at the city's time: a year may not be loaded in ours."""
    system = open_city(tmp_path / "city")
    monkeypatch.setattr(SystemClock, "now", lambda clock: system.clock.now())
    yield Doer(system)
    system.close()


def test_a_ticket_goes_its_way_with_a_sub_task(doer: Doer) -> None:
    unit = ("--set", "unit=heating")
    assert doer.do("accept", *unit)["events"] == ["ticket.accepted.v1", "ticket.deadline_met.v1"]
    doer.do("request-extension", *unit, "--set", "working_days=1", "--set", "reason=waiting")
    doer.do("refuse-extension", by="dispatcher:li")
    task = json.dumps({"unit": "heating", "to": OTHER, "due_day": "2026-03-03", "note": "查阀门"})
    given = doer.do("give-subtask", "--body-file", "-", said=task)
    assert given["events"][0] == "ticket.subtask_given.v1"
    water = ("--set", f"unit={OTHER}", "--set", "subtask=1")
    doer.do("accept-subtask", *water, by=f"unit:{OTHER}")
    done = doer.do("finish-subtask", *water, by=f"unit:{OTHER}")
    assert done["events"][0] == "ticket.subtask_done.v1"
    resolved = doer.do("resolve", *unit, "--set", "reply=已修好")
    assert resolved["stage"] == "resolved"
    assert doer.facts()[resolved["version"] - 1].type == resolved["events"][-1]
    actors = {one.actor for one in doer.facts() if one.type == "ticket.subtask_done.v1"}
    assert actors == {f"unit:{OTHER}"}


def test_the_same_command_again_does_nothing_twice(doer: Doer) -> None:
    given = ("--set", "unit=heating", "--command-id", "c1")
    first = doer.do("accept", *given)
    assert doer.do("accept", *given) == first
    assert [one.type for one in doer.facts()].count("ticket.accepted.v1") == 1


def test_what_was_seen_must_still_stand(doer: Doer) -> None:
    version = len(doer.facts())
    stale = doer.run("accept", "--set", "unit=heating", "--version", str(version - 1))
    assert (stale.exit_code, "TicketChanged" in stale.stderr) == (1, True)
    assert doer.do("accept", "--set", "unit=heating", "--version", str(version))["stage"]


def test_a_rule_says_no_with_its_name(doer: Doer) -> None:
    refused = doer.run("accept", "--set", f"unit={OTHER}")
    assert (refused.exit_code, "WrongUnit" in refused.stderr) == (1, True)
    doer.ticket_id = "018f0000-0000-7000-8000-000000000000"
    assert "TicketUnknown" in doer.run("accept", "--set", "unit=heating").stderr


@pytest.mark.parametrize(
    ("arguments", "by", "said", "wrong"),
    [
        (["--set", "unit=nobody"], "unit:heating", "", "unit: "),
        (["--set", "units=heating"], "unit:heating", "", "units: "),
        (["--set", "unit"], "unit:heating", "", "NAME=VALUE is needed"),
        (["--set", "unit=heating"], "heating", "", "`role:name` is needed"),
        (["--set", "unit=heating"], "system:sla", "", "kept for the service itself"),
        (["--set", "unit=heating", "--command-id", "c 1"], "unit:heating", "", "visible ASCII"),
        (["--body-file", "-"], "unit:heating", "{", "no JSON"),
        (["--body-file", "-"], "unit:heating", "[1]", "a JSON object is needed"),
        (["--body-file", "-"], "unit:heating", "[" * 100_000, "no JSON"),
    ],
)
def test_bad_input_is_told_with_its_place_and_without_its_words(
    doer: Doer, arguments: list[str], by: str, said: str, wrong: str
) -> None:
    before = doer.system.log.head()
    result = doer.run("accept", *arguments, by=by, said=said)
    assert result.exit_code == 2
    assert wrong in result.stderr
    assert doer.system.log.head() == before


def test_words_that_are_refused_are_not_repeated(doer: Doer) -> None:
    doer.do("accept", "--set", "unit=heating")
    secret = "住户张三 13897000001"
    said = json.dumps({"unit": "heating", "note": secret, "to": secret, "due_day": secret})
    result = doer.run("give-subtask", "--body-file", "-", said=said)
    assert result.exit_code == 2
    assert "due_day: " in result.stderr
    assert secret not in result.output


def test_all_verbs_are_listed_with_what_they_need() -> None:
    told = CliRunner().invoke(ticket, ["verbs"]).stdout
    assert [line.split()[0] for line in told.splitlines()[::2]] == [verb.name for verb in VERBS]
    listed = json.loads(CliRunner().invoke(ticket, ["verbs", "--json"]).stdout)["verbs"]
    assert listed[1]["body"]["required"] == ["unit"]
    assert CliRunner().invoke(ticket, ["do", "dance", "x", "--by", "unit:a"]).exit_code == 2
