"""`yousu knowledge usage`: which articles answer, which did not hold, which are missing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import click

from services.console.options import data_options, fail, json_option, open_system, print_json
from services.console.system import System
from services.knowledge.catalogue import SOON, due_for_review
from services.reporting.answer_rows import Usage, usage_of

DAY = click.DateTime(["%Y-%m-%d"])
SPAN_DAYS = 30
SHOWN_MAX = 20


@click.command("usage")
@click.option("--since", type=DAY, help=f"First local day; {SPAN_DAYS} days up to --until.")
@click.option("--until", type=DAY, help="Last local day; today if not given.")
@json_option
@data_options
def usage_command(
    since: datetime | None, until: datetime | None, as_json: bool, **where: Any
) -> None:
    """How often each article answered, 现场办结率 by item, what was reopened afterwards, inquiries
    answered without an article, and what somebody must look at."""
    with open_system(**where, must_exist=True) as system:
        last = until.date() if until else system.knowledge.today()
        first = since.date() if since else last - timedelta(days=SPAN_DAYS - 1)
        if first > last:
            fail("--since is after --until")
        document = usage_document(system, first, last)
    if as_json:
        print_json(document)
        return
    for line in _lines(document):
        click.echo(line)


def usage_document(system: System, since: date, until: date) -> dict[str, Any]:
    """Ready for JSON. Names are the directory's; an item without a code was not known."""
    articles, items = system.knowledge.articles(), system.directory.items
    usage = usage_of(system.log.query, since.isoformat(), until.isoformat())
    today = system.knowledge.today()

    def heading(code: str) -> str:
        latest = articles[code].latest if code in articles else None
        return latest.heading if latest else ""

    def item(code: str) -> dict[str, str]:
        return {"item": code, "name": items[code].name if code in items else ""}

    used = {one.article for one in usage.articles}
    live = sorted(code for code, one in articles.items() if one.in_force(today))
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "articles": [one._asdict() | {"heading": heading(one.article)} for one in usage.articles],
        "versions": [one._asdict() for one in usage.versions],
        "reopened": _reopened(usage),
        "items": [
            item(one.item)
            | {"opened": one.opened, "answered_at_once": one.answered, "rate": _rate(one)}
            for one in usage.items
        ],
        "inquiries_without_article": [
            item(code) | {"answered": count} for code, count in usage.without_article
        ],
        "never_used": [code for code in live if code not in used],
        "due": [
            {"code": due.article.code, "reason": due.reason, "day": due.day.isoformat()}
            for due in due_for_review(articles, today, SOON)
        ],
    }


def _reopened(usage: Usage) -> list[dict[str, Any]]:
    """The article may be wrong: most often first."""
    found = [one for one in usage.articles if one.reopened]
    found.sort(key=lambda one: (-one.reopened / one.answered, one.article))
    return [
        {"article": one.article, "answered": one.answered, "reopened": one.reopened}
        for one in found
    ]


def _rate(one: Any) -> float | None:
    return round(one.answered / one.opened, 4) if one.opened else None


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['since']} – {document['until']}"
    yield "解答文章（答复件数，其中后来重办）："
    for one in document["articles"][:SHOWN_MAX]:
        yield f"  {one['article']:<22} {one['answered']:>6} {one['reopened']:>5}  {one['heading']}"
    yield "现场办结率（事项，受理，直接答复）："
    for one in document["items"][:SHOWN_MAX]:
        rate = "-" if one["rate"] is None else f"{one['rate']:.1%}"
        name = one["name"] or "（事项不明）"
        yield f"  {one['opened']:>6} {one['answered_at_once']:>6} {rate:>7}  {one['item']} {name}"
    yield "咨询件未引用文章即答复（可能缺少文章）："
    for one in document["inquiries_without_article"][:SHOWN_MAX]:
        yield f"  {one['answered']:>6}  {one['item']} {one['name'] or '（事项不明）'}"
    yield f"期内未被引用的现行文章：{len(document['never_used'])} 篇"
    yield "需要复核："
    for one in document["due"][:SHOWN_MAX]:
        why = {"review_due": "到复核日", "ends_soon": "即将失效", "ended": "已失效"}[one["reason"]]
        yield f"  {one['day']}  {one['code']}  {why}"
