"""`yousu route`: where a matter would go, without writing anything."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import click

from services.console.directory_opening import opened
from services.console.directory_sources import CURRENT
from services.console.options import (
    CannotRun,
    data_options,
    fail,
    json_option,
    print_json,
    reason_of,
)
from services.console.route_answer import Asked, Document, answer_many
from services.console.route_file import Columns, OutIsInput, route_file
from services.console.system import unpublished_directory
from services.intake.files import FileUnreadable, MappingInvalid
from services.platform.settings import load_settings
from services.router.classifier.guess import Classifier
from services.router.directory import Directory

DAY = click.DateTime(["%Y-%m-%d"])


class InUse(NamedTuple):
    """What dispatch goes by: the log's directory and model, or the shipped directory alone."""

    directory: Directory
    classifier: Classifier | None
    today: date


@click.command("route")
@click.option("--text", help="What the resident says.")
@click.option("--title")
@click.option("--address")
@click.option("--item", help="A code of the directory that somebody has chosen.")
@click.option("--area", help="An official division code.")
@click.option("--reporters", type=click.IntRange(1), default=1, show_default=True)
@click.option("--on", type=DAY, help="The day whose duties are asked; today if not given.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="CSV or XLSX of many.")
@click.option("--text-column")
@click.option("--title-column")
@click.option("--address-column")
@click.option("--item-column")
@click.option("--area-column")
@click.option("--out", type=click.Path(path_type=Path), help="JSON lines; standard output if -.")
@json_option
@data_options
def route_command(
    text: str | None,
    title: str | None,
    address: str | None,
    item: str | None,
    area: str | None,
    reporters: int,
    on: datetime | None,
    file: Path | None,
    out: Path | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
    **columns: str | None,
) -> None:
    """Where a matter would go, and why: subject, item, area, unit, urgency, or what a person has
    to decide. Writes nothing but --out. By the directory and model of the log if there is one."""
    said = {"--text": text, "--title": title, "--address": address, "--item": item, "--area": area}
    given = [name for name, value in said.items() if value is not None]
    if file is not None:
        if given:
            fail(f"{', '.join(given)}: not together with --file")
        named = Columns(**{name.removesuffix("_column"): name_ for name, name_ in columns.items()})
        _many(file, named, out, reporters, on, as_json, data_dir, database_url)
        return
    unused = [f"--{name.replace('_', '-')}" for name, value in columns.items() if value]
    if out is not None:
        unused.append("--out")
    if unused:
        fail(f"{', '.join(unused)}: only together with --file")
    if not given:
        fail("give --text (or --title, --item), or --file")
    with in_use(data_dir, database_url) as using:
        day = on.date() if on else using.today
        asked = Asked(title or "", text or "", address, item, area, reporters, day)
        (document,) = answer_many(using.directory, using.classifier, [asked])
    print_json(document) if as_json else _tell(document)


@contextmanager
def in_use(data_dir: Path | None, database_url: str | None) -> Iterator[InUse]:
    """What cannot be opened is said on standard error, and ends the command with 2."""
    with opened(CURRENT, data_dir=data_dir, database_url=database_url) as found_in:
        system = found_in.system
        if system is not None:
            yield InUse(system.directory, system.classifiers(), found_in.today)
            return
        try:
            directory = unpublished_directory(load_settings(data_dir, database_url))
        except CannotRun as error:
            fail(reason_of(error))
        yield InUse(directory, None, found_in.today)


def _many(
    file: Path,
    columns: Columns,
    out: Path | None,
    reporters: int,
    on: datetime | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    if columns.text is None and columns.title is None:
        fail("--file needs --text-column or --title-column")
    if out is None:
        fail("--file needs --out FILE, or --out - for standard output")
    try:
        with in_use(data_dir, database_url) as using:
            day = on.date() if on else using.today
            summary = route_file(
                using.directory, using.classifier, file, columns, out, reporters, day
            )
    except (FileUnreadable, MappingInvalid, OutIsInput, OSError) as error:
        fail(reason_of(error))
    if str(out) == "-":
        click.echo(json.dumps(summary, ensure_ascii=False), err=True)
    elif as_json:
        print_json(summary)
    else:
        reasons = "  ".join(f"{name} {count:,}" for name, count in summary["reasons"].items())
        told = "  ".join(
            f"{name} {summary[name]:,}" for name in ("rows", "routed", "triage", "split")
        )
        click.echo(f"{told}\n{reasons}".rstrip())
    sys.exit(0)


def _tell(document: Document) -> None:
    click.echo(f"{document['decision']}  {document['subject'] or '-'}  {_item(document)}")
    if document["lead"]:
        assisting = "、".join(document["assisting"]) or "-"
        click.echo(
            f"{document['lead']} {document['lead_name']}  assisting {assisting}"
            f"  {document['urgency_days']} working days"
        )
    for matter in document.get("matters", ()):
        click.echo(f"  {matter['item']} {matter['name']} -> {matter['lead']} {matter['lead_name']}")
    click.echo(document["explanation"])


def _item(document: Document) -> str:
    if document["item"] is None:
        return "-"
    return f"{document['item']} {document['item_name']} ({document['item_confidence']:.0%})"
