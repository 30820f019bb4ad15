"""The contract of all channels, each against a real receiver; and what is each one's own."""

import email
import email.policy
import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.notices.channels.file import FileOutlet, masked
from services.notices.channels.message import SENT, Channel, Message, Outcome
from services.notices.channels.smtp import SmtpOutlet
from services.notices.channels.values import SmtpChannel, WebhookChannel
from services.notices.channels.webhook import (
    ANSWER_BYTES_MAX,
    WebhookOutlet,
    body_fault,
    signature,
)
from services.platform.clock import VirtualClock
from tests.services.notices.certificates import self_signed
from tests.services.notices.receivers import (
    Answer,
    MailReceiver,
    WebReceiver,
    mail_server,
    web_server,
)

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)
CLOCK = VirtualClock(NOW)
NOWHERE = "http://127.0.0.1:9/"  # discard: nobody listens there
Taken = Callable[[], list[tuple[str, str]]]  # (notice, what was said)


def message(number: int = 1, **values: Any) -> Message:
    given = {
        "notice_id": f"{number:032x}",
        "kind": "resolved",
        "audience": "resident",
        "recipient": "018f00000000aaaaaaaaaaaa",
        "ticket_id": "018f0000-0000-7000-8000-000000000001",
        "queued_at": "2026-03-11T02:00:00.000000Z",
        "again": False,
        "to": "li@xining.example",
        "subject": "诉求办理答复",
        "body": f"已办结{number}。\n答复：室温正常。",
    }
    return Message(**(given | values))


def webhook(url: str, **values: Any) -> WebhookOutlet:
    secrets = {name: values.pop(name, None) for name in ("signing", "token")}
    channel = WebhookChannel(adapter="webhook", url=url, **values)
    return WebhookOutlet(channel, CLOCK, secrets["signing"], secrets["token"])


def smtp(port: int, **values: Any) -> SmtpOutlet:
    password, ca_file = values.pop("secret", None), values.pop("trusted", None)
    given = {"host": "127.0.0.1", "sender": "12345@xining.example", "security": "none"} | values
    return SmtpOutlet(SmtpChannel(adapter="smtp", port=port, **given), CLOCK, password, ca_file)


@pytest.fixture(params=["file", "webhook", "smtp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Channel, Taken]]:
    if request.param == "file":
        path = tmp_path / "out" / "notices.jsonl"

        def lines() -> list[tuple[str, str]]:
            found = map(json.loads, path.read_text("utf-8").splitlines())
            return [(one["id"], one["body"]) for one in found]

        yield FileOutlet(path), lines
    elif request.param == "webhook":
        web = WebReceiver()
        with web_server(web) as url:
            channel = webhook(url)

            def posted() -> list[tuple[str, str]]:
                found = [one.document for one in web.requests]
                return sorted((one["id"], one["body"]) for one in found)

            yield channel, posted
            channel.close()
    else:
        mails = MailReceiver()
        with mail_server(mails) as port:

            def mailed() -> list[tuple[str, str]]:
                parsed = [
                    email.message_from_bytes(one, policy=email.policy.default)
                    for _, one in mails.mails
                ]
                return [
                    (one["Message-ID"].strip("<>").split("@")[0], one.get_content().strip())
                    for one in parsed
                ]

            yield smtp(port), mailed


def test_every_message_arrives_once_with_its_id_and_words(place: tuple[Channel, Taken]) -> None:
    channel, taken = place
    messages = [message(number) for number in range(1, 6)]
    assert channel.send(messages, 60) == [SENT] * 5
    got = [(notice, said.replace("\r\n", "\n")) for notice, said in taken()]
    assert got == [(one.notice_id, one.body) for one in messages]


def test_nothing_is_sent_where_there_is_nothing(place: tuple[Channel, Taken]) -> None:
    assert place[0].send([], 60) == []


@pytest.mark.parametrize(
    "channel",
    [
        lambda folder: FileOutlet(folder / "file" / "notices.jsonl"),
        lambda folder: webhook(NOWHERE),
        lambda folder: smtp(9),
        lambda folder: smtp(9, security="tls"),
    ],
)
def test_a_receiver_that_is_away_is_a_failure_and_raises_nothing(
    channel: Callable[[Path], Channel], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    outcomes = channel(tmp_path).send([message(1), message(2)], 60)
    assert {outcome.result for outcome in outcomes} == {"failed"}
    assert len(outcomes) == 2


def test_what_cannot_be_begun_in_time_has_failed() -> None:
    web, mails = WebReceiver(), MailReceiver()
    with web_server(web) as url, mail_server(mails) as port:
        for channel in (webhook(url), smtp(port)):
            assert channel.send([message()], 0) == [Outcome("failed", "out_of_time")]
            channel.close()
    assert web.requests == mails.mails == []


def test_nobodys_address_is_shown() -> None:
    assert "li@" not in repr(message())
    assert "已办结" not in repr(message())


# The file


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("13897001234", "138****1234"),
        ("li.na@xining.example", "l***@xining.example"),
        ("5550", "****"),
        ("+86 138-9700-1234", "861****1234"),
    ],
)
def test_an_address_in_the_file_is_masked(contact: str, shown: str) -> None:
    assert masked(contact) == shown


def test_the_file_is_for_its_owner_and_may_hold_addresses_if_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    FileOutlet(path, masks=False).send([message()], 60)
    assert json.loads(path.read_text("utf-8"))["to"] == "li@xining.example"
    assert path.stat().st_mode & 0o077 == 0


def test_a_torn_line_is_taken_away_and_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    outlet = FileOutlet(path)
    outlet.send([message(1), message(2)], 60)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 3])  # a crash in the middle of a line
    again = [replace(message(number), again=True) for number in (1, 2, 3)]
    assert outlet.send(again, 60) == [SENT] * 3
    ids = [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]
    assert ids == [message(number).notice_id for number in (1, 2, 3)]


def test_a_file_that_is_one_torn_line_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    path.write_bytes(b'{"id": "0000' + b"x" * 200_000)
    FileOutlet(path).send([message()], 60)
    assert len(path.read_text("utf-8").splitlines()) == 1


# The webhook


def sent_with(*answers: Answer, **values: Any) -> list[Outcome]:
    receiver = WebReceiver(*answers)
    with web_server(receiver) as url:
        outlet = webhook(url, parallel=1, **values)
        outcomes = outlet.send([message(number) for number in range(len(answers))], 60)
        outlet.close()
    return outcomes


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(202), SENT),
        (Answer(204), SENT),
        (Answer(301, headers=(("Location", NOWHERE),)), Outcome("refused", "http_301")),
        (Answer(400), Outcome("refused", "http_400")),
        (Answer(404, "<html>", "text/html"), Outcome("refused", "http_404")),
        (Answer(500), Outcome("failed", "http_500")),
        *((Answer(n), Outcome("unsure", f"http_{n}")) for n in (502, 504, 520, 522, 524)),
        (Answer(503, headers=(("Retry-After", "120"),)), Outcome("failed", "http_503", 120.0)),
        (Answer(429, headers=(("Retry-After", "7"),)), Outcome("failed", "http_429", 7.0)),
        (Answer(429, headers=(("Retry-After", "soon"),)), Outcome("failed", "http_429")),
        (Answer(429, headers=(("Retry-After", "²"),)), Outcome("failed", "http_429")),
        (
            Answer(429, headers=(("Retry-After", "Wed, 11 Mar 2026 02:01:00 GMT"),)),
            Outcome("failed", "http_429", 60.0),
        ),
        (Answer(200, "<html>登录</html>", "text/html"), Outcome("failed", "web_page")),
        (Answer(hangs_s=0.4), Outcome("unsure", "timeout")),
        (Answer(closes=True), Outcome("unsure", "connection_lost")),
    ],
)
def test_what_an_answer_means(answer: Answer, outcome: Outcome) -> None:
    assert sent_with(answer, timeout_s=0.2 if answer.hangs_s else 5) == [outcome]


def test_one_refusal_stops_no_other() -> None:
    outcomes = sent_with(Answer(200), Answer(410), Answer(200))
    assert [one.result for one in outcomes] == ["sent", "refused", "sent"]


def test_a_gateway_says_in_its_answer_whether_it_has_taken_it() -> None:
    outcomes = sent_with(
        Answer(body='{"code": 0}'),
        Answer(body='{"code": 17, "message": "13897000001"}'),
        Answer(body="OK", content_type="text/plain"),
        Answer(body="[0]"),
        Answer(body='{"code": 0, "more": "' + "x" * ANSWER_BYTES_MAX + '"}'),
        Answer(body="[" * 60_000),
        accepts={"code": "0"},
    )
    assert outcomes == [
        SENT,
        Outcome("refused", "not_accepted"),
        Outcome("unsure", "not_json"),
        Outcome("unsure", "not_json"),
        Outcome("unsure", "answer_too_long"),
        Outcome("unsure", "not_json"),
    ]


def test_it_is_signed_and_named_the_same_at_every_attempt() -> None:
    receiver = WebReceiver()
    with web_server(receiver) as url:
        outlet = webhook(f"{url}/in?a=1", signing="k", token="t")
        outlet.send([message()], 60)
        outlet.send([replace(message(), again=True)], 60)
        outlet.close()
    first, second = receiver.requests
    headers = {name.lower(): value for name, value in first.headers.items()}
    assert first.path == "/in?a=1"
    assert headers["authorization"] == "Bearer t"
    assert headers["x-yousu-signature"] == signature("k", headers["x-yousu-timestamp"], first.body)
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body


def test_a_gateway_for_short_messages_gets_the_body_it_wants() -> None:
    receiver = WebReceiver()
    body = '{"mobile": {to}, "content": {body}, "sn": {id}, "sign": "12345"}'
    with web_server(receiver) as url:
        outlet = webhook(url, body=body, characters_max=20)
        said = 'quote " and {to}\n' + "长" * 50
        outlet.send([message(to="13897000001", body=said)], 60)
        outlet.close()
    assert receiver.requests[0].document == {
        "mobile": "13897000001",
        "content": said[:19] + "…",
        "sn": message().notice_id,
        "sign": "12345",
    }


def test_a_body_that_is_no_json_is_a_fault() -> None:
    assert body_fault('{"mobile": {to}}') is None
    assert "not JSON" in (body_fault('{"mobile": "{to}"}') or "")


# Mail


def test_one_refused_recipient_stops_no_other() -> None:
    refused = {"gone@x.example": "550 no such user", "full@x.example": "452 mailbox full"}
    receiver = MailReceiver(refused)
    people = ["a@x.example", "gone@x.example", "full@x.example", "b@x.example"]
    with mail_server(receiver) as port:
        outcomes = smtp(port).send([message(n, to=to) for n, to in enumerate(people)], 60)
    assert outcomes == [
        SENT,
        Outcome("refused", "smtp_recipient_550"),
        Outcome("failed", "smtp_recipient_452"),
        SENT,
    ]
    assert [to for to, _ in receiver.mails] == [["a@x.example"], ["b@x.example"]]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("554 spam", Outcome("refused", "smtp_data_554")),
        ("451 later", Outcome("failed", "smtp_data_451")),
    ],
)
def test_what_is_refused_after_the_words(answer: str, outcome: Outcome) -> None:
    with mail_server(MailReceiver(at_data=answer)) as port:
        assert smtp(port).send([message()], 60) == [outcome]


def test_after_a_farewell_of_the_server_the_next_mail_goes_over_a_new_connection() -> None:
    receiver = MailReceiver({"b@x.example": "421 too many at once"})
    people = ["a@x.example", "b@x.example", "c@x.example"]
    with mail_server(receiver) as port:
        outcomes = smtp(port).send([message(n, to=to) for n, to in enumerate(people)], 60)
    assert outcomes == [SENT, Outcome("failed", "smtp_recipient_421"), SENT]
    assert [to for to, _ in receiver.mails] == [["a@x.example"], ["c@x.example"]]


def test_an_address_of_no_form_is_refused_and_never_splits_a_header() -> None:
    receiver = MailReceiver()
    with mail_server(receiver) as port:
        bad = [message(to="a@x.example\r\nBcc: b@x.example"), message(to=""), message()]
        outcomes = smtp(port).send(bad, 60)
    assert [one.result for one in outcomes] == ["refused", "refused", "sent"]
    assert len(receiver.mails) == 1


def test_mail_is_named_the_same_at_every_attempt_and_asks_for_no_answer() -> None:
    receiver = MailReceiver()
    with mail_server(receiver) as port:
        outlet = smtp(port)
        outlet.send([message()], 60)
        outlet.send([replace(message(), again=True)], 60)
    parsed = [email.message_from_bytes(one) for _, one in receiver.mails]
    assert {one["Message-ID"] for one in parsed} == {f"<{message().notice_id}@xining.example>"}
    assert {one["Auto-Submitted"] for one in parsed} == {"auto-generated"}
    assert NOW + timedelta(0) == email.utils.parsedate_to_datetime(parsed[0]["Date"])


def test_it_logs_in_over_tls_that_it_trusts(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    receiver = MailReceiver()
    options = {"tls_context": context, "authenticator": receiver.authenticate}
    values = {"security": "starttls", "login": "city"}
    with mail_server(receiver, **options) as port:
        good = smtp(port, **values, secret="secret-of-the-mail", trusted=certificate)
        assert good.send([message()], 60) == [SENT]
        wrong = smtp(port, **values, secret="wrong", trusted=certificate)
        assert wrong.send([message()], 60) == [Outcome("failed", "login_refused")]
        stranger = smtp(port, **values, secret="secret-of-the-mail")
        assert stranger.send([message()], 60) == [Outcome("failed", "certificate")]
    assert len(receiver.mails) == 1
