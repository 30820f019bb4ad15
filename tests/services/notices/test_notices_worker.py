"""Where notices run: as a worker of a cluster, beside a server, and in which threads."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from services.console.notices import postmen, postmen_at_work
from services.console.workers import build_worker
from services.platform.failures import Outage
from services.platform.transport.lanes import WorkersNeeded
from services.platform.transport.whole_worker import WholeWorker
from tests.services.notices.notice_city import Box, NoticeCity


def test_a_worker_queues_what_the_log_tells(city: NoticeCity) -> None:
    runners = city.system.transport.runners
    mine = next(runner for runner in runners if runner.name == "notices")
    city.system.transport.runners = [one for one in runners if one is not mine]
    city.ticket()
    assert not city.rows()
    city.system.transport.runners = runners  # what the process was put together from
    worker = build_worker(city.system, "notices", 4)
    assert isinstance(worker, WholeWorker)
    worker.hold(frozenset({0, 1}))
    worker.look()
    worker.close()
    assert len(city.rows()) == 5


def test_a_worker_of_what_is_switched_off_says_so(tmp_path: Path) -> None:
    city = NoticeCity(tmp_path, notices="off")
    with pytest.raises(WorkersNeeded, match="YOUSU_NOTICES=on"):
        build_worker(city.system, "notices", 4)
    assert postmen(city.system) == []
    city.close()


def test_a_postman_works_beside_until_it_is_told_to_stop(city: NoticeCity) -> None:
    with postmen_at_work(city.system):
        city.ticket()
        give_up_at = time.monotonic() + 10
        while not city.file.exists() or len(city.lines()) < 6:
            assert time.monotonic() < give_up_at
            time.sleep(0.02)
    assert {row.status for row in city.rows()} == {"sent"}


def test_a_postman_waits_out_what_fails_and_goes_on(
    city: NoticeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.ticket()
    failures: list[Exception] = [Outage("database: away"), RuntimeError("a fault of ours")]
    postman, stopping = city.postman({"file": Box()}), threading.Event()
    deliver = postman.deliver

    def flaky() -> object:
        if failures:
            raise failures.pop(0)
        delivered = deliver()
        if not delivered.looked:
            stopping.set()
        return delivered

    monkeypatch.setattr(postman, "deliver", flaky)
    postman.run(stopping)
    assert {row.status for row in city.rows()} == {"sent"}


def test_what_nobody_processed_for_a_week_is_noted_and_not_said(city: NoticeCity) -> None:
    """Two facts a notice, and nothing for a postman to do."""
    runners = city.system.transport.runners
    city.system.transport.runners = [one for one in runners if one.name != "notices"]
    city.ticket()
    city.clock.advance_to(city.clock.now() + timedelta(days=14))
    city.system.transport.runners = runners
    city.process()
    first = {row.kind: (row.status, row.reason) for row in city.rows() if row.kind != "escalated"}
    assert first["received"] == first["routed"] == first["assigned"] == ("suppressed", "stale")
