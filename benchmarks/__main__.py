"""`make bench`: ratios measured in one run. `--quick` takes under two minutes, and says so.

`--cluster` measures on Kafka and PostgreSQL instead, which it starts; `--routing` only what
dispatch is made of: directory, model, urgency, duplicates, articles, what-if; `--office` only what
supervises and reports: clocks, bulletins, findings, papers, a city's year.
Prints `name  value  baseline  ratio  target  ok|short`; exit code 1 if a line says short.
"""

import gc
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import city
from benchmarks.figures import Figure, show, write
from benchmarks.latency import latency
from benchmarks.memory import memory
from benchmarks.office import office_figures
from benchmarks.pipeline import pipeline
from benchmarks.replaying import replaying
from benchmarks.routing.all_of_it import routing_figures
from services.console.main import COLLECT_EVERY
from services.console.system import bootstrap
from services.platform.clock import VirtualClock
from services.platform.settings import load_settings
from tests.servers.kafka import KafkaMissing
from tests.servers.postgres import PostgresMissing

FULL_LEVELS = [10_000, 100_000, 1_000_000]
QUICK_LEVELS = [5_000]


def main(quick: bool, cluster: bool, routing: bool, office: bool) -> int:
    gc.set_threshold(*COLLECT_EVERY)  # as the service itself runs
    figures = []
    try:
        for figure in _chosen(quick, cluster, routing, office):
            show(figure)
            figures.append(figure)
    except (KafkaMissing, PostgresMissing) as missing:
        print(f"skipped: {missing}")
        return 0
    kinds = {"cluster-": cluster, "routing-": routing, "office-": office}
    kind = next((kind for kind, is_chosen in kinds.items() if is_chosen), "")
    name = kind + ("quick" if quick else "full")
    path = write(figures, name)
    print(f"written to {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    return int(any(figure.verdict == "short" for figure in figures))


def _chosen(quick: bool, cluster: bool, routing: bool, office: bool) -> Iterator[Figure]:
    if cluster:
        yield from _cluster_figures(quick)
        return
    if not (routing or office):
        yield from _figures(quick)
    if not office:
        yield from routing_figures(quick)
    if not routing:
        yield from office_figures(quick)


def _cluster_figures(quick: bool) -> Iterator[Figure]:
    from benchmarks.cluster.all_of_it import cluster_figures  # needs what the others do not

    yield from cluster_figures(quick)


def _figures(quick: bool) -> Iterator[Figure]:
    levels = QUICK_LEVELS if quick else FULL_LEVELS
    with tempfile.TemporaryDirectory(prefix="yousu-bench-") as folder:
        data_dir = Path(folder) / "ours"
        clock = VirtualClock(city.START)
        # As the library's system does: similar tickets have a benchmark of their own.
        settings = load_settings(data_dir, environment={"YOUSU_SIMILAR": "off"})
        system = bootstrap(settings, clock)
        yield from pipeline(
            system,
            clock,
            Path(folder),
            levels,
            rounds=1 if quick else 3,
            reports=2_000 if quick else 5_000,
        )
        yield from replaying(system, data_dir / "yousu.db", rounds=1 if quick else 3)
        system.close()
        yield from memory(data_dir, levels[-1])
    yield from latency(rate=200, seconds=5 if quick else 20)


if __name__ == "__main__":
    sys.exit(main(*(f"--{name}" in sys.argv for name in ("quick", "cluster", "routing", "office"))))
