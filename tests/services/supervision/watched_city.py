"""A city of one file whose tickets climb the ladder, with a desk of supervisors."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from city_history import open_city

from services.audit.rebuild import rebuild
from services.console.replay_commands import PROJECTIONS
from services.console.supervision_door import desk_of
from services.domain import commands as t
from services.domain import supervision_commands as k
from services.domain.supervision_case import Case
from services.platform.city_streams import family_facts
from services.supervision import reading
from services.supervision.desk import Asking, Done
from services.supervision.schema import TABLES
from tests.services.sla.sla_city import SlaCity, local

SUPERVISOR = "supervisor:li"
UNIT = "unit:heating/wang"


class WatchedCity(SlaCity):
    """`facts_of` are those of the family `supervision`, in the order of the log."""

    def __init__(self, system: Any) -> None:
        super().__init__(system)
        self.desk = desk_of(system)
        self.asked = 0

    def asking(self, actor: str, **more: Any) -> Asking:
        self.asked += 1
        return Asking(actor, f"test/{self.asked}", **more)

    def overdue(self, urgency_days: int = 1) -> str:
        """A ticket whose unit lets the date pass: two working days after it there is a case."""
        ticket_id = self.routed(urgency_days)
        self.accept(ticket_id)
        return ticket_id

    def go_on_days(self, days: int) -> None:
        self.go_on(self.now + timedelta(days=days), timedelta(hours=3))

    def open(self, *tickets: str, actor: str = SUPERVISOR, **values: Any) -> Done:
        given: dict[str, Any] = {
            "reason": "not_solved",
            "why": "诉求人两次表示没有解决",
            "basis": "回访办法第八条",
            "unit": "heating",
            "tickets": tickets,
        }
        return self.desk.open(k.OpenCase(**given | values), self.asking(actor))

    def deed(self, code: str, deed: k.HandDeed, actor: str = SUPERVISOR) -> Done:
        return self.desk.on_case(code, deed, self.asking(actor))

    def reply(self, code: str, text: str = "已派人维修", actor: str = UNIT) -> Done:
        return self.desk.reply(code, "heating", text, self.asking(actor))

    def cases(self, stage: reading.Stage = "") -> list[reading.CaseRow]:
        return reading.cases(self.system.log, stage)

    def case(self, code: str) -> Case:
        return reading.case_of(self.system.log, code)

    def course_of(self, code: str) -> list[str]:
        return [short(fact.type) for _, fact in reading.case_facts(self.system.log, code)]

    def written(self, kind: str = "") -> list[Any]:
        facts = [fact for _, fact in family_facts(self.system.log, "supervision")]
        return [fact for fact in facts if kind in ("", short(fact.type))]

    def contents(self) -> dict[str, list[Any]]:
        return {
            table: sorted(self.system.log.query(f"SELECT * FROM {table}"), key=repr)
            for table in TABLES
        }

    def rebuilt(self) -> dict[str, list[Any]]:
        rebuild(self.system.log, PROJECTIONS["supervision"](self.system))
        return self.contents()

    def evaluated(self, ticket_id: str, **said: Any) -> None:
        self.do(t.EvaluateTicket, ticket_id, **{"reached": True, "solved": True, **said})


def short(type_name: str) -> str:
    return type_name.removeprefix("supervision.").removesuffix(".v1")


def open_watched_city(folder: Path, start: str) -> WatchedCity:
    return WatchedCity(open_city(folder, local(start)))
