"""A month's bulletin as a document: the same figures as the bulletin, nothing added up wrongly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.console.topic_demonstration import demonstrate
from services.governance import bulletin_tables
from services.governance.bulletin_document import month_document
from services.governance.bulletin_words import CHINESE, ENGLISH
from services.governance.governance import Governance
from services.platform.documents.model import Chart, Document, Language, Table
from services.platform.documents.rendering import FORMATS, render
from tests.services.governance.topic_city import TopicCity

MONTH = "2026-04"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Governance]:
    city = TopicCity(tmp_path_factory.mktemp("topics"))
    yield demonstrate(city.system, city.clock, date(2026, 3, 9))
    city.close()


def document(lived: Governance, month: str = MONTH, language: Language = "zh") -> Document:
    return month_document(lived.month_made(month), language, lambda code: f"单位 {code}")


def tables(made: Document) -> dict[str, Table]:
    blocks = (block for section in made.sections for block in section.blocks)
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def test_quantities_stand_apart_with_what_is_done_and_left(lived: Governance) -> None:
    rows = tables(document(lived))[CHINESE.progress_caption].rows
    made = lived.bulletin_at(MONTH, lived.head())
    assert len(rows) == sum(len(one.figures.quantities) for one in made.topics)
    for _, _, total, done, left, share, _ in rows:
        assert isinstance(total, int)
        assert isinstance(done, int)
        assert left == total - done
        assert share == Decimal(done) / total
    moved = sum(row[6] for row in rows if isinstance(row[6], int))
    assert moved == sum(part.done for one in made.topics for part in one.done)


def test_every_topic_has_its_items_and_the_months_strike_offs_are_listed(
    lived: Governance,
) -> None:
    made, found = lived.month_made("2026-06"), tables(document(lived, "2026-06"))
    for topic in made.topics:
        assert topic.proposal is not None
        assert len(found[topic.proposal.heading].rows) == len(topic.items)
    listed = found[CHINESE.struck_off_caption].rows
    again = found.get(CHINESE.reopened_caption)
    months = sum(one.struck_off for one in made.bulletin.topics)
    assert 0 < len(listed) <= months
    assert len(listed) + (len(again.rows) if again else 0) >= months
    assert all(str(row[5]).startswith("2026-06") for row in listed)


def test_the_list_is_of_the_first_whole_week_after_the_month(lived: Governance) -> None:
    made = lived.month_made(MONTH)
    assert made.schedule.monday == date(2026, 5, 4)
    (table,) = [one for one in tables(document(lived)).values() if "2026-05-04" in one.caption]
    late = [row for row in table.rows if row[0] == CHINESE.late]
    assert len(late) == len(made.schedule.late)
    assert sum(one.figures.late for one in made.bulletin.topics) == len(late)


def test_a_month_that_is_over_says_the_same_from_its_position(lived: Governance) -> None:
    made = lived.month_made(MONTH)
    again = replace(document(lived), source=())
    lived.desk.pin_bulletin(MONTH, lived.head(), "office:wang", "pin/1")
    pinned = lived.month_made(MONTH)
    assert (pinned.pinned, pinned.position) == (True, made.position)
    assert replace(document(lived), source=()) == again


def test_a_month_of_nothing_is_a_document(lived: Governance) -> None:
    made = document(lived, "2020-01")
    assert [one.value for one in made.headlines] == ["0", "0", "–", "0"]
    assert not [b for part in made.sections for b in part.blocks if isinstance(b, Chart)]
    for format in FORMATS:
        assert render(made, format)


def test_it_speaks_english_too(lived: Governance) -> None:
    made = document(lived, language="en")
    assert made.title == ENGLISH.title
    assert ENGLISH.progress_caption in tables(made)
    assert made.sections[0].heading == "1 Overview"


def test_what_is_left_out_is_said(lived: Governance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulletin_tables, "ITEMS_SHOWN_MAX", 1)
    made = lived.month_made(MONTH)
    largest = max(made.topics, key=lambda topic: len(topic.items))
    assert largest.proposal is not None
    table = tables(document(lived))[largest.proposal.heading]
    assert len(table.rows) == 1
    assert f"{len(largest.items) - 1:,}" in table.note
