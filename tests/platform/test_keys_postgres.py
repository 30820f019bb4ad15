"""Residents' keys on PostgreSQL."""

from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from services.platform.failures import Outage
from services.platform.key_store import KeyStore
from services.platform.key_store_postgres import PostgresKeyStore
from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_keys_schema import make_key_tables
from tests.platform.key_store_contract import KeyStoreContract

pytestmark = pytest.mark.postgres
_INSPECT = "SELECT 1 FROM pg_available_extensions WHERE name = 'pageinspect'"


@pytest.fixture
def key_place(database_url: str) -> str:
    with closing(ServerDatastore(database_url)) as datastore:
        assert make_key_tables(datastore)
        assert not make_key_tables(datastore)
    return database_url


@pytest.fixture
def open_store(key_place: str) -> Callable[[], KeyStore]:
    return lambda: PostgresKeyStore(key_place)


class TestPostgresKeys(KeyStoreContract):
    """In a database of their own."""


def test_a_database_without_tables_of_keys_is_refused(database_url: str) -> None:
    with pytest.raises(Outage, match="yousu db init"):
        PostgresKeyStore(database_url)


def test_an_erased_key_is_soon_in_no_page_of_the_table(key_place: str, open_store) -> None:
    """As soon as the server has tidied up, which docs/postgres.md tells how to make sure of."""
    with closing(open_store()) as store:
        store.add([("one", b"a key of one"), ("two", b"a key of two")], {})
        store.erase("one")
    with psycopg.connect(key_place, autocommit=True) as owner:
        if not owner.execute(_INSPECT).fetchone():
            pytest.skip("this server has no pageinspect (postgresql-contrib)")
        owner.execute("VACUUM yousu_keys.data_keys")
        owner.execute("CREATE EXTENSION pageinspect")
        page = owner.execute("SELECT get_raw_page('yousu_keys.data_keys', 0)").fetchone()[0]
    assert b"a key of two" in page
    assert b"a key of one" not in page
