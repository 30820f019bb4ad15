"""Tables as WordprocessingML: headers repeat, rows are not split, numbers stand at the right."""

from collections.abc import Sequence
from typing import NamedTuple

from services.platform.documents.model import Cell, CellKind, Headline, Table
from services.platform.documents.widths import Need, half_widths, needs_of, shared
from services.platform.documents.word_xml import SPACES, run
from services.platform.documents.wording import Words, cell_text, is_number_kind

TEXT_WIDTH = 8845  # twentieths of a point: 156 mm, the text of an upright page
LYING_WIDTH = 12_750  # of a page on its side
MARGINS = 180  # of a cell, left and right together
LETTERS = {"TableText": 106, "TableSmall": 91, "TableTiny": 71}  # a half letter of each style
TOGETHER_LINES_MAX = 20  # of a table that stays on one page
ROW_LINES_MAX = 20  # a higher row may go on on the next page
LYING_FROM_COLUMNS = 9
LYING_FROM = 1.25  # of an upright page's width, in small letters
CARDS_A_ROW = 4


class CellLook(NamedTuple):
    """keep: on the page of the row that follows."""

    style: str
    bold: bool
    keep: bool


class Layout(NamedTuple):
    """sizes: widths of the columns, in twentieths of a point."""

    style: str
    lying: bool
    sizes: list[int]


def layout_of(given: Table) -> Layout:
    """Smaller letters, then a page on its side, for what does not fit an upright page."""
    needs = needs_of(given)
    style = "TableText" if _wide(needs, "TableText") <= TEXT_WIDTH else "TableSmall"
    many = len(needs) >= LYING_FROM_COLUMNS
    lying = many and _wide(needs, style) > TEXT_WIDTH * LYING_FROM
    total = LYING_WIDTH if lying else TEXT_WIDTH
    if sum(need.least * LETTERS[style] + MARGINS for need in needs) > total:
        style = "TableTiny"
    in_points = [
        Need(need.least * LETTERS[style] + MARGINS, need.wanted * LETTERS[style] + MARGINS)
        for need in needs
    ]
    return Layout(style, lying, shared(in_points, total))


def _wide(needs: Sequence[Need], style: str) -> int:
    return sum(need.wanted * LETTERS[style] + MARGINS for need in needs)


def table(given: Table, layout: Layout, words: Words) -> str:
    style, sizes = layout.style, layout.sizes
    rows = [_header(given, sizes, style)]
    texts = [_texts(given, row) for row in given.rows]
    lines = [_lines(row, layout) for row in texts]
    together = sum(lines) <= TOGETHER_LINES_MAX
    if not given.rows:
        rows.append(_nothing(given, sum(sizes), words, style))
    for number, (row, high) in enumerate(zip(texts, lines, strict=True), start=1):
        is_last, splits = number == len(texts), high > ROW_LINES_MAX
        keep = not is_last and not splits and (together or number == 1)
        look = CellLook(style, given.total and is_last, keep)
        cells = (
            _cell(text, size, column.kind, look)
            for text, column, size in zip(row, given.columns, sizes, strict=True)
        )
        whole = "" if splits else "<w:trPr><w:cantSplit/></w:trPr>"
        rows.append(f"<w:tr>{whole}{''.join(cells)}</w:tr>")
    return _framed(sizes, rows, "YousuTable")


def _texts(given: Table, row: Sequence[Cell]) -> list[str]:
    return [cell_text(cell, one.kind) for cell, one in zip(row, given.columns, strict=True)]


def _lines(texts: Sequence[str], layout: Layout) -> int:
    """How high a row is, about."""
    letter = LETTERS[layout.style]
    return max(
        -(-half_widths(text) * letter // max(size - MARGINS, letter)) + text.count("\n")
        for text, size in zip(texts, layout.sizes, strict=True)
    )


def headline_table(headlines: Sequence[Headline], words: Words) -> str:
    """The few numbers at the top, four a row."""
    columns = min(len(headlines), CARDS_A_ROW)
    size = TEXT_WIDTH // columns
    rows = []
    for start in range(0, len(headlines), columns):
        line = headlines[start : start + columns]
        cells = [_card(one, size, words) for one in line]
        cells += [_boxed("<w:p/>", size)] * (columns - len(line))
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    return _framed([size] * columns, rows, "YousuCards")


def _card(headline: Headline, size: int, words: Words) -> str:
    change = headline.change
    if change and headline.good is not None:
        change = f"{change} {words.better if headline.good else words.worse}"
    lines = (
        ("CardName", headline.name),
        ("CardValue", headline.value),
        ("CardName", change),
    )
    inside = "".join(_line(text, style) for style, text in lines)
    return _boxed(inside, size)


def _header(given: Table, sizes: Sequence[int], style: str) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
    cells = (
        _boxed(
            _line(column.title, style, "center", bold=True, keep=True),
            size,
            f'{shade}<w:vAlign w:val="center"/>',
        )
        for column, size in zip(given.columns, sizes, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, size: int, kind: CellKind, look: CellLook) -> str:
    side = "right" if is_number_kind(kind) else "left"
    line = _line(text, look.style, side, look.bold, look.keep)
    return _boxed(line, size, '<w:vAlign w:val="center"/>')


def _nothing(given: Table, total: int, words: Words, style: str) -> str:
    spans = f'<w:gridSpan w:val="{len(given.columns)}"/>'
    return f"<w:tr>{_boxed(_line(words.empty, style, 'center'), total, spans)}</w:tr>"


def _boxed(inside: str, size: int, properties: str = "") -> str:
    wide = f'<w:tcW w:w="{size}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{wide}{properties}</w:tcPr>{inside}</w:tc>"


def _line(text: str, style: str, side: str = "", bold: bool = False, keep: bool = False) -> str:
    """keep: on the page of the row that follows."""
    kept = "<w:keepNext/>" if keep else ""
    justified = f'<w:jc w:val="{side}"/>' if side else ""
    look = "<w:b/><w:bCs/>" if bold else ""
    properties = f'<w:pStyle w:val="{style}"/>{kept}{justified}'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text, look)}</w:p>"


def _framed(sizes: Sequence[int], rows: Sequence[str], style: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    return (
        f'<w:tbl {SPACES}><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(sizes)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
