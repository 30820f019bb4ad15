"""What residents' keys promise, wherever they are kept."""

import multiprocessing
import sqlite3
from contextlib import closing

import pytest

from services.domain.personal import Personal, associated_data
from services.platform import keys
from services.platform.failures import Outage
from services.platform.keys import Keyring, SealBroken
from services.platform.many import PER_QUERY_MAX
from tests.domain.facts import MONDAY, TICKET, WORDS
from tests.platform.helpers import name_contacts

PLACE = associated_data(TICKET, 1, "ticket.opened.v1", "text")
PHONE = "13897000000"


def resident(keyring: Keyring, contact: str | None = PHONE) -> str:
    return keyring.residents([contact], MONDAY)[0]


class KeyStoreContract:
    """Subclasses give `open_store`, and `key_place`: where `helpers.key_store_at` finds it."""

    def test_what_an_erased_resident_said_is_gone(self, keyring):
        subject = resident(keyring)
        stored = Personal(subject, sealed=keyring.seal(Personal(subject, WORDS), PLACE))
        assert keyring.erase(subject)
        assert keyring.open(stored, PLACE) is None
        assert not keyring.erase(subject)

    def test_what_is_said_about_an_erased_resident_is_gone_as_it_is_written(self, keyring):
        subject = resident(keyring)
        keyring.erase(subject)
        stored = keyring.seal(Personal(subject, WORDS), PLACE)
        assert stored.startswith(f"s1.{subject}.")
        assert keyring.open(Personal(subject, sealed=stored), PLACE) is None

    def test_an_erased_resident_who_comes_back_is_somebody_new(self, keyring):
        before = resident(keyring)
        keyring.erase(before)
        assert resident(keyring) != before

    def test_a_key_that_another_process_erased_is_soon_let_go_of(self, open_keyring, monkeypatch):
        monkeypatch.setattr(keys, "ERASED_SEEN_S", 0.0)
        serving, operator = open_keyring(), open_keyring()
        subject = resident(serving)
        stored = Personal(subject, sealed=serving.seal(Personal(subject, WORDS), PLACE))
        assert serving.open(stored, PLACE) == WORDS
        operator.erase(subject)
        assert serving.open(stored, PLACE) is None
        later = Personal(subject, sealed=serving.seal(Personal(subject, WORDS), PLACE))
        assert serving.open(later, PLACE) is None

    def test_another_master_key_opens_nothing(self, open_keyring):
        first = open_keyring()
        subject = resident(first)
        stored = Personal(subject, sealed=first.seal(Personal(subject, WORDS), PLACE))
        wrong = open_keyring(bytes(32))
        assert first.fits()
        assert not wrong.fits()
        with pytest.raises(SealBroken, match="master key"):
            wrong.open(stored, PLACE)

    def test_any_master_key_fits_an_empty_store(self, open_keyring):
        assert open_keyring(bytes(32)).fits()

    def test_processes_that_name_a_contact_at_once_agree_on_one_resident(
        self, key_place, keyring, open_store
    ):
        context = multiprocessing.get_context("spawn")
        contacts = [f"138{number:08}" for number in range(60)]
        orders = [contacts, contacts[::-1]]
        with context.Pool(2) as pool:
            one, other = pool.starmap(name_contacts, [(key_place, order) for order in orders])
        assert one == other[::-1] == keyring.residents(contacts, MONDAY)
        assert len(set(one)) == len(contacts)
        with closing(open_store()) as store:
            assert set(store.wrapped_keys(one)) == set(one)

    def test_a_failed_change_leaves_the_key_store_as_it_was(self, open_store):
        with closing(open_store()) as store:
            store.add([("subject", b"wrapped")], {})
            with pytest.raises((sqlite3.IntegrityError, Outage)):
                store.add([("another", b"wrapped"), ("subject", b"again")], {"blind": "another"})
            assert store.subjects(["blind"]) == {}
            assert store.wrapped_key("another") is None
            assert store.wrapped_key("subject") == b"wrapped"

    def test_nothing_is_asked_for_and_nothing_is_found(self, open_store):
        with closing(open_store()) as store:
            assert store.subjects([]) == store.wrapped_keys([]) == store.add([], {}) == {}
            assert store.subjects(["unknown"]) == store.wrapped_keys(["unknown"]) == {}
            assert (store.any_key(), store.erasures()) == (None, 0)

    def test_more_keys_are_read_than_one_query_asks_for(self, open_store):
        subjects = [f"subject-{number:05}" for number in range(2 * PER_QUERY_MAX + 1)]
        with closing(open_store()) as store:
            named = {f"blind-{subject}": subject for subject in subjects}
            assert store.add([(subject, b"key") for subject in subjects], named) == named
            assert store.subjects(list(named)) == named
            assert store.wrapped_keys(subjects) == dict.fromkeys(subjects, b"key")

    def test_every_erasure_is_counted_for_all_processes(self, open_store):
        with closing(open_store()) as store, closing(open_store()) as other:
            store.add([("one", b"key"), ("two", b"key")], {})
            assert store.erase("one")
            assert other.erase("two")
            assert store.erasures() == other.erasures() == 2

    def test_a_contact_is_one_resident_also_within_a_batch(self, keyring):
        one, other, again = keyring.residents([PHONE, "13897000001", PHONE], MONDAY)
        assert one == again != other

    def test_more_keys_are_used_than_are_held_in_memory(self, open_keyring, monkeypatch):
        monkeypatch.setattr(keys, "CACHE_MAX", 3)
        keyring = open_keyring()
        subjects = keyring.residents([None] * 10, MONDAY)
        sealed = [keyring.seal(Personal(subject, WORDS), PLACE) for subject in subjects]
        for subject, stored in zip(subjects, sealed, strict=True):
            assert keyring.open(Personal(subject, sealed=stored), PLACE) == WORDS
