"""The outbox end to end: from facts to lines in a file, with a real log and real keys."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from services.console.notices import desk_of, postman_of
from services.domain import commands as k
from services.domain.notice_decide import NoticeNotGivenUp, NoticeUnknown
from services.domain.personal import Personal
from services.evaluation.tokens import Link, link_of
from services.notices.channels.message import Outcome
from services.notices.policy import NoticePolicy
from services.notices.reading import figures_of, given_up_by_reason, history_of
from services.platform.failures import Outage
from services.platform.processor import decode_all
from tests.services.notices.notice_city import OTHER_PHONE, PHONE, UNIT, Box, NoticeCity
from tests.services.notices.policies import policy_with, without_haste

NIGHT = datetime(2026, 3, 11, 15, 30, tzinfo=UTC)  # 23:30 in Xining
SATURDAY = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
UNSURE = Outcome("unsure", "timeout")


def told(city: NoticeCity) -> list[tuple[str, str]]:
    return [(line["kind"], line["audience"]) for line in city.lines()]


def mail_policy(**channel: object) -> NoticePolicy:
    """Everything by a channel that cannot tell what it has sent before."""
    given = {"adapter": "webhook", "url": "http://127.0.0.1:1/", **channel}
    return policy_with(
        channels={"mail": given},
        residents={"phone": "mail", "email": "mail"},
        units={"through": "mail"},
    )


def test_everybody_is_told_from_the_first_word_to_the_answer(city: NoticeCity) -> None:
    ticket = city.ticket()
    city.deliver()
    city.pass_time(hours=1)
    city.resolve(ticket)
    city.deliver()
    counted = Counter(told(city))
    assert counted == {
        ("received", "resident"): 1,
        ("routed", "resident"): 1,
        ("assigned", "unit"): 3,
        ("daily_list", "unit"): 3,  # who assists has a part of it
        ("resolved", "resident"): 1,
        ("rate", "resident"): 1,
    }
    answer = next(line for line in city.lines() if line["kind"] == "resolved")
    assert "已修好，室温正常。" in answer["body"]
    assert answer["to"] == "138****0001"


def test_the_link_to_rate_is_good_for_this_handling(city: NoticeCity) -> None:
    ticket = city.ticket()
    city.resolve(ticket)
    city.deliver()
    asked = next(line for line in city.lines() if line["kind"] == "rate")
    token = asked["body"].rpartition("/rate?token=")[2]
    assert link_of(city.system.keyring, token) == Link(ticket, 1)


def test_every_reporter_of_a_joined_and_of_a_merged_ticket_is_told(city: NoticeCity) -> None:
    same = {"text": "三号楼没有暖气", "address": "西关大街3号"}
    first = city.ticket("a", **same)
    assert city.ticket("b", **same, contact=OTHER_PHONE) == first  # the same words: joined
    other = city.ticket("c", contact="13897000003")
    city.do(k.MergeTicket, other, primary=first)
    city.deliver()
    city.resolve(first)
    city.deliver()
    answers = [line["to"] for line in city.lines() if line["kind"] == "resolved"]
    assert sorted(answers) == ["138****0001", "138****0002", "138****0003"]


def test_what_is_processed_again_is_not_told_again(city: NoticeCity) -> None:
    city.ticket()
    city.deliver()
    before = city.lines()
    processor = next(r.processor for r in city.system.transport.runners if r.name == "notices")
    batch = city.system.log.read_all(0, 1_000)
    assert processor.react(decode_all(batch)[0], city.clock.now()).is_empty
    city.deliver()
    assert city.lines() == before


def test_at_night_nothing_is_said_but_what_is_urgent_to_a_unit(tmp_path: Path) -> None:
    city = NoticeCity(tmp_path, NIGHT)
    city.ticket()  # of one working day
    assert city.deliver().postponed == 2
    assert set(told(city)) == {("assigned", "unit")}
    assert city.stands()["received", "resident"] == ("waiting", "quiet_hours")
    city.pass_time(hours=8, minutes=31)  # 08:01
    city.deliver()
    assert {("received", "resident"), ("routed", "resident")} <= set(told(city))
    city.close()


def test_units_are_left_alone_on_days_that_are_not_worked(tmp_path: Path) -> None:
    city = NoticeCity(tmp_path, SATURDAY)
    city.ticket()
    box = Box()
    city.postman({"file": box}, without_haste()).deliver_all()
    assert {message.kind for message in box.taken} == {"received", "routed"}
    assigned = {(row.reason, row.next_at) for row in city.rows(kind="assigned")}
    assert assigned == {("quiet_hours", "2026-03-16T00:30:00.000000Z")}
    city.deliver()
    assert not city.rows(kind="daily_list")
    city.close()


def test_a_morning_after_a_week_away_is_no_flood(city: NoticeCity) -> None:
    """The facts of the week come late, as they do when nothing ran."""
    ticket = city.ticket()
    city.deliver()
    for _ in range(12):
        city.pass_time(days=1)  # the clocks run; nobody delivers
    city.deliver()
    before = {"received", "routed", "assigned"}
    since = [line for line in city.lines() if line["kind"] not in before]
    since = [line for line in since if "2026-03-11待办" not in line["body"]]
    assert Counter((line["kind"], line["recipient"]) for line in since) == {
        ("escalated", "city"): 2,  # of the clock to accept, and of that to resolve
        ("escalated", UNIT): 2,
        ("daily_list", UNIT): 1,
        ("daily_list", "housing-security"): 1,  # they assist, and are late, too
        ("daily_list", "630104-housing-construction"): 1,
    }
    assert ticket in since[0]["body"]


def test_who_opted_out_is_told_what_must_be_told(city: NoticeCity) -> None:
    ticket = city.ticket()
    resident = city.system.keyring.resident_of(PHONE)
    assert resident is not None
    desk = desk_of(city.system)
    kinds = desk.policy.optional_kinds()
    assert desk.opt_out(resident, ("resolved", *kinds), "operator:li", "1").opted_out == set(kinds)
    assert desk.opt_out(resident, kinds, "operator:li", "2").version == 1  # nothing changed
    city.resolve(ticket)
    city.deliver()
    assert [kind for kind, audience in told(city) if audience == "resident"] == ["resolved"]
    assert city.stands()["rate", "resident"] == ("suppressed", "opted_out")
    assert desk.opt_in(resident, ("rate",), "operator:li", "3").opted_out == {"received", "routed"}


@pytest.mark.parametrize(
    ("contact", "why"),
    [
        (None, "no_contact"),
        ("0971-8230000", "malformed_contact"),  # a landline takes no short messages
        ("1389700000", "malformed_contact"),
        ("li@@example", "malformed_contact"),
        ("微信：小李在城西", "malformed_contact"),
    ],
)
def test_who_cannot_be_reached_is_noted_and_holds_up_nobody(
    city: NoticeCity, contact: str | None, why: str
) -> None:
    city.ticket(contact=contact)
    city.deliver()
    assert city.stands()["received", "resident"] == ("suppressed", why)
    assert ("assigned", "unit") in told(city)


def test_an_erased_resident_is_told_nothing_any_more(city: NoticeCity) -> None:
    ticket = city.ticket()
    city.deliver()
    resident = city.system.keyring.resident_of(PHONE)
    assert resident is not None
    city.system.keyring.erase(resident)
    city.resolve(ticket)
    city.deliver()
    assert city.stands()["resolved", "resident"] == ("suppressed", "erased")


def test_mail_goes_to_who_left_an_address(city: NoticeCity) -> None:
    city.ticket(contact=" Li.Na+12345@mail.xining.example ")
    box = Box()
    policy = policy_with(residents={"phone": "", "email": "file"})
    city.postman({"file": box}, policy).deliver_all()
    to_resident = {message.to for message in box.taken if message.audience == "resident"}
    assert to_resident == {"Li.Na+12345@mail.xining.example"}
    city.ticket("b")
    city.postman({"file": box}, policy).deliver_all()
    assert ("suppressed", "no_channel") in {(row.status, row.reason) for row in city.rows()}


def test_units_have_addresses_and_leaders_have_their_units(city: NoticeCity) -> None:
    city.ticket()
    addresses = {UNIT: "heating@xining.example"}
    policy = policy_with(
        channels={
            "post": {
                "adapter": "smtp",
                "host": "127.0.0.1",
                "sender": "12345@xining.example",
                "security": "none",
            }
        },
        residents={"phone": "", "email": ""},
        units={"through": "post", "addresses": addresses},
    )
    assert policy.units.address(f"{UNIT}/leader") == "heating@xining.example"
    box = Box()
    city.postman({"post": box}, policy).deliver_all()
    assert [message.to for message in box.taken] == ["heating@xining.example"]
    assert city.stands()["assigned", "housing-security"] == ("suppressed", "no_contact")


def test_a_channel_that_fails_is_tried_again_and_given_up_in_the_end(city: NoticeCity) -> None:
    city.ticket()
    policy = policy_with(retry={"attempts_max": 2})
    down = Box(*[Outcome("failed", "http_503")] * 100)
    city.postman({"file": down}, policy).deliver_all()
    assert {row.status for row in city.rows()} == {"waiting"}
    city.clock.advance_to(city.clock.now() + timedelta(minutes=1))
    city.postman({"file": down}, policy).deliver_all()
    assert {(row.status, row.reason) for row in city.rows()} == {("given_up", "http_503")}
    figures = figures_of(city.system.log, city.clock.now())
    assert (figures.given_up, figures.due) == (len(city.rows()), 0)
    assert given_up_by_reason(city.system.log) == [("file", "http_503", len(city.rows()))]
    assert down.taken == []


def test_a_person_has_one_tried_again(city: NoticeCity) -> None:
    city.ticket()
    city.postman({"file": Box(*[Outcome("refused", "http_404")] * 100)}).deliver_all()
    desk = desk_of(city.system)
    notice = city.rows(kind="received")[0].notice_id
    assert desk.retry(notice, "operator:li", "1").status == "waiting"
    box = Box()
    city.postman({"file": box}).deliver_all()
    assert [message.kind for message in box.taken] == ["received"]
    assert box.taken[0].again
    with pytest.raises(NoticeNotGivenUp):
        desk.retry(notice, "operator:li", "2")
    with pytest.raises(NoticeUnknown):
        desk.retry("0" * 32, "operator:li", "3")
    kinds = [fact["type"].split(".")[1] for fact in history_of(city.system.log, notice)]
    assert kinds == ["queued", "attempted", "given_up", "retried", "attempted", "sent"]


def test_what_may_have_gone_out_is_held_unless_the_channel_drops_a_second_one(
    city: NoticeCity,
) -> None:
    city.ticket()
    held = Box(*[UNSURE] * 100)
    city.postman({"mail": held}, mail_policy()).deliver_all()
    assert {(row.status, row.unsure) for row in city.rows()} == {("given_up", 1)}
    assert len(held.taken) == len(city.rows())

    again = city.ticket("b")
    box = Box(*[UNSURE] * 100)
    policy = mail_policy(resend_unsure=True)
    city.postman({"mail": box}, policy).deliver_all()
    city.clock.advance_to(city.clock.now() + timedelta(minutes=1))
    box.outcomes.clear()
    city.postman({"mail": box}, policy).deliver_all()
    assert {row.status for row in city.rows(ticket_id=again)} == {"sent"}
    assert {message.again for message in box.taken} == {False, True}


def test_a_fault_of_a_channel_is_no_fault_of_the_postman(city: NoticeCity) -> None:
    city.ticket()
    box = Box(RuntimeError(f"to {PHONE}"))
    city.postman({"mail": box}, mail_policy()).deliver_all()
    assert ("given_up", "channel_fault") in {(row.status, row.reason) for row in city.rows()}
    assert city.postman({}, mail_policy()).deliver().looked == 0


def test_a_channel_that_is_gone_from_the_policy_is_a_failure_that_waits(city: NoticeCity) -> None:
    city.ticket()
    city.postman({}).deliver_all()
    assert {row.reason for row in city.rows()} == {"no_such_channel"}


def test_an_outage_while_settling_is_waited_out(
    city: NoticeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.ticket()
    log, box, rested = city.system.log, Box(), []
    append = log.append
    state = {"calls": 0}

    def flaky(*arguments: object, **named: object) -> object:
        state["calls"] += 1
        if state["calls"] in (2, 3):
            raise Outage("database: away")
        return append(*arguments, **named)  # type: ignore[arg-type]

    postman = city.postman({"file": box}, rest=rested.append)
    monkeypatch.setattr(log, "append", flaky)
    postman.deliver_all()
    assert {row.status for row in city.rows()} == {"sent"}
    assert len(rested) == 2


def test_notices_begin_with_what_happens_after_they_were_switched_on(tmp_path: Path) -> None:
    before = NoticeCity(tmp_path, notices="off")
    old = before.ticket("a")
    before.close()
    city = NoticeCity(tmp_path)
    new = city.ticket("b")
    city.deliver()
    assert {row.ticket_id for row in city.rows() if row.ticket_id} == {new} != {old}
    city.close()


def test_what_was_old_when_it_was_written_down_is_told_to_nobody(city: NoticeCity) -> None:
    city.ticket(received_at=city.clock.now() - timedelta(days=400))
    assert not city.rows(kind="received")


def test_no_address_and_no_word_is_in_facts_or_rows(city: NoticeCity) -> None:
    ticket = city.ticket()
    city.resolve(ticket)
    city.deliver()
    stored = "".join(one.data.decode() for one in city.system.log.read_all(0, 10_000)) + repr(
        [tuple(row) for row in city.rows()]
    )
    assert PHONE not in stored
    assert "已修好" not in stored
    assert "没有暖气" not in stored


def test_a_postman_of_another_process_takes_nothing_twice(city: NoticeCity) -> None:
    for number in range(5):
        city.ticket(str(number))
    other = city.again()
    box, other_box = Box(), Box()
    postmen = [city.postman({"file": box}), other.postman({"file": other_box})]
    while any(postman.deliver().looked for postman in postmen):
        pass
    everything = [message.notice_id for message in (*box.taken, *other_box.taken)]
    assert len(everything) == len(set(everything)) == len(city.rows())
    other.close()


def test_the_postman_of_the_system_writes_where_the_policy_says(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    text = (files("services.notices") / "default_policy.toml").read_text("utf-8")
    policy.write_text(text.replace('"notices.jsonl"', '"out/told.jsonl"'), "utf-8")
    city = NoticeCity(tmp_path / "data", notices_policy=policy)
    city.ticket()
    postman_of(city.system).deliver_all()
    assert (tmp_path / "data" / "out" / "told.jsonl").exists()
    city.close()


def test_who_has_a_part_is_told_what_it_is_and_when_it_is_late(city: NoticeCity) -> None:
    ticket_id = city.ticket()
    rules = city.system.rules().clock_rules()
    city.do(k.AcceptTicket, ticket_id, unit=UNIT)
    resident = city.system.handler.tickets([ticket_id])[ticket_id].resident
    note = Personal(resident, "请检查阀门")
    day = date(2026, 3, 12)
    city.do(k.GiveSubtask, ticket_id, unit=UNIT, to="water", due_day=day, note=note, rules=rules)
    city.deliver()
    mine = {line["kind"]: line["body"] for line in city.lines() if line["recipient"] == "water"}
    assert set(mine) == {"assigned", "daily_list"}
    assert "的子任务1，" in mine["assigned"]
    assert "于2026-03-12前办结" in mine["assigned"]
    assert "阀门" not in mine["assigned"]  # words about a resident's matter stay in the system
    assert "子任务" in mine["daily_list"]
    city.pass_time(hours=31)  # 17:00 on the day it ends
    city.pass_time(hours=17)  # 10:00 on the day after
    city.deliver()
    warned = [row for row in city.rows(kind="due_soon") if row.recipient == "water"]
    assert [row.reason for row in warned] == ["stale"]  # nobody delivered in time
    late = [line for line in city.lines() if line["subject"].startswith("逾期")]
    assert {line["recipient"] for line in late if "子任务" in line["body"]} == {"water", UNIT}
