"""Every figure of dispatch, one after the other."""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.routing import catalogue, classifying, duplicates, knowledge, urgency, what_if


def routing_figures(quick: bool) -> Iterator[Figure]:
    for part in (catalogue, urgency, classifying, duplicates, knowledge, what_if):
        yield from part.figures(quick)
