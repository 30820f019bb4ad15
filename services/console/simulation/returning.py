"""退单: what a unit says that it is not its own, and what a dispatcher makes of that."""

from datetime import datetime, timedelta
from random import Random
from typing import cast

from services.console.simulation.deeds import Step
from services.console.simulation.life import Life
from services.console.simulation.planner import Planner
from services.console.simulation.working_hours import office_hours_after
from services.domain import commands as c
from services.domain.event_base import UrgencyDays
from services.router.directory import Route

RETURNS_MAX = 3
REFUSED_SHARE = 0.25
AGREED_SHARE = 0.7
CONSULT_FROM = 2  # the second return is settled together, and whatever asks for it
Fields = dict[str, object]


def given_back(
    city: Planner, life: Life, unit: str, since: datetime, chance: Random
) -> Step | None:
    """None if the unit has no reason left that it may give."""
    moment = office_hours_after(city.calendar, since, chance.uniform(0.5, 8))
    others = [other for other in life.assisting if other != unit]
    offered: list[Fields] = [{"reason": reason} for reason in ("not_our_area", "facts_unclear")]
    if others:
        proposal: Fields = {"proposed_unit": others[0]}
        offered += [proposal | {"reason": reason} for reason in ("not_our_duty", "duty_unclear")]
        offered.append(proposal | {"reason": "needs_other_lead"})
    meant = city.matter(life.origin).item if life.origin else ""
    if meant and life.item and meant != life.item:
        offered.append({"reason": "wrong_item", "proposed_item": meant})
    fresh = [fields for fields in offered if (unit, fields["reason"]) not in life.returns]
    if unit in life.bound or len(life.returns) >= RETURNS_MAX or not fresh:
        return None
    fields: Fields = {"unit": unit, **chance.choice(fresh)}
    return Step(moment, f"unit:{unit}", c.ReturnTicket, fields)


def decided(
    city: Planner, life: Life, route: Route, moment: datetime, actor: str, chance: Random
) -> list[Step]:
    """退单审核, where it is hard after a 会商."""
    waiting = life.waiting
    assert waiting is not None
    proposed = waiting.proposed_unit
    known = proposed if proposed and city.directory.unit(proposed) else None
    lead = known or route.lead
    if chance.random() < REFUSED_SHARE:
        lead = waiting.unit
    if len(life.returns) < CONSULT_FROM and waiting.reason != "duty_unclear":
        return [Step(moment, actor, c.DecideReturn, _decision(city, life, route, lead))]
    agreed = lead if chance.random() < AGREED_SHARE else None
    heard = [life.first_lead, waiting.unit, known, lead]
    held: Fields = {
        "units": tuple(dict.fromkeys(unit for unit in heard if unit)),
        "lead": agreed,
        "minutes": f"HS-{moment.year}-{chance.randint(1, 999)}",
    }
    lead = agreed or life.first_lead or lead
    later = moment + timedelta(minutes=1)
    return [
        Step(moment, actor, c.HoldConsultation, held),
        Step(later, actor, c.DecideReturn, _decision(city, life, route, lead)),
    ]


def _decision(city: Planner, life: Life, route: Route, lead: str) -> Fields:
    is_upheld = life.waiting is not None and lead != life.waiting.unit
    told = f"退单复核后改派{lead}" if is_upheld else "退单复核不成立，仍由原单位承办"
    fields: Fields = {
        "decision": "upheld" if is_upheld else "refused",
        "by": "person",
        "reason": "duty_list",
        "explanation": f"{told}：{route.explanation}",
        "directory_version": city.directory.version,
        "attempt": life.attempt,
    }
    if is_upheld:
        fields |= {
            "lead": lead,
            "assisting": tuple(unit for unit in route.assisting if unit != lead),
            "item": route.item,
            "area": route.area,
            "urgency_days": cast(UrgencyDays, route.urgency_days),
        }
    return fields
