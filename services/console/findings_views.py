"""The map, the warnings and the trends of one system, as documents."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from services.console.directory_past import names_of
from services.console.live_findings import LiveFindings
from services.console.system import System
from services.findings.facts import Facts
from services.findings.map import map_document
from services.findings.season import months_of, trends_of
from services.findings.tellings import matters_of
from services.findings.warning import warning_document, warnings_of

TRENDS_MAX = 200


def hot_spot_map(
    system: System, live: LiveFindings, first: date | None, last: date | None
) -> dict[str, Any]:
    found = live.found(last)
    facts = live.facts(last)
    return map_document(
        facts, found.findings, names_of(system.directory), live.policy(), first, last
    )


def season_warnings(system: System, live: LiveFindings, day: date) -> dict[str, Any]:
    policy, facts = live.policy(), live.facts(day)
    warned = warnings_of(facts, day, policy) if facts else []
    return warning_document(warned, facts, names_of(system.directory), day, policy)


def trends_and_seasons(system: System, live: LiveFindings, day: date | None) -> dict[str, Any]:
    """Items × districts that surely rise or fall, and the season of each item by month."""
    facts, names = live.facts(day), names_of(system.directory)
    if facts is None:
        return {"last_day": None, "trends": [], "seasons": []}
    told = matters_of(facts)
    trends = trends_of(told, told.district, facts.last_day - facts.first_day + 1)
    return {
        "last_day": date.fromordinal(facts.last_day).isoformat(),
        "trends": [
            {**asdict(one), "what": names.item(one.item), "name": names.area(one.area)}
            for one in trends[:TRENDS_MAX]
        ],
        "seasons": _seasons(facts, names.item),
    }


def _seasons(facts: Facts, named: Callable[[str], str]) -> list[dict[str, Any]]:
    months = months_of(matters_of(facts), facts.first_day)
    return [
        {
            "item": item,
            "what": named(item),
            "by_month": [
                None if np.isnan(value) else round(float(value), 2)
                for value in months.season_index(number)
            ],
        }
        for number, item in enumerate(months.items)
    ]
