"""Wrapped data keys on PostgreSQL. Which are erased, and when their bytes are gone: docs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from services.platform.failures import Outage
from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_errors import ServerFailure
from services.platform.recorders.postgres_keys_schema import key_tables_are_there

_SUBJECTS = "SELECT blind, subject FROM yousu_keys.subjects WHERE blind = ANY(%s)"
_KEYS = "SELECT subject, wrapped FROM yousu_keys.data_keys WHERE subject = ANY(%s)"
_NAME = """INSERT INTO yousu_keys.subjects (blind, subject)
    SELECT * FROM unnest(%b::text[], %b::text[]) ON CONFLICT DO NOTHING"""
_ADD = """INSERT INTO yousu_keys.data_keys (subject, wrapped)
    SELECT * FROM unnest(%b::text[], %b::bytea[])"""
_COUNT = "UPDATE yousu_keys.erasures SET count = count + 1 WHERE id = 1"
_ERASE = "DELETE FROM yousu_keys.data_keys WHERE subject = %s"
CONNECTIONS_MAX = 2


class PostgresKeyStore:
    """A `KeyStore`."""

    def __init__(self, url: str) -> None:
        """Creates nothing. Raises Outage, also if there are no tables."""
        self._datastore = ServerDatastore(url, CONNECTIONS_MAX)
        try:
            with _outages():
                there = key_tables_are_there(self._datastore)
            if not there:
                raise Outage("key store: holds no tables of ours: run `yousu db init`")
        except BaseException:
            self._datastore.close()
            raise

    def subjects(self, blinds: Sequence[str]) -> dict[str, str]:
        return dict(self._read(_SUBJECTS, (list(blinds),))) if blinds else {}

    def add(self, keys: Sequence[tuple[str, bytes]], named: Mapping[str, str]) -> Mapping[str, str]:
        if not keys:
            return {}
        names = sorted(named.items())  # in one order, so that processes do not lock each other out

        def write(connection: Connection[Any]) -> dict[str, str]:
            connection.execute("BEGIN")
            if names:
                connection.execute(_NAME, _columns(names))
            winners = dict(connection.execute(_SUBJECTS, (list(named),)).fetchall())
            lost = {subject for blind, subject in names if winners[blind] != subject}
            fresh = [key for key in keys if key[0] not in lost]
            if fresh:
                connection.execute(_ADD, _columns(fresh))
            return winners

        with _outages():
            return self._datastore.transact(write)

    def wrapped_key(self, subject: str) -> bytes | None:
        return self.wrapped_keys([subject]).get(subject)

    def wrapped_keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        return dict(self._read(_KEYS, (list(subjects),))) if subjects else {}

    def any_key(self) -> tuple[str, bytes] | None:
        rows = self._read("SELECT subject, wrapped FROM yousu_keys.data_keys LIMIT 1", ())
        return (rows[0][0], rows[0][1]) if rows else None

    def erasures(self) -> int:
        rows = self._read("SELECT count FROM yousu_keys.erasures WHERE id = 1", ())
        return int(rows[0][0]) if rows else 0

    def erase(self, subject: str) -> bool:
        def write(connection: Connection[Any]) -> bool:
            connection.execute("BEGIN")
            connection.execute(_COUNT)
            connection.execute("DELETE FROM yousu_keys.subjects WHERE subject = %s", (subject,))
            return connection.execute(_ERASE, (subject,)).rowcount > 0

        with _outages():
            return self._datastore.transact(write)

    def close(self) -> None:
        self._datastore.close()

    def _read(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        with _outages():
            return self._datastore.read(statement, parameters)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except ServerFailure as error:
        raise Outage(f"key store: {error}") from error
