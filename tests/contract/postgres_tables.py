"""Tables as `yousu db init` makes them, with the contract's own."""

from collections.abc import Sequence
from contextlib import closing

from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_schema import bring_up_to_date
from tests.contract.event_log_contract import SCHEMA


def make_tables(url: str, schema: Sequence[str] = SCHEMA) -> None:
    with closing(ServerDatastore(url)) as datastore:
        bring_up_to_date(datastore, schema)
