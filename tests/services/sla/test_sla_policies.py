"""The ladder follows the policy that an operator wrote, whatever rungs it has."""

from pathlib import Path

import pytest

from services.console.system import bootstrap
from services.platform.clock import VirtualClock
from services.platform.settings import load_settings
from tests.services.sla.sla_city import DAY, SlaCity, local

HEAD = 'name = "test"\nwarn_fraction = 0.5\n[accept_within]\n1 = 1\n3 = 2\n7 = 2\n11 = 2\n'
RUNG = '[[ladder]]\nlevel = {}\nmeasure = "{}"\nwhen = {}\naddressee = "city"\n'
MEASURES = ("remind", "urge", "supervise", "criticise")


@pytest.mark.parametrize(
    ("rungs", "course"),
    [
        (['"warn"'], ["set", "warned", "remind", "missed"]),
        (['"missed"'], ["set", "warned", "missed", "remind"]),
        (["1"], ["set", "warned", "missed", "remind"]),
        (['"warn"', '"missed"'], ["set", "warned", "remind", "missed", "urge"]),
        (['"warn"', '"warn"'], ["set", "warned", "remind", "urge", "missed"]),
        (['"missed"', "2", "2"], ["set", "warned", "missed", "remind", "urge", "supervise"]),
    ],
)
def test_each_rung_of_a_policy_comes_once_and_then_nothing_is_waited_for(
    tmp_path: Path, rungs: list[str], course: list[str]
) -> None:
    policy = tmp_path / "policy.toml"
    ladder = [RUNG.format(n + 1, MEASURES[n], when) for n, when in enumerate(rungs)]
    policy.write_text(HEAD + "".join(ladder), encoding="utf-8")
    settings = load_settings(tmp_path / "data", environment={"YOUSU_SLA_POLICY": str(policy)})
    city = SlaCity(bootstrap(settings, VirtualClock(local("2026-03-09 10:00"))))
    ticket = city.routed(3)
    city.go_on(city.now + 20 * DAY)
    assert city.course(ticket) == course
    assert city.clock_facts(ticket, "accept")[0].due_at == local("2026-03-11 18:00")
    assert {row.next_at for row in city.rows(ticket)} == {None}
    city.system.close()
