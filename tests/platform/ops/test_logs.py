"""One form for machines, one for people, and an unexpected error never speaks."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.platform.failures import Outage
from services.platform.ops.logs import FLOORS, start_logging
from services.platform.ops.ops_settings import OpsSettings, OpsSettingsInvalid, ops_settings
from tests.domain.facts import WORDS

JSON = OpsSettings(log_format="json")
logger = logging.getLogger("services.tests")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    access = logging.getLogger("yousu.access")
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in FLOORS}
    yield
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = before
    root.setLevel(before[1])
    access.disabled = False
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_the_ids_it_was_given() -> None:
    stream = io.StringIO()
    start_logging("router", JSON, stream)
    ids = {"ticket_id": "T1", "correlation_id": "command:c1", "lane": "router/3-of-8"}
    logger.info("退单\n%s", "二", extra=ids)
    [line] = lines(stream)
    assert line | ids == line
    assert line["message"] == "退单\n二"
    assert (line["level"], line["logger"], line["service"]) == ("INFO", "services.tests", "router")
    assert line["time"].endswith("+00:00")


def test_what_is_no_terminal_gets_json_unless_told_otherwise() -> None:
    stream = io.StringIO()
    start_logging("router", OpsSettings(), stream)
    logger.info("one")
    assert lines(stream)[0]["message"] == "one"

    stream = io.StringIO()
    start_logging("router", OpsSettings(log_format="plain"), stream)
    logger.info("one")
    assert stream.getvalue().endswith("INFO     services.tests: one\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(min_size=8, alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
@pytest.mark.parametrize("log_format", ["json", "plain"])
def test_an_unexpected_error_is_told_by_kind_and_place_only(log_format: Any, words: str) -> None:
    stream = io.StringIO()
    start_logging("router", OpsSettings(log_format=log_format), stream)
    try:
        raise ValueError(words) from KeyError(words)
    except ValueError as error:
        logger.exception("failed by %r", error)
        logger.error("failed by %s", error, exc_info=True)
    assert words not in stream.getvalue()
    assert "ValueError at" in stream.getvalue()


def test_our_own_failures_say_what_they_have_to_say() -> None:
    stream = io.StringIO()
    start_logging("router", JSON, stream)
    logger.warning("waits: %s", Outage("database: no connection"))
    assert lines(stream)[0]["message"] == "waits: database: no connection"


def test_an_error_that_ends_a_thread_or_the_process_does_not_speak() -> None:
    stream = io.StringIO()
    start_logging("router", JSON, stream)

    def failing() -> None:
        raise ValueError(WORDS)

    thread = threading.Thread(target=failing, name="figures")
    thread.start()
    thread.join()
    try:
        failing()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert [line["level"] for line in lines(stream)] == ["CRITICAL", "CRITICAL"]
    assert WORDS not in stream.getvalue()


def test_libraries_never_tell_what_a_message_holds_whatever_the_level() -> None:
    stream = io.StringIO()
    start_logging("router", OpsSettings(log_format="json", log_level="DEBUG"), stream)
    for name in ("kafka.producer.kafka", "aiokafka.consumer.fetcher", "faust.streams", "mode"):
        logging.getLogger(name).debug("Sending %s", WORDS)
        logging.getLogger(name).info("Sent %s", WORDS)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("wanted", [True, False])
def test_requests_have_a_line_each_only_if_asked_for(wanted: bool) -> None:
    stream = io.StringIO()
    start_logging("serve", OpsSettings(log_format="json", access_log=wanted), stream)
    logging.getLogger("yousu.access").info("GET / 200 1.0 ms")
    assert bool(stream.getvalue()) == wanted


def test_settings_come_from_the_environment() -> None:
    assert ops_settings({}) == OpsSettings()
    env = {
        "YOUSU_LOG_FORMAT": "json",
        "YOUSU_LOG_LEVEL": "warning",
        "YOUSU_ACCESS_LOG": "on",
        "YOUSU_OTLP_ENDPOINT": "http://127.0.0.1:4318",
    }
    assert ops_settings(env) == OpsSettings("json", "WARNING", True, "http://127.0.0.1:4318")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YOUSU_LOG_FORMAT", "xml"),
        ("YOUSU_LOG_LEVEL", "loud"),
        ("YOUSU_ACCESS_LOG", "1"),
        ("YOUSU_OTLP_ENDPOINT", "127.0.0.1:4318"),
        ("YOUSU_OTLP_ENDPOINT", "file:///tmp/x"),
    ],
)
def test_a_setting_that_is_not_understood_is_named(name: str, value: str) -> None:
    with pytest.raises(OpsSettingsInvalid, match=name):
        ops_settings({name: value})
