"""The daily report's numbers counted again out of the stored bytes, by other means: plain loops
over plain JSON, without events, folds, rows or SQL."""

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from typing import Any

from services.domain.codec import TYPE_NAMES
from services.platform.event_log import EventLog

TICKET_TYPES = frozenset(TYPE_NAMES)
LOCAL = timezone(timedelta(hours=8))
Json = dict[str, Any]


def documents(log: EventLog, upto: int = 10**9) -> list[Json]:
    """Those of tickets."""
    some = log.read_all(0, 10**6)
    return [json.loads(r.data) for r in some if r.position <= upto and r.type in TICKET_TYPES]


def local_day(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(LOCAL).date().isoformat()


def kind(document: Json) -> str:
    return str(document["type"].removeprefix("ticket.").removesuffix(".v1"))


def streams(found: list[Json]) -> dict[str, list[Json]]:
    by_ticket: defaultdict[str, list[Json]] = defaultdict(list)
    for document in found:
        by_ticket[document["ticket_id"]].append(document)
    return dict(by_ticket)


def taken_out_of(stream: list[Json], key: str) -> set[int]:
    """Numbers of the facts that upheld appeals take out of a measure."""
    return {
        number
        for document in stream
        if kind(document) == "appeal_decided" and document["decision"] == "upheld"
        for number in document["facts"]
        if key in document["measures"]
    }


def first_answers(stream: list[Json], key: str) -> list[Json]:
    """Of each handling (until it is done again or reopened) the first that reached somebody;
    without those that are taken out."""
    found, has_counted = [], False
    out = taken_out_of(stream, key)
    for number, document in enumerate(stream, start=1):
        name = kind(document)
        if name in {"resolved", "answered_at_once", "reopened"}:
            has_counted = False
        elif name == "evaluated" and document["reached"] and not has_counted:
            found += [] if number in out else [document]
            has_counted = True
    return found


def measured(found: list[Json], key: str) -> list[Json]:
    """What counts in a measure: of answers the first of each handling, and nothing that an upheld
    appeal has taken out."""
    kept = []
    for stream in streams(found).values():
        out, answers = taken_out_of(stream, key), first_answers(stream, key)
        for number, document in enumerate(stream, start=1):
            if number not in out and (kind(document) != "evaluated" or document in answers):
                kept.append(document)
    return kept


def never_appealed(found: list[Json], key: str) -> list[Json]:
    """The tickets of which nothing is taken out of a measure."""
    whole = [stream for stream in streams(found).values() if not taken_out_of(stream, key)]
    return [document for stream in whole for document in stream]


def happened(found: list[Json], day: str, name: str, **values: object) -> tuple[int, int]:
    """(on the day, up to it): facts of one type with these values."""
    days = [
        local_day(document["occurred_at"])
        for document in found
        if kind(document) == name and all(document.get(k) == v for k, v in values.items())
    ]
    return sum(d == day for d in days), sum(d <= day for d in days)


def plus(*pairs: tuple[int, int]) -> tuple[int, int]:
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def verdicts_due(found: list[Json], day: str, clock: str, name: str) -> tuple[int, int]:
    days = [
        local_day(document["due_at"])
        for document in found
        if kind(document) == name and document["clock"] == clock
    ]
    return sum(d == day for d in days), sum(d <= day for d in days)


def first_tries(found: list[Json], day: str, only_upheld: bool = False) -> list[tuple[int, int]]:
    """(of which that routing was not returned, all) tickets by day of their first routing: on the
    day, up to it.

    only_upheld: not counting returns of the first routing that were not upheld.
    """
    result = [[0, 0], [0, 0]]
    for stream in streams(found).values():
        routed = [d for d in stream if kind(d) == "routed"]
        if not routed:
            continue
        of_first = stream[: stream.index(routed[1])] if len(routed) > 1 else stream
        was_returned = any(kind(d) == "returned" for d in of_first)
        if only_upheld:
            decided = [d for d in stream if kind(d) == "return_decided" and d["attempt"] == 1]
            was_returned = any(d["decision"] == "upheld" for d in decided)
        first = local_day(routed[0]["occurred_at"])
        for index, counts in enumerate((first == day, first <= day)):
            result[index][0] += counts and not was_returned
            result[index][1] += counts
    return [(good, everything) for good, everything in result]


def redone(found: list[Json], day: str) -> list[tuple[int, int]]:
    """(reopened later, all) resolutions and direct answers: on the day, up to it."""
    result = [[0, 0], [0, 0]]
    for stream in streams(found).values():
        for place, document in enumerate(stream):
            if kind(document) not in {"resolved", "answered_at_once"}:
                continue
            later = [kind(d) for d in stream[place + 1 :]]
            again = "reopened" in later
            if again:  # by the reopening that follows it, not by one after the next answer
                until = later[: later.index("reopened")]
                again = not {"resolved", "answered_at_once"} & set(until)
            done = local_day(document["occurred_at"])
            for index, counts in enumerate((done == day, done <= day)):
                result[index][0] += counts and again
                result[index][1] += counts
    return [(good, everything) for good, everything in result]


def standing(stream: list[Json]) -> Json:
    """Where one ticket stands, by what happened to it last."""
    state: Json = {"stage": "received", "lead": None, "last": None, "ended": None, "due": {}}
    for d in stream:
        name, at = kind(d), d["occurred_at"]
        if name == "opened":
            state |= {"item": d.get("item"), "area": d.get("area"), "day": local_day(at)}
        elif name == "routed":
            state |= {"stage": "routed", "lead": d["lead"], "last": d["lead"], "accepted": None}
            state |= {"item": d.get("item"), "area": d.get("area")}
            state["due"].pop("accept", None)
        elif name == "sent_to_triage":
            state["stage"] = "triage"
        elif name == "accepted":
            state |= {"stage": "handling", "accepted": at}
        elif name == "returned":
            state |= {"stage": "returned", "lead": None}
        elif name in {"resolved", "declined", "answered_at_once", "merged"}:
            state |= {"stage": {"answered_at_once": "answered"}.get(name, name), "ended": at}
        elif name == "unmerged":
            state |= {"stage": d["stage"], "ended": None}
        elif name == "closed":
            state["stage"] = "closed"
        elif name == "reopened":
            stage = "handling" if state["lead"] else "triage"
            state |= {"stage": stage, "ended": None, "suspended": None}
        elif name in {"suspended", "resumed"}:
            state["suspended"] = at if name == "suspended" else None
        elif name in {"deadline_set", "deadline_moved", "deadline_shortened"}:
            state["due"][d["clock"]] = d["due_at"]
            if name == "deadline_set":
                state.setdefault("missed", set()).discard(d["clock"])
        elif name == "deadline_missed":
            state.setdefault("missed", set()).add(d["clock"])
    return state


def opened_by(found: list[Json], day: str, key: str) -> tuple[Counter[str], Counter[str]]:
    on_day: Counter[str] = Counter()
    in_all: Counter[str] = Counter()
    for stream in streams(found).values():
        state = standing(stream)
        on_day[state[key] or ""] += state["day"] == day
        in_all[state[key] or ""] += state["day"] <= day
    return on_day, +in_all


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def overdue(found: list[Json], as_at_text: str) -> set[tuple[str, str, str]]:
    """(ticket, clock, unit) of open promises that were broken by then."""
    late = set()
    as_at = moment(as_at_text)
    for ticket_id, stream in streams(found).items():
        state = standing(stream)
        due = {clock: moment(text) < as_at for clock, text in state["due"].items()}
        waits = state.get("suspended") and moment(state["suspended"]) <= as_at
        waits = waits and "resolve" not in state.get("missed", ())
        is_open = state["ended"] is None or moment(state["ended"]) > as_at
        if due.get("resolve") and is_open and not waits:
            late.add((ticket_id, "resolve", state["last"] or ""))
        accepted = state.get("accepted")
        unaccepted = moment(accepted) > as_at if accepted else state["stage"] == "routed"
        if due.get("accept") and unaccepted:
            late.add((ticket_id, "accept", state["last"] or ""))
    return late
