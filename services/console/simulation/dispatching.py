"""派: what dispatchers do with tickets that no rule could route, and with returned ones."""

from datetime import datetime
from random import Random
from typing import cast

from services.console.simulation import phrases
from services.console.simulation.deeds import MergeDeed, Step, deeds
from services.console.simulation.driver import Timed
from services.console.simulation.life import Life
from services.console.simulation.planner import Planner
from services.console.simulation.returning import decided
from services.console.simulation.working_hours import desk_hours_after
from services.domain import commands as c
from services.domain.event_base import UrgencyDays
from services.router.directory import Route, RouteQuery, find_route

DISPATCHERS = 6
RULE_VERSION = "not-accepted.1"
# 不予受理: rule → basis, legal route told, handed over at once.
NOT_ACCEPTED = {
    "emergency": ("紧急事项立即转办", "已即时转接110、119、120、122", True),
    "litigation": ("诉讼、仲裁事项不予受理", "请依法向作出裁判的法院提出上诉或申诉", False),
    "outside": ("不属于本市行政管辖范围", "请拨打当地12345热线反映", False),
    "no_new_facts": ("同一事实理由已依法办结，无新的事实", "如有新的事实请补充后再次反映", False),
}


def dispatched(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """What a dispatcher makes of a ticket in triage, within minutes or a few hours."""
    chance = city.chance(life.key, "dispatch", life.attempt, life.reopened)
    hours = chance.uniform(0.1, 0.8) if chance.random() < 0.85 else chance.uniform(1, 6)
    moment = desk_hours_after(city.calendar, since, hours)
    actor = f"dispatcher:{chance.randint(1, DISPATCHERS)}"
    steps = _decision(city, life, moment, actor, chance)
    return deeds(life.ticket_id, life.cause("dispatch"), steps)


def merged(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """The same matter in other words: a dispatcher sees it and merges the later ticket."""
    if life.origin is None or life.origin.part != "R":
        return []
    chance = city.chance(life.key, "merge")
    first = city.report(life.origin._replace(part="")).report
    moment = desk_hours_after(city.calendar, since, chance.uniform(0.1, 0.5))
    actor = f"dispatcher:{chance.randint(1, DISPATCHERS)}"
    primary = (first.channel, first.reference)
    return [(moment, MergeDeed(life.ticket_id, life.cause("merge"), actor, primary))]


def _decision(
    city: Planner, life: Life, moment: datetime, actor: str, chance: Random
) -> list[Step]:
    fate = city.matter(life.origin).fate if life.origin else ""
    fresh = life.attempt == 0 and life.reopened == 0
    if fresh and fate == "answer":
        words = {"reply": chance.choice(phrases.ANSWERS), "article": "窗口与办事指南"}
        return [Step(moment, actor, c.AnswerAtOnce, words)]
    if fresh and fate.startswith("decline:"):
        return [_declined(fate.removeprefix("decline:"), moment, actor)]
    route = _route(city, life, moment)
    if route is None:
        return [Step(moment, actor, c.AnswerAtOnce, {"reply": chance.choice(phrases.ANSWERS)})]
    if life.waiting is not None:
        return decided(city, life, route, moment, actor, chance)
    return [Step(moment, actor, c.RouteTicket, _route_fields(city, life, route))]


def _declined(rule: str, moment: datetime, actor: str) -> Step:
    basis, legal_route, handed_over = NOT_ACCEPTED[rule]
    fields = {
        "rule": rule,
        "rule_version": RULE_VERSION,
        "basis": basis,
        "legal_route": legal_route,
        "handed_over": handed_over,
    }
    return Step(moment, actor, c.DeclineTicket, fields)


def _route(city: Planner, life: Life, moment: datetime) -> Route | None:
    """By the directory, from what the dispatcher has understood the matter to be."""
    item = city.matter(life.origin).item if life.origin else life.candidate
    if not item:
        return None
    on = city.calendar.local_date(moment)
    place = city.place(life.origin).code if life.origin else life.area
    found = find_route(city.directory, RouteQuery(item, "", "", place, None, on))
    return found if isinstance(found, Route) else None


def _route_fields(city: Planner, life: Life, route: Route) -> dict[str, object]:
    return {
        "lead": route.lead,
        "assisting": route.assisting,
        "item": route.item,
        "area": route.area,
        "urgency_days": cast(UrgencyDays, min(route.urgency_days, life.urgency_at_most)),
        "method": "person",
        "confidence": 1.0,
        "explanation": f"派单员人工研判：{route.explanation}",
        "directory_version": city.directory.version,
    }
