"""The bus: two topics, what a message of each carries, and which partition a ticket belongs to."""

from zlib import crc32

TICKET_EVENTS = "ticket-events"  # every fact of the log, as it is stored; residents' words sealed
INTAKE_REPORTS = "intake-reports"  # what channels publish; the only topic with words in the clear

# Headers of a ticket event, UTF-8 text.
TYPE = "type"  # `ticket.opened.v1`
POSITION = "position"  # where it stands in the log
VERSION = "version"  # of the ticket, after it
AFTER = "after"  # position of the message before it in its partition; 0 for the first
SCHEMA_VERSION = "schema-version"  # of the type: `1`
TRACE_PARENT = "traceparent"  # W3C Trace Context, if there is a trace


def partition_of(ticket_id: str, partitions: int) -> int:
    """Known to the relay and to the workers: which events of the log a partition holds."""
    return crc32(ticket_id.encode()) % partitions


def schema_version(type_name: str) -> str:
    """`ticket.opened.v1` → `1`."""
    return type_name.rpartition(".v")[2]
