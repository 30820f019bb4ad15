"""Residents' keys: sealed words open only where they stand, and never again once erased."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain import events as e
from services.domain.codec import decode, encode
from services.domain.personal import Personal, SealingContext, associated_data
from services.platform.failures import Outage
from services.platform.key_store_sqlite import SqliteKeyStore
from services.platform.keys import SealBroken, plain_contact
from services.platform.words import open_words
from tests.domain.facts import MONDAY, TICKET, WORDS, fact
from tests.platform.helpers import MASTER_KEY
from tests.platform.key_store_contract import PLACE, KeyStoreContract, resident


class TestSqliteKeys(KeyStoreContract):
    """In a file of their own."""


def test_sealed_words_open_where_they_stand_also_for_another_process(open_keyring):
    first = open_keyring()
    subject = resident(first)
    stored = first.seal(Personal(subject, WORDS), PLACE)
    assert stored.startswith(f"s1.{subject}.")
    assert WORDS not in stored
    assert open_keyring().open(Personal(subject, sealed=stored), PLACE) == WORDS


def test_the_same_words_are_never_sealed_alike(keyring):
    words = Personal(resident(keyring), WORDS)
    assert keyring.seal(words, PLACE) != keyring.seal(words, PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        associated_data("another ticket", 1, "ticket.opened.v1", "text"),
        associated_data(TICKET, 2, "ticket.opened.v1", "text"),
        associated_data(TICKET, 1, "ticket.report_joined.v1", "text"),
        associated_data(TICKET, 1, "ticket.opened.v1", "title"),
    ],
)
def test_sealed_words_do_not_open_anywhere_else(keyring, elsewhere):
    subject = resident(keyring)
    moved = Personal(subject, sealed=keyring.seal(Personal(subject, WORDS), PLACE))
    with pytest.raises(SealBroken):
        keyring.open(moved, elsewhere)


@pytest.mark.parametrize("damage", ["", "AAAA", "!", "A" * 80, "暖"])
def test_a_damaged_seal_is_broken_and_says_nothing(keyring, damage):
    subject = resident(keyring)
    with pytest.raises(SealBroken) as caught:
        keyring.open(Personal(subject, sealed=f"s1.{subject}.{damage}"), PLACE)
    assert "暖" not in str(caught.value)


def test_words_of_one_resident_do_not_open_with_the_key_of_another(keyring):
    one, other = resident(keyring), resident(keyring, "13897000001")
    stored = keyring.seal(Personal(one, WORDS), PLACE).split(".")[2]
    with pytest.raises(SealBroken):
        keyring.open(Personal(other, sealed=f"s1.{other}.{stored}"), PLACE)


def test_an_event_survives_the_way_to_the_log_and_back(keyring):
    subject = resident(keyring)
    opened = fact(e.TicketOpened, text=Personal(subject, WORDS), resident=subject)
    data = encode(opened, SealingContext(keyring.seal, 1))
    stored = decode("ticket.opened.v1", data)
    assert WORDS.encode() not in data
    assert open_words(keyring, stored, 1, "text") == WORDS
    assert open_words(keyring, stored, 1, "title") is None
    assert open_words(keyring, opened, 1, "text") == WORDS, "open already"
    with pytest.raises(SealBroken):
        open_words(keyring, stored, 2, "text")


def test_nothing_is_sealed_that_is_not_there(keyring):
    with pytest.raises(ValueError, match="nothing to seal"):
        keyring.seal(Personal("somebody"), PLACE)


def test_an_erased_key_is_in_no_byte_of_the_key_store(keyring, keys_file: Path):
    subjects = keyring.residents([f"139{number:08}" for number in range(2_000)], MONDAY)
    store = SqliteKeyStore(keys_file)
    erased = subjects[::400]
    wrapped = [store.wrapped_key(subject) for subject in erased]
    assert any_in_files(keys_file, wrapped[0])
    for subject in erased:
        keyring.erase(subject)
    for key in wrapped:
        assert not any_in_files(keys_file, key)
    assert all(store.wrapped_key(subject) for subject in subjects if subject not in erased)
    store.close()


def any_in_files(keys_file: Path, key: bytes) -> bool:
    return any(key in path.read_bytes() for path in keys_file.parent.glob("keys.db*"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13897000000", "+86 138-9700-0000"),
        ("13897000000", "(0086) 138 9700 0000"),
        ("13897000000", "１３８９７０００００0"),
        ("0971-6123456", "+86 971 6123456"),
        ("010 12345678", "+86 (0)10 1234 5678"),
        ("010 12345678", "+86 10 1234 5678"),
        ("Li.Hua@Example.com", " li.hua@example.com "),
        ("wx_LiHua", "WX_lihua"),
    ],
)
def test_one_contact_is_one_resident_however_it_is_written(keyring, one, other):
    assert resident(keyring, one) == resident(keyring, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13897000000", "13897000001"),
        ("86abc@example.com", "abc@example.com"),
        ("8612345@example.com", "12345@example.com"),
        ("li-hua@example.com", "lihua@example.com"),
        ("wx-lihua", "wxlihua"),
        ("86231234", "231234"),
    ],
)
def test_contacts_that_differ_are_two_residents(keyring, one, other):
    assert resident(keyring, one) != resident(keyring, other)


@pytest.mark.parametrize("nobody", [None, "", "   ", "-", "无", "匿名", "张三"])
def test_who_leaves_no_contact_is_somebody_new_each_time(keyring, nobody):
    assert len(set(keyring.residents([nobody, nobody, nobody], MONDAY))) == 3


def test_pseudonyms_are_in_the_order_of_time(keyring):
    subjects = keyring.residents([None] * 3, MONDAY)
    assert all(subject.startswith(f"{int(MONDAY.timestamp() * 1000):012x}") for subject in subjects)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "+86", "86", "0086", "(+86)", "+86 "]),
    st.lists(st.sampled_from(["", " ", "-", "  ", "."]), min_size=11, max_size=11),
)
def test_a_mobile_number_is_one_contact_with_any_prefix_and_separators(number, prefix, separators):
    written = prefix + "".join(
        digit + separator for digit, separator in zip(number, separators, strict=True)
    )
    assert plain_contact(written) == number


def test_equal_texts_have_equal_digests_and_purposes_do_not_mix(keyring, open_keyring):
    assert keyring.digest("暖气", "matter") == open_keyring().digest("暖气", "matter")
    assert keyring.digest("暖气", "matter") != keyring.digest("暖气", "report")
    assert keyring.digest("暖气", "matter") != open_keyring(bytes(32)).digest("暖气", "matter")
    assert len(keyring.digest("暖气", "matter")) == 22


def test_a_key_store_that_is_no_database_is_an_outage_that_says_so(tmp_path: Path):
    (tmp_path / "keys.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Outage, match="key store"):
        SqliteKeyStore(tmp_path / "keys.db")


def test_the_key_store_can_be_read_by_its_owner_only(keyring, keys_file):
    resident(keyring)
    for path in keys_file.parent.glob("keys.db*"):
        assert path.stat().st_mode & 0o077 == 0, path.name
    assert MASTER_KEY not in keys_file.read_bytes()
