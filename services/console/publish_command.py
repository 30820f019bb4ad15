"""`yousu publish` and `yousu intake-key`: a channel's side of the bus."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from services.console.kafka_options import bus_settings
from services.console.options import (
    FELL_SHORT,
    CannotRun,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
    reason_of,
)
from services.intake.bus.message import REPORT_BYTES_MAX, described
from services.intake.bus.publisher import Rejected, publish_values
from services.intake.bus.sealing import (
    PublicKeyInvalid,
    intake_private_key,
    key_id,
    load_public_key,
    public_pem,
)
from services.platform.master_key import load_master_key

BOM = b"\xef\xbb\xbf"


@click.command("publish")
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option(
    "--seal-to",
    type=click.Path(path_type=Path),
    help="PEM file of the service's public key: nobody on the way can read the reports.",
)
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="New file for the lines that were not sent, as they are.",
)
@json_option
def publish_command(file: Path, seal_to: Path | None, rejects: Path | None, as_json: bool) -> None:
    """Publish FILE (JSON Lines, one report each; - is standard input) to intake-reports.

    Ends when the brokers have confirmed every line. Run it again after an interruption: nothing
    comes in twice. 0: all are confirmed. 1: some lines were not sent. 2: not all were confirmed.
    """
    settings = bus_settings()
    rejected: list[Rejected] = []
    try:
        key = None if seal_to is None else load_public_key(seal_to.read_bytes())
        with _source(file) as source, _kept(rejects) as kept:

            def on_rejected(one: Rejected, line: bytes) -> None:
                rejected.append(one)
                if kept is not None:
                    kept.write(line + b"\n")
                click.echo(f"line {one.number}: {described(one.faults)}", err=True)

            count = publish_values(settings, lines_of(source), on_rejected=on_rejected, seal_to=key)
    except PublicKeyInvalid as error:
        fail(f"{seal_to}: {error}")
    except CannotRun as error:
        fail(reason_of(error))
    print_json(_document(count, rejected)) if as_json else click.echo(
        f"published {count}  rejected {len(rejected)}"
    )
    sys.exit(FELL_SHORT if rejected else 0)


@click.command("intake-key")
@data_options
@json_option
def intake_key_command(data_dir: Path | None, database_url: str | None, as_json: bool) -> None:
    """The public key that channels may seal their reports to, in PEM."""
    with open_system(data_dir, database_url) as system:
        master_key = load_master_key(system.settings.master_key_file)
    key = intake_private_key(master_key).public_key()
    if as_json:
        print_json({"key": key_id(key), "pem": public_pem(key)})
    else:
        click.echo(public_pem(key), nl=False)
        click.echo(f"key id {key_id(key)}", err=True)


def lines_of(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Number, from 1, and line without its end; blank ones are left out. Of a line that is too
    long only as much as shows that it is."""
    number = 0
    while line := source.readline(REPORT_BYTES_MAX + len(BOM) + 2):
        number += 1
        whole = line.removeprefix(BOM) if number == 1 else line
        while not line.endswith(b"\n") and (line := source.readline(REPORT_BYTES_MAX)):
            pass
        if whole := whole.strip(b" \t\r\n"):
            yield number, whole


def _document(count: int, rejected: list[Rejected]) -> dict[str, Any]:
    return {
        "published": count,
        "rejected": [
            {"line": one.number, "errors": [fault._asdict() for fault in one.faults]}
            for one in rejected
        ],
    }


@contextmanager
def _source(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    with file.open("rb") as source:
        yield source


@contextmanager
def _kept(path: Path | None) -> Iterator[BinaryIO | None]:
    """For its owner only: it holds residents' words. Not there at the end if nothing is in it."""
    if path is None:
        yield None
        return
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        try:
            yield kept
        finally:
            if kept.tell() == 0:
                path.unlink()
