"""`intake-reports` deleted and made again: the same offsets, and other reports."""

import time

from services.console.system import bootstrap
from services.platform.settings import load_settings
from services.platform.transport import kafka_admin
from services.platform.transport.kafka_clients import admin
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS
from tests.cluster import state
from tests.cluster.conftest import Make
from tests.cluster.installation import wait_until
from tests.cluster.reports import reports, write

EACH = 60
WITHIN_S = 60.0


def make_anew(settings: KafkaSettings) -> None:
    with admin(settings) as client:
        client.delete_topics([settings.topic(INTAKE_REPORTS)])
    wanted = [one for one in kafka_admin.wanted_topics(4, 3, 1) if one.name == INTAKE_REPORTS]
    made: list[str] = []
    while not made:
        time.sleep(0.2)
        made += kafka_admin.create_topics(settings, wanted)


def test_reports_of_the_new_topic_are_taken_in_from_its_beginning(install: Make) -> None:
    made = install()
    made.start_worker("intake")
    settings = load_settings(None, environment=made.environment)
    assert settings.kafka is not None
    system = bootstrap(settings)
    every = list(reports(3 * EACH))
    made.run("publish", write(made.folder / "1.jsonl", every[:EACH]))
    made.wait_for_reports(system.log, EACH)
    make_anew(settings.kafka)
    made.run("publish", write(made.folder / "2.jsonl", every[EACH:]))

    def all_there() -> bool:
        made.restart_the_dead()
        return system.log.head() >= 3 * EACH

    wait_until(all_there, WITHIN_S, every_s=0.2)
    assert set(state.references(system.log).values()) == {1}
    assert [code for _, code in made.codes if code not in (70, 75)] == []
    system.close()
