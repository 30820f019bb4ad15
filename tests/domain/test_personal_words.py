"""Residents' words: sealed wherever they are written, and shown by no message of ours."""

import json
import logging
import traceback
import types
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from services.domain import commands as k
from services.domain import events as e
from services.domain import rejections as r
from services.domain.codec import Undecodable, decode, encode
from services.domain.decide import decide
from services.domain.event_base import PERSONAL_FIELDS
from services.domain.personal import NotSealed, Personal, SealingContext, associated_data
from tests.domain.facts import (
    EVENT_TYPES,
    HANDLING,
    RESIDENT,
    ROADS,
    TICKET,
    ask,
    fact,
    fixed_sealer,
    sealing,
    state,
    words,
)
from tests.domain.golden import example, type_name

# Long enough that no word of ours contains it by chance.
SAID = st.text("暖气不热漏水abcXYZ019 <>&\"'%\n", min_size=12, max_size=60).map(lambda t: f"¤{t}¤")
SPOKEN = [
    (event_type, name)
    for event_type in EVENT_TYPES
    for name, field in event_type.model_fields.items()
    if Personal in typing.get_args(field.annotation) or field.annotation is Personal
]


def mentions_personal(annotation: object) -> bool:
    return annotation is Personal or any(map(mentions_personal, typing.get_args(annotation)))


def test_every_field_for_words_is_among_the_sealed_ones():
    found = {
        name
        for event_type in EVENT_TYPES
        for name, field in event_type.model_fields.items()
        if mentions_personal(field.annotation)
    }
    assert found == set(PERSONAL_FIELDS)


def test_words_stand_in_a_field_of_their_own_and_never_inside_another_value():
    for event_type in EVENT_TYPES:
        for name, field in event_type.model_fields.items():
            if mentions_personal(field.annotation):
                plain = (Personal, types.NoneType)
                allowed = field.annotation is Personal or set(
                    typing.get_args(field.annotation)
                ) == set(plain)
                assert allowed, f"{event_type.__name__}.{name}"


def test_a_field_with_a_sealed_name_holds_nothing_but_words():
    for event_type in EVENT_TYPES:
        for name in set(event_type.model_fields) & set(PERSONAL_FIELDS):
            assert (event_type, name) in SPOKEN


@pytest.mark.parametrize(
    ("event_type", "field"), SPOKEN, ids=lambda one: getattr(one, "__name__", one)
)
def test_open_words_are_not_written_without_a_seal(event_type, field):
    event = example(event_type, sealed=True).model_copy(update={field: words()})
    for context in (None, {"seal": fixed_sealer}):
        with pytest.raises(NotSealed):
            encode(event, context)  # type: ignore[arg-type]
    for dump in (event.model_dump_json, event.model_dump):
        with pytest.raises(PydanticSerializationError, match="NotSealed") as caught:
            dump()
        assert "暖气" not in str(caught.value)


@pytest.mark.parametrize(
    ("event_type", "field"), SPOKEN, ids=lambda one: getattr(one, "__name__", one)
)
def test_words_are_sealed_for_the_very_place_where_they_stand(event_type, field):
    event = example(event_type, sealed=True).model_copy(update={field: words()})
    place = associated_data(TICKET, 7, type_name(event_type), field)
    assert f'"{field}":"s1.{RESIDENT}.{place.hex()}"' in encode(event, sealing(7)).decode()


def test_places_are_all_different():
    places = {
        associated_data(stream, version, type_name, field)
        for stream in ("a", "b")
        for version in (1, 2, 11)
        for type_name in ("ticket.opened.v1", "ticket.report_joined.v1")
        for field in PERSONAL_FIELDS
    }
    assert len(places) == 2 * 3 * 2 * len(PERSONAL_FIELDS)


def test_words_outside_of_the_sealed_fields_are_refused():
    class Leak(e.Event):
        type: str = "leak"
        remark: Personal

    leak = fact(Leak, remark=words())  # type: ignore[type-var]
    with pytest.raises(PydanticSerializationError, match="NotSealed"):
        leak.model_dump_json(context=sealing())


@pytest.mark.parametrize(
    "stored", ["words", "s1.subject", "s2.subject.abc", "s1.a.b.c", "", 7, None]
)
def test_only_the_sealed_form_is_read(stored):
    with pytest.raises(ValidationError, match="sealed value"):
        e.TicketProgressed.model_validate(
            fact(e.TicketProgressed).model_dump(exclude={"note"}) | {"note": stored}
        )


@given(SAID)
def test_no_way_to_show_an_event_shows_its_words(said):
    opened = fact(e.TicketOpened, text=words(said), title=words(said))
    pretty = repr(list(opened.text.__rich_repr__()))
    for shown in (
        repr(opened),
        str(opened),
        f"{opened}",
        repr([opened]),
        repr(opened.text),
        pretty,
    ):
        assert said not in shown
        assert RESIDENT in shown
    assert said not in repr(state([opened]))


@given(SAID)
def test_no_error_about_an_event_quotes_it(said):
    wrong = [
        {"reached": said},
        {"comment": said},
        {"actor": said},
        {"occurred_at": said},
        {"satisfaction": said},
        {"unknown": said},
        {said: said},
        {"comment": Personal(RESIDENT, said), "solved": said},
    ]
    for change in wrong:
        with pytest.raises(ValidationError) as caught:
            fact(e.TicketEvaluated, **change)
        if said not in change:  # a name that is no name of ours is pydantic's to show
            assert said not in str(caught.value)
            assert said not in "".join(traceback.format_exception(caught.value))


@given(SAID)
def test_no_reason_for_quarantine_quotes_the_bytes(said):
    document = json.loads(encode(fact(e.TicketEvaluated), sealing()))
    for change in ({"comment": said}, {said: said}, {"actor": said}, {"type": said}):
        with pytest.raises(Undecodable) as caught:
            decode("ticket.evaluated.v1", json.dumps(document | change).encode())
        assert said not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(Undecodable) as caught:
        decode("ticket.evaluated.v1", said.encode())
    assert said not in "".join(traceback.format_exception(caught.value))


@given(SAID)
def test_no_rejection_and_no_log_line_quotes_a_command(said):
    command = ask(k.ReportProgress, unit=ROADS, note=words(said))
    with pytest.raises(r.WrongUnit) as caught:
        decide(command, state(HANDLING))
    record = logging.LogRecord("x", 20, "x", 1, "%s %s %s", (command, caught.value, HANDLING), None)
    assert said not in record.getMessage()


def test_the_refusal_to_write_names_the_field_and_not_the_words():
    with pytest.raises(NotSealed) as caught:
        encode(fact(e.TicketProgressed), None)
    assert "note" in str(caught.value)
    assert "暖气" not in str(caught.value)


def test_a_sealer_sees_words_and_place_and_its_answer_is_what_is_written():
    seen = []

    def seal(word: Personal, place: bytes) -> str:
        seen.append((word.plain, place))
        return f"s1.{word.subject}.x"

    encode(fact(e.TicketProgressed), SealingContext(seal, 3))
    assert seen == [(words().plain, associated_data(TICKET, 3, "ticket.progressed.v1", "note"))]


@pytest.mark.parametrize("failure", [OSError("the key store is away"), ValueError("erased")])
def test_what_the_sealer_fails_with_arrives_as_it_is(failure):
    def seal(*_):
        raise failure

    with pytest.raises(type(failure)) as caught:
        encode(fact(e.TicketProgressed), SealingContext(seal, 1))
    assert caught.value is failure


def test_any_other_trouble_of_writing_stays_loud():
    turns = iter([OSError("away")])

    def seal(word: Personal, place: bytes) -> str:
        for failure in turns:
            raise failure
        return f"s1.{word.subject}.x"

    with pytest.raises(PydanticSerializationError, match="away"):
        encode(fact(e.TicketProgressed), SealingContext(seal, 1))
