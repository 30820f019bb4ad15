"""`yousu findings`: what the data show of themselves, with figures and tickets."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click

from services.console.directory_past import names_of
from services.console.findings_file import list_of_file
from services.console.findings_hot import hot_command
from services.console.findings_options import DAY, as_of_option, day_option, period
from services.console.findings_score import score_command
from services.console.findings_views import hot_spot_map, season_warnings, trends_and_seasons
from services.console.live_findings import Found, LiveFindings
from services.console.message_file import MessageColumns
from services.console.options import data_options, fail, json_option, open_system, print_json
from services.console.system import System
from services.domain.finding import Finding, FindingKind
from services.findings.documents import list_document, one_document
from services.findings.find import chosen
from services.findings.policy import FindingPolicyInvalid
from services.platform.positions import PositionUnknown

SHOWN_MAX, PLACES_SHOWN_MAX = 30, 5
KINDS = get_args(FindingKind)


@click.group()
def findings() -> None:
    """发现: common, concentrated, repeated and recurring problems, each with its tickets."""


findings.add_command(score_command)
findings.add_command(hot_command)


@findings.command("list")
@click.option("--kind", type=click.Choice(KINDS))
@click.option("--area", help="Official code: what is in it, or around it.")
@click.option("--from", "first", type=DAY, help="First local day of the period.")
@click.option("--to", "last", type=DAY, help="Last local day; later tickets are not known.")
@day_option
@as_of_option
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="A CSV of raw messages in place of the log: grouped by what they say.",
)
@click.option("--text-column", help="Of --file: what is said.")
@click.option("--time-column", help="Of --file: when.")
@click.option("--place-column", help="Of --file: where.")
@click.option("--title-column", help="Of --file. Default: 留言主题, 标题, 主题 or title, if there.")
@click.option("--id-column", help="Of --file. Default: 留言编号, 编号 or id, if there; else rows.")
@click.option("--resident-column", help="Of --file. Default: 留言用户, 用户 or user, if there.")
@json_option
@data_options
def list_command(
    path: Path | None,
    text_column: str | None,
    time_column: str | None,
    place_column: str | None,
    title_column: str | None,
    id_column: str | None,
    resident_column: str | None,
    kind: str | None,
    area: str | None,
    first: date | None,
    last: date | None,
    day: date | None,
    position: int | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Findings, the strongest index first."""
    if path is not None:
        if text_column is None:
            raise click.UsageError("--file needs --text-column")
        asked = (time_column, place_column, title_column, id_column, resident_column)
        list_of_file(path, MessageColumns(text_column, *asked), as_json=as_json)
        return
    first, last = period(first, last, day)
    with open_system(data_dir, database_url, must_exist=True) as system:
        found = found_or_fail(system, last, position)
    listed = chosen(found.findings, kind, area, first, last)
    if as_json:
        print_json(document_of(found, listed))
    else:
        _tell(found, listed)


@findings.command("show")
@click.argument("finding_id")
@day_option
@as_of_option
@json_option
@data_options
def show_command(
    finding_id: str,
    day: date | None,
    position: int | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """One finding with its tickets. Give the --date or --as-of that it was listed with."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        found = found_or_fail(system, day, position)
        one = next((one for one in found.findings if one.finding_id == finding_id), None)
        if one is None:
            fail(f"{finding_id}: there is no such finding at position {found.position}", 1)
        document = one_document(one, system.log.query, names_of(system.directory))
    if as_json:
        print_json({"position": found.position, **document})
    else:
        _tell_one(one, document)


@findings.command("map")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--from", "first", type=DAY, help="First local day.")
@click.option("--to", "last", type=DAY, help="Last local day.")
@data_options
def map_command(
    out: Path | None,
    first: date | None,
    last: date | None,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """Hot spots as GeoJSON: cells of 500 m and areas, none with a few tickets or residents."""
    first, last = period(first, last, None)
    with open_system(data_dir, database_url, must_exist=True) as system:
        document = _made(lambda live: hot_spot_map(system, live, first, last), system)
    text = json.dumps(document, ensure_ascii=False)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{out}: {error.strerror}")
    click.echo(f"{out}: {len(document['features'])} features", err=True)


@findings.command("warn")
@click.option("--date", "day", type=DAY, required=True, help="Looked at from this local day.")
@json_option
@data_options
def warn_command(day: date, as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """未诉先办: what begins soon, going by earlier years: where, how many, on what evidence."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        document = _made(lambda live: season_warnings(system, live, day), system)
    if as_json:
        print_json(document)
        return
    click.echo(f"{document['count']} seasons ahead of {day}")
    for one in document["warnings"]:
        click.echo(f"{one['expected']:7.0f}  {one['what']}: {one['explanation']}")
        for place in one["places"][:PLACES_SHOWN_MAX]:
            click.echo(f"         {place['name']} {place['count']} → {place['expected']:g}")


@findings.command("trends")
@click.option("--date", "day", type=DAY, help="As on this local day.")
@json_option
@data_options
def trends_command(
    day: date | None, as_json: bool, data_dir: Path | None, database_url: str | None
) -> None:
    """Items that surely rise or fall in a district, and each item's season by month."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        document = _made(lambda live: trends_and_seasons(system, live, day), system)
    if as_json:
        print_json(document)
        return
    for one in document["trends"]:
        told = f"{one['what']} {one['name']}: {one['count']}, before {one['before']:g}"
        click.echo(f"{one['direction']:<8} {told}")


def _made(make: Callable[[LiveFindings], dict[str, Any]], system: System) -> dict[str, Any]:
    try:
        return make(LiveFindings(system))
    except FindingPolicyInvalid as error:
        fail(str(error))


def found_or_fail(system: System, until: date | None, position: int | None) -> Found:
    """Ends with 2 if they cannot be made; says on standard error if the rows lag behind."""
    try:
        found = LiveFindings(system).found(until, position)
    except FindingPolicyInvalid as error:
        fail(str(error))
    except PositionUnknown as error:
        fail(f"--as-of {error}")
    head = system.log.head()
    if position is None and found.position < head and system.log.checkpoint("reporting") < head:
        click.echo(
            f"yousu: the rows stand at position {found.position} of {head};"
            " `yousu process --until-idle` brings them up to date",
            err=True,
        )
    return found


def document_of(found: Found, listed: list[Finding]) -> dict[str, Any]:
    days = (found.first_day, found.last_day)
    return list_document(found.position, found.recorded_at, days, found.rule_version, listed)


def _tell(found: Found, listed: list[Finding]) -> None:
    if found.first_day is None:
        click.echo("no tickets yet, so nothing is found")
        return
    click.echo(
        f"{len(listed)} findings of {found.first_day} to {found.last_day}, position"
        f" {found.position}, rules {found.rule_version}"
    )
    for one in listed[:SHOWN_MAX]:
        click.echo(f"{one.index:5.1f}  {one.finding_id}  {one.kind:<12}  {one.what}")
        click.echo(f"       {one.explanation}")
    if len(listed) > SHOWN_MAX:
        click.echo(f"       … and {len(listed) - SHOWN_MAX} more: --json, --kind, --area")


def _tell_one(one: Finding, document: dict[str, Any]) -> None:
    click.echo(f"{one.finding_id}  {one.kind}  {one.what}  {one.index}")
    click.echo(one.explanation)
    click.echo(one.explanation_en)
    for figure in one.figures:
        click.echo(f"  {figure.name:　<8} {figure.value:g}  ({figure.name_en})")
    for row in document["ticket_rows"]:
        click.echo(f"  {row['opened_day']}  {row['ticket_id']}  {row['stage']}  {row['area']}")
