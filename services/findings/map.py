"""Hot-spot map: GeoJSON (RFC 7946) of cells and areas, never of a home, never of a few."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from services.domain.finding import Finding
from services.findings.codes import Numbers
from services.findings.facts import OPEN, Facts
from services.findings.index import heat_of
from services.findings.policy import FindingPolicy
from services.platform.names import Names

CELL_DEGREES = 0.005  # of the grid that reporting keeps; about 500 m
DIGITS = 4
ITEMS_MAX = 3


def map_document(
    facts: Facts | None,
    findings: Sequence[Finding],
    names: Names,
    policy: FindingPolicy,
    first: date | None = None,
    last: date | None = None,
) -> dict[str, Any]:
    """Cells of the grid, and areas at the middle of the cells that their reports lie in."""
    features: list[dict[str, Any]] = []
    if facts is not None:
        rows = _rows(facts, first, last)
        features = [
            *_cells(facts, rows, names, policy),
            *_areas(facts, rows, findings, names, policy),
        ]
    return {"type": "FeatureCollection", "rule_version": policy.version, "features": features}


def _rows(facts: Facts, first: date | None, last: date | None) -> Numbers:
    """Reports with a point, of the period."""
    inside = ~np.isnan(facts.x)
    if first is not None:
        inside &= facts.report_day >= first.toordinal()
    if last is not None:
        inside &= facts.report_day <= last.toordinal()
    return np.flatnonzero(inside)


def _cells(
    facts: Facts, rows: Numbers, names: Names, policy: FindingPolicy
) -> list[dict[str, Any]]:
    x, y = facts.x[rows].astype(np.int64), facts.y[rows].astype(np.int64)
    _, of = np.unique(np.stack([x, y]), axis=1, return_inverse=True)
    return [
        _feature("cell", x[part], y[part], facts, rows[part], names, policy, {})
        for part in _parts(of.ravel())
        if _may_be_shown(facts, rows[part], policy)
    ]


def _areas(
    facts: Facts,
    rows: Numbers,
    findings: Sequence[Finding],
    names: Names,
    policy: FindingPolicy,
) -> list[dict[str, Any]]:
    strongest: dict[str, Finding] = {}
    for one in findings:
        if len(one.areas) == 1 and one.repeated_by != "resident":
            strongest.setdefault(one.areas[0], one)
    area = facts.areas.of[facts.report_ticket[rows]]
    made = []
    for part in _parts(area):
        code = facts.areas.names[area[part[0]]] if area[part[0]] >= 0 else ""
        if not code or not _may_be_shown(facts, rows[part], policy):
            continue
        found = strongest.get(code)
        own = {
            "area": code,
            "name": names.area(code),
            "finding": found.finding_id if found else None,
            "finding_index": found.index if found else None,
        }
        x, y = facts.x[rows[part]], facts.y[rows[part]]
        made.append(_feature("area", x, y, facts, rows[part], names, policy, own))
    return made


def _parts(of: Numbers) -> list[Numbers]:
    if not len(of):
        return []
    order = np.argsort(of, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(of[order])) + 1)


def _may_be_shown(facts: Facts, rows: Numbers, policy: FindingPolicy) -> bool:
    tickets = np.unique(facts.primary[facts.report_ticket[rows]])
    residents = np.unique(facts.residents.of[rows])
    return len(tickets) >= policy.map.count_min and len(residents) >= policy.map.residents_min


def _feature(
    kind: str,
    x: Any,
    y: Any,
    facts: Facts,
    rows: Numbers,
    names: Names,
    policy: FindingPolicy,
    own: dict[str, Any],
) -> dict[str, Any]:
    tickets = np.unique(facts.primary[facts.report_ticket[rows]])
    open_share = float((facts.ended[tickets] == OPEN).mean())
    places = len(np.unique(facts.areas.of[tickets]))
    items = Counter(int(number) for number in facts.items.of[tickets] if number >= 0)
    point = [round((float(np.mean(of)) + 0.5) * CELL_DEGREES, DIGITS) for of in (x, y)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point},
        "properties": {
            "kind": kind,
            "count": len(tickets),
            "reports": len(rows),
            "index": heat_of(len(tickets), 1.0, places, open_share, policy.index).index,
            "items": _most(facts, items, names),
            **own,
        },
    }


def _most(facts: Facts, items: Counter[int], names: Names) -> list[dict[str, Any]]:
    codes = facts.items.names
    most = sorted(items.items(), key=lambda pair: (-pair[1], pair[0]))[:ITEMS_MAX]
    return [{"item": codes[at], "name": names.item(codes[at]), "count": n} for at, n in most]
