"""Every byte that a test has left anywhere: in files, in a database's rows, on the bus, in logs."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from end_to_end_cluster import Cluster
from end_to_end_log import facts, query
from end_to_end_place import here
from end_to_end_program import wait_until
from kafka import KafkaConsumer, TopicPartition
from psycopg import sql

from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import TICKET_EVENTS
from tests.servers.postgres import OwnServer

POLL_MS = 500
_TABLES = """SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""


def contents_of(folder: Path) -> dict[str, bytes]:
    """Of the data folder, and of everything on the servers that is the test's."""
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    cluster = here()
    return found if cluster is None else found | _on_servers(cluster)


def must_hold_references() -> set[str]:
    """Names of contents in which the reference of a report that was taken in is found."""
    cluster = here()
    if cluster is None or cluster.kafka is None:
        return set()
    return {"table public.stored_events", f"topic {cluster.kafka.topic(TICKET_EVENTS)}"}


def _on_servers(cluster: Cluster) -> dict[str, bytes]:
    found = {f"{name}.log": said.encode() for name, said in cluster.worker_logs().items()}
    found |= {f"table {name}": b"\n".join(cells) for name, cells in _cells(cluster.url).items()}
    if isinstance(cluster.server, OwnServer):
        found["server.log"] = cluster.server.log().encode()
    if cluster.kafka is not None:
        wait_until(lambda: _is_relayed(cluster))
        found |= {f"topic {name}": content for name, content in _topics(cluster.kafka)}
    return found


def _is_relayed(cluster: Cluster) -> bool:
    statement = """SELECT COALESCE(MAX(position), 0) <= (
        SELECT MAX(notification_id) FROM tracking WHERE application_name = 'relay'
    ) FROM stored_events"""
    return bool(query(Path("yousu.db"), statement)[0][0])


def _cells(url: str) -> dict[str, list[bytes]]:
    """table → every cell of it."""
    with psycopg.connect(url) as connection:
        found = {}
        for schema, table in connection.execute(_TABLES).fetchall():
            rows = sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))
            found[f"{schema}.{table}"] = [
                _plain(cell) for row in connection.execute(rows) for cell in row
            ]
        return found


def _plain(cell: Any) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def _topics(settings: KafkaSettings) -> Iterator[tuple[str, bytes]]:
    """Keys, headers and values of every message."""
    consumer = KafkaConsumer(bootstrap_servers=list(settings.servers))
    try:
        for topic in sorted(consumer.topics()):
            if topic.startswith(settings.prefix):
                partitions = consumer.partitions_for_topic(topic) or ()
                yield (
                    topic,
                    b"\n".join(
                        _messages(consumer, [TopicPartition(topic, one) for one in partitions])
                    ),
                )
    finally:
        consumer.close()


def _messages(consumer: KafkaConsumer, partitions: list[TopicPartition]) -> Iterator[bytes]:
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(one) < ends[one] for one in partitions):
        for some in consumer.poll(timeout_ms=POLL_MS).values():
            for message in some:
                parts: Iterable[bytes | None] = (
                    message.key,
                    message.value,
                    *(part for name, value in message.headers for part in (name.encode(), value)),
                )
                yield b"\n".join(part for part in parts if part)


def log_bytes(data: Path) -> Any:
    """To see whether the log was changed; of a file also where it can be read no longer."""
    return (data / "yousu.db").read_bytes() if here() is None else facts(data)


def key_files(data: Path) -> list[bytes]:
    """The files that hold residents' keys: on a server, after the VACUUM FULL that is its
    operator's to ask for."""
    cluster = here()
    if cluster is None:
        return [path.read_bytes() for path in (data / "keys").iterdir()]
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("VACUUM FULL yousu_keys.data_keys")
        connection.execute("CHECKPOINT")
        path = "SELECT pg_read_binary_file(pg_relation_filepath('yousu_keys.data_keys'))"
        return [bytes(row[0]) for row in connection.execute(path).fetchall()]
