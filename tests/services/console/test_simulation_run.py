"""`yousu run`: a process that serves a city's present, stops when asked, and goes on afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

FIRST_PAGE_S_MAX = 60
STOP_S_MAX = 10


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    port = free_port()
    command = [sys.executable, "-m", "services.console.main", "run", "--data", str(folder)]
    command += ["--port", str(port), "--days", "2", "--tickets-per-day", "20", "--speed", "600"]
    environment = {name: value for name, value in os.environ.items() if "YOUSU" not in name}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            wait_until_it_answers(process, client)
            yield process, client
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until_it_answers(process: subprocess.Popen[str], client: httpx.Client) -> None:
    give_up_at = time.monotonic() + FIRST_PAGE_S_MAX
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            assert client.get("/").status_code == 200
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("no page")


def figures(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/overview").json()
    return found


def stop(process: subprocess.Popen[str], signum: signal.Signals) -> tuple[str, str]:
    process.send_signal(signum)
    return process.communicate(timeout=STOP_S_MAX)


def test_the_city_lives_on_is_stopped_and_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as (process, client):
        first = figures(client)
        assert first["position"] > 100
        deadline = time.monotonic() + 30
        while figures(client)["position"] <= first["position"] and time.monotonic() < deadline:
            time.sleep(0.2)
        lived = figures(client)
        out, _ = stop(process, signal.SIGTERM)
    assert lived["position"] > first["position"]
    assert datetime.fromisoformat(lived["now"]) > datetime.fromisoformat(first["now"])
    assert "/docs" in out
    report = next(line for line in out.splitlines() if "daily report" in line).split()[-1]
    assert "日报告" in Path(report).read_text(encoding="utf-8")
    until = datetime.fromisoformat(json.loads((tmp_path / "simulation.json").read_text())["until"])
    assert until >= datetime.fromisoformat(lived["now"]) - timedelta(minutes=30)

    with running(tmp_path) as (process, client):
        again = figures(client)
        _, said = stop(process, signal.SIGINT)
    assert again["position"] >= lived["position"]
    assert datetime.fromisoformat(again["now"]) >= datetime.fromisoformat(lived["now"])
    assert "the city's past" not in said
    assert process.returncode == 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_the_past_can_be_stopped_too(tmp_path: Path, signum: signal.Signals) -> None:
    command = [sys.executable, "-m", "services.console.main", "run", "--data", str(tmp_path)]
    process = subprocess.Popen(
        [*command, "--port", str(free_port()), "--days", "150"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up_at = time.monotonic() + 30
    while not (tmp_path / "yousu.db-wal").exists() and time.monotonic() < give_up_at:
        time.sleep(0.1)
    _, said = stop(process, signum)
    assert process.returncode == 0
    assert "the city goes on" in said
    assert "Traceback" not in said
