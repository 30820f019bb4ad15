"""HTTP POST to routed at a steady rate, seen from outside: a real server, a real client.

A report counts as routed when its routing can be read from the log by another process.
"""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp

from benchmarks.city import START, reports
from benchmarks.figures import Figure
from services.intake.report import NewReport

PORT = 8399
POLL_S = 0.002


def latency(rate: int, seconds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yousu-bench-") as folder:
        command = [sys.executable, "-m", "services.console.main", "serve", "--data", folder]
        server = subprocess.Popen([*command, "--port", str(PORT)], stderr=subprocess.DEVNULL)
        try:
            _wait_until_ready()
            sent: dict[str, float] = {}
            answered: dict[str, float] = {}
            seen: dict[str, float] = {}
            stop = threading.Event()
            watcher = threading.Thread(target=_watch, args=(Path(folder), seen, stop))
            watcher.start()
            asyncio.run(_post(rate, seconds, sent, answered))
            time.sleep(1.0)
            stop.set()
            watcher.join()
        finally:
            server.terminate()
            server.wait(15)
    missing = [ticket for ticket in answered if ticket not in seen]
    assert not missing, f"{len(missing)} of {len(answered)} were never routed"
    routed_ms = sorted((seen[t] - sent[t]) * 1000 for t in answered)
    answered_ms = sorted((answered[t] - sent[t]) * 1000 for t in answered)
    name = f"at {rate} reports/s over HTTP"
    yield Figure(f"answered p50 {name}", _at(answered_ms, 0.50), "ms")
    yield Figure(f"answered p99 {name}", _at(answered_ms, 0.99), "ms")
    yield Figure(f"routed p50 {name}", _at(routed_ms, 0.50), "ms")
    yield Figure(f"routed p99 {name}", _at(routed_ms, 0.99), "ms", None, 150, "<=", of="value")


def _at(ordered: list[float], fraction: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def _wait_until_ready() -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


async def _post(
    rate: int, seconds: int, sent: dict[str, float], answered: dict[str, float]
) -> None:
    """Open loop: the next report goes out on time, whether the last was answered or not."""
    connector = aiohttp.TCPConnector(limit=64)
    base = f"http://127.0.0.1:{PORT}"
    async with aiohttp.ClientSession(base, connector=connector) as client:
        tasks = []
        began = time.perf_counter()
        for number, report in enumerate(reports(0, rate * seconds, START)):
            delay = began + number / rate - time.perf_counter()
            if delay > 0:
                await asyncio.sleep(delay)
            tasks.append(asyncio.create_task(_one(client, report, sent, answered)))
        await asyncio.gather(*tasks)


async def _one(
    client: aiohttp.ClientSession,
    report: NewReport,
    sent: dict[str, float],
    answered: dict[str, float],
) -> None:
    body = {
        "channel": report.channel,
        "reference": report.reference,
        "title": report.title,
        "text": report.text,
        "contact": report.contact,
        "address": report.address,
    }
    at = time.perf_counter()
    async with client.post("/api/v1/reports", json=body) as response:
        document = await response.json()
        assert response.status == 201, document
    sent[document["ticket_id"]] = at
    answered[document["ticket_id"]] = time.perf_counter()


def _watch(folder: Path, seen: dict[str, float], stop: threading.Event) -> None:
    connection = sqlite3.connect(folder / "yousu.db")
    after = 0
    statement = "SELECT position, originator_id, topic FROM stored_events WHERE position > ?"
    while not stop.is_set():
        rows = connection.execute(statement, (after,)).fetchall()
        now = time.perf_counter()
        for position, ticket, topic in rows:
            after = position
            if topic in ("ticket.routed.v1", "ticket.sent_to_triage.v1"):
                seen.setdefault(ticket, now)
        stop.wait(POLL_S)
    connection.close()
