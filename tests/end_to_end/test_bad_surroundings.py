"""Folders, keys and disks that fail: one clear line, exit code 2, and nothing accepted is lost."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import end_to_end_full_disk
import pytest
from conftest import Import
from end_to_end_bytes import log_bytes
from end_to_end_log import assert_whole, head, received, types
from end_to_end_place import ENVIRONMENT
from end_to_end_program import Finished, as_ordinary_user, yousu, yousu_here
from end_to_end_reports import row, rows, write_mapping, write_reports

DISK = pytest.mark.embedded_only("about this process's own disk")
FILES = pytest.mark.embedded_only("about the files of the embedded store")
CANNOT_RUN = 2
COMMANDS = ("import", "process", "status")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three reports in it, made once."""
    folder = tmp_path_factory.mktemp("sound")
    file = write_reports(folder / "reports.csv", rows(3, 3))
    options = ("--channel", "hotline", "--mapping", write_mapping(folder))
    done = yousu("import", file, *options, "--data", folder / "data")
    assert done.code == 0, done.err
    return folder / "data"


@pytest.fixture
def filled(request: pytest.FixtureRequest, form: str, data: Path, take_in: Import) -> Path:
    if form == "embedded":
        return shutil.copytree(request.getfixturevalue("sound"), data, dirs_exist_ok=True)
    assert take_in(rows(3, 3)).code == 0
    return data


@pytest.fixture
def run(tmp_path: Path, mapping: Path) -> Callable[..., Finished]:
    def run(command: str, data: Path, before: Callable[[], None] | None = None) -> Finished:
        """One of COMMANDS on a data folder; the import brings two reports that are new."""
        arguments: dict[str, list[object]] = {
            "import": [
                write_reports(tmp_path / "new.csv", [row(8, 8), row(9, 9)]),
                "--channel", "app", "--mapping", mapping,
            ],
            "process": ["--until-idle"],
            "status": [],
        }  # fmt: skip
        whole = (command, *arguments[command], "--data", data)
        return yousu(*whole, before=before) if before else yousu_here(*whole)

    return run


def assert_cannot_run(done: Finished, *words: object) -> None:
    assert done.code == CANNOT_RUN, done
    assert done.out == ""
    lines = [line for line in done.err.splitlines() if not line.startswith("import")]
    assert len(lines) == 1, done.err
    assert lines[0].startswith("yousu: ")
    for word in words:
        assert str(word) in lines[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_data_folder_that_is_a_file(
    command: str, tmp_path: Path, run: Callable[..., Finished]
) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    for data in (file, file / "inside"):
        assert_cannot_run(run(command, data), data)
    assert file.read_text() == "not a folder"


@FILES
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_may_not_be_written(
    command: str, filled: Path, run: Callable[..., Finished]
) -> None:
    before = head(filled)
    folders = [filled, filled / "keys"]
    files = [path for path in filled.rglob("*") if path.is_file()]
    for path in (*files, *folders):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert_cannot_run(run(command, filled, before=as_ordinary_user))
    finally:
        for path in (*folders, *files):
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert head(filled) == before
    assert run(command, filled).code == 0


def damage_master_key(data: Path) -> Path:
    path = data / "keys" / "master.key"
    path.write_text("zz" + path.read_text()[2:])
    return path


def cut_master_key(data: Path) -> Path:
    path = data / "keys" / "master.key"
    path.write_text(path.read_text()[:20])
    return path


def change_master_key(data: Path) -> Path:
    path = data / "keys" / "master.key"
    text = path.read_text()
    path.write_text(("1" if text[0] == "0" else "0") + text[1:])
    return path


def remove_master_key(data: Path) -> Path:
    path = data / "keys" / "master.key"
    path.unlink()
    return path


def remove_keys(data: Path) -> Path:
    (data / "keys" / "keys.db").unlink()
    return data / "keys" / "keys.db"


def overwrite_keys(data: Path) -> Path:
    (data / "keys" / "keys.db").write_bytes(os.urandom(9_000))
    return Path("key store")


def overwrite_log(data: Path) -> Path:
    (data / "yousu.db").write_bytes(os.urandom(9_000))
    return data / "yousu.db"


def cut_log(data: Path) -> Path:
    os.truncate(data / "yousu.db", 20_000)
    return data / "yousu.db"


def scramble_log(data: Path) -> Path:
    with (data / "yousu.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8 * 4096))
    return Path("database")


DAMAGES_ANYWHERE = (damage_master_key, cut_master_key, change_master_key, remove_master_key)
DAMAGES = (
    *DAMAGES_ANYWHERE,
    remove_keys,
    overwrite_keys,
    overwrite_log,
    cut_log,
    scramble_log,
)


def damaged_in(command: str, damage: Callable[[Path], Path]) -> Any:
    of_files = () if damage in DAMAGES_ANYWHERE else (FILES,)
    return pytest.param(command, damage, marks=of_files)


@pytest.mark.parametrize(
    ("command", "damage"),
    [
        *(damaged_in("import", damage) for damage in DAMAGES),
        *(damaged_in(command, damage) for command in COMMANDS[1:] for damage in DAMAGES[2::4]),
    ],
)
def test_a_damaged_store_is_named_and_left_as_it_is(
    command: str, damage: Callable[[Path], Path], filled: Path, run: Callable[..., Finished]
) -> None:
    named = damage(filled)
    damaged = log_bytes(filled)
    assert_cannot_run(run(command, filled), named)
    assert log_bytes(filled) == damaged


@DISK
@pytest.mark.parametrize("limit_kib", [3, 150, 600])
def test_a_full_disk_accepts_nothing_it_cannot_keep_and_goes_on_afterwards(
    limit_kib: int, tmp_path: Path, data: Path, mapping: Path
) -> None:
    # given a disk that ends somewhere: in the first tables, among the keys, among the events
    reports = rows(2_000, 1_800)
    file = write_reports(tmp_path / "reports.csv", reports)
    command = ("import", file, "--channel", "hotline", "--mapping", mapping, "--data", data)

    def full_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_kib * 1024, limit_kib * 1024))

    # when a file is imported
    assert_cannot_run(yousu(*command, before=full_disk), "disk")

    # then what is there is whole, and with room again the rest comes in
    there = len(received(assert_whole(data))) if head(data) else 0
    assert there < len(reports)
    done = yousu(*command, "--json")
    assert done.code == 0, done.err
    assert done.document["duplicates"] == there
    assert len(received(assert_whole(data))) == len(reports)


@DISK
def test_a_running_process_waits_for_room_and_goes_on(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, end_to_end_full_disk.__file__, data],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    accepted, outages = map(int, done.stdout.split())
    assert outages > 10
    events = assert_whole(data)
    assert accepted <= len(received(events)) <= accepted + 50
    counts = types(events)
    assert counts["ticket.routed.v1"] + counts["ticket.sent_to_triage.v1"] == len(received(events))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("quarantine", "retry"), 2, "--all"),
        (("quarantine", "retry", "1", "--all"), 2, "--all"),
        (("quarantine", "retry", "1"), 1, "no entry 1"),
        (("quarantine", "discard", "1"), 1, "no entry 1"),
        (("quarantine", "show", "1"), 1, "no entry 1"),
        (("quarantine", "show", "9" * 20), 2, "range"),
        (("quarantine", "show", "one"), 2, "not a valid integer"),
        (("replay", "--to", "999"), 2, "positions 0 to 3"),
        (("replay", "--to", "-1"), 2, "positions 0 to 3"),
        (("replay", "--as-of", "yesterday"), 2, "ISO 8601"),
        (("report", "daily", "--date", "today"), 2, "YYYY-MM-DD"),
        (("rebuild", "everything"), 2, "everything"),
        (("ticket", "show", "nobody's"), 1, "no such ticket"),
    ],
)
def test_what_is_not_there_is_said_and_not_made_up(
    arguments: tuple[str, ...], code: int, said: str, filled: Path
) -> None:
    done = yousu_here(*arguments, "--data", filled)
    assert done.code == code
    assert said in done.err
    assert done.out == ""


@FILES
@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("replay",),
        ("rebuild",),
        ("report", "daily", "--date", "2026-11-23"),
        ("ticket", "show", "1"),
        ("quarantine", "list"),
    ],
)
def test_a_folder_without_a_log_is_not_made_into_one_by_looking(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    assert_cannot_run(yousu_here(*arguments, "--data", nowhere), nowhere)
    assert not nowhere.exists()
