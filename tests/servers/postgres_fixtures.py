"""One PostgreSQL for a whole run of the tests; a fresh database for each test that asks."""

from collections.abc import Iterator

import pytest

from tests.servers.postgres import PostgresMissing, Server, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server that all tests share: nobody stops it."""
    try:
        context = postgres_server()
        server = context.__enter__()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    yield server
    context.__exit__(None, None, None)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Server]:
    """A server of these tests' own, to be stopped and killed."""
    try:
        context = postgres_server(own=True)
        server = context.__enter__()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    yield server
    context.__exit__(None, None, None)


@pytest.fixture
def database_url(postgres: Server) -> Iterator[str]:
    """An empty database."""
    with postgres.database() as url:
        yield url
