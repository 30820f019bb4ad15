"""Given a topic 每月一题, when somebody wants something of it, then facts or a named no."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from services.domain import topic_commands as k
from services.domain import topic_rejections as r
from services.domain.topic import Bulletins, Topic
from services.domain.topic_decide import TICKETS_MAX, decide_bulletin, decide_topic
from services.domain.topic_evolve import fold_bulletins
from services.domain.topic_values import PlannedMeasure, TopicFigure
from tests.domain.facts import MONDAY, OTHER_TICKET, TICKET
from tests.domain.topic_facts import (
    CHECKER,
    CODE,
    LEAD,
    LEADER,
    PROPOSER,
    STREET,
    TODAY,
    add_item,
    adopt,
    adopted,
    after,
    closed,
    given,
    propose,
    strike_off,
    struck_off,
    then,
    types,
    wish,
    with_item,
)

PROPOSED = after(wish(propose(), PROPOSER))
MEASURE = PlannedMeasure(measure_code="m1", wording="指定应急供热单位", responsible=LEAD)


def test_a_topic_is_proposed_with_its_evidence():
    figure = TopicFigure(label="投诉", value=97, counted_in="件")
    deed = propose(source="finding", figures=(figure,), tickets=(TICKET,))
    (fact,) = given(Topic())(deed, PROPOSER)
    assert (fact.type, fact.stream_id, fact.on) == ("topic.proposed.v1", f"topic:{CODE}", TODAY)
    topic = then(Topic(), [fact])
    assert (topic.stage, topic.code, list(topic.tickets)) == ("proposed", CODE, [TICKET])
    assert topic.proposal is not None
    assert topic.proposal.figures == (figure,)


def test_the_same_proposal_again_changes_nothing_and_another_one_is_refused():
    assert given(PROPOSED)(propose(), CHECKER) == []
    with pytest.raises(r.TopicExists):
        given(PROPOSED)(propose(month="2026-04"), PROPOSER)


DEEDS = [
    k.Decline(why="另行处理"),
    adopt(),
    add_item(),
    k.LinkTickets(tickets=(TICKET,)),
    k.UnlinkTicket(ticket_id=TICKET, why="无关"),
    k.Close(outcome="完成"),
    k.LookBack(held=("1",)),
    strike_off(),
]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: type(deed).__name__)
def test_nothing_can_be_done_with_a_topic_that_was_never_proposed(deed):
    with pytest.raises(r.TopicUnknown) as refused:
        given(Topic())(deed)
    assert (refused.value.topic, refused.value.code) == (CODE, "TopicUnknown")


@pytest.mark.parametrize(
    "deed",
    [
        add_item(),
        k.AddMeasure(measure_code="m1", wording="措施", responsible=LEAD),
        k.ChangePlan(lead=LEAD, target=date(2026, 7, 1), why="延后"),
        k.Close(outcome="完成"),
    ],
    ids=lambda deed: type(deed).__name__,
)
@pytest.mark.parametrize("topic", [PROPOSED, closed()], ids=["proposed", "closed"])
def test_work_is_on_an_adopted_topic_only(topic, deed):
    if topic.stage == "closed" and isinstance(deed, k.Close | k.AddItem):
        assert given(topic)(deed, LEADER) == [], "it is so already"
        return
    with pytest.raises(r.TopicNotAdopted):
        given(topic)(deed, LEADER)


def test_a_declined_topic_stays_declined():
    facts = given(PROPOSED)(k.Decline(why="属个案"), LEADER)
    topic = then(PROPOSED, facts)
    assert (topic.stage, topic.declined_why) == ("declined", "属个案")
    assert given(topic)(k.Decline(why="再说一遍"), LEADER) == []
    with pytest.raises(r.TopicNotProposed):
        given(topic)(adopt(), LEADER)
    with pytest.raises(r.TopicDeclinedBefore):
        given(topic)(k.LinkTickets(tickets=(TICKET,)))
    with pytest.raises(r.TopicNotProposed):
        given(adopted())(k.Decline(why="太晚"), LEADER)


def test_adoption_names_lead_target_and_measures():
    deed = adopt(assisting=(STREET,), measures=(MEASURE,))
    facts = given(PROPOSED)(deed, LEADER)
    assert types(facts) == ["topic.adopted.v1", "topic.measure_added.v1"]
    topic = then(PROPOSED, facts)
    assert (topic.lead, topic.assisting, topic.adopted_on) == (LEAD, (STREET,), TODAY)
    assert topic.measures["m1"].wording == MEASURE.wording
    assert given(topic)(deed, LEADER) == []
    with pytest.raises(r.TopicNotProposed):
        given(topic)(adopt(lead=STREET), LEADER)


@pytest.mark.parametrize("proposer", [PROPOSER, "dispatcher:WANG", "dispatcher:wang "])
def test_who_proposed_does_not_adopt(proposer):
    with pytest.raises(r.AdoptedByItsProposer):
        given(PROPOSED)(adopt(), proposer)


def test_a_plan_that_contradicts_itself_is_refused():
    with pytest.raises(r.LeadAssistsItself):
        given(PROPOSED)(adopt(assisting=(LEAD,)), LEADER)
    with pytest.raises(r.TargetInThePast):
        given(PROPOSED)(adopt(target=TODAY - timedelta(days=1)), LEADER)
    with pytest.raises(r.MeasureExists):
        given(PROPOSED)(adopt(measures=(MEASURE, MEASURE)), LEADER)
    assert given(PROPOSED)(adopt(target=TODAY), LEADER)


def test_a_plan_changes_with_a_reason_but_not_under_its_open_items():
    topic = with_item()
    change = k.ChangePlan(lead=STREET, assisting=(LEAD,), target=date(2026, 7, 31), why="主体变更")
    changed = then(topic, given(topic)(change, LEADER))
    assert (changed.lead, changed.target) == (STREET, date(2026, 7, 31))
    assert given(changed)(change, LEADER) == []
    early = k.ChangePlan(lead=LEAD, target=date(2026, 5, 30), why="提前")
    with pytest.raises(r.TargetBeforeItems, match="1"):
        given(topic)(early, LEADER)
    assert given(struck_off())(early, LEADER), "what is struck off does not count"


def test_a_measure_is_completed_once_with_evidence():
    add = k.AddMeasure(measure_code="m1", wording="指定应急供热单位", responsible=LEAD)
    topic = then(adopted(), given(adopted())(add, LEADER))
    assert given(topic)(add, LEADER) == []
    with pytest.raises(r.MeasureExists):
        given(topic)(add.model_copy(update={"wording": "别的"}), LEADER)
    complete = k.CompleteMeasure(measure_code="m1", evidence=("文件1号",))
    topic = then(topic, given(topic)(complete))
    assert topic.measures["m1"].completed_on == TODAY
    assert given(topic)(complete) == []
    with pytest.raises(r.MeasureUnknown):
        given(topic)(k.CompleteMeasure(measure_code="m2", evidence=("文件1号",)))
    with pytest.raises(ValidationError):
        k.CompleteMeasure(measure_code="m1", evidence=())


def test_tickets_are_linked_once_and_unlinked_with_a_reason():
    deed = k.LinkTickets(tickets=(TICKET, OTHER_TICKET, TICKET))
    facts = given(PROPOSED)(deed)
    assert [fact.ticket_id for fact in facts] == [TICKET, OTHER_TICKET]
    topic = then(PROPOSED, facts)
    assert given(topic)(deed) == []
    unlink = k.UnlinkTicket(ticket_id=TICKET, why="另一件事")
    topic = then(topic, given(topic)(unlink))
    assert list(topic.tickets) == [OTHER_TICKET]
    assert given(topic)(unlink) == []
    assert given(closed())(deed), "also of a closed topic: they tell whether it held"


def test_a_topic_has_so_many_tickets_and_no_more():
    full = PROPOSED._replace(tickets=dict.fromkeys(f"t{n}" for n in range(TICKETS_MAX)))
    assert given(full)(k.LinkTickets(tickets=("t1", "t2"))) == []
    with pytest.raises(r.TooManyTickets):
        given(full)(k.LinkTickets(tickets=("one-more",)))


def test_a_topic_closes_when_nothing_is_open():
    close = k.Close(outcome="全部恢复供热", evidence=("总结",))
    with pytest.raises(r.NothingOnTheList):
        given(adopted())(close, CHECKER)
    with pytest.raises(r.ItemsOpen, match="1"):
        given(with_item())(close, CHECKER)
    measure = wish(k.AddMeasure(measure_code="m1", wording="措施", responsible=LEAD), LEADER)
    with pytest.raises(r.MeasuresOpen, match="m1"):
        given(struck_off(measure))(close, CHECKER)
    topic = then(struck_off(), given(struck_off())(close, CHECKER))
    assert (topic.stage, topic.closed_on, topic.outcome) == ("closed", TODAY, "全部恢复供热")
    assert given(topic)(close, CHECKER) == []


@pytest.mark.parametrize("actor", ["unit:heating-office", "unit:Heating-Office/zhang"])
def test_the_lead_unit_does_not_close_its_own_topic(actor):
    with pytest.raises(r.ClosedByItsLead):
        given(struck_off())(k.Close(outcome="完成"), actor)


def test_many_open_items_are_not_all_named():
    topic = adopted(*[wish(add_item(f"i{n}"), LEADER) for n in range(30)])
    with pytest.raises(r.ItemsOpen, match="i9 and 20 more"):
        given(topic)(k.Close(outcome="完成"), CHECKER)


APRIL = date(2026, 4, 2)


def pin(month: str = "2026-03", position: int = 100, why: str | None = None, today: date = APRIL):
    return k.PinBulletin(
        month=month,
        position=position,
        actor=CHECKER,
        cause="command:1",
        now=MONDAY,
        today=today,
        why=why,
    )


def test_a_month_that_is_over_gets_one_bulletin():
    (fact,) = decide_bulletin(pin(), Bulletins())
    assert (fact.stream_id, fact.month, fact.position) == ("topic", "2026-03", 100)
    state = fold_bulletins([fact])
    assert decide_bulletin(pin(position=200), state) == []
    for today in (date(2026, 3, 31), date(2026, 2, 1)):
        with pytest.raises(r.MonthNotOver):
            decide_bulletin(pin(today=today), state._replace(pins={}))


def test_another_bulletin_of_a_month_needs_a_reason_and_a_later_position():
    state = fold_bulletins(decide_bulletin(pin(), Bulletins()))
    state = fold_bulletins(
        [
            *decide_bulletin(pin(), Bulletins()),
            *decide_bulletin(pin(position=200, why="数据更正"), state),
        ]
    )
    assert [one.position for one in state.pins["2026-03"]] == [100, 200]
    assert state.version == 2
    with pytest.raises(r.PositionGoesBack):
        decide_bulletin(pin(position=150, why="再更正"), state)


@pytest.mark.parametrize("actor", ["resident:zhang", "ｒesident:zhang"])
def test_no_resident_is_named_as_an_actor(actor):
    with pytest.raises(r.ActorIsResident):
        given(PROPOSED)(k.LinkTickets(tickets=(TICKET,)), actor)
    with pytest.raises(r.ActorIsResident):
        decide_bulletin(replace(pin(), actor=actor), Bulletins())


BAD_TEXTS = [
    "",
    "   ",
    "有\x00字符",
    "换\x07行",
    "长" * 2_001,
    "联系13897000000",
    "证630102199001011234",
]


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_texts_are_short_plain_and_name_nobody_by_number(text):
    with pytest.raises(ValidationError) as refused:
        propose(problem=text)
    assert "input_value" not in str(refused.value)


def test_a_code_or_date_of_a_document_is_no_telephone_number():
    said = "文号 20260301001 及 2026-03-01，编号A13897000000B"
    assert propose(problem=said).problem == said


@pytest.mark.parametrize("code", ["2026-3", "2026-13", "0000-01", "2026-03 ", "二〇二六"])
def test_a_month_is_a_year_and_a_month(code):
    with pytest.raises(ValidationError):
        propose(month=code)


def test_a_decision_reads_nothing_but_its_arguments():
    command = wish(propose(), PROPOSER)
    assert decide_topic(command, Topic()) == decide_topic(command, Topic())
