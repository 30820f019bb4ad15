"""Findings of a system: from the live rows, or from the log up to a position."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from services.console.directory_past import names_of
from services.console.system import System
from services.domain.finding import Finding
from services.domain.working_time import ZONE_NAME
from services.findings.facts import Facts, Query, Told, facts_of, read_told, span_of
from services.findings.find import find
from services.findings.policy import FindingPolicy, default_policy, load_policy
from services.platform.names import Names
from services.reporting.at_position import made_at
from services.reporting.rows import position_of

POLICY_FILE = "findings.toml"  # in the data folder: values of one's own
KEPT_MAX = 4
ZONE = ZoneInfo(ZONE_NAME)

Made = TypeVar("Made")


class Found(NamedTuple):
    """first_day, last_day: what was looked at; None where there is nothing yet."""

    position: int
    recorded_at: str
    first_day: date | None
    last_day: date | None
    rule_version: str
    findings: Sequence[Finding]


class Read(NamedTuple):
    position: int
    recorded_at: str
    told: Told | None

    def facts(self) -> Facts | None:
        return facts_of(self.told, ZONE) if self.told else None


class _Kept(NamedTuple):
    found: Found
    at_s: float  # when the making began


class LiveFindings:
    """Made again when the rows have moved; never stored. Threads may share it."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._making = threading.Lock()  # from the live rows: one at a time, the others wait for it
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, _Kept] = OrderedDict()

    def policy(self) -> FindingPolicy:
        """Raises FindingPolicyInvalid."""
        return finding_policy(self._system.settings.data_dir)

    def found(
        self, until: date | None = None, position: int | None = None, age_s: float = 0.0
    ) -> Found:
        """until: tickets of later days are not known. position: None is where the rows stand, or
        where they stood up to age_s ago.

        Raises FindingPolicyInvalid, PositionUnknown, Outage.
        """
        policy, directory = self.policy(), self._system.directory
        until = self._past(until)
        key = (position, until, policy.version, directory.version)

        def make() -> Found:
            return self._find(policy, names_of(directory), until, position)

        if position is not None:
            return self._known(key, lambda kept: True) or self._keep(key, make)

        def is_good(kept: _Kept) -> bool:
            young = time.monotonic() - kept.at_s < age_s
            return young or kept.found.position == position_of(self._system.log.query)[0]

        known = self._known(key, is_good)
        if known is not None:
            return known
        with self._making:
            return self._known(key, is_good) or self._keep(key, make)

    def _past(self, until: date | None) -> date | None:
        """None for the last day that the rows tell of, and for later ones: nothing is left out."""
        recorded_at = position_of(self._system.log.query)[1]
        if until is None or not recorded_at:
            return None
        last = datetime.fromisoformat(recorded_at).astimezone(ZONE).date()
        return until if until < last else None

    def _known(self, key: object, is_good: Callable[[_Kept], bool]) -> Found | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept.found if kept is not None and is_good(kept) else None

    def _keep(self, key: object, make: Callable[[], Found]) -> Found:
        began_s = time.monotonic()
        found = make()
        with self._lock:
            self._kept[key] = _Kept(found, began_s)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return found

    def facts(self, until: date | None = None) -> Facts | None:
        """From the live rows; None where there is nothing yet. Raises as `found` does."""
        return self._read(until, None, self.policy()).facts()

    def _read(self, until: date | None, position: int | None, policy: FindingPolicy) -> Read:
        def make(query: Query) -> Read:
            span = span_of(query, ZONE, policy.history_days, until)
            told = read_told(query, *span) if span and span[0] <= span[1] else None
            return Read(*position_of(query), told)

        return made_at(self._system.log, position, ZONE, make)

    def _find(
        self, policy: FindingPolicy, names: Names, until: date | None, position: int | None
    ) -> Found:
        read = self._read(until, position, policy)
        facts = read.facts()
        return Found(
            read.position,
            read.recorded_at,
            date.fromordinal(facts.first_day) if facts else None,
            date.fromordinal(facts.last_day) if facts else None,
            policy.version,
            find(facts, names, policy) if facts else (),
        )


def finding_policy(data_dir: Path) -> FindingPolicy:
    """Raises FindingPolicyInvalid."""
    own = data_dir / POLICY_FILE
    return load_policy(own) if own.exists() else default_policy()
