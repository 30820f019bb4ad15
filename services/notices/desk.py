"""What people decide about notices: one is tried again; what a resident does not want to hear."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

from services.domain import notice_events as n
from services.domain.notice import Choices, Notice, fold_choices, fold_notice
from services.domain.notice_commands import RetryNotice
from services.domain.notice_decide import decide_notice
from services.domain.notice_values import NoticeKind, choices_stream
from services.notices.cases import read_notices
from services.notices.policy import NoticePolicy
from services.notices.rows import choice_changes, keep
from services.platform.city_streams import append_all_city, city_facts
from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.failures import ConcurrentAppend
from services.platform.keys import Keyring

ATTEMPTS_MAX = 20
Reply = Literal["stop", "start", "other"]


class NoticeDesk:
    def __init__(self, log: EventLog, clock: Clock, keyring: Keyring, policy: NoticePolicy) -> None:
        self._log = log
        self._clock = clock
        self._keyring = keyring
        self.policy = policy

    def retry(self, notice: str, actor: str, command_id: str) -> Notice:
        """Raises NoticeUnknown, NoticeNotGivenUp, Outage, ConcurrentAppend."""
        for _ in range(ATTEMPTS_MAX):
            found = read_notices(self._log, [notice]).get(notice, Notice())
            command = RetryNotice(
                notice_id=notice,
                actor=actor,
                cause=f"command:{command_id}",
                now=self._clock.now(),
            )
            facts = decide_notice(command, found)
            after = fold_notice(facts, found)
            try:
                append_all_city(self._log, facts, found.version + 1, changes=keep([after]))
            except ConcurrentAppend:
                continue
            return after
        raise ConcurrentAppend("somebody else was always first")

    def opt_out(
        self, resident: str, kinds: Sequence[NoticeKind], actor: str, command_id: str
    ) -> Choices:
        """Kinds that must be told are left out. Nothing is written if nothing changes."""
        wanted = [kind for kind in kinds if self.policy.kinds[kind].optional]
        return self._choose(n.ResidentOptedOut, resident, wanted, actor, command_id)

    def opt_in(
        self, resident: str, kinds: Sequence[NoticeKind], actor: str, command_id: str
    ) -> Choices:
        return self._choose(n.ResidentOptedIn, resident, kinds, actor, command_id)

    def choices(self, resident: str) -> Choices:
        facts = city_facts(self._log, choices_stream(resident))
        mine = (n.ResidentOptedOut, n.ResidentOptedIn)
        return fold_choices(fact for fact in facts if isinstance(fact, mine))

    def resident_of(self, contact: str) -> str | None:
        """Whose contact it is; None if nobody has left it."""
        return self._keyring.resident_of(contact)

    def reply_of(self, words: str) -> Reply:
        """What an answer to a short message asks for."""
        said = unicodedata.normalize("NFKC", words).strip().casefold().rstrip(".。!！")
        if said in map(str.casefold, self.policy.stop_words):
            return "stop"
        return "start" if said in map(str.casefold, self.policy.start_words) else "other"

    def _choose(
        self,
        fact_type: type[n.ResidentOptedOut] | type[n.ResidentOptedIn],
        resident: str,
        kinds: Sequence[NoticeKind],
        actor: str,
        command_id: str,
    ) -> Choices:
        for _ in range(ATTEMPTS_MAX):
            before = self.choices(resident)
            out = fact_type is n.ResidentOptedOut
            new = tuple(kind for kind in kinds if (kind in before.opted_out) != out)
            if not new:
                return before
            now = self._clock.now()
            fact = fact_type(
                stream_id=choices_stream(resident),
                actor=actor,
                cause=f"command:{command_id}",
                occurred_at=now,
                recorded_at=now,
                resident=resident,
                kinds=new,
            )
            try:
                append_all_city(self._log, [fact], before.version + 1, changes=choice_changes(fact))
            except ConcurrentAppend:
                continue
            return self.choices(resident)
        raise ConcurrentAppend("somebody else was always first")
