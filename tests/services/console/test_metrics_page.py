"""The web server's metrics and readiness, over a real server."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from services.console.metrics_page import metrics_router
from services.console.overview import overview_router
from services.console.telling import tell_figures
from services.console.web import create_app
from services.platform import processor_errors
from services.platform.ops.metrics import Metrics
from tests.services.console.test_overview import ADDRESS, CONTACT, MONDAY, NAME, TEXT, Pages


class MetricPages(Pages):
    def __init__(self, folder: Path, api_keys: dict[str, str] | None = None) -> None:
        super().__init__(folder, api_keys)
        metrics = Metrics("serve", self.clock)
        tell_figures(metrics, self.system)
        for runner in self.system.transport.runners:
            runner.watch = metrics.step
        pages = [overview_router(self.system), metrics_router(self.system, metrics)]
        self._app = create_app(self.system, pages)


def test_metrics_count_what_happened_and_name_nobody(tmp_path: Path) -> None:
    pages = MetricPages(tmp_path)
    ticket_id = pages.opened("call-1")
    page = pages.get("/metrics")
    assert page.status_code == 200
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }
    head = pages.system.log.head()
    assert samples["yousu_log_head",] == head
    assert samples["yousu_facts_taken_total", "router", "log"] == head
    assert samples["yousu_processor_lag", "whole", "sla"] == 0
    assert sum(v for key, v in samples.items() if key[0] == "yousu_tickets_open") == 1
    for words in (ticket_id, CONTACT, NAME, TEXT, ADDRESS, "call-1"):
        assert words not in page.text
    pages.system.close()


def test_where_keys_are_set_metrics_need_one(tmp_path: Path) -> None:
    pages = MetricPages(tmp_path, {"prometheus": "secret"})
    assert pages.get("/metrics").status_code == 401
    assert pages.get("/readyz").status_code == 200
    pages.system.close()


def test_readiness_tells_errors_of_any_process(tmp_path: Path) -> None:
    pages = MetricPages(tmp_path)
    assert pages.get("/readyz").json()["status"] == "ready"
    pages.system.log.apply([processor_errors.noted("sla/2-of-8", "no calendar", MONDAY)])
    answer = pages.get("/readyz").json()
    assert answer["status"] == "degraded"
    assert answer["processors_with_errors"] == ["sla/2-of-8"]
    pages.system.close()
