"""Everything that is measured on Kafka and PostgreSQL, in one run."""

from collections.abc import Iterator

from benchmarks.cluster.cold_start import cold_start
from benchmarks.cluster.consuming import consuming, two_workers
from benchmarks.cluster.end_to_end import end_to_end
from benchmarks.cluster.ground import ground
from benchmarks.cluster.relaying import relaying
from benchmarks.cluster.stage import stage
from benchmarks.figures import Figure


def cluster_figures(quick: bool) -> Iterator[Figure]:
    """Raises KafkaMissing, PostgresMissing."""
    rounds = 1 if quick else 3
    with ground() as servers:
        yield from end_to_end(servers, rate=200, seconds=8 if quick else 30)
        with stage(servers, tickets=3_000 if quick else 6_000) as city:
            yield from consuming(servers, city, rounds)
            yield from two_workers(servers, city, 1 if quick else 3)
            yield from relaying(servers, city, rounds + 2)
            events = 50_000 if quick else 1_000_000
            yield from cold_start(servers, city, events, starts=1 if quick else 3)
