"""通知 wired to the rest: what it is set up by, whom it asks, and its postman."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from services.console.notices_queue import policy_of
from services.console.system import System
from services.domain.part_state import part_named
from services.evaluation.tokens import Link, token_of
from services.notices.channels.opening import open_channels
from services.notices.daily import DailyQueue
from services.notices.desk import NoticeDesk
from services.notices.planning import Planner
from services.notices.policy import NoticePolicy
from services.notices.postman import Postman
from services.notices.templates import Templates, default_templates, load_templates
from services.notices.wording import DailyLists, Listed, Names
from services.platform.event_log import EventLog
from services.platform.settings import Settings
from services.router.directory import Directory

STOP_WITHIN_S = 8
# Running clocks only: what grows with the open tickets, not with all there ever were.
_OPEN = (
    "SELECT t.lead, d.ticket_id, d.clock, d.due_at FROM deadlines d"
    " JOIN tickets t ON t.ticket_id = d.ticket_id"
    " WHERE d.clock NOT IN ('accept', 'pause') AND d.due_at <> '' AND t.lead IS NOT NULL"
    " AND t.stage IN ('routed', 'handling') ORDER BY d.due_at, d.ticket_id"
)


def templates_of(settings: Settings) -> Templates:
    """Raises TemplatesInvalid, OSError."""
    path = settings.notices_templates
    return load_templates(path) if path else default_templates()


def postmen(system: System) -> list[Callable[[threading.Event], None]]:
    """Work for a thread, where notices are switched on. Raises as `postman_of`."""
    return [postman_of(system).run] if system.settings.notices == "on" else []


@contextmanager
def postmen_at_work(system: System) -> Iterator[None]:
    """While it is open, in threads of their own. Raises as `postman_of`."""
    stopping = threading.Event()
    threads = [
        threading.Thread(target=run, args=(stopping,), name="postman", daemon=True)
        for run in postmen(system)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(STOP_WITHIN_S)


def postman_of(system: System) -> Postman:
    """Raises NoticePolicyInvalid, TemplatesInvalid, OSError."""
    settings = system.settings
    policy = policy_of(settings)
    channels = open_channels(policy, settings.notices_secrets, settings.data_dir, system.clock)
    queue = DailyQueue(
        system.log,
        policy,
        lambda: system.rules().calendar,
        lambda: sorted(open_tickets(system.log)),
    )
    planner = planner_of(system, policy, templates_of(settings))
    return Postman(system.log, system.clock, planner, channels, queue)


def planner_of(system: System, policy: NoticePolicy, templates: Templates) -> Planner:
    return Planner(
        log=system.log,
        keyring=system.keyring,
        policy=policy,
        templates=templates,
        calendar=lambda: system.rules().calendar,
        names=lambda: names_in(system.directory),
        lists=partial(open_tickets, system.log),
        rate_token=lambda ticket: token_of(
            system.keyring, Link(ticket.ticket_id, ticket.reopened + 1)
        ),
    )


def desk_of(system: System) -> NoticeDesk:
    """Raises NoticePolicyInvalid, OSError."""
    return NoticeDesk(system.log, system.clock, system.keyring, policy_of(system.settings))


def names_in(directory: Directory) -> Names:
    def unit(code: str) -> str:
        found = directory.unit(code)
        return found.name if found else code

    def item(code: str) -> str:
        found = directory.items.get(code)
        return found.path if found else code

    def area(code: str) -> str:
        found = directory.areas.get(code)
        return found.name if found else code

    return Names(unit, item, area)


def open_tickets(log: EventLog) -> DailyLists:
    """Of each unit that has any, or a part of one, the first due first."""
    found: defaultdict[str, list[Listed]] = defaultdict(list)
    rows: Sequence[tuple[str, str, str, str]] = log.query(_OPEN)
    for lead, ticket_id, clock, due_at in rows:
        part, unit = part_named(clock)
        found[unit or lead].append(Listed(ticket_id, datetime.fromisoformat(due_at), part))
    return found
