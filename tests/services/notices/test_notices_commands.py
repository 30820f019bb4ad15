"""`yousu notices`, `yousu process` and `yousu rebuild notices` on one folder."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.audit import rebuild
from services.console.main import main
from services.notices.channels.message import Outcome
from tests.services.notices.notice_city import PHONE, Box, NoticeCity


def run(data: Path, *arguments: str, code: int = 0, stdin: str | None = None) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--data", str(data)], input=stdin)
    assert done.exit_code == code, done.output
    return done


def asked(data: Path, *arguments: str, code: int = 0) -> Any:
    return json.loads(run(data, *arguments, "--json", code=code).stdout)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One ticket whose notices wait, two years ago by the clock of the commands."""
    city = NoticeCity(tmp_path)
    city.ticket()
    city.close()
    monkeypatch.setenv("YOUSU_SIMILAR", "off")
    return tmp_path


@pytest.fixture
def failed(tmp_path: Path) -> Path:
    """One ticket whose notices were given up."""
    city = NoticeCity(tmp_path)
    city.ticket()
    city.postman({"file": Box(*[Outcome("refused", "http_404")] * 50)}).deliver_all()
    city.close()
    return tmp_path


def kinds(rows: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(row["kind"] for row in rows)


def test_they_are_listed_with_the_state_of_the_outbox(data: Path) -> None:
    found = asked(data, "notices", "list")
    assert kinds(found["notices"]) == ["assigned"] * 3 + ["received", "routed"]
    assert found["outbox"]["waiting"] == 5
    few = asked(data, "notices", "list", "--status", "waiting", "--kind", "routed", "--limit", "1")
    assert kinds(few["notices"]) == ["routed"]
    ticket = few["notices"][0]["ticket_id"]
    assert len(asked(data, "notices", "list", "--ticket", ticket)["notices"]) == 5
    shown = run(data, "notices", "list")
    assert "5 waiting" in shown.stderr
    assert PHONE not in shown.output


def test_one_is_shown_with_its_facts(data: Path) -> None:
    notice = asked(data, "notices", "list", "--kind", "received")["notices"][0]["notice_id"]
    found = asked(data, "notices", "show", notice)
    assert [fact["type"] for fact in found["history"]] == ["notice.queued.v1"]
    assert "notice.queued.v1" in run(data, "notices", "show", notice).output
    assert "there is no notice" in run(data, "notices", "show", "x", code=1).output


def test_what_was_given_up_is_listed_and_tried_again(failed: Path) -> None:
    found = asked(failed, "notices", "list", "--status", "given_up")
    assert found["outbox"]["given_up_by_reason"] == [["file", "http_404", 5]]
    one = found["notices"][0]["notice_id"]
    assert asked(failed, "notices", "retry", one, "--by", "operator:li")["retried"] == 1
    again = asked(failed, "notices", "retry", one, "--by", "operator:li", code=1)
    assert again == {"retried": 0, "refused": {one: "notice_not_given_up"}}
    everything = run(failed, "notices", "retry", "--all", "--by", "operator:li")
    assert "4 will be tried again" in everything.output
    run(failed, "notices", "retry", "--by", "operator:li", code=2)


def test_all_that_is_due_is_sent_and_what_is_long_over_is_not_said(data: Path) -> None:
    found = asked(data, "notices", "send")
    assert found["suppressed"] == 5
    stands = asked(data, "notices", "list")["notices"]  # on a working morning there is a list, too
    told = {(row["status"], row["reason"]) for row in stands if row["kind"] != "daily_list"}
    assert told == {("suppressed", "stale")}
    assert "0 sent" in run(data, "notices", "send").output


def test_processing_delivers_too_where_notices_are_on(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOUSU_NOTICES", "on")
    found = asked(data, "process", "--until-idle")
    assert found["processors"]["notices"]["lag"] == 0
    assert asked(data, "notices", "list")["outbox"]["due"] == 0


def test_templates_are_checked_and_previewed(data: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    listed = runner.invoke(main, ["notices", "templates", "--json"])
    document = json.loads(listed.stdout)
    assert len(document["templates"]) == 16
    assert document["fields"]["rate"] == ["link", "number", "unit"]
    assert "daily_list" in runner.invoke(main, ["notices", "templates"]).output
    broken = tmp_path / "broken.toml"
    broken.write_text("[rate.zh]\n", "utf-8")
    refused = runner.invoke(main, ["notices", "templates", "--templates", str(broken)])
    assert refused.exit_code == 2
    assert "rate.zh.subject: is missing" in refused.output
    previews = asked(data, "notices", "preview", "resolved", "--lang", "en")["previews"]
    assert "has been resolved" in previews[0]["body"]
    assert (
        "could not be accepted"
        in run(data, "notices", "preview", "resolved", "--lang", "en").output
    )


def test_a_notice_is_previewed_with_its_address_masked(data: Path) -> None:
    notice = asked(data, "notices", "list", "--kind", "received")["notices"][0]["notice_id"]
    found = asked(data, "notices", "preview", notice)["previews"][0]
    assert found == {"command": "SuppressNotice", "suppression": "stale"}


def test_a_resident_opts_out_and_in_by_what_they_left(data: Path) -> None:
    by = ("--by", "operator:li")
    out = run(data, "notices", "opt-out", "--contact-file", "-", *by, "--json", stdin=f"{PHONE}\n")
    document = json.loads(out.stdout)
    assert document["opted_out"] == ["rate", "received", "routed"]
    resident = document["resident"]
    back = asked(data, "notices", "opt-in", "--resident", resident, "--kind", "rate", *by)
    assert back["opted_out"] == ["received", "routed"]
    unknown = run(data, "notices", "opt-out", "--contact-file", "-", *by, code=1, stdin="139")
    assert "nobody has left this contact" in unknown.output
    run(data, "notices", "opt-in", *by, code=2)
    shown = run(data, "notices", "opt-in", "--resident", resident, *by)
    assert "is not told: nothing" in shown.output


def test_their_rows_are_made_anew_from_their_facts(
    failed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "CHUNK_MAX", 3)
    asked(failed, "notices", "retry", "--all", "--by", "operator:li")
    asked(failed, "notices", "send")
    contact = ("--contact-file", "-", "--by", "operator:li")
    run(failed, "notices", "opt-out", *contact, stdin=PHONE)
    before = asked(failed, "notices", "list")["notices"]
    city = NoticeCity(failed)
    opted = city.system.log.query("SELECT * FROM notice_opt_outs ORDER BY resident, kind")
    city.close()
    assert asked(failed, "rebuild", "notices")["rebuilt"]["notices"] > 0
    assert asked(failed, "notices", "list")["notices"] == before
    city = NoticeCity(failed)
    assert city.system.log.query("SELECT * FROM notice_opt_outs ORDER BY resident, kind") == opted
    assert len(opted) == 3
    city.close()


def test_settings_that_say_nothing_are_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOUSU_NOTICES", "maybe")
    assert "expected on or off" in run(data, "notices", "list", code=2).output
    monkeypatch.setenv("YOUSU_NOTICES", "on")
    monkeypatch.setenv("YOUSU_NOTICES_POLICY", str(tmp_path / "nowhere.toml"))
    assert "nowhere.toml" in run(data, "notices", "list", code=2).output
    monkeypatch.delenv("YOUSU_NOTICES_POLICY")
    secrets = tmp_path / "secrets"
    secrets.write_text("# of the gateway\n\nsms:top:secret\nnothing\n", "utf-8")
    monkeypatch.setenv("YOUSU_NOTICES_SECRETS_FILE", str(secrets))
    refused = run(data, "notices", "list", code=2)
    assert "line 4: expected name:secret" in refused.output
    assert "top" not in refused.output
