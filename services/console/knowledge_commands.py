"""`yousu knowledge`: 解答知识库, from the office's spreadsheet to what a call-taker reads out."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from services.console.knowledge_files import read_file, shipped, write_file
from services.console.knowledge_matter import matter_of
from services.console.knowledge_publishing import (
    NotPublished,
    Outcome,
    known_of,
    publish_articles,
    withdraw_article,
)
from services.console.knowledge_telling import article_lines, found_lines, list_lines
from services.console.knowledge_usage import usage_command
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
    reason_of,
)
from services.console.system import System
from services.domain.knowledge import ArticleContent
from services.domain.knowledge_events import ArticlePublished
from services.intake.files.errors import FileUnreadable
from services.intake.requests_view import RequestsView
from services.knowledge.catalogue import Matter, in_force, latest, of_item
from services.knowledge.documents import found_document, full, listed, whole
from services.knowledge.table import COLUMNS, Fault, read_articles, row_of
from services.platform.failures import ConcurrentAppend

DAY = click.DateTime(["%Y-%m-%d"])
FAULTS_SHOWN_MAX = 50
FOUND_MAX = 50
TEXT_CHARACTERS_MAX = 10_000
by_option = click.option("--by", required=True, help="Who publishes, as `operator:name`.")
why_option = click.option("--why", required=True, help="What has changed and why: in the log.")


@click.group("knowledge")
def knowledge() -> None:
    """解答知识库: what a call-taker answers at the first contact."""


@knowledge.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force-good", is_flag=True, help="Publish the good rows although others are bad.")
@why_option
@by_option
@json_option
@data_options
def import_command(
    file: Path, force_good: bool, why: str, by: str, as_json: bool, **where: Any
) -> None:
    """Publish what FILE (CSV or XLSX) changes. With a fault nothing is written."""
    with open_system(**where, must_exist=True) as system:
        try:
            contents, faults = read_file(file, known_of(system))
        except FileUnreadable as error:
            fail(str(error), FELL_SHORT)
        _publish(system, contents, faults, why, by, force_good=force_good, as_json=as_json)


@knowledge.command("shipped")
@click.option("--why", default="起始知识库，待本市逐条确认", show_default=True)
@by_option
@json_option
@data_options
def shipped_command(why: str, by: str, as_json: bool, **where: Any) -> None:
    """Publish the starter set: general public knowledge, which the city has to confirm."""
    with open_system(**where, must_exist=True) as system:
        contents, faults = shipped(known_of(system))
        there = system.knowledge.articles()
        new = [one for one in contents if one.code not in there]  # what the city wrote stays
        _publish(system, new, faults, why, by, as_json=as_json)


@knowledge.command("publish")
@click.argument("code")
@click.option("--heading")
@click.option("--question", "questions", multiple=True, help="How residents ask it; all of them.")
@click.option("--answer", help="`-` reads it from standard input.")
@click.option("--item", "items", multiple=True, help="Code of an item; all of them.")
@click.option("--area", "areas", multiple=True, help="Where it holds; without: the whole city.")
@click.option("--basis")
@click.option("--responsible", help="Code of the unit that answers for it.")
@click.option("--contact-point")
@click.option("--from", "valid_from", help="First day, YYYY-MM-DD; today if not given.")
@click.option("--to", "valid_to", help="Last day.")
@click.option("--review-by", help="Day by which somebody must look at it.")
@why_option
@by_option
@json_option
@data_options
def publish_command(
    code: str, why: str, by: str, as_json: bool, data_dir: Path | None,
    database_url: str | None, **given: Any,
) -> None:  # fmt: skip
    """A new version of the article CODE. What is not given stays as it is."""
    if given["answer"] == "-":
        given["answer"] = sys.stdin.read()
    with open_system(data_dir, database_url, must_exist=True) as system:
        live = system.knowledge.article(code).live
        cells = dict(zip(COLUMNS, row_of(live[-1]), strict=True)) if live else {}
        cells |= {"code": code, "valid_from": given["valid_from"] or ""}
        cells |= {name: _cell(value) for name, value in given.items() if value not in (None, ())}
        row = (1, [cells.get(name, "") for name in COLUMNS])
        contents, faults = read_articles(COLUMNS, [row], known_of(system))
        _publish(system, contents, faults, why, by, as_json=as_json)


@knowledge.command("withdraw")
@click.argument("code")
@why_option
@by_option
@json_option
@data_options
def withdraw(code: str, why: str, by: str, as_json: bool, **where: Any) -> None:
    """CODE is no answer any more, at once. Publishing it again brings it back."""
    with open_system(**where, must_exist=True) as system:
        try:
            outcome = withdraw_article(system, code, actor=by, why=why)
        except NotPublished as refused:
            fail(str(refused), FELL_SHORT)
        except ConcurrentAppend:
            fail("somebody else has just changed it: look at it, and try again", FELL_SHORT)
    _tell(outcome, [], as_json)


@knowledge.command("export")
@click.argument("to", type=click.Path(dir_okay=False, path_type=Path))
@data_options
def export(to: Path, **where: Any) -> None:
    """The last version of each article to TO: a workbook if it ends in .xlsx, else CSV. Edit it,
    and `import` it: what has not changed is not published again."""
    with open_system(**where, must_exist=True) as system:
        articles = latest(system.knowledge.articles())
    try:
        count = write_file(articles, to)
    except (OSError, ValueError) as error:
        fail(reason_of(error))
    click.echo(f"{count} articles in {to}")


@knowledge.command("list")
@click.option("--on", type=DAY, help="In force on this day; today if not given.")
@click.option("--item", help="Of this item, or of one above or below it.")
@json_option
@data_options
def list_command(on: datetime | None, item: str | None, as_json: bool, **where: Any) -> None:
    """The articles in force."""
    with open_system(**where, must_exist=True) as system:
        today = system.knowledge.today()
        found = of_item(in_force(system.knowledge.articles(), _day(on) or today), item)
    if as_json:
        print_json({"articles": [listed(one) for one in found]})
    else:
        _echo(list_lines(found))


@knowledge.command("show")
@click.argument("code")
@click.option("--version", "number", type=int, help="Its number; the one in force if not given.")
@json_option
@data_options
def show(code: str, number: int | None, as_json: bool, **where: Any) -> None:
    """One article with its dates, its versions and whether it is in force."""
    with open_system(**where, must_exist=True) as system:
        article, today = system.knowledge.article(code), system.knowledge.today()
    document = whole(article, today, number)
    if document is None:
        which = "no such article" if number is None else f"no version {number} of this article"
        fail(f"there is {which}", FELL_SHORT)
    if as_json:
        print_json(document)
    else:
        _echo(article_lines(document))


@knowledge.command("search")
@click.option("--text", default="", help="What the resident asks; `-` reads standard input.")
@click.option("--ticket", help="Look for the words of this ticket.")
@click.option("--item", help="Code of the item, if it is known.")
@click.option("--area", help="Code of the area, if it is known.")
@click.option("--on", type=DAY, help="In force on this day; today if not given.")
@click.option("--limit", type=click.IntRange(1, FOUND_MAX), default=5, show_default=True)
@json_option
@data_options
def search(
    text: str, ticket: str | None, item: str | None, area: str | None, on: datetime | None,
    limit: int, as_json: bool, **where: Any,
) -> None:  # fmt: skip
    """Articles that answer it, the best first, and by which words each was found."""
    from services.knowledge.search import ArticleQuery, find_articles  # the others need no numpy

    text = sys.stdin.read(TEXT_CHARACTERS_MAX) if text == "-" else text
    if not (text.strip() or ticket or item):
        fail("nothing was asked: give --text, --ticket or --item")
    with open_system(**where, must_exist=True) as system:
        _check(system, item, area)
        matter = _matter(system, ticket)
        query = ArticleQuery(
            text if text.strip() else matter.text, item or matter.item, area or matter.area, limit
        )
        found = find_articles(system.knowledge.index(_day(on)), query)
    if as_json:
        print_json({"articles": [found_document(one) for one in found]})
    else:
        _echo(found_lines(found))


knowledge.add_command(usage_command)


def _check(system: System, item: str | None, area: str | None) -> None:
    known = known_of(system)
    if item and not known.is_item(item):
        fail("--item: no item has this code")
    if area and not known.is_area(area):
        fail("--area: no area has this code")


def _matter(system: System, ticket: str | None) -> Matter:
    if ticket is None:
        return Matter()
    found = matter_of(RequestsView(system.log, system.keyring), ticket)
    if found is None:
        fail("there is no such ticket", FELL_SHORT)
    return found


def _publish(
    system: System,
    contents: Sequence[ArticleContent],
    faults: Sequence[Fault],
    why: str,
    by: str,
    *,
    force_good: bool = False,
    as_json: bool = False,
) -> None:
    outcome = Outcome((), 0)
    if not faults or (force_good and contents):
        try:
            outcome = publish_articles(system, contents, actor=by, why=why)
        except NotPublished as refused:
            fail(str(refused), FELL_SHORT)
        except ConcurrentAppend:
            fail("somebody else has just published: look at it, and try again", FELL_SHORT)
    _tell(outcome, faults, as_json)
    if faults:
        raise SystemExit(FELL_SHORT)


def _tell(outcome: Outcome, faults: Sequence[Fault], as_json: bool) -> None:
    published = [one for one in outcome.events if isinstance(one, ArticlePublished)]
    withdrawn = [one.code for one in outcome.events if not isinstance(one, ArticlePublished)]
    if as_json:
        print_json(
            {
                "published": [full(one) for one in published],
                "withdrawn": withdrawn,
                "unchanged": outcome.unchanged,
                "faults": [fault._asdict() for fault in faults],
            }
        )
        return
    for fault in faults[:FAULTS_SHOWN_MAX]:
        click.echo(str(fault), err=True)
    if len(faults) > FAULTS_SHOWN_MAX:
        click.echo(f"... and {len(faults) - FAULTS_SHOWN_MAX} more", err=True)
    counts = f"{len(published)} published, {outcome.unchanged} unchanged"
    click.echo(f"{counts}, {len(withdrawn)} withdrawn, {len(faults)} faults")


def _cell(value: object) -> str:
    return "|".join(value) if isinstance(value, tuple) else str(value)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _echo(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)
