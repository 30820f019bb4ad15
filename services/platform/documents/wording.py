"""Words and numbers that renderers write themselves, in a document's language."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.platform.documents.model import Cell, CellKind, Document, Language

NOTHING = "–"
MINUS = "−"


@dataclass(frozen=True, slots=True)
class Words:
    """tag: of the language, BCP 47."""

    tag: str
    table: str
    figure: str
    note: str
    contents: str
    headlines: str
    headline: str
    value: str
    change: str
    source: str
    definitions: str
    text: str
    tickets: str
    ticket: str
    category: str
    lower: str
    upper: str
    below: str
    above: str
    empty: str
    better: str
    worse: str
    limits: str
    page: tuple[str, str, str]
    back: str
    summary: str


WORDS: dict[Language, Words] = {
    "zh": Words(
        tag="zh-CN",
        table="表",
        figure="图",
        note="注：",
        contents="目录",
        headlines="主要数据",
        headline="指标",
        value="数值",
        change="变化",
        source="数据来源",
        definitions="口径与说明",
        text="正文",
        tickets="工单",
        ticket="工单编号",
        category="类别",
        lower="下限",
        upper="上限",
        below="距下限",
        above="距上限",
        empty="无",
        better="向好",
        worse="转差",
        limits="横线为置信区间",
        page=("— ", "", " —"),
        back="返回概要",
        summary="概要",
    ),
    "en": Words(
        tag="en",
        table="Table",
        figure="Figure",
        note="Note: ",
        contents="Contents",
        headlines="Headlines",
        headline="Figure",
        value="Value",
        change="Change",
        source="Source",
        definitions="Definitions and notes",
        text="Text",
        tickets="tickets",
        ticket="Ticket",
        category="Category",
        lower="Lower limit",
        upper="Upper limit",
        below="To the lower",
        above="To the upper",
        empty="Nothing",
        better="better",
        worse="worse",
        limits="Lines are confidence limits",
        page=("Page ", " of ", ""),
        back="Back to the summary",
        summary="Summary",
    ),
}


def words_of(document: Document) -> Words:
    return WORDS[document.language]


def cell_text(cell: Cell, kind: CellKind) -> str:
    """How a value is written for people: thousands apart, half up, `–` for nothing."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    match kind:
        case "percent":
            return f"{_digits(cell * 100, 2)}%"
        case "change":
            return _change(Decimal(cell))
        case "days":
            return _digits(cell, 1)
        case "count":
            return _digits(cell, 0)
        case _:
            return f"{Decimal(cell):,f}".replace("-", MINUS)


def is_number_kind(kind: CellKind) -> bool:
    return kind not in ("text", "day")


def _digits(number: int | Decimal, digits: int) -> str:
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded.is_zero() else rounded:,f}".replace("-", MINUS)


def _change(share: Decimal) -> str:
    written = f"{_digits(share * 100, 2)}%"
    return f"+{written}" if share > 0 and written != "0.00%" else written
