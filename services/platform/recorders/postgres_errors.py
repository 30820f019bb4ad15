"""psycopg's errors as eventsourcing's, without what was stored: a server's details quote rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import IntegrityError, OperationalError, PersistenceError
from psycopg.errors import (
    DeadlockDetected,
    DivisionByZero,
    QueryCanceled,
    SerializationFailure,
)

ServerFailure = PersistenceError  # any of them, for those who need not know the library


class ConnectionLost(OperationalError):
    """The server was not reached, or left before it answered."""


class TryAgain(OperationalError):
    """Rolled back for no fault of its own: nothing of the transaction is left."""


@contextmanager
def persistence_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.IntegrityError as error:
        raise IntegrityError(what_failed(error)) from None
    except DivisionByZero:  # nothing else of ours divides
        raise IntegrityError("a checkpoint does not stand where it should") from None
    except (DeadlockDetected, SerializationFailure) as error:
        raise TryAgain(what_failed(error)) from None
    except psycopg.OperationalError as error:
        kind = OperationalError if error.sqlstate and not is_lost(error) else ConnectionLost
        raise kind(what_failed(error)) from None
    except psycopg.InterfaceError as error:
        raise ConnectionLost(what_failed(error)) from None
    except psycopg.Error as error:
        raise PersistenceError(what_failed(error)) from None


def is_lost(error: psycopg.Error) -> bool:
    """Classes 08 (connection) and 57P (the server shuts down or starts)."""
    return (error.sqlstate or "08")[:3] in ("08", "080", "57P")


def what_failed(error: psycopg.Error) -> str:
    """The server's own words where they cannot hold a value; else the kind of error only."""
    name = type(error).__name__
    if isinstance(error, psycopg.IntegrityError):
        place = error.diag.constraint_name or error.diag.column_name or "?"
        return f"{name}: {error.diag.table_name}: {place}"
    if isinstance(error, psycopg.DataError):
        return f"{name} ({error.sqlstate})"
    if isinstance(error, QueryCanceled):
        return "a statement took longer than it may"
    first_line = (error.diag.message_primary or str(error)).strip().partition("\n")[0]
    return first_line or name
