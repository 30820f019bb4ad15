"""Templates and policies: what is wrong is refused when they are loaded, with place and reason."""

import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from services.domain.notice_values import KINDS
from services.notices.channels.opening import open_channels
from services.notices.contacts import Contact, contact_of
from services.notices.policy import NoticePolicyInvalid, default_notice_policy, load_notice_policy
from services.notices.samples import SAMPLES
from services.notices.templates import (
    LANGUAGES,
    NotSaid,
    TemplatesInvalid,
    default_templates,
    load_templates,
)
from services.platform.clock import SystemClock

SHIPPED = (files("services.notices") / "default_templates.toml").read_text("utf-8")
POLICY = (files("services.notices") / "default_policy.toml").read_text("utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_template_says_every_sample(kind: str, lang: str) -> None:
    template = default_templates()[kind, lang]  # type: ignore[index]
    for sample in SAMPLES[template.kind]:
        said = template.say(sample)
        assert said.subject
        assert "\n" not in said.subject
        assert "None" not in said.body
        assert "{" not in said.body


def test_a_version_is_that_of_the_words() -> None:
    shipped, again = default_templates(), default_templates()
    assert [one.version for one in shipped.values()] == [one.version for one in again.values()]
    assert len({one.version for one in shipped.values()}) == len(shipped)


def refused(tmp_path: Path, change: Callable[[str], str]) -> str:
    path = tmp_path / "templates.toml"
    path.write_text(change(SHIPPED), "utf-8")
    with pytest.raises(TemplatesInvalid) as refusal:
        load_templates(path)
    return str(refusal.value).replace(str(path), "FILE")


RATE = 'subject = "请您评价"'


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (RATE, 'subject = "{{ nummer }}"', "FILE: rate.zh.subject: line 1: unknown name 'nummer'"),
        (RATE, 'subject = "{{ reply }}"', "unknown name 'reply'; rate has link, number, unit"),
        (RATE, 'subject = "{{ number "', "FILE: rate.zh.subject: line 1: "),
        (RATE, 'subject = "{{ number.digits }}"', "rate.zh.subject: 'str object' has no attribute"),
        (RATE, 'subject = "{{ number.__class__ }}"', "rate.zh.subject: "),
        (RATE, 'subject = "{% for a in range(9) %}{% endfor %}"', "unknown name 'range'"),
        (RATE, 'subject = "{{ number | sqrt }}"', "rate.zh.subject: line 1: No filter named"),
        (RATE, 'subject = "{{ number - 1 }}"', "rate.zh.subject: TypeError"),
        (RATE, "", "FILE: rate.zh.subject: is missing"),
        (RATE, 'subject = " "', "FILE: rate.zh.subject: is missing"),
        (RATE, RATE + '\ntitle = "x"', "rate.zh.title: a template has subject and body only"),
        ("[rate.en]", "[rate.fr]", "rate.fr: there is no such language; languages are zh, en"),
        ("[rate.en]", "[rating.en]", "FILE: rating: there is no such kind of notice"),
        (RATE, f'subject = "{"x" * 9_000}"', "rate.zh.subject: longer than 8000 characters"),
        ("[rate.zh]", "[rate.zh", "FILE: "),
    ],
)
def test_what_is_wrong_with_a_template_is_said_when_it_is_loaded(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert reason in refused(tmp_path, lambda text: text.replace(old, new, 1))


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = SHIPPED.replace("{{ link }}", "{{ links }}")
    assert refused(tmp_path, lambda _: text).count("unknown name 'links'") == 2
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(TemplatesInvalid, match="not UTF-8"):
        load_templates(tmp_path / "bytes.toml")


def test_what_cannot_be_said_in_the_end_names_the_place_and_no_value() -> None:
    template = default_templates()["rate", "zh"]
    with pytest.raises(NotSaid) as refusal:
        template.say({"number": "13897000001"})
    assert str(refusal.value) == "rate.zh.body: UndefinedError"


def test_a_subject_is_one_line_whatever_stands_in_it() -> None:
    sample = {**SAMPLES["escalated"][0], "measure": "催办\r\nBcc: somebody"}
    assert "\n" not in default_templates()["escalated", "zh"].say(sample).subject


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('hours = "waking"', 'hours = "sleeping"', "kinds.received.hours: there is no hours."),
        ('phone = "file"', 'phone = "sms"', "residents.phone: there is no channels.sms"),
        ('through = "file"', 'through = "post"', "units.through: there is no channels.post"),
        ('begins = "08:00"', 'begins = "22:00"', "begins must be before ends"),
        ('begins = "08:00"', 'begins = "8"', "hours.waking.begins"),
        ("={token}", "={contact}", "rate_url: may hold {token} and no other"),
        ("[kinds.rate]", "[kinds.rating]", "kinds.rating"),
        ('adapter = "file"', 'adapter = "pigeon"', "channels.file"),
        ('path = "notices.jsonl"', 'way = "x"', "channels.file"),
        ("[kinds.assigned]", "[kinds.assigned]\noptional = true", "units cannot opt out"),
        ('name = "xining"', "name = 1", "name"),
        (
            'adapter = "file"\npath = "notices.jsonl"',
            'adapter = "webhook"\nurl = "http://sms.example/"',
            "needs https beyond this machine",
        ),
        (
            'adapter = "file"\npath = "notices.jsonl"',
            'adapter = "smtp"\nhost = "mail.example"\nsender = "a@b.example"\nsecurity = "none"',
            "tls or starttls is needed beyond this machine",
        ),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_when_it_is_loaded(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY.replace(old, new, 1), "utf-8")
    with pytest.raises(NoticePolicyInvalid) as refusal:
        load_notice_policy(path)
    assert str(refusal.value).startswith(str(path))
    assert reason in str(refusal.value)


@pytest.mark.parametrize("content", [b"\xff", b"name = "])
def test_a_policy_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "policy.toml").write_bytes(content)
    with pytest.raises(NoticePolicyInvalid):
        load_notice_policy(tmp_path / "policy.toml")


WEBHOOK = '[channels.sms]\nadapter = "webhook"\nurl = "https://sms.example/send"\n'
MAIL = '[channels.post]\nadapter = "smtp"\nhost = "mail.example"\nsender = "a@b.example"\n'


def test_a_channel_has_its_secrets_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    channels = f'{WEBHOOK}secret = "sms"\n{MAIL}login = "city"\npassword = "post"\n'
    path.write_text(POLICY + channels, "utf-8")
    policy = load_notice_policy(path)
    opened = open_channels(policy, {"sms": "s", "post": "p"}, tmp_path, SystemClock())
    assert sorted(opened) == ["file", "post", "sms"]
    for channel in opened.values():
        channel.close()
    with pytest.raises(NoticePolicyInvalid, match=r"channels\.post\.password: .* named post"):
        open_channels(policy, {"sms": "s"}, tmp_path, SystemClock())


def test_a_body_of_ones_own_is_looked_at_before_it_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f'{POLICY}{WEBHOOK}body = \'{{{{"to": "{{to}}"}}\'\n', "utf-8")
    with pytest.raises(NoticePolicyInvalid, match=r"channels\.sms\.body: is not JSON"):
        open_channels(load_notice_policy(path), {}, tmp_path, SystemClock())


@pytest.mark.parametrize(
    ("words", "contact"),
    [
        ("13897001234", Contact("phone", "13897001234")),
        ("+86 138-9700-1234", Contact("phone", "13897001234")),
        ("１３８９７００１２３４", Contact("phone", "13897001234")),
        ("Li@Mail.example", Contact("email", "Li@Mail.example")),
        ("12345678901", None),
        ("li@mail", None),
        ("li@mail.example\nbcc:x@y.example", None),
        ("", None),
    ],
)
def test_what_a_resident_can_be_reached_by(words: str, contact: Contact | None) -> None:
    assert contact_of(words) == contact
    assert "138" not in repr(contact)


def test_the_shipped_policy_tells_everybody_in_both_files() -> None:
    policy = default_notice_policy()
    assert set(policy.kinds) == set(KINDS)
    assert set(tomllib.loads(SHIPPED)) == set(KINDS)
    assert "resolved" not in policy.optional_kinds()
