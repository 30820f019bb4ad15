"""What ops teams ask of the streams: run them, look at them, deal with what was set aside."""

import signal
import sys
from pathlib import Path
from typing import Any

import click

from services.console.cluster import WorkersRest, wait_until_idle, workers_run_processors
from services.console.intake_door import open_message, retry_message
from services.console.notices import postman_of, postmen_at_work
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.console.status import status_of
from services.console.system import System
from services.domain.codec import Undecodable
from services.intake.bus import set_aside
from services.platform import quarantine
from services.platform.keys import SealBroken
from services.platform.quarantine import Quarantined

ENTRY = click.IntRange(1, 2**63 - 1)


@click.command()
@click.option("--until-idle", is_flag=True, help="Stop when there is nothing left to do.")
@data_options
@json_option
def process(
    until_idle: bool, data_dir: Path | None, database_url: str | None, as_json: bool
) -> None:
    """Run the processors without a server. With a bus: wait for the workers."""
    with open_system(data_dir, database_url) as system:
        before = system.log.head()
        if workers_run_processors(system):
            _wait_for_workers(system, until_idle)
        elif until_idle:
            system.transport.run_until_idle()
            _deliver(system)
        else:
            _until_signal(system)
        status = status_of(system)
        document = {"events": system.log.head() - before, "position": system.log.head()}
        print_json(document | {"processors": status}) if as_json else click.echo(
            f"{document['events']} new events, log at {document['position']}"
        )
        if any(one["last_error"] for one in status.values()):
            sys.exit(FELL_SHORT)


def _wait_for_workers(system: System, until_idle: bool) -> None:
    if not until_idle:
        fail("with a bus, `yousu worker` runs the processors; --until-idle waits for them")
    try:
        wait_until_idle(system)
    except WorkersRest as error:
        fail(str(error), FELL_SHORT)


def _until_signal(system: System) -> None:
    def stop(signum: int, frame: object) -> None:
        system.transport.stop()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, stop)
    with postmen_at_work(system):
        system.transport.run()


def _deliver(system: System) -> None:
    if system.settings.notices == "on":
        postman = postman_of(system)
        postman.deliver_all()
        postman.close()
        system.transport.run_until_idle()


@click.group("quarantine")
def quarantine_group() -> None:
    """Events and messages that could not be understood."""


@quarantine_group.command("list")
@click.option("--processor", help="Of this processor only.")
@data_options
@json_option
def list_command(
    processor: str | None, data_dir: Path | None, database_url: str | None, as_json: bool
) -> None:
    """What waits for a decision."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        letters = quarantine.waiting(system.log, processor)
        if as_json:
            print_json({"waiting": [_summary(letter) for letter in letters]})
            return
        for letter in letters:
            where = f"position {letter.position}" if letter.position else "never an event"
            click.echo(f"{letter.id:>6}  {letter.processor:<10}  {where}  {letter.error}")


@quarantine_group.command("show")
@click.argument("quarantine_id", type=ENTRY)
@click.option(
    "--open", "opened", is_flag=True, help="Show a message's words: a resident's, in the clear."
)
@data_options
@json_option
def show_command(
    quarantine_id: int,
    opened: bool,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """One entry, with its bytes as they are stored (residents' words stay sealed)."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        letter = _found(system, quarantine_id)
        document = _summary(letter) | {"bytes": _bytes_of(system, letter)}
        if opened:
            document["opened"] = _opened(system, letter)
        if as_json:
            print_json(document)
        else:
            for name, value in document.items():
                click.echo(f"{name}: {value}")


@quarantine_group.command("retry")
@click.argument("quarantine_ids", type=ENTRY, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@data_options
@json_option
def retry_command(
    quarantine_ids: tuple[int, ...],
    everything: bool,
    data_dir: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Try again, after what was wrong has been mended."""
    if bool(quarantine_ids) == everything:
        raise click.UsageError("give the numbers of entries, or --all")
    with open_system(data_dir, database_url, must_exist=True) as system:
        waiting = quarantine.waiting(system.log) if everything else None
        letters = waiting or [_found(system, one) for one in quarantine_ids]
        failed = [(letter.id, why) for letter in letters if (why := _retry(system, letter))]
        for quarantine_id, why in failed:
            click.echo(f"{quarantine_id}: {why}", err=True)
        done = len(letters) - len(failed)
        print_json({"retried": done, "failed": len(failed)}) if as_json else click.echo(
            f"{done} done, {len(failed)} failed again"
        )
        if failed:
            sys.exit(FELL_SHORT)


@quarantine_group.command("discard")
@click.argument("quarantine_ids", type=ENTRY, nargs=-1, required=True)
@data_options
def discard_command(
    quarantine_ids: tuple[int, ...], data_dir: Path | None, database_url: str | None
) -> None:
    """Decide that nothing will come of it. The bytes stay where they are; a message of a channel
    can never be opened again."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        for quarantine_id in quarantine_ids:
            letter = _found(system, quarantine_id)
            system.log.apply([quarantine.set_status(letter.id, "discarded")])
            set_aside.forget(system.keyring, letter)


def _retry(system: System, letter: Quarantined) -> str | None:
    """Why it failed again; None if it went through."""
    if letter.processor == set_aside.PROCESSOR:
        return retry_message(system, letter)
    runner = next((r for r in system.transport.runners if r.name == letter.processor), None)
    recorded = system.log.read_all((letter.position or 0) - 1, 1) if letter.position else []
    if runner is None or not recorded:
        return "there is no processor or no event for it"
    done = quarantine.set_status(letter.id, "retried")
    try:
        runner.retry(recorded[0], done, system.clock.now())
    except Undecodable as error:
        return str(error)
    except (ValueError, KeyError, TypeError) as error:  # still poison: it stays where it is
        return f"{type(error).__name__}, as before"
    return None


def _opened(system: System, letter: Quarantined) -> str | None:
    try:
        return open_message(system, letter)
    except SealBroken as error:
        fail(str(error), FELL_SHORT)


def _found(system: System, quarantine_id: int) -> Quarantined:
    letter = quarantine.find(system.log, quarantine_id)
    if letter is None:
        fail(f"quarantine has no entry {quarantine_id}", FELL_SHORT)
    return letter


def _summary(letter: Quarantined) -> dict[str, Any]:
    document = letter._asdict()
    del document["payload"]
    return document


def _bytes_of(system: System, letter: Quarantined) -> str | None:
    if letter.payload is not None:
        return letter.payload.decode("utf-8", "backslashreplace")
    if letter.position is None:
        return None
    recorded = system.log.read_all(letter.position - 1, 1)
    return recorded[0].data.decode("utf-8", "backslashreplace") if recorded else None
