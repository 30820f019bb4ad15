"""What supervises, evaluates and reports: clocks, bulletins, findings, papers, a flood, a year."""

from collections.abc import Iterator

from benchmarks import clocks, documents, findings, flood, reports, year
from benchmarks.figures import Figure

SEED = 1
QUICK_EVENTS, QUICK_TICKETS = 30_000, 10_000


def office_figures(quick: bool) -> Iterator[Figure]:
    if quick:
        yield from clocks.clocks(clocks.QUICK_CLOCKS, clocks.QUICK_DUE)
        yield from reports.report_figures(QUICK_EVENTS)
        yield from findings.findings_figures(QUICK_TICKETS)
    else:
        yield from clocks.clocks(clocks.CLOCKS, clocks.DUE)
        yield from reports.report_figures(reports.EVENTS)
        yield from findings.findings_figures()
    yield from documents.figures()
    yield from flood.flood(flood.QUICK_REPORTS if quick else flood.REPORTS)
    yield from year.year(quick, SEED)
