"""What is wrong with a directory, over all item × area pairs and all days to come. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.router.directory.coverage import ByArea, change_days, coverage, uncovered
from services.router.directory.faults import Fault
from services.router.directory.items import score_items
from services.router.directory.load import read_directory
from services.router.directory.model import Directory, Duty
from services.router.directory.table import Folder
from services.router.directory.urgency_lint import urgency_faults

ERRORS = frozenset({"invalid", "cycle", "overlap", "community", "gap", "ends", "outside"})
WARNINGS = frozenset(
    {"dead_alias", "unreachable", "no_basis", "shadowed", "idle_rule", "dead_word"}
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """file and line say where to look; line 0: the file as a whole. Empty item or area: not of a
    pair. since: the day it begins, if that is later than the day of the check."""

    kind: str
    file: str
    line: int
    item: str
    area: str
    reason: str
    since: str = ""

    @property
    def is_error(self) -> bool:
        return self.kind in ERRORS


@dataclass(frozen=True, slots=True)
class LintReport:
    """pairs: item × area, each looked at on `days` days. directory: None if it cannot be built."""

    findings: tuple[Finding, ...]
    directory: Directory | None
    pairs: int = 0
    days: int = 0

    @property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)


def lint_folder(folder: Folder, on: date) -> LintReport:
    """Everything at once: faults that refuse the directory, and what only looking at it shows."""
    directory, faults = read_directory(folder)
    found = [_of_fault(fault) for fault in faults]
    if directory is None:
        return LintReport(tuple(sorted(found)), None)
    days = [on, *change_days(directory, on)]
    found += lint_directory(directory, days)
    pairs = len(directory.items) * len(directory.areas)
    return LintReport(tuple(sorted(set(found))), directory, pairs, len(days))


def lint_directory(directory: Directory, days: list[date]) -> list[Finding]:
    """`days`: the day of the check and all later days on which a duty changes."""
    winning: dict[int, Duty] = {}
    findings: list[Finding] = []
    before: dict[str, ByArea] = {}
    missing: set[tuple[str, str]] = set()
    for day in days:
        found = coverage(directory, day)
        winning.update(_duties_in(found))
        open_now = uncovered(directory, found)
        new = open_now - missing
        findings += _gaps(directory, new, open_now, before, day if before else None)
        before, missing = found, open_now
    findings += _unreachable(directory, winning.values())
    findings += _outside(directory)
    findings += _shadowed(directory)
    findings += _dead_aliases(directory)
    findings += _without_basis(directory)
    findings += [_of_fault(fault) for fault in urgency_faults(directory, _all_duties(directory))]
    return findings


def _of_fault(fault: Fault) -> Finding:
    return Finding(fault.kind, fault.file, fault.line, fault.item, fault.area, fault.reason)


def _duties_in(found: dict[str, ByArea]) -> Iterator[tuple[int, Duty]]:
    for by_area in {id(by_area): by_area for by_area in found.values()}.values():
        for duty in by_area.values():
            if duty is not None:
                yield id(duty), duty


def _gaps(
    directory: Directory,
    new: set[tuple[str, str]],
    all_open: set[tuple[str, str]],
    before: dict[str, ByArea],
    since: date | None,
) -> Iterator[Finding]:
    """The outermost area of each hole. 谁都不管, or a duty that ends with nothing after it."""
    inside = Counter(
        (item, around) for item, area in new for around in directory.areas[area].lineage
    )
    for item, area in new:
        parent = directory.areas[area].parent
        if parent is not None and (item, parent) in all_open:
            continue
        last = before[item][area] if before else None
        areas = inside[item, area]
        where = f"{directory.items[item].path} in {directory.areas[area].name} ({areas} areas)"
        if last is not None:
            reason = f"{where}: this duty ends and nothing follows"
            yield Finding("ends", "duties.csv", last.line, item, area, reason, str(since))
        else:
            line = directory.items[item].line
            yield Finding("gap", "items.csv", line, item, area, f"{where}: no duty, only fallback")


def _unreachable(directory: Directory, winning: Iterable[Duty]) -> Iterator[Finding]:
    reached = {directory.dispatch_centre, *directory.district_units.values()}
    for duty in winning:
        reached |= {duty.lead, *duty.assisting}
    for unit in directory.units.values():
        if unit.code not in reached:
            reason = f"{unit.code} {unit.name}: no duty leads to it"
            yield Finding("unreachable", "units.csv", unit.line, "", unit.area, reason)


def _all_duties(directory: Directory) -> Iterator[Duty]:
    for by_area in directory.duties.values():
        for duties in by_area.values():
            yield from duties


def _outside(directory: Directory) -> Iterator[Finding]:
    """A unit that leads where it may not act; told once a line."""
    told: set[tuple[int, str]] = set()
    for duty in _all_duties(directory):
        unit = directory.unit(duty.lead)
        around = directory.areas[duty.area].lineage
        if unit is None or unit.area in around or (duty.line, duty.lead) in told:
            continue
        told.add((duty.line, duty.lead))
        reason = f"{duty.lead} may act in {unit.area}, not in {duty.area}"
        yield Finding("outside", "duties.csv", duty.line, duty.item, duty.area, reason)


def _shadowed(directory: Directory) -> Iterator[Finding]:
    """An exception for an area that a template's rows further in go over."""
    for item, by_area in directory.duties.items():
        inner = {around for area, duties in by_area.items() if any(d.is_template for d in duties)
                 for around in directory.areas[area].lineage[1:]}  # fmt: skip
        for area, duties in by_area.items():
            for duty in duties:
                if not duty.is_template and area in inner and area != directory.city:
                    reason = "rows that a template wrote for areas inside go before this one"
                    yield Finding("shadowed", "duties.csv", duty.line, item, area, reason)


def _dead_aliases(directory: Directory) -> Iterator[Finding]:
    """Words that do not win even if a resident says nothing else."""
    for item in directory.items.values():
        for alias in item.aliases:
            found = score_items(directory, alias, "")
            if not found or found[0].item != item.code:
                reason = f"aliases: {alias!r} never decides for this item"
                yield Finding("dead_alias", "items.csv", item.line, item.code, "", reason)


def _without_basis(directory: Directory) -> Iterator[Finding]:
    for item in directory.leaves():
        if not item.basis:
            reason = f"{item.path}: no basis, neither its own nor inherited"
            yield Finding("no_basis", "items.csv", item.line, item.code, "", reason)
