"""Where a database may be, and that its password is never shown."""

import pytest

from services.platform.database_url import shown
from services.platform.settings import SettingsInvalid, load_settings

PASSWORD = "p4ssw0rd"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://yousu@localhost/yousu",
        "postgres://yousu:p4ssw0rd@127.0.0.1:5432/yousu",
        "postgresql://yousu@[::1]:5432/yousu",
        "postgresql:///yousu?host=/var/run/postgresql",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/yousu",
        "postgresql://yousu@db.example/yousu?sslmode=verify-full",
        "postgresql://yousu@a.example,b.example/yousu?sslmode=verify-ca&target_session_attrs=any",
    ],
)
def test_a_database_is_here_or_reached_by_tls(url: str):
    settings = load_settings(None, url, {})
    assert settings.database_url == settings.keys_url == url
    assert url not in repr(settings)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://yousu:p4ssw0rd@db.example/yousu", "db.example is not this machine"),
        ("postgresql://yousu:p4ssw0rd@db.example/yousu?sslmode=prefer", "needs TLS"),
        ("postgresql://yousu:p4ssw0rd@localhost,db.example/yousu", "needs TLS"),
        ("postgresql://yousu:p4ssw0rd@localhost/yousu?host=db.example", "needs TLS"),
        ("postgresql://yousu:p4ssw0rd@localhost/yousu?hostaddr=10.0.0.1", "needs TLS"),
        ("postgresql://yousu:p4ssw0rd@10.0.0.1/yousu", "needs TLS"),
        ("postgresql://yousu:p4ssw0rd@localhost", "names no database"),
        ("mysql://yousu:p4ssw0rd@localhost/yousu", "expected postgresql://"),
        ("p4ssw0rd", "expected postgresql://"),
        ("postgresql://yousu:p4ssw0rd@[localhost/yousu", "is not a URL"),
    ],
)
def test_what_is_refused_is_named_and_its_password_not_shown(url: str, why: str):
    for arguments in ((None, url, {}), (None, None, {"YOUSU_DATABASE_URL": url})):
        with pytest.raises(SettingsInvalid, match="YOUSU_DATABASE_URL") as caught:
            load_settings(*arguments)
        assert why in str(caught.value)
        assert PASSWORD not in str(caught.value)


def test_keys_may_be_in_a_database_of_their_own():
    log, keys = "postgresql://yousu@localhost/log", "postgresql://keeper@localhost/keys"
    settings = load_settings(None, log, {"YOUSU_KEYS_URL": keys})
    assert (settings.database_url, settings.keys_url) == (log, keys)
    with pytest.raises(SettingsInvalid, match="YOUSU_KEYS_URL"):
        load_settings(None, log, {"YOUSU_KEYS_URL": "http://localhost/keys"})


def test_without_a_server_there_is_none():
    settings = load_settings(None, environment={"YOUSU_DATABASE_URL": ""})
    assert (settings.database_url, settings.keys_url) == (None, None)


def test_only_the_place_of_a_database_is_shown():
    assert shown("postgresql://yousu:p4ssw0rd@h:1/d?sslmode=require&password=x") == "h:1/d"
    assert shown("postgresql:///d?host=/run") == "local socket/d"
