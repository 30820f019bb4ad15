"""Tables as WordprocessingML: headers repeat, rows are not split, numbers stand at the right."""

from collections.abc import Sequence

from services.platform.documents.model import Cell, CellKind, Headline, Table
from services.platform.documents.widths import half_widths
from services.platform.documents.word_xml import SPACES, run
from services.platform.documents.wording import Words, cell_text, is_number_kind

TEXT_WIDTH = 8845  # twentieths of a point: 156 mm
CELL_WIDTH_MAX = 44  # half letters that a column may ask for
SMALL_FROM_COLUMNS = 8
CARDS_A_ROW = 4
LINE = "444444"


def table(given: Table, words: Words) -> str:
    sizes = _widths(given)
    style = "TableSmall" if len(given.columns) >= SMALL_FROM_COLUMNS else "TableText"
    rows = [_header(given, sizes, style)]
    if not given.rows:
        rows.append(_nothing(given, words, style))
    for number, row in enumerate(given.rows, start=1):
        bold = given.total and number == len(given.rows)
        cells = (
            _cell(cell_text(cell, column.kind), size, style, column.kind, bold)
            for cell, column, size in zip(row, given.columns, sizes, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    return _framed(sizes, rows, "YousuTable")


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
            _line(column.title, style, "center", bold=True),
            size,
            f'{shade}<w:vAlign w:val="center"/>',
        )
        for column, size in zip(given.columns, sizes, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, size: int, style: str, kind: CellKind, bold: bool) -> str:
    side = "right" if is_number_kind(kind) else "left"
    return _boxed(_line(text, style, side, bold), size, '<w:vAlign w:val="center"/>')


def _nothing(given: Table, words: Words, style: str) -> str:
    spans = f'<w:gridSpan w:val="{len(given.columns)}"/>'
    return f"<w:tr>{_boxed(_line(words.empty, style, 'center'), TEXT_WIDTH, spans)}</w:tr>"


def _boxed(inside: str, size: int, properties: str = "") -> str:
    wide = f'<w:tcW w:w="{size}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{wide}{properties}</w:tcPr>{inside}</w:tc>"


def _line(text: str, style: str, side: str = "", bold: bool = False) -> str:
    justified = f'<w:jc w:val="{side}"/>' if side else ""
    look = "<w:b/><w:bCs/>" if bold else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{justified}</w:pPr>{run(text, look)}</w:p>'


def _framed(sizes: Sequence[int], rows: Sequence[str], style: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    return (
        f'<w:tbl {SPACES}><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(sizes)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _widths(given: Table) -> list[int]:
    """The text's width shared out by what each column holds."""
    wanted = [
        _wanted(column.title, [row[at] for row in given.rows], column.kind)
        for at, column in enumerate(given.columns)
    ]
    shares = [TEXT_WIDTH * one // sum(wanted) for one in wanted]
    shares[0] += TEXT_WIDTH - sum(shares)
    return shares


def _wanted(title: str, cells: Sequence[Cell], kind: CellKind) -> int:
    widest = max((half_widths(cell_text(cell, kind)) for cell in cells), default=0)
    return min(max(widest, (half_widths(title) + 1) // 2, 4), CELL_WIDTH_MAX) + 3
