"""What is on the disk, in which order, when a file counts as written."""

import os
import stat
from pathlib import Path

import pytest

from services.platform.whole_file import make_folder, write_whole


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("flush folder" if is_folder else "flush file")
        fsync(descriptor)

    def noted_replace(source: Path, target: Path) -> None:
        done.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    return done


def test_a_file_is_flushed_before_it_has_its_name_and_its_folder_after(
    tmp_path: Path, deeds: list[str]
) -> None:
    path = tmp_path / "report.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert deeds == ["flush file", "replace", "flush folder"] * 2
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    write_whole(path, b"one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_made_with_those_it_lies_in(tmp_path: Path, deeds: list[str]) -> None:
    folder = tmp_path / "a" / "b"
    make_folder(folder)
    make_folder(folder)
    assert folder.is_dir()
    assert deeds == ["flush folder", "flush folder"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        make_folder(tmp_path / "file" / "b")
