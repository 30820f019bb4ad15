"""The contract on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest

from services.platform.event_log import EventLog, open_postgres_log
from tests.contract.event_log_contract import EventLogContract
from tests.contract.event_log_processes import EventLogOfManyProcesses
from tests.contract.postgres_tables import make_tables
from tests.servers.postgres import Server

pytestmark = pytest.mark.postgres
# The language of a city's server must not change the order of anything.
IN_CHINESE = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN' LOCALE 'C'"


@pytest.fixture
def place(postgres: Server) -> Iterator[str]:
    with postgres.database(IN_CHINESE) as url:
        make_tables(url)
        yield url


@pytest.fixture
def open_log(place: str) -> Iterator[Callable[[], EventLog]]:
    """Each call opens the same database again, as another process would."""
    opened: list[EventLog] = []

    def open_again() -> EventLog:
        opened.append(open_postgres_log(place))
        return opened[-1]

    yield open_again
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: Callable[[], EventLog]) -> EventLog:
    return open_log()


class TestPostgresEventLog(EventLogContract):
    """On a database of its own."""


class TestPostgresEventLogOfManyProcesses(EventLogOfManyProcesses):
    """On one database."""
