"""What was shipped is a promise: the schemas in docs/schemas, and what may become of them."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from services.console.main import main
from services.console.schemas.compatibility import breaking_changes
from services.console.schemas.field_notes import EVENT_FIELDS, REPORT_FIELDS
from services.console.schemas.json_schemas import (
    DIALECT,
    all_schemas,
    event_schemas,
    intake_schemas,
)
from services.intake.bus.message import read_value
from services.platform.clock import SystemClock

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "docs/schemas"
STORED = ROOT / "tests/stored"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.json"))
STORED_NAMES = sorted(path.stem for path in STORED.glob("*.json"))


def shipped(name: str) -> dict:
    return json.loads((SHIPPED / f"{name}.json").read_text())


def validator(schema: dict) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["schema", *map(str, arguments)])


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "schemas"))


def changed(folder: Path, name: str, field: str, **keywords) -> None:
    path = folder / f"{name}.json"
    schema = json.loads(path.read_text())
    schema["properties"][field] = schema["properties"][field] | keywords
    path.write_text(json.dumps(schema))


def test_no_shipped_message_has_changed_so_that_it_would_break():
    assert breaking_changes({name: shipped(name) for name in NAMES}, all_schemas()) == []


@pytest.mark.parametrize("name", sorted({*NAMES, *all_schemas()}))
def test_what_is_checked_in_is_what_the_code_says(name):
    hint = f"{name}: `make schemas` writes new messages and fields, and refuses to break old ones"
    assert name in NAMES, hint
    assert all_schemas().get(name) == shipped(name), hint


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_json_schema_that_needs_no_other(name):
    schema = shipped(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"].endswith(name)
    assert "$ref" not in json.dumps(schema)


def test_everything_that_was_ever_stored_has_a_shipped_schema():
    assert STORED_NAMES
    assert set(STORED_NAMES) <= set(NAMES)


@pytest.mark.parametrize("name", STORED_NAMES)
def test_old_data_fits_its_shipped_schema(name):
    document = json.loads((STORED / f"{name}.json").read_bytes())
    validator(shipped(name)).validate(document)
    assert document.keys() <= shipped(name)["properties"].keys()


@pytest.mark.parametrize("name", STORED_NAMES)
def test_the_schema_misses_no_field_that_is_missing_and_no_word_in_the_clear(name):
    document = json.loads((STORED / f"{name}.json").read_bytes())
    schema = validator(shipped(name))
    for field in shipped(name)["required"]:
        assert not schema.is_valid({k: v for k, v in document.items() if k != field}), field
    for field, value in document.items():
        if isinstance(value, str) and value.startswith("s1."):
            assert not schema.is_valid(document | {field: "我家暖气不热"}), field


def test_every_field_says_what_it_means():
    for schemas, notes in ((event_schemas(), EVENT_FIELDS), (intake_schemas(), REPORT_FIELDS)):
        objects = [part for one in schemas.values() for part in parts(one)]
        used = {field for one in objects for field in one["properties"]}
        assert used == set(notes), "services/console/schemas/field_notes.py says what a field means"
        assert all(f["description"] for one in objects for f in one["properties"].values())


def parts(schema: dict) -> list[dict]:
    """The object itself, and those in its lists."""
    fields = schema["properties"].values()
    return [schema, *(f["items"] for f in fields if "properties" in f.get("items", {}))]


def test_the_example_of_a_report_is_one_that_the_service_takes():
    notes = {
        name: REPORT_FIELDS[name].example for name in shipped("intake.report.v1")["properties"]
    }
    assert not isinstance(read_value(json.dumps(notes).encode(), SystemClock().now()), list)


def test_the_command_says_that_all_is_well():
    result = run("check", "--shipped", SHIPPED)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{len(NAMES)} shipped schemas still hold; new: none\n"


def test_the_command_names_type_and_field_of_a_breaking_change(tmp_path):
    folder = copied(tmp_path)
    changed(folder, "ticket.routed.v1", "lead", type="integer")
    (folder / "ticket.vanished.v1.json").write_text("{}")
    result = run("check", "--shipped", folder)
    assert result.exit_code == 1
    assert "ticket.routed.v1: field 'lead': type changed" in result.stderr
    assert "ticket.vanished.v1: shipped, and no longer there" in result.stderr


def test_the_command_names_new_messages(tmp_path):
    folder = copied(tmp_path)
    (folder / "ticket.merged.v1.json").unlink()
    result = run("check", "--shipped", folder)
    assert result.exit_code == 0
    assert "new: ticket.merged.v1" in result.stdout


def test_writing_refuses_to_forget_what_was_shipped(tmp_path):
    folder = copied(tmp_path)
    changed(folder, "ticket.routed.v1", "confidence", maximum=100)
    (folder / "ticket.merged.v1.json").unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = run("events", "--to", folder)
    assert result.exit_code == 1
    assert "ticket.routed.v1: field 'confidence': maximum" in result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_writing_into_an_empty_place_gives_what_is_checked_in(tmp_path):
    assert run("events", "--to", tmp_path / "new").exit_code == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()} == {
        path.name: path.read_bytes() for path in SHIPPED.iterdir()
    }


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_shipped_file_that_is_no_schema_is_named(tmp_path, text):
    folder = copied(tmp_path)
    (folder / "ticket.merged.v1.json").write_text(text)
    result = run("check", "--shipped", folder)
    assert result.exit_code == 1
    assert "ticket.merged.v1.json" in result.stderr


def test_a_folder_without_schemas_is_not_taken_for_a_good_sign(tmp_path):
    result = run("check", "--shipped", tmp_path)
    assert result.exit_code == 1
    assert "holds no schemas" in result.stderr
