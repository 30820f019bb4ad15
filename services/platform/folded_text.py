"""One spelling for what looks alike: width, traditional forms, spaces, punctuation, look-alikes."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

CHARACTERS_MAX = 10_000  # what is longer is cut: the place is told before that
SENTENCE_ENDS = "。！？；!?;…\n\r"
PAUSES = "，、：（）【】《》“”‘’「」『』〔〕,:()[]{}<>\"'"
PAUSE = ","
STOP = "\n"
NOT_LETTERS = frozenset("ZPSCM")  # the first letters of Unicode's categories
FULL_WIDTH = 0xFEE0  # from ! to its full-width form
RANGES = ((0, 0x0900), (0x1E00, 0x2E80), (0x3000, 0x3400), (0xD7B0, 0x10000), (0x1F000, 0x1FB00))


def folded(text: str) -> str:
    """Lower case, half width, simplified; a line feed for a sentence's end, a comma for a pause;
    other marks and spaces are dropped. Doing it twice changes nothing."""
    table = _table()
    plain = text[:CHARACTERS_MAX].lower().translate(table)
    if unicodedata.is_normalized(
        "NFKC", plain
    ):  # nearly always, and folding costs more than all else
        return plain
    return unicodedata.normalize("NFKC", plain).lower().translate(table)


@lru_cache(maxsize=1)
def _table() -> Sequence[int | str | None]:
    """By code point: a list, because a dict that has not a key costs `translate` twice the time."""
    found = _folds()
    return [found.get(point, point) for point in range(RANGES[-1][1])]


def _folds() -> dict[int, str | None]:
    table: dict[int, str | None] = {
        point: None
        for first, last in RANGES
        for point in range(first, last)
        if unicodedata.category(chr(point))[0] in NOT_LETTERS
    }
    table |= {
        point: chr(point - FULL_WIDTH) for point in range(0xFF01, 0xFF5F) if chr(point).isalnum()
    }
    table |= {ord(pair[0]): pair[1] for pair in _pairs()}
    table |= dict.fromkeys(map(ord, PAUSES), PAUSE)
    return table | dict.fromkeys(map(ord, SENTENCE_ENDS), STOP)


def _pairs() -> list[str]:
    path = files("services.platform") / "data" / "traditional.txt"
    lines = path.read_text("utf-8").splitlines()
    return [pair for line in lines if not line.startswith("#") for pair in line.split()]
