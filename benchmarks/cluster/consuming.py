"""A worker that stores what it does, against consumers that do nothing; two workers against one."""

from collections.abc import Iterator
from typing import Any

from benchmarks.cluster.ground import LANES, Ground
from benchmarks.cluster.processes import Consumer, Took, run
from benchmarks.cluster.rounds import Round, median
from benchmarks.cluster.stage import Stage
from benchmarks.figures import Figure
from services.platform.event_log import open_postgres_log


def consuming(ground: Ground, stage: Stage, rounds: int) -> Iterator[Figure]:
    count = len(stage.messages)
    rates: dict[str, list[float]] = {"bus": [], "log": [], "faust": [], "aiokafka": []}
    for _ in range(rounds):
        rates["bus"].append(count / _router(ground, stage).seconds)
        rates["faust"].append(count / run("faust", _task(ground, stage), ground.folder).seconds)
        rates["log"].append(count / _router(ground, stage, read_log=True).seconds)
        took = run("aiokafka", _task(ground, stage), ground.folder)
        rates["aiokafka"].append(count / took.seconds)

    def against(ours: str, theirs: str) -> Round:
        return median([Round(*pair) for pair in zip(rates[ours], rates[theirs], strict=True)])

    name = f"router worker, {count:,} facts from the topic, effects stored"
    yield Figure(f"{name} | do-nothing faust agent", *_pair(against("bus", "faust")), 0.6, ">=")
    yield Figure(f"{name} | aiokafka alone", *_pair(against("bus", "aiokafka")))
    name = f"router worker, {count:,} facts from the log, effects stored"
    yield Figure(f"{name} | do-nothing faust agent", *_pair(against("log", "faust")))


def two_workers(ground: Ground, stage: Stage, rounds: int) -> Iterator[Figure]:
    count = len(stage.messages)
    found = []
    for number in range(rounds):
        two = _together(ground, stage, 2, f"two-{number}")
        one = _together(ground, stage, 1, f"one-{number}")
        found.append(Round(count / two, count / one))
    yield Figure("two router workers | one, facts from the topic", *_pair(median(found)))


def _pair(found: Round) -> tuple[float, str, float]:
    return found.ours, "/s", found.theirs


def _router(ground: Ground, stage: Stage, **more: Any) -> Took:
    with ground.copy(stage.url) as url:
        took = run("router", _task(ground, stage, url) | more, ground.folder)
        _check(stage, url)
        return took


def _together(ground: Ground, stage: Stage, workers: int, name: str) -> float:
    """Seconds from the moment at which all are let go."""
    gate = ground.folder / name
    with ground.copy(stage.url) as url:
        more = {"gate": str(gate), "share": LANES // workers}
        task = _task(ground, stage, url) | more
        consumers = [Consumer("router", task, ground.folder) for _ in range(workers)]
        try:
            for one in consumers:
                one.wait_until_ready()
            gate.touch()
            took = [one.took() for one in consumers]
        finally:
            for one in consumers:
                one.close()
        _check(stage, url)
    return max(one.ended_s for one in took) - min(one.began_s for one in took)


def _check(stage: Stage, url: str) -> None:
    """Every new ticket was routed."""
    log = open_postgres_log(url)
    opened = log.query(
        "SELECT COUNT(*) FROM stored_events WHERE position > ? AND position <= ? AND topic = ?",
        (stage.before, stage.head, "ticket.opened.v1"),
    )[0][0]
    effects = stage.effects(log)
    log.close()
    assert effects >= opened > 0, f"{effects} effects of {opened} tickets"


def _task(ground: Ground, stage: Stage, url: str = "") -> dict[str, Any]:
    return {
        "servers": ground.kafka,
        "topic": ground.settings(stage.prefix).topic("ticket-events"),
        "lanes": LANES,
        "messages": len(stage.messages),
        "lasts": stage.lasts,
        "folder": str(ground.folder),
        "environment": ground.environment(url, stage.prefix),
    }
