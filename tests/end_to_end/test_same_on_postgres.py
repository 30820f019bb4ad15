"""One history, lived on SQLite and on PostgreSQL: the same log and the same rows."""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from city_history import START, CityHistory
from click.testing import CliRunner

from services.audit.rebuild import rebuild
from services.audit.replay import replay
from services.console.directory_learning import returns_of
from services.console.evaluation_commands import TASKS
from services.console.main import main
from services.console.measure_figures import (
    measures_document,
    policies_of,
    ranking_document,
    tickets_document,
)
from services.console.overview_figures import Overview
from services.console.replay_commands import PROJECTIONS
from services.console.status import status_of
from services.console.system import System, bootstrap
from services.evaluation.appeal_rows import appeals
from services.evaluation.tasks import due_tasks, work_list
from services.intake.requests_view import Query, RequestsView
from services.platform import quarantine
from services.platform.clock import VirtualClock
from services.platform.quarantine import DeadLetter
from services.platform.settings import load_settings
from services.platform.stored_time import stored
from services.reporting.measures import BY_KEY
from services.reporting.slices import Slice
from tests.servers.postgres import Server

pytestmark = pytest.mark.postgres
SEED = 3
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "postgres.md"
NAMES = sorted(PROJECTIONS)
INDEX = ("report_keys", "open_matters", "merged_tickets", "quarantine", "tracking", "stored_events")


def open_system(folder: Path, url: str | None = None) -> System:
    settings = load_settings(folder, url, {})
    return bootstrap(settings, VirtualClock(START), random.Random(SEED).randbytes)


def db(command: str, folder: Path, url: str, code: int = 0) -> dict[str, object]:
    arguments = ["db", command, "--data", str(folder), "--database-url", url, "--json"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def url(postgres: Server) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the system on PostgreSQL."""
    return tmp_path_factory.mktemp("postgres")


@pytest.fixture(scope="module")
def both(
    folder: Path, url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[System]]:
    """On SQLite and on PostgreSQL, with the same master key, and one life behind them."""
    assert db("init", folder, url)["master_key_made"]
    other = tmp_path_factory.mktemp("sqlite")
    (other / "keys").mkdir()
    (other / "keys" / "master.key").write_text((folder / "keys" / "master.key").read_text())
    systems = [open_system(other), open_system(folder, url)]
    for system in systems:
        CityHistory(system, SEED).run(30, reports=4)
        letters = [
            DeadLetter("intake", None, None, b"sealed\x00bytes", "because", START),
            DeadLetter("sla", 7, "ticket", None, "because", START),
            DeadLetter("sla", 7, "ticket", None, "and again", START),
        ]
        system.log.apply(quarantine.insert_dead_letters(letters))
    yield systems
    for system in systems:
        system.close()


def contents(system: System) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for name in NAMES for table in PROJECTIONS[name](system).tables]
    read = {table: system.log.query(f"SELECT * FROM {table}") for table in (*tables, *INDEX)}
    for table in ("stored_events", "tracking"):  # seals and the library's own row differ
        columns = {"stored_events": "position, originator_version, topic"}.get(table, "*")
        read[table] = system.log.query(f"SELECT {columns} FROM {table}")
    read["tracking"] = [row for row in read["tracking"] if "migration" not in str(row[0])]
    return {table: sorted(rows, key=repr) for table, rows in read.items()}


def test_one_history_has_the_same_rows_on_both(both: list[System]) -> None:
    sqlite, postgres = both
    assert contents(sqlite) == contents(postgres)
    assert len(contents(postgres)["tickets"]) > 60
    assert replay(sqlite.log).tickets == replay(postgres.log).tickets
    for name in NAMES:
        rebuild(postgres.log, PROJECTIONS[name](postgres))
    assert contents(postgres) == contents(sqlite), "rebuilt"


def test_everybody_who_looks_sees_the_same(both: list[System]) -> None:
    seen = []
    for system in both:
        view = RequestsView(system.log, system.keyring)
        until = stored(datetime.max.replace(tzinfo=UTC) - timedelta(days=1))
        query = Query(stored(START - timedelta(days=9)), until, (), ("open", "closed"), 50, 3)
        rows = view.find(query)
        words = view.words(rows)
        seen.append(
            {
                "figures": Overview(system).figures().model_dump(exclude={"events_per_s"}),
                "status": status_of(system),
                "returns": returns_of(system, None, None),
                "rows": rows,
                "page": view.page("routed", None, 20, None),
                "words": [words[row.ticket_id] for row in rows],
                "waiting": quarantine.waiting(system.log),
                "one": quarantine.find(system.log, 1),
                "counts": quarantine.counts(system.log),
            }
        )
    assert seen[0] == seen[1]
    assert seen[0]["rows"]


def test_measures_their_tickets_and_work_lists_are_the_same(both: list[System]) -> None:
    """Each in its own SQL: bits, slices, pages."""
    seen = []
    part = Slice(date(2026, 3, 1), date(2026, 4, 30))
    for system in both:
        policies = policies_of(system)
        sliced = Slice(part.since, part.until, area="63", item="01", channel="hotline")
        asked = (system, policies)
        seen.append(
            {
                "measures": measures_document(*asked, part, None),
                "sliced": measures_document(*asked, sliced, None),
                "tickets": [
                    tickets_document(*asked, part, key, "all", "", 7) for key in sorted(BY_KEY)
                ],
                "ranking": ranking_document(*asked, part),
                "tasks": [
                    work_list(system.log, task, system.clock.now(), None, ("", ""), 50)
                    for task in TASKS.values()
                ],
                "due": due_tasks(system.log, system.clock.now()),
                "appeals": appeals(system.log, "upheld"),
            }
        )
    assert seen[0] == seen[1]
    assert seen[0]["appeals"]
    assert seen[0]["tasks"][0]


def test_the_commands_run_on_a_server(both: list[System], folder: Path, url: str) -> None:
    head = both[1].log.head()
    found = db("check", folder, url)
    assert (found["events"], found["head"], found["problems"]) == (head, head, [])
    for arguments in (
        ["status", "--json"],
        ["process", "--until-idle", "--json"],
        ["quarantine", "list", "--json"],
        ["rebuild", "--json"],
        ["replay", "--json"],
        ["report", "daily", "--date", "2026-03-03", "--json"],
        ["report", "monthly", "--date", "2026-03-03", "--json"],
        ["directory", "returns", "--json"],
        ["units", "rank", "--from", "2026-03-01", "--to", "2026-03-31", "--json"],
        ["evaluation", "list", "call-backs", "--json"],
        ["directory", "suggestions", "--min", "1", "--json"],
        ["report", "daily", "--date", "2026-03-03", "--json", "--as-of", str(head)],
    ):
        options = ["--data", str(folder), "--database-url", url]
        done = CliRunner().invoke(main, [*arguments, *options])
        assert done.exit_code == 0, (arguments, done.output)


def test_the_rights_that_the_documentation_grants_are_enough(
    tmp_path: Path, postgres: Server
) -> None:
    (granted,) = re.findall(r"```sql\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)
    role = f"service_{uuid4().hex[:12]}"
    with postgres.database() as url, psycopg.connect(url, autocommit=True) as owner:
        db("init", tmp_path, url)
        owner.execute(f"CREATE ROLE {role} LOGIN")
        try:
            owner.execute(granted.replace("yousu_service", role))
            parts = urlsplit(url)
            place = parts.netloc.rpartition("@")[2]
            system = open_system(tmp_path, parts._replace(netloc=f"{role}@{place}").geturl())
            CityHistory(system, SEED).run(3)
            assert not any(one["last_error"] for one in status_of(system).values())
            letter = DeadLetter("sla", None, None, b"bytes", "because", START)
            system.log.apply(quarantine.insert_dead_letters([letter]))
            system.close()
            rows = "SELECT COUNT(*) FROM stored_events"
            assert owner.execute(rows).fetchone() != (0,)
        finally:
            owner.execute(f"DROP OWNED BY {role}")
            owner.execute(f"DROP ROLE {role}")


def test_init_may_be_run_again_and_a_foreign_master_key_is_refused(
    both: list[System], folder: Path, url: str
) -> None:
    again = db("init", folder, url)
    assert again == {
        "schema": 1,
        "schema_before": 1,
        "keys_made": False,
        "master_key_made": False,
    }
    key = folder / "keys" / "master.key"
    key.write_text("00" * 32)
    problems = db("check", folder, url, code=1)["problems"]
    assert [problem["code"] for problem in problems] == ["master_key"]  # type: ignore[attr-defined]
    key.unlink()
    arguments = ["db", "init", "--data", str(folder), "--database-url", url]
    refused = CliRunner().invoke(main, arguments)
    assert refused.exit_code == 2
    assert "is missing, and there are keys wrapped with it" in refused.stderr
    assert not key.exists()
