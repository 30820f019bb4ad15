"""The event log on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest

from services.platform.event_log import EventLog, open_postgres_log
from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_schema import bring_up_to_date
from tests.contract.event_log_contract import ROWS, EventLogContract

pytestmark = pytest.mark.postgres


def make_tables(url: str) -> None:
    datastore = ServerDatastore(url)
    bring_up_to_date(datastore, [ROWS])
    datastore.close()


@pytest.fixture
def open_log(database_url: str) -> Iterator[Callable[[], EventLog]]:
    """Each call opens the same database again, as another process would."""
    make_tables(database_url)
    opened: list[EventLog] = []

    def open_again() -> EventLog:
        opened.append(open_postgres_log(database_url))
        return opened[-1]

    yield open_again
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: Callable[[], EventLog]) -> EventLog:
    return open_log()


class TestPostgresEventLog(EventLogContract):
    """On a database of its own."""
