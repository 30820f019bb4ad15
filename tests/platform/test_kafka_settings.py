"""What may be said about Kafka, and what is refused before anything is sent."""

from pathlib import Path

import pytest

from services.platform.settings import SettingsInvalid, load_settings
from services.platform.transport.kafka_clients import client_options, faust_credentials, why
from services.platform.transport.kafka_settings import (
    KafkaSettings,
    KafkaSettingsInvalid,
    kafka_settings,
)

PASSWORD = "correct horse"


def given(**values: str) -> KafkaSettings | None:
    return kafka_settings({f"YOUSU_KAFKA{name}": value for name, value in values.items()})


def secured(tmp_path: Path, **values: str) -> dict[str, str]:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return {
        "": "kafka.city.example:9093",
        "_SECURITY_PROTOCOL": "SASL_SSL",
        "_SASL_MECHANISM": "SCRAM-SHA-512",
        "_USERNAME": "relay",
        "_PASSWORD_FILE": str(tmp_path / "password"),
    } | values


def test_without_servers_there_is_no_bus() -> None:
    assert given() is None
    assert given(**{"": " , "}) is None
    assert load_settings(None, environment={}).kafka is None


@pytest.mark.parametrize(
    "server", ["localhost:9092", "127.0.0.1:9092", "127.8.8.8:1", "[::1]:9092"]
)
def test_plain_text_is_for_this_machine(server: str) -> None:
    settings = given(**{"": server})
    assert settings is not None
    assert client_options(settings)["security_protocol"] == "PLAINTEXT"


@pytest.mark.parametrize(
    "servers",
    ["kafka:9092", "10.0.0.5:9092", "localhost:9092,kafka:9092", "localhost.evil.example:9092"],
)
def test_beyond_this_machine_plain_text_is_refused(servers: str) -> None:
    with pytest.raises(KafkaSettingsInvalid, match="needs TLS"):
        given(**{"": servers})


@pytest.mark.parametrize("missing", ["_SASL_MECHANISM", "_USERNAME", "_PASSWORD_FILE"])
def test_sasl_needs_all_its_parts(tmp_path: Path, missing: str) -> None:
    with pytest.raises(KafkaSettingsInvalid, match="SASL_SSL needs"):
        given(**secured(tmp_path, **{missing: ""}))


def test_a_password_is_never_sent_without_tls(tmp_path: Path) -> None:
    values = secured(tmp_path, **{"": "localhost:9092", "_SECURITY_PROTOCOL": ""})
    with pytest.raises(KafkaSettingsInvalid, match="never sent in the clear"):
        given(**values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_SECURITY_PROTOCOL", "SASL_PLAINTEXT"),
        ("_SECURITY_PROTOCOL", "ssl"),
        ("_SASL_MECHANISM", "GSSAPI"),
        ("_PASSWORD_FILE", "/nowhere/at/all"),
    ],
)
def test_an_unknown_value_is_refused_with_its_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(KafkaSettingsInvalid, match=f"YOUSU_KAFKA{name}"):
        given(**secured(tmp_path, **{name: value}))
    environment = {f"YOUSU_KAFKA{k}": v for k, v in secured(tmp_path, **{name: value}).items()}
    with pytest.raises(SettingsInvalid, match=f"YOUSU_KAFKA{name}"):
        load_settings(None, environment=environment)


def test_a_password_stands_in_no_repr(tmp_path: Path) -> None:
    settings = given(**secured(tmp_path))
    assert settings is not None
    assert settings.password == PASSWORD
    assert PASSWORD not in repr(settings)
    assert PASSWORD not in repr(faust_credentials(settings))


def test_a_prefix_stands_before_topics_and_groups() -> None:
    settings = given(**{"": "localhost:9092", "_PREFIX": "test-"})
    assert settings is not None
    assert settings.topic("ticket-events") == "test-ticket-events"
    assert settings.group("router") == "test-yousu-router"


def test_clients_check_the_brokers_name_and_authority(tmp_path: Path) -> None:
    settings = given(**secured(tmp_path, _CA_FILE="/etc/ssl/city.pem"))
    assert settings is not None
    options = client_options(settings)
    assert options["security_protocol"] == "SASL_SSL"
    assert options["ssl_check_hostname"] is True
    assert options["ssl_cafile"] == "/etc/ssl/city.pem"
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert options["sasl_plain_username"] == "relay"
    assert options["sasl_plain_password"] == PASSWORD


def test_faust_gets_a_context_that_verifies(tmp_path: Path) -> None:
    settings = given(**secured(tmp_path))
    assert settings is not None
    context = faust_credentials(settings).ssl_context
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert context.minimum_version.name == "TLSv1_2"


def test_without_tls_faust_gets_no_context() -> None:
    settings = given(**{"": "localhost:9092"})
    assert settings is not None
    assert faust_credentials(settings) == (None, None, None, None)


def test_an_errors_reason_is_one_short_line() -> None:
    assert why(OSError("line one\nline two")) == "OSError: line one"
    assert why(OSError()) == "OSError"
    assert len(why(OSError("x" * 5_000))) < 250
