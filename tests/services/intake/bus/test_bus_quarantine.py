"""What was set aside: shown sealed, opened when asked, tried again, discarded."""

import json
from pathlib import Path
from typing import Any

import pytest
from city_history import START
from click.testing import CliRunner, Result

from services.console.main import main
from services.intake.bus import message
from services.intake.bus.sealing import key_id, load_public_key, seal
from services.platform import quarantine
from tests.services.intake.bus.bus_city import PARTITION, BusCity, encoded, messages, report

WORDS = "马晓梅家的暖气不热"


@pytest.fixture
def folder(city: BusCity) -> Path:
    return city.system.settings.data_dir


def yousu(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--data", str(folder)])


def answered(folder: Path, *arguments: str) -> Any:
    return json.loads(yousu(folder, *arguments, "--json").stdout)


def test_words_are_shown_only_when_asked_for(city: BusCity, folder: Path) -> None:
    city.take(encoded({"channel": "app", "text": WORDS}))
    listed = yousu(folder, "quarantine", "list").output
    shown = yousu(folder, "quarantine", "show", "1").output
    assert "reference: Field required" in listed
    assert WORDS not in listed + shown
    opened = answered(folder, "quarantine", "show", "1", "--open")
    assert json.loads(opened["opened"])["text"] == WORDS


def test_a_message_is_refused_again_while_nothing_was_mended(city: BusCity, folder: Path) -> None:
    city.take(b"{}")
    result = yousu(folder, "quarantine", "retry", "--all")
    assert result.exit_code == 1
    assert "channel: Field required" in result.stderr
    assert len(city.set_aside()) == 1


def test_a_message_is_taken_in_once_mended_and_its_copy_is_gone(
    city: BusCity, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(message, "REPORT_BYTES_MAX", 10)
        city.door.take({PARTITION: messages([encoded(report("r1", text=WORDS))], timestamp=START)})
    assert city.references() == []
    assert yousu(folder, "quarantine", "retry", "1").exit_code == 0
    assert city.references() == ["r1"]
    assert city.set_aside() == []
    letter = quarantine.find(city.system.log, 1)
    assert letter is not None
    assert (letter.status, letter.payload) == ("retried", None)
    assert yousu(folder, "quarantine", "retry", "1").exit_code == 1
    assert city.references() == ["r1"]


def test_what_is_discarded_can_never_be_opened(city: BusCity, folder: Path) -> None:
    city.take(encoded({"channel": "app", "text": WORDS}))
    assert yousu(folder, "quarantine", "discard", "1").exit_code == 0
    document = answered(folder, "quarantine", "show", "1", "--open")
    assert document["opened"] is None
    assert document["bytes"].startswith("s1.")
    assert document["status"] == "discarded"


def test_bytes_moved_to_another_entry_are_not_opened(city: BusCity, folder: Path) -> None:
    city.take(encoded({"channel": "app", "text": WORDS}), b"{}")
    move = "UPDATE quarantine SET payload = (SELECT payload FROM quarantine WHERE id = 1)"
    city.system.log.apply([quarantine.Change(f"{move} WHERE id = ?", [(2,)])])
    result = yousu(folder, "quarantine", "show", "2", "--open")
    assert result.exit_code == 1
    assert WORDS not in result.output


def test_the_printed_key_is_the_one_the_door_opens(city: BusCity, folder: Path) -> None:
    document = answered(folder, "intake-key")
    key = load_public_key(document["pem"].encode())
    assert key_id(key) == document["key"]
    assert yousu(folder, "intake-key").stdout == document["pem"]
    city.take(seal(encoded(report("r1")), key))
    assert city.references() == ["r1"]
