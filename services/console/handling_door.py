"""办: what units, dispatchers and residents do with a ticket, wired to one system."""

from functools import partial
from typing import Any

from fastapi import APIRouter

from services.console.command_ids import new_command_id
from services.console.knowledge_door import article_version_of
from services.console.system import System
from services.domain.working_time import CalendarYearMissing
from services.handling.bodies import Known
from services.handling.decline_rules import shipped_decline_rules
from services.handling.desk import Desk
from services.handling.routes import handling_routes
from services.handling.verbs import Rules
from services.intake.index import followers
from services.intake.requests_view import RequestsView
from services.platform.failures import Outage
from services.router.directory.community_rows import may_be_given


def handling_door(system: System, desk: Desk, view: RequestsView) -> APIRouter:
    def pausing() -> dict[str, Any]:
        policy = system.rules().policy
        reasons = [reason.model_dump() for reason in policy.suspension]
        return {"version": policy.version, "reasons": reasons}

    return handling_routes(
        desk,
        partial(known_to, system),
        shipped_decline_rules(),
        pausing,
        partial(new_command_id, system),
        view.promise,
    )


def handling_desk(system: System) -> Desk:
    behind = partial(followers, system.log)
    return Desk(system.log, system.handler, system.clock, partial(_rules, system), behind)


def known_to(system: System) -> Known:
    """What a body may name, as of now."""
    directory = system.directory
    return Known(
        is_unit=lambda code: directory.unit(code) is not None,
        is_item=directory.items.__contains__,
        is_area=directory.areas.__contains__,
        is_decline_rule=shipped_decline_rules().rules.__contains__,
        is_article=lambda code: code in system.knowledge.articles(),
        article_version=article_version_of(system),
        is_suspension_reason=system.rules().policy.allows_suspension,
        now=system.clock.now(),
    )


def _rules(system: System) -> Rules:
    directory = system.directory

    def item_urgency(code: str) -> int | None:
        item = directory.items.get(code)
        return None if item is None else item.urgency_days

    try:
        sla = system.rules()
    except CalendarYearMissing as error:
        raise Outage(str(error)) from error
    return Rules(
        sla.clock_rules(),
        shipped_decline_rules(),
        directory.version,
        item_urgency,
        partial(may_be_given, directory),
        article_version_of(system),
        directory.unit_name,
        sla.policy.suspension_days,
        sla.policy.extension.limits,
        system.evaluation_rules().policy.try_limits,
    )
