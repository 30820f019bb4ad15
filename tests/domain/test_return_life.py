"""No sequence of returns and decisions bounces a ticket by rule, or leaves nobody responsible."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.domain import commands as k
from services.domain.codec import decode, encode
from services.domain.decide import decide
from services.domain.events import TicketReturned, TicketRouted
from services.domain.events_returns import TicketReturnDecided
from services.domain.rejections import Rejected
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve, fold
from tests.domain.facts import HEATING, MONDAY, ROADS, WATER, ask, report, sealing

UNITS = st.sampled_from([HEATING, ROADS, WATER])
REASONS = st.sampled_from(["not_our_duty", "not_our_area"])
METHODS = st.sampled_from(["alias", "person"])
BY = st.sampled_from(["rule", "person"])
LEADS = st.sampled_from([None, HEATING, ROADS, WATER])


class ReturnLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.ticket = Ticket()
        self.history = []
        self.returned_by: set[str] = set()
        self.reasons: set[tuple[str, str]] = set()
        self.decisions: set[int] = set()
        self.must_accept: set[str] = set()
        self.last = None
        self.do(ask(k.OpenTicket, report=report()))
        self.do(ask(k.RouteTicket, lead=HEATING))

    def do(self, command) -> None:
        self.last = command
        self.now += timedelta(minutes=1)
        try:
            events = decide(command, self.ticket)
        except Rejected:
            return
        for event in events:
            self.see(event)
            self.ticket = evolve(self.ticket, event)
            self.history.append(event)

    def see(self, event) -> None:
        if isinstance(event, TicketReturned):
            assert (event.unit, event.reason) not in self.reasons, "twice for one reason"
            assert event.unit not in self.must_accept, "it was decided to be its own"
            self.reasons.add((event.unit, event.reason))
            self.returned_by.add(event.unit)
        elif isinstance(event, TicketReturnDecided):
            assert event.attempt not in self.decisions, "decided twice"
            self.decisions.add(event.attempt)
            if event.decision == "refused":
                self.must_accept.add(event.returned_unit)
        elif isinstance(event, TicketRouted) and event.method not in {
            "person",
            "consultation",
            "return_refused",
        }:
            assert event.lead not in self.returned_by, "a rule sent it back"
            assert len(self.decisions) < 2, "a rule sent on what was returned twice"

    @rule(reason=REASONS)
    def it_is_returned(self, reason):
        if self.ticket.lead:
            unit = self.ticket.lead
            self.do(ask(k.ReturnTicket, self.now, unit=unit, reason=reason, proposed_unit=WATER))

    @rule(unit=UNITS, reason=REASONS)
    def somebody_returns_it(self, unit, reason):
        self.do(ask(k.ReturnTicket, self.now, unit=unit, reason=reason))

    @rule(decision=st.sampled_from(["upheld", "refused"]), by=BY, lead=LEADS)
    def it_is_decided(self, decision, by, lead):
        self.do(ask(k.DecideReturn, self.now, decision=decision, by=by, lead=lead))

    @precondition(lambda self: self.ticket.decided)
    @rule(decision=st.sampled_from(["upheld", "refused"]), by=BY, lead=LEADS, data=st.data())
    def what_was_decided_is_decided_again(self, decision, by, lead, data):
        attempt = data.draw(st.sampled_from([one.attempt for one in self.ticket.decided]))
        self.do(ask(k.DecideReturn, self.now, decision=decision, by=by, lead=lead, attempt=attempt))

    @rule(units=st.lists(UNITS, min_size=1, max_size=3), lead=LEADS)
    def units_are_heard(self, units, lead):
        self.do(ask(k.HoldConsultation, self.now, units=tuple(units), lead=lead))

    @rule(lead=UNITS, method=METHODS)
    def it_is_routed(self, lead, method):
        self.do(ask(k.RouteTicket, self.now, lead=lead, method=method))

    @rule(command_type=st.sampled_from([k.SendToTriage, k.ReopenTicket, k.AcceptTicket]))
    def something_else_happens(self, command_type):
        changes = {"unit": self.ticket.lead or HEATING} if command_type is k.AcceptTicket else {}
        self.do(ask(command_type, self.now, **changes))

    @precondition(lambda self: len(self.history) > 8)
    @rule(command_type=st.sampled_from([k.AnswerAtOnce, k.DeclineTicket]))
    def it_is_ended(self, command_type):
        self.do(ask(command_type, self.now))

    @rule()
    def the_last_command_comes_again(self):
        before = len(self.history)
        self.do(self.last)
        if isinstance(self.last, k.DecideReturn | k.ReturnTicket | k.HoldConsultation):
            assert len(self.history) == before

    @invariant()
    def somebody_answers_for_it_while_it_is_open(self):
        if self.ticket.stage in {"routed", "returned", "handling"} or self.ticket.returning:
            assert self.ticket.responsible

    @invariant()
    def a_return_waits_only_before_it_is_routed_or_ended(self):
        waits = self.ticket.returning is not None
        assert not waits or self.ticket.stage in {"returned", "triage"}
        assert self.ticket.stage != "returned" or waits

    def teardown(self):
        stored = [(e.type, encode(e, sealing(v))) for v, e in enumerate(self.history, start=1)]
        assert fold(decode(name, data) for name, data in stored) == self.ticket


TestReturnLife = ReturnLife.TestCase
TestReturnLife.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
