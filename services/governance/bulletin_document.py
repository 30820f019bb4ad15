"""月通报 of topics as a document for people: progress, items, strike-offs, the week. Pure."""

from decimal import Decimal

from services.governance.bulletin import Bulletin, TopicMonth
from services.governance.bulletin_tables import (
    Blocks,
    MonthMade,
    Named,
    iso,
    item_tables,
    struck_off_tables,
    week_tables,
)
from services.governance.bulletin_words import BulletinWords, words_in
from services.platform.documents.model import (
    Bullets,
    Chart,
    Column,
    Document,
    Headline,
    Language,
    Paragraph,
    Section,
    Series,
    Table,
)
from services.platform.documents.wording import cell_text


def month_document(made: MonthMade, language: Language, named: Named) -> Document:
    """named: what a unit's code is called."""
    words = words_in(language)
    bulletin = made.bulletin
    parts = (
        ("overview", _overview(bulletin, words, named)),
        ("progress", _progress(bulletin, words)),
        ("items", item_tables(made, words, named)),
        ("struck_off", struck_off_tables(made, words)),
        ("week", week_tables(made.schedule, words, named)),
        ("proposals", _proposals(bulletin, words)),
    )
    return Document(
        name=f"topics-{bulletin.month}",
        title=words.title,
        subtitle=words.subtitle.format(
            month=bulletin.month, first=bulletin.first_day, last=bulletin.last_day
        ),
        language=language,
        headlines=_headlines(bulletin, words),
        sections=tuple(
            Section(words.headings[key].format(number=number), blocks)
            for number, (key, blocks) in zip(words.numbers, parts, strict=True)
        ),
        source=(
            (words.position, f"{made.position:,}"),
            (words.pinned, words.yes if made.pinned else words.no),
            (words.zone, made.zone),
        ),
    )


def _headlines(bulletin: Bulletin, words: BulletinWords) -> tuple[Headline, ...]:
    topics = bulletin.topics
    items = sum(one.figures.items for one in topics)
    struck_off = sum(one.figures.struck_off for one in topics)
    rate = cell_text(_share(struck_off, items) if items else None, "percent")
    numbers = (
        (words.worked_on, f"{len(topics):,}"),
        (words.struck_off_month, f"{sum(one.struck_off for one in topics):,}"),
        (words.strike_off_rate, rate),
        (words.late_items, f"{sum(one.figures.late for one in topics):,}"),
    )
    return tuple(Headline(*pair) for pair in numbers)


def _overview(bulletin: Bulletin, words: BulletinWords, named: Named) -> Blocks:
    topics = bulletin.topics
    said = words.lead.format(
        topics=len(topics),
        struck_off=sum(one.struck_off for one in topics),
        all_struck_off=sum(one.figures.struck_off for one in topics),
        items=sum(one.figures.items for one in topics),
        reopened=sum(one.reopened for one in topics),
        late=sum(one.figures.late for one in topics),
    )
    columns = (
        Column(words.topic),
        Column(words.lead_unit),
        Column(words.stage),
        Column(words.target, "day"),
        Column(words.items, "count"),
        Column(words.struck_off, "count"),
        Column(words.strike_off_rate, "percent"),
        Column(words.this_month, "count"),
        Column(words.late_items, "count"),
    )
    rows = tuple(
        (
            one.heading or one.code,
            named(one.lead),
            words.stages[one.stage],
            iso(one.target),
            one.figures.items,
            one.figures.struck_off,
            _rate(one),
            one.struck_off,
            one.figures.late,
        )
        for one in topics
    )
    table = Table(words.topics_caption, columns, rows, note=words.topics_note)
    return (Paragraph(said, "lead"), table)


def _progress(bulletin: Bulletin, words: BulletinWords) -> Blocks:
    """Different things counted are never added up: one line each."""
    columns = (
        Column(words.topic),
        Column(words.counted_in),
        Column(words.total, "count"),
        Column(words.done, "count"),
        Column(words.left, "count"),
        Column(words.share_done, "percent"),
        Column(words.done_month, "count"),
    )
    moved = {(one.code, more.counted_in): more.done for one in bulletin.topics for more in one.done}
    rows = tuple(
        (
            one.heading or one.code,
            part.counted_in,
            part.total,
            part.done,
            part.total - part.done,
            _share(part.done, part.total),
            moved.get((one.code, part.counted_in), 0),
        )
        for one in bulletin.topics
        for part in one.figures.quantities
    )
    table = Table(words.progress_caption, columns, rows, note=words.progress_note)
    if not rows:
        return (table,)
    chart = Chart(
        "rank",
        words.progress_chart,
        tuple(f"{row[0]}（{row[1]}）" for row in rows),
        (Series(words.share_done, tuple(_share(int(row[3]), int(row[2])) for row in rows)),),
        "percent",
    )
    return (table, chart)


def _proposals(bulletin: Bulletin, words: BulletinWords) -> Blocks:
    said = [
        f"{name}{codes}"
        for name, listed in (
            (words.proposed, bulletin.proposed),
            (words.declined, bulletin.declined),
        )
        if (codes := words.comma.join(listed))
    ]
    return (Bullets(tuple(said)) if said else Paragraph(words.no_proposals),)


def _rate(one: TopicMonth) -> Decimal | None:
    return _share(one.figures.struck_off, one.figures.items) if one.figures.items else None


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) / whole if whole else Decimal(0)
