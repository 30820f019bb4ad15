"""Alerts and dashboard name metrics that exist, and alerts fire when they should."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from services.platform.clock import VirtualClock
from services.platform.ops.figures import Figures, families
from services.platform.ops.metrics import Metrics

ROOT = Path(__file__).parent.parent.parent
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
DASHBOARD = ROOT / "deploy/grafana/dashboards/yousu.json"
RULES = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
PANELS = json.loads(DASHBOARD.read_text())["panels"]
EXPRESSIONS = [
    *(rule["expr"] for rule in RULES),
    *(target["expr"] for panel in PANELS for target in panel["targets"]),
]
NAME = re.compile(r"\byousu_[a-z0-9_]+")


def exported() -> set[str]:
    metrics = Metrics("tests", VirtualClock(datetime.now(UTC)))
    found = [*metrics.registry.collect(), *families(Figures(0, (), {}, {}, {}, {}))]
    names = {"yousu_database_up"}
    for family in found:
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
        names |= {family.name + end for end in suffixes.get(family.type, [""])}
    return names


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_exported(expression: str) -> None:
    assert set(NAME.findall(expression)) <= exported()


def test_what_is_exported_is_looked_at() -> None:
    asked = {name for expression in EXPRESSIONS for name in NAME.findall(expression)}
    untold = {"yousu_build"}  # an info: `yousu_build_info`
    ends = ("_sum", "_count")
    ours = {name for name in exported() if name.startswith("yousu_")}
    assert {name for name in ours - asked - untold if not name.endswith(ends)} == set()


def test_every_alert_is_explained() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    for rule in RULES:
        assert f"`{rule['alert']}`" in page
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket", "info"}


def test_panels_have_a_place_and_a_number_of_their_own() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS}
    assert len(places) == len(PANELS)


def test_every_process_of_the_cluster_is_scraped() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    jobs = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    scraped = set(jobs[0]["dns_sd_configs"][0]["names"])
    assert scraped == {name for name, one in compose.items() if "9311" in one.get("command", [])}


def test_alerts_fire_when_they_should() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool (Debian: apt install prometheus)")
    cases = Path(__file__).parent / "alert_cases.yml"
    done = subprocess.run(
        [promtool, "test", "rules", cases.name], cwd=cases.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
