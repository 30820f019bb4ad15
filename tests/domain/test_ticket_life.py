"""A ticket's whole life under random commands, against a simple model of its own."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from services.domain import commands as k
from services.domain.codec import TYPE_NAMES, decode, encode
from services.domain.decide import decide
from services.domain.events import TicketEvent
from services.domain.rejections import Rejected
from services.domain.ticket import OPEN, Ticket
from services.domain.ticket_evolve import evolve, fold
from services.domain.urgency import UrgencyClaim
from tests.domain.facts import (
    HEATING,
    MONDAY,
    OTHER_TICKET,
    ROADS,
    WATER,
    ask,
    report,
    rules,
    rung,
    sealing,
)

UNITS = st.sampled_from([HEATING, ROADS, WATER])
CLOCKS = st.sampled_from(["accept", "resolve"])
ACTORS = st.sampled_from(["unit:heating-office", "supervisor:wang"])
STEPS = st.sampled_from(
    [timedelta(0), timedelta(minutes=1), timedelta(hours=5), timedelta(days=1), timedelta(days=4)]
)
# From which stage a fact may lead to which; any other fact leaves the stage as it is.
MOVES: dict[str, set[tuple[str, str]]] = {
    "opened": {("new", "received")},
    "sent_to_triage": {("received", "triage"), ("returned", "triage")},
    "routed": {("received", "routed"), ("triage", "routed"), ("returned", "routed")},
    "accepted": {("routed", "handling")},
    "returned": {("routed", "returned")},
    "resolved": {("handling", "resolved")},
    "declined": {(stage, "declined") for stage in ("received", "triage", "returned", "routed")},
    "answered_at_once": {
        (stage, "answered") for stage in ("received", "triage", "returned", "routed")
    },
    "closed": {(stage, "closed") for stage in ("resolved", "answered", "declined")},
    "reopened": {
        (stage, to)
        for stage in ("resolved", "answered", "declined", "closed")
        for to in ("handling", "triage")
    },
    "merged": {(stage, "merged") for stage in OPEN},
    "unmerged": {("merged", stage) for stage in OPEN},
}
FREE = [
    k.OpenTicket,
    k.JoinReport,
    k.SupplementTicket,
    k.DeclineTicket,
    k.AnswerAtOnce,
    k.SendToTriage,
    k.SuspendTicket,
    k.ResumeTicket,
    k.RefuseExtension,
    k.GrantExtension,
    k.EvaluateTicket,
    k.ReopenTicket,
    k.LookBack,
    k.CloseTicket,
]
OF_UNIT = [
    k.AcceptTicket,
    k.ReturnTicket,
    k.ReportProgress,
    k.AskAssistance,
    k.FinishAssistance,
    k.ResolveTicket,
]
PAUSES = [
    k.SuspendTicket,
    k.ResumeTicket,
    k.RequestExtension,
    k.GrantExtension,
    k.RefuseExtension,
]
AFTERWARDS = [k.EvaluateTicket, k.ReopenTicket, k.LookBack, k.CloseTicket]


TAKEN_APART = {"unmerged", "join_refused", "report_split"}  # may also follow a merge


class Model:
    """What must hold, told without looking at how the ticket is built."""

    def __init__(self) -> None:
        self.stage = "new"
        self.verdicts: dict[str, list[str]] = {"accept": [], "resolve": []}
        self.promises = {"accept": 0, "resolve": 0}
        self.first_resolve_starts: Any = None
        self.paused = False
        self.extensions = 0
        self.levels = {"accept": 0, "resolve": 0}
        self.raised = MONDAY

    def see(self, kind: str, event: Any, stage_after: str) -> None:
        if kind in MOVES:
            assert (self.stage, stage_after) in MOVES[kind], f"{kind}: {self.stage}→{stage_after}"
        else:
            assert stage_after == self.stage, f"{kind} moved {self.stage} to {stage_after}"
        assert self.stage != "merged" or kind in TAKEN_APART, f"{kind} after the merge"
        self.stage = stage_after
        see = getattr(self, f"_{kind}", None)
        if see is not None:
            see(event)

    def _deadline_set(self, event: Any) -> None:
        if event.clock == "resolve" and self.first_resolve_starts is not None:
            assert event.starts_at >= self.reopened_at, "a second promise without a reopening"
        if event.clock == "resolve":
            self.first_resolve_starts = event.starts_at
        self.promises[event.clock] += 1
        self.verdicts[event.clock] = []
        self.levels[event.clock] = 0
        assert event.starts_at <= event.warn_at < event.due_at

    def _deadline_met(self, event: Any) -> None:
        self._verdict("met", event)
        assert event.occurred_at <= event.due_at or event.recorded_at > event.due_at

    def _deadline_missed(self, event: Any) -> None:
        self._verdict("missed", event)
        assert (event.done_at or event.recorded_at) > event.due_at

    def _verdict(self, verdict: str, event: Any) -> None:
        assert self.promises[event.clock], "a verdict without a promise"
        assert self.verdicts[event.clock] == [], "a promise has one verdict"
        self.verdicts[event.clock].append(verdict)

    def _deadline_moved(self, event: Any) -> None:
        assert self.verdicts["resolve"] == [], "what has its verdict does not move"
        assert event.working_days > 0
        self.levels["resolve"] = 0

    def _urgency_raised(self, event: Any) -> None:
        assert event.urgency_days < (event.from_days or 12), "never lowered"
        self.raised = event.occurred_at

    def _deadline_shortened(self, event: Any) -> None:
        assert self.promises[event.clock], "an earlier end without a promise"
        assert self.verdicts[event.clock] == [], "what has its verdict does not move"
        assert event.due_at < event.from_due_at, "never later"
        assert event.warn_at < event.due_at
        self.levels[event.clock] = 0

    def _escalated(self, event: Any) -> None:
        assert event.level > self.levels[event.clock]
        self.levels[event.clock] = event.level

    def _suspended(self, event: Any) -> None:
        assert not self.paused
        self.paused = True

    def _resumed(self, event: Any) -> None:
        assert self.paused
        self.paused = False

    def _resolved(self, event: Any) -> None:
        assert not self.paused, "a pause is over before the work is done"

    def _reopened(self, event: Any) -> None:
        self.extensions = 0
        self.reopened_at = event.occurred_at

    def _extension_granted(self, event: Any) -> None:
        self.extensions += 1
        assert self.extensions == 1


class TicketLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.ticket = Ticket()
        self.history: list[TicketEvent] = []
        self.model = Model()
        self.last: k.TicketCommand | None = None
        self.routings = [MONDAY]

    def do(self, command: k.TicketCommand) -> None:
        before = self.ticket
        self.last = command
        try:
            events = decide(command, before)
        except Rejected:
            return
        for event in events:
            kind = event.type.removeprefix("ticket.").removesuffix(".v1")
            self.ticket = evolve(self.ticket, event)
            self.model.see(kind, event, self.ticket.stage)
            if kind in {"routed", "reopened"}:
                self.routings.append(event.occurred_at)
        self.history += events

    @initialize(far=st.integers(0, 4), overdue=st.booleans())
    def it_has_come_some_way(self, far, overdue):
        """Lives that begin later reach the rarer rules."""
        way = [
            ask(k.OpenTicket, self.now),
            ask(k.RouteTicket, self.now),
            ask(k.SetDeadline, self.now, working_days=3),
            ask(k.SetDeadline, self.now, clock="accept", working_days=1),
            ask(k.AcceptTicket, self.now),
            ask(k.ResolveTicket, self.now + timedelta(days=1)),
        ]
        for command in way[: (0, 1, 4, 5, 6)[far]]:
            self.now = command.now
            self.do(command)
        if overdue and self.ticket.stage == "handling":
            self.now += timedelta(days=4)
            due_at = self.ticket.resolve.due_at
            self.do(ask(k.MissDeadline, self.now, due_at=due_at))

    @rule(step=STEPS)
    def time_passes(self, step):
        self.now += step

    @precondition(lambda self: self.ticket.stage == "handling")
    @rule(command_type=st.sampled_from(PAUSES), actor=ACTORS, days=st.integers(1, 3))
    def the_promise_is_pushed_about(self, command_type, actor, days):
        changes: dict[str, Any] = {"actor": actor}
        if command_type is k.RequestExtension:
            changes |= {"working_days": days, "unit": self.ticket.lead}
        self.do(ask(command_type, self.now, **changes))

    @precondition(lambda self: self.ticket.stage in {"resolved", "answered", "declined", "closed"})
    @rule(command_type=st.sampled_from(AFTERWARDS), reached=st.booleans())
    def the_resident_has_the_last_word(self, command_type, reached):
        changes = {"reached": reached} if command_type is k.EvaluateTicket else {}
        self.do(ask(command_type, self.now, **changes))

    @rule(command_type=st.sampled_from(FREE), actor=ACTORS, number=st.integers(1, 3))
    def something_is_asked(self, command_type, actor, number):
        changes = {"actor": actor}
        if command_type in {k.OpenTicket, k.JoinReport}:
            changes["report"] = report(number)
        self.do(ask(command_type, self.now, **changes))

    @rule(command_type=st.sampled_from(OF_UNIT), unit=UNITS, late=st.booleans())
    def a_unit_acts(self, command_type, unit, late):
        at = self.now - timedelta(minutes=1) if late else None
        self.do(ask(command_type, self.now, unit=unit, at=at))

    @precondition(lambda self: self.ticket.lead)
    @rule(command_type=st.sampled_from([*OF_UNIT, k.RequestExtension]))
    def the_lead_acts(self, command_type):
        self.do(ask(command_type, self.now, unit=self.ticket.lead))

    @rule(lead=UNITS, method=st.sampled_from(["alias", "person"]))
    def it_is_routed(self, lead, method):
        self.do(ask(k.RouteTicket, self.now, lead=lead, method=method))

    @rule(days=st.integers(1, 3), unit=UNITS)
    def more_time_is_asked_for(self, days, unit):
        self.do(ask(k.RequestExtension, self.now, working_days=days, unit=unit))

    @rule(clock=CLOCKS, data=st.data())
    def a_clock_is_set(self, clock, data):
        starts_at = data.draw(st.sampled_from(self.routings[-3:]))
        days = 1 if clock == "accept" else None
        command = ask(
            k.SetDeadline,
            self.now,
            clock=clock,
            starts_at=starts_at,
            working_days=days,
            rules=rules(),
        )
        if clock == "accept" or starts_at != MONDAY:
            self.do(command)

    @rule(clock=CLOCKS, level=st.integers(1, 4), stale=st.booleans())
    def clocks_tick(self, clock, level, stale):
        state = self.ticket.clock(clock)
        due_at = MONDAY if state is None or stale else state.due_at
        for command_type in (k.WarnDeadline, k.MissDeadline, k.EscalateTicket):
            rungs = (rung(level),)
            self.do(ask(command_type, self.now, clock=clock, due_at=due_at, rungs=rungs))

    @rule(days=st.sampled_from([1, 3, 7]), reporters=st.integers(1, 3), late=st.booleans())
    def it_becomes_more_urgent(self, days, reporters, late):
        """As a rule of the directory asks, and supervision after it, at once or later."""
        claim = UrgencyClaim("rule", days, (), reporters, "规则")
        self.do(ask(k.RaiseUrgency, self.now, claims=(claim,)))
        starts_at = self.model.raised
        if late:
            self.now += timedelta(days=1)
        for clock in ("accept", "resolve"):
            values = {"clock": clock, "starts_at": starts_at, "working_days": days}
            self.do(ask(k.ShortenDeadline, self.now, **values))

    @rule()
    def it_is_merged(self):
        if self.now > MONDAY + timedelta(days=9):  # else most lives would be short
            self.do(ask(k.MergeTicket, self.now, primary=OTHER_TICKET))

    @precondition(lambda self: self.ticket.stage == "merged")
    @rule()
    def it_is_unmerged_and_stands_where_it_stood(self):
        primary, until = self.ticket.primary, len(self.history)
        while primary and self.ticket.stage == "merged":
            if self.history[until - 1].type == "ticket.merged.v1":
                before = fold(self.history[: until - 1])
                self.do(ask(k.UnmergeTicket, self.now))
                since = fold(self.history[until:-1], before)  # what was said while it was merged
                assert self.ticket == since._replace(
                    version=self.ticket.version,
                    apart=self.ticket.apart,
                    proposed=self.ticket.proposed,
                )
                assert primary in self.ticket.apart
            until -= 1

    @rule(number=st.integers(1, 3))
    def reports_are_joined_and_split_out(self, number):
        self.do(ask(k.JoinReport, self.now, report=report(number)))
        split = ask(
            k.SplitReport, self.now, report_id=f"report-{number}", to_ticket=f"new-{number}"
        )
        self.do(split)

    @rule(command_type=st.sampled_from([k.ProposeJoin, k.RefuseJoin]))
    def a_joining_is_proposed_or_refused(self, command_type):
        self.do(ask(command_type, self.now))

    @rule()
    def the_last_command_comes_again(self):
        if self.last is not None and not isinstance(self.last, k.SupplementTicket):
            self.do(self.last)

    @invariant()
    def the_version_counts_the_facts(self):
        assert self.ticket.version == len(self.history)

    @invariant()
    def every_report_has_its_fingerprint(self):
        assert len(self.ticket.reports) == len(self.ticket.fingerprints)
        assert len(set(self.ticket.reports)) == len(self.ticket.reports)

    @invariant()
    def who_is_apart_is_not_proposed_again(self):
        assert not {*self.ticket.apart} & {*self.ticket.proposed}

    @invariant()
    def a_clock_runs_only_where_work_is_left(self):
        resolve, accept = self.ticket.resolve, self.ticket.accept
        assert not (resolve and resolve.running and self.ticket.stage not in OPEN)
        assert not (accept and accept.running and self.ticket.stage != "routed")
        assert (self.ticket.suspended_since is not None) == self.model.paused or (
            self.ticket.stage == "merged"
        )

    def teardown(self):
        """The log tells the same story to whoever reads it."""
        stored = [
            (event.type, encode(event, sealing(version)))
            for version, event in enumerate(self.history, start=1)
        ]
        assert fold(decode(name, data) for name, data in stored) == self.ticket


QUICK = settings(max_examples=800, stateful_step_count=50, deadline=None)
TestTicketLife = TicketLife.TestCase
TestTicketLife.settings = (
    settings.get_profile("nightly") if (settings.default.max_examples > 1_000) else QUICK
)


@pytest.mark.parametrize("kind", MOVES)
def test_every_move_of_the_model_names_a_fact_that_exists(kind):
    assert f"ticket.{kind}.v1" in TYPE_NAMES
