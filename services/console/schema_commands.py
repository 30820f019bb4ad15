"""`yousu schema`: the messages of the bus, for those who read and write them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from services.console.schemas.asyncapi import asyncapi_document
from services.console.schemas.compatibility import breaking_changes
from services.console.schemas.json_schemas import all_schemas
from services.console.schemas.page import asyncapi_page

BROKEN = 1
SHIPPED = Path("docs/schemas")


class ShippedUnreadable(click.ClickException):
    """A file among the shipped schemas is none."""


@click.group("schema")
def schema() -> None:
    """The messages of the bus: AsyncAPI, JSON Schemas, and whether they still fit."""


@schema.command("asyncapi")
@click.option("--html", "as_page", is_flag=True, help="One page to read, without scripts.")
def asyncapi(as_page: bool) -> None:
    """Print the AsyncAPI 3.0 document (JSON)."""
    document = asyncapi_document()
    click.echo(asyncapi_page(document) if as_page else json_text(document), nl=False)


@schema.command("events")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for one JSON Schema per message.",
)
def events(folder: Path) -> None:
    """Write one JSON Schema (2020-12) per message.

    What the folder holds was shipped: exit code 1, and nothing written, if it would break.
    """
    schemas = all_schemas()
    _refuse_breaking(shipped_schemas(folder) if folder.exists() else {}, schemas)
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in schemas.items():
        (folder / f"{name}.json").write_text(json_text(one), encoding="utf-8")
    click.echo(f"{len(schemas)} schemas in {folder}")


@schema.command("check")
@click.option(
    "--shipped",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=SHIPPED,
    show_default=True,
    help="The schemas that were shipped.",
)
def check(folder: Path) -> None:
    """Compare the messages of this program with those that were shipped.

    Exit code 1 if one has changed so that old data or its readers would break.
    """
    shipped, current = shipped_schemas(folder), all_schemas()
    if not shipped:
        raise ShippedUnreadable(f"{folder}: holds no schemas")
    _refuse_breaking(shipped, current)
    new = sorted(current.keys() - shipped.keys())
    click.echo(f"{len(shipped)} shipped schemas still hold; new: {', '.join(new) or 'none'}")


def shipped_schemas(folder: Path) -> dict[str, Any]:
    """By message name. Raises ShippedUnreadable, naming the file."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}


def json_text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _read(path: Path) -> Any:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise ShippedUnreadable(f"{path}: cannot be read as JSON") from None
    if not isinstance(document, dict):
        raise ShippedUnreadable(f"{path}: is not a schema")
    return document


def _refuse_breaking(shipped: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    lines = breaking_changes(shipped, current)
    for line in lines:
        click.echo(line, err=True)
    if lines:
        click.echo(
            f"Breaking changes: {len(lines)}. Leave what was shipped, and add a new version of the"
            " type: docs/events.md, Changing an event.",
            err=True,
        )
        raise SystemExit(BROKEN)
