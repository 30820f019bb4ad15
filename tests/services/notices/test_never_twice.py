"""A notice goes out once, whoever dies when: the log, the channel and the postman are real, and
death comes before, within and after each of their steps."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notices.channels.message import SENT, Message, Outcome
from services.notices.policy import NoticePolicy
from services.notices.postman import Postman
from services.platform.event_log import EventLog
from tests.services.notices.notice_city import NoticeCity
from tests.services.notices.policies import at_any_hour
from tests.services.notices.receivers import Answer, Request, WebReceiver, web_server

ROOT = Path(__file__).parent.parent.parent.parent
HELD, RESENT = at_any_hour("mail"), at_any_hour("mail", resend_unsure=True)
AT_FIRST = {"received", "routed", "assigned"}
LEASE_IS_OVER = timedelta(minutes=16)


class Died(BaseException):
    """The process is gone: nothing of ours catches it."""


class Fate:
    """Counts the steps of a postman, and ends it at one of them."""

    def __init__(self, at: int | None) -> None:
        self._at = at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self._at:
            raise Died


class MortalLog:
    """A log whose user may die before a transaction, or after it, not knowing that it is there."""

    def __init__(self, log: EventLog, fate: Fate) -> None:
        self._log = log
        self._fate = fate

    def append(self, *arguments: Any, **named: Any) -> Any:
        self._fate.step()
        positions = self._log.append(*arguments, **named)
        self._fate.step()
        return positions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


class World:
    """What has really gone out; nothing that dies here takes it back."""

    def __init__(self) -> None:
        self.out: list[str] = []

    def channel(self, fate: Fate) -> "MortalChannel":
        return MortalChannel(self, fate)


class MortalChannel:
    def __init__(self, world: World, fate: Fate) -> None:
        self._world = world
        self._fate = fate

    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        for message in messages:
            self._fate.step()
            self._world.out.append(message.notice_id)
            self._fate.step()
        return [SENT] * len(messages)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NoticeCity]:
    city = NoticeCity(tmp_path_factory.mktemp("living"))
    yield city
    city.close()


def deliver(city: NoticeCity, world: World, policy: NoticePolicy, dies_at: int | None) -> None:
    fate = Fate(dies_at)
    postman: Postman = city.postman({"mail": world.channel(fate)}, policy)
    postman._log = MortalLog(city.system.log, fate)  # type: ignore[assignment]
    try:
        postman.deliver_all()
    except Died:
        return


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 14), max_size=4), st.booleans(), st.data())
def test_nothing_goes_out_twice_whoever_dies(
    living: NoticeCity, deaths: list[int], resends: bool, data: st.DataObject
) -> None:
    """Where what is unsure is held, never; where it is sent again, only what is unsure, under its
    own name. And everything ends: sent, or before a person."""
    policy, world = RESENT if resends else HELD, World()
    ticket = living.ticket(f"ticket-{living.system.log.head()}")
    for dies_at in deaths:
        deliver(living, world, policy, dies_at)
        if data.draw(st.booleans()):
            living.clock.advance_to(living.clock.now() + LEASE_IS_OVER)
    for _ in range(3):
        living.clock.advance_to(living.clock.now() + LEASE_IS_OVER)
        deliver(living, world, policy, None)

    # Warnings come with time, and are superseded: the others are all to be told.
    rows = [row for row in living.rows(ticket_id=ticket) if row.kind in AT_FIRST]
    times = Counter(world.out)
    assert len(rows) == 5
    for row in rows:
        assert row.status in (("sent", "given_up") if not resends else ("sent",))
        if resends:
            assert times[row.notice_id] >= 1
            assert times[row.notice_id] == 1 or row.unsure
        else:
            assert times[row.notice_id] == 1 or (row.status, row.unsure) == ("given_up", 1)
            assert times[row.notice_id] <= 1


class Slayer(WebReceiver):
    """Kills the postman when it has taken the n-th notice, and before it says so."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.victim: subprocess.Popen[bytes] | None = None
        self.started = threading.Event()

    def take(self, request: Request) -> Answer:
        answer = super().take(request)
        if len(self.requests) == self._number:
            self.started.wait(10)
            assert self.victim is not None
            self.victim.kill()
            self.victim.wait()
        return answer


def postman_process(city: NoticeCity, url: str, resends: bool) -> "subprocess.Popen[bytes]":
    program = [sys.executable, "-m", "tests.services.notices.postman_process"]
    arguments = [str(city.folder), city.clock.now().isoformat(), url, str(int(resends))]
    return subprocess.Popen([*program, *arguments], cwd=ROOT)


@pytest.mark.parametrize("resends", [False, True])
def test_a_postman_that_is_killed_leaves_nothing_that_goes_out_twice(
    tmp_path: Path, resends: bool
) -> None:
    """kill -9, after the receiver has taken the third notice and before anybody knows."""
    city, slayer = NoticeCity(tmp_path), Slayer(3)
    city.ticket()
    city.ticket("b")
    with web_server(slayer) as url:
        slayer.victim = postman_process(city, url, resends)
        slayer.started.set()
        assert slayer.victim.wait(60) == -9
        city.clock.advance_to(city.clock.now() + LEASE_IS_OVER)
        assert postman_process(city, url, resends).wait(60) == 0
    times = Counter(request.headers["Idempotency-Key"] for request in slayer.requests)
    statuses = Counter((row.status, row.unsure) for row in city.rows())
    if resends:
        assert statuses == {("sent", 1): 10}
        assert sorted(times.values()) == [1] * 7 + [2] * 3
    else:  # one was on its way
        assert statuses == {("sent", 0): 9, ("given_up", 1): 1}
        assert sorted(times.values()) == [1] * 10
    city.close()
