"""`yousu db`: making the tables on a database server, and looking it over."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

import click

from services.console.options import (
    FELL_SHORT,
    CannotRun,
    data_options,
    fail,
    json_option,
    print_json,
    reason_of,
)
from services.console.stores import open_key_store
from services.console.system import SCHEMA
from services.platform.database_url import shown
from services.platform.ids import system_entropy
from services.platform.keys import Keyring
from services.platform.master_key import MasterKeyInvalid, create_master_key, load_master_key
from services.platform.recorders.postgres_check import Findings, look_over
from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_errors import ServerFailure
from services.platform.recorders.postgres_keys_schema import key_tables_are_there, make_key_tables
from services.platform.recorders.postgres_schema import bring_up_to_date
from services.platform.settings import Settings, load_settings


@click.group("db")
def database() -> None:
    """The database server that keeps the log."""


@database.command()
@data_options
@json_option
def init(data_dir: Path | None, database_url: str | None, as_json: bool) -> None:
    """Make the tables, bring older ones to this version, and make the master key. Can be run
    again at any time."""
    with _settings(data_dir, database_url) as (settings, url, keys_url):
        with _on_server(url) as datastore:
            before, now = bring_up_to_date(datastore, SCHEMA)
        with _on_server(keys_url) as datastore:
            keys_made = make_key_tables(datastore)
        master_key_made = _make_master_key(settings, keys_url)
    document = {
        "schema": now,
        "schema_before": before,
        "keys_made": keys_made,
        "master_key_made": master_key_made,
    }
    if as_json:
        print_json(document)
        return
    click.echo(f"{shown(url)}: tables {_migrated(before, now)}")
    click.echo(f"{shown(keys_url)}: tables of keys {'made' if keys_made else 'were there'}")
    if master_key_made:
        click.echo(f"{settings.master_key_file}: made; keep a copy where the database is not")


@database.command()
@data_options
@json_option
def check(data_dir: Path | None, database_url: str | None, as_json: bool) -> None:
    """Reachable, durable, of this version, and without a gap? 1 if anything is found."""
    with _settings(data_dir, database_url) as (settings, url, keys_url):
        with _on_server(url) as datastore:
            findings = look_over(datastore)
        findings.problems.extend(_about_keys(settings, keys_url))
    _print_json(findings) if as_json else _print(findings, url)
    if findings.problems:
        sys.exit(FELL_SHORT)


def _about_keys(settings: Settings, keys_url: str) -> Iterator[tuple[str, str]]:
    with _on_server(keys_url) as datastore:
        if not key_tables_are_there(datastore):
            yield "keys", "there are no tables of keys: run `yousu db init`"
            return
    try:
        if not _fits(load_master_key(settings.master_key_file), keys_url):
            yield "master_key", f"{settings.master_key_file}: is not the one the keys belong to"
    except MasterKeyInvalid as error:
        yield "master_key", str(error)


def _make_master_key(settings: Settings, keys_url: str) -> bool:
    """Whether it was made. One that is missing while there are keys cannot be made again."""
    path = settings.master_key_file
    if path.exists():
        if not _fits(load_master_key(path), keys_url):
            raise MasterKeyInvalid(f"{path}: is not the one the keys belong to")
        return False
    with closing(open_key_store(keys_url)) as store:
        if store.any_key() is not None:
            raise MasterKeyInvalid(f"{path}: is missing, and there are keys wrapped with it")
    create_master_key(path, system_entropy)
    return True


def _fits(master_key: bytes, keys_url: str) -> bool:
    with closing(Keyring(open_key_store(keys_url), master_key, system_entropy)) as keyring:
        return keyring.fits()


def _print(findings: Findings, url: str) -> None:
    tables = "no tables" if findings.schema is None else f"tables of version {findings.schema}"
    click.echo(f"{shown(url)}: PostgreSQL {findings.server}, {tables}")
    click.echo(f"{findings.events} events, the last at {findings.head}")
    for code, words in findings.problems:
        click.echo(f"{code}: {words}", err=True)


def _print_json(findings: Findings) -> None:
    problems = [{"code": code, "message": words} for code, words in findings.problems]
    print_json(findings._asdict() | {"problems": problems})


def _migrated(before: int | None, now: int) -> str:
    if before is None:
        return f"made (version {now})"
    return f"were there (version {now})" if before == now else f"moved from {before} to {now}"


@contextmanager
def _settings(
    data_dir: Path | None, database_url: str | None
) -> Iterator[tuple[Settings, str, str]]:
    """(settings, the log's URL, the keys' URL); ends the command with 2 where it cannot run."""
    try:
        settings = load_settings(data_dir, database_url)
        if settings.database_url is None or settings.keys_url is None:
            _no_server()
        yield settings, settings.database_url, settings.keys_url
    except CannotRun as error:
        fail(reason_of(error))


def _no_server() -> NoReturn:
    fail("no database server is named: give --database-url or set YOUSU_DATABASE_URL")


@contextmanager
def _on_server(url: str) -> Iterator[ServerDatastore]:
    with closing(ServerDatastore(url)) as datastore:
        try:
            yield datastore
        except ServerFailure as error:
            fail(f"{shown(url)}: {error}")
