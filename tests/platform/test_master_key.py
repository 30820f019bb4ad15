"""The key of all keys: made once, readable by its owner, and never quoted."""

import threading
from pathlib import Path

import pytest

from services.platform.master_key import MasterKeyInvalid, create_master_key, load_master_key


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path):
    path = tmp_path / "keys" / "master.key"
    key = create_master_key(path)
    assert len(key) == 32
    assert load_master_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_whoever_comes_second_takes_the_key_of_the_first(tmp_path: Path):
    path = tmp_path / "master.key"
    assert create_master_key(path) == create_master_key(path)
    assert list(tmp_path.iterdir()) == [path], "no draft is left"


def test_many_who_make_it_at_once_agree(tmp_path: Path):
    path = tmp_path / "master.key"
    keys: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: keys.append(create_master_key(path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert set(keys) == {load_master_key(path)}


@pytest.mark.parametrize("content", ["", "secret words", "ab" * 31, "ab" * 33, "密钥"])
def test_a_file_that_holds_no_key_is_named_and_not_quoted(tmp_path: Path, content: str):
    path = tmp_path / "master.key"
    path.write_text(content)
    with pytest.raises(MasterKeyInvalid, match=r"master\.key") as caught:
        load_master_key(path)
    assert not content or content not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(MasterKeyInvalid, match=r"absent\.key"):
        load_master_key(tmp_path / "absent.key")
