"""Writing facts of supervision: their rows in the same transaction, one writer after the other."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.domain.city_events import encode_city
from services.domain.personal import SealingContext
from services.domain.supervision_union import AnySupervisionEvent
from services.domain.working_time import CalendarYearMissing
from services.platform.city_streams import last_version
from services.platform.event_log import Change, Checkpoint, EventLog, NewEvent, merged
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.keys import Keyring
from services.supervision.fact_rows import fact_rows
from services.supervision.rules import SupervisionRules

# Counts the facts of all cases, cards and tellings: each write moves it from where it was read, so
# that what was decided was decided on everything that had been written. A rebuild relies on it.
COUNTER = "supervision-facts"
ATTEMPTS_MAX = 20
Decide = Callable[[], Sequence[AnySupervisionEvent]]


class Written(NamedTuple):
    """position: of the last fact; 0 if there was nothing to do."""

    facts: Sequence[AnySupervisionEvent]
    position: int


class Book:
    """appended: called after every write."""

    def __init__(
        self,
        log: EventLog,
        keyring: Keyring,
        rules: Callable[[], SupervisionRules],
        appended: Callable[[], None] = lambda: None,
    ) -> None:
        self._log = log
        self._keyring = keyring
        self._rules = rules
        self.appended = appended

    def write(self, decide: Decide) -> Written:
        """`decide` is asked again after a conflict, and must look at the world anew each time.
        Raises what it raises, Outage, ConcurrentAppend."""
        for _ in range(ATTEMPTS_MAX):
            before = self._log.checkpoint(COUNTER)
            try:
                facts = decide()
                if not facts:
                    return Written((), 0)
                position = self._append(facts, before)
            except ConcurrentAppend:
                if self._log.checkpoint(COUNTER) == before:
                    raise  # nobody was first: it is the rows themselves
                continue
            except CalendarYearMissing as error:  # wait for the operator
                raise Outage(str(error)) from error
            self.appended()
            return Written(facts, position)
        raise ConcurrentAppend("somebody else was always first")

    def _append(self, facts: Sequence[AnySupervisionEvent], before: int) -> int:
        rules = self._rules()
        versions: dict[str, int] = {}
        new: list[NewEvent] = []
        changes: list[Change] = []
        for fact in facts:
            stream = fact.stream_id
            version = versions.get(stream) or last_version(self._log, stream)
            versions[stream] = version = version + 1
            data = encode_city(fact, SealingContext(self._keyring.seal, version))
            new.append(NewEvent(stream, version, fact.type, data))
            changes += fact_rows(fact, version, rules)
        counted = Checkpoint(COUNTER, before + len(facts), before)
        return self._log.append(new, checkpoint=counted, changes=merged(changes))[-1]
