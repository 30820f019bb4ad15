"""What a run says, and what it makes of missing servers: seen from a run of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

@pytest.mark.kafka
def test_of_a_broker():
    pytest.skip("no Kafka: looked everywhere")

@pytest.mark.postgres
@pytest.mark.skipif(True, reason="no PostgreSQL")
def test_of_a_database():
    pass

def test_of_a_browser():
    pytest.skip("no browser")

@pytest.mark.cluster
def test_of_a_cluster():
    pass
"""


def run_of(folder: Path, *arguments: str, ci: str) -> tuple[int, str]:
    """Exit status and output of pytest, with the project's own settings, on TESTS."""
    (folder / "test_some.py").write_text(TESTS)
    options = ("-p", "tests.servers.fixtures", "-p", "no:cacheprovider", f"--rootdir={folder}")
    command = (sys.executable, "-m", "pytest", *options, "-c", ROOT / "pyproject.toml")
    done = subprocess.run(
        [*command, *arguments, folder / "test_some.py"],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


def counted(output: str, outcome: str) -> int:
    found = re.search(rf"(\d+) {outcome}", output.splitlines()[-1])
    return int(found[1]) if found else 0


def test_on_a_laptop_a_missing_server_skips_its_tests_and_says_why(tmp_path: Path) -> None:
    status, output = run_of(tmp_path, "-rs", ci="")
    assert (status, counted(output, "skipped"), counted(output, "failed")) == (0, 3, 0)
    assert "no Kafka: looked everywhere" in output


def test_in_ci_a_missing_server_is_a_failure_and_other_skips_are_not(tmp_path: Path) -> None:
    status, output = run_of(tmp_path, ci="true")
    assert (status, counted(output, "skipped")) == (1, 1)
    assert counted(output, "failed") == 1
    assert counted(output, "error") == 1  # what fails before its test begins is called an error
    assert "no Kafka: looked everywhere" in output
    assert "no PostgreSQL" in output


def test_tests_of_the_cluster_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    _, output = run_of(tmp_path, ci="")
    assert counted(output, "deselected") == 1
    assert "cluster: 1 tests left to `make test-cluster`" in output


def test_several_processes_leave_out_the_same_and_say_it_once(tmp_path: Path) -> None:
    _, output = run_of(tmp_path, "-n", "2", ci="")
    assert output.count("cluster: 1 tests left to `make test-cluster`") == 1


def test_tests_of_the_cluster_run_when_they_are_asked_for(tmp_path: Path) -> None:
    status, output = run_of(tmp_path, "-m", "cluster", ci="true")
    assert (status, counted(output, "passed"), counted(output, "deselected")) == (0, 1, 3)
    assert "left to" not in output
