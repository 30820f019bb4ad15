"""The compatibility check: every breaking change of any message is caught, no harmless one is."""

from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.console.schemas.compatibility import breaking_changes
from services.console.schemas.examples import example_of
from services.console.schemas.json_schemas import all_schemas
from tests.services.console.schema_mutations import BREAKING, HARMLESS, WIDENING, Mutation

SCHEMAS = all_schemas()


class Target(NamedTuple):
    """A field of a message; `inside`: the list field whose entries hold it."""

    message: str
    inside: str | None
    field: str

    @property
    def place(self) -> str:
        return f"{self.inside}[].{self.field}" if self.inside else self.field


def targets(message: str) -> list[Target]:
    fields = SCHEMAS[message]["properties"]
    nested = [
        Target(message, name, inner)
        for name, field in fields.items()
        for inner in field.get("items", {}).get("properties", {})
    ]
    return [*(Target(message, None, name) for name in fields), *nested]


TARGETS = [target for message in SCHEMAS for target in targets(message)]


@cache
def applicable(mutation: Mutation, prefixes: tuple[str, ...]) -> st.SearchStrategy[Target]:
    """The fields where the mutation has something to change; never none."""
    return st.sampled_from(
        [one for one in TARGETS if one.message.startswith(prefixes) and applies(mutation, one)]
    )


def applies(mutation: Mutation, target: Target) -> bool:
    schema = deepcopy(SCHEMAS[target.message])
    owner = schema["properties"][target.inside]["items"] if target.inside else schema
    return mutation(owner, target.field)


def shipped(target: Target) -> dict[str, Any]:
    return {target.message: SCHEMAS[target.message]}


def mutated(target: Target, mutation: Mutation) -> dict[str, Any]:
    schema = deepcopy(SCHEMAS[target.message])
    owner = schema["properties"][target.inside]["items"] if target.inside else schema
    assume(mutation(owner, target.field))
    return {target.message: schema}


def test_nothing_changed_is_nothing_broken():
    assert breaking_changes(SCHEMAS, deepcopy(SCHEMAS)) == []


def test_there_are_nested_fields_to_change():
    assert Target("ticket.sent_to_triage.v1", "candidates", "words") in TARGETS


@pytest.mark.parametrize("mutation", BREAKING, ids=lambda one: one.__name__)
@given(data=st.data())
def test_a_breaking_change_is_refused_by_type_and_field(mutation, data):
    target = data.draw(applicable(mutation, ("ticket.", "intake.")))
    lines = breaking_changes(shipped(target), mutated(target, mutation))
    assert lines
    for line in lines:
        assert line.startswith(f"{target.message}: field '{target.place}")


@pytest.mark.parametrize("mutation", HARMLESS, ids=lambda one: one.__name__)
@given(target=st.sampled_from(TARGETS))
def test_a_harmless_change_passes_and_old_data_still_fits(mutation, target):
    schemas = mutated(target, mutation)
    assert breaking_changes(shipped(target), schemas) == []
    example = example_of(target.message, SCHEMAS[target.message])
    Draft202012Validator(schemas[target.message]).validate(example)


@pytest.mark.parametrize("mutation", WIDENING, ids=lambda one: one.__name__)
@given(data=st.data())
def test_a_fact_may_not_widen(mutation, data):
    target = data.draw(applicable(mutation, ("ticket.",)))
    lines = breaking_changes(shipped(target), mutated(target, mutation))
    assert lines
    assert all(f"{target.message}: field '{target.place}" in line for line in lines)


@pytest.mark.parametrize("mutation", WIDENING, ids=lambda one: one.__name__)
def test_what_channels_send_may_widen_and_not_be_taken_back(mutation):
    wide = {"intake.report.v1": WIDEST}
    for field in WIDEST["properties"]:
        now = deepcopy(wide)
        if mutation(now["intake.report.v1"], field):
            assert breaking_changes(wide, now) == []
            back = breaking_changes(now, wide)
            assert back
            assert all(f"field {field!r}" in line for line in back)


WIDEST: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "text", "level"],
    "properties": {
        "kind": {"type": "string", "enum": ["a", "b"]},
        "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a"},
        "level": {"type": "integer", "minimum": 1, "maximum": 4},
    },
}


@given(removed=st.sets(st.sampled_from(sorted(SCHEMAS)), min_size=1))
def test_each_message_that_is_gone_is_named(removed):
    left = {name: schema for name, schema in SCHEMAS.items() if name not in removed}
    lines = breaking_changes(SCHEMAS, left)
    assert [line.partition(":")[0] for line in lines] == [n for n in SCHEMAS if n in removed]


@given(new=st.sets(st.sampled_from(sorted(SCHEMAS)), min_size=1))
def test_a_new_message_is_welcome(new):
    before = {name: schema for name, schema in SCHEMAS.items() if name not in new}
    assert breaking_changes(before, SCHEMAS) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"default": False}, {"default": 0}, "default changed"),
        ({"enum": [1]}, {"enum": [True]}, "no longer allowed"),
        ({"default": None}, {}, "default changed"),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "integer"}]}, "anyOf changed"),
        ({}, {"format": "date-time"}, "format changed"),
        ({}, {"items": {"type": "string"}}, "what the list holds has changed"),
        ({}, {"additionalProperties": False}, "not named"),
        ({"type": ["string", "null"]}, {"type": "string"}, "no longer null"),
    ],
)
def test_changes_that_are_easily_overlooked(old, new, words):
    for message in ("ticket.made_up.v1", "intake.made_up.v1"):
        lines = breaking_changes(*(_with_a_field(message, field) for field in (old, new)))
        assert lines
        assert f"{message}: field 'made_up'" in lines[0]
        assert words in lines[0]


def _with_a_field(message: str, field: dict[str, Any]) -> dict[str, Any]:
    return {message: {"type": "object", "properties": {"made_up": field}}}


def test_a_document_that_refuses_fields_it_did_not_refuse_is_named():
    closed = {"intake.made_up.v1": {"type": "object", "additionalProperties": False}}
    opened = {"intake.made_up.v1": {"type": "object"}}
    assert breaking_changes(closed, opened) == []
    assert "intake.made_up.v1: document: " in breaking_changes(opened, closed)[0]
