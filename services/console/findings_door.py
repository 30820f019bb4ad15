"""The findings' door over HTTP, wired to one system."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from services.console.directory_past import names_of
from services.console.findings_meaning import by_meaning
from services.console.findings_views import hot_spot_map, season_warnings
from services.console.live_findings import Found, LiveFindings
from services.console.system import System
from services.findings.documents import list_document, one_document
from services.findings.find import chosen
from services.findings.policy import FindingPolicyInvalid
from services.findings.routes import Document
from services.platform.failures import Outage
from services.platform.positions import PositionUnknown

RECENT_S = 60.0
Answer = TypeVar("Answer")


class SystemFindings:
    """A `FindingsDoor`. Findings are kept while the rows stand; threads may share it."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.live = LiveFindings(system)

    def listed(
        self,
        kind: str | None,
        area: str | None,
        first: date | None,
        last: date | None,
        position: int | None,
    ) -> Document:
        found = self.found(last, position)
        some = chosen(found.findings, kind, area, first, last)
        days = (found.first_day, found.last_day)
        return list_document(found.position, found.recorded_at, days, found.rule_version, some)

    def one(self, finding_id: str, until: date | None, position: int | None) -> Document:
        found = self.found(until, position)
        one = next((one for one in found.findings if one.finding_id == finding_id), None)
        if one is None:
            raise LookupError("There is no such finding.")
        names = names_of(self._system.directory)
        document: Document = one_document(one, self._system.log.query, names)
        return {"position": found.position, **document}

    def hot(self, first: date | None, last: date | None, position: int | None) -> Document:
        return self._asked(lambda: by_meaning(self._system, first, last, position))

    def map(self, first: date | None, last: date | None) -> Document:
        return self._asked(lambda: hot_spot_map(self._system, self.live, first, last))

    def warnings(self, day: date | None) -> Document:
        today = self._system.rules().calendar.local_date(self._system.clock.now())
        return self._asked(lambda: season_warnings(self._system, self.live, day or today))

    def found(self, until: date | None = None, position: int | None = None) -> Found:
        return self._asked(lambda: self.live.found(until, position))

    def recent(self) -> Found:
        """Up to RECENT_S old: what may be asked for by anybody is not made anew for each."""
        return self._asked(lambda: self.live.found(age_s=RECENT_S))

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except FindingPolicyInvalid as error:
            raise Outage(str(error)) from error
        except PositionUnknown as error:
            raise ValueError(str(error)) from None
