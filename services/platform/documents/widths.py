"""How wide texts are, before anything draws them, and how columns share a page."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.platform.documents.model import Table
from services.platform.documents.wording import cell_text

WORD = re.compile(
    r"[^\s⺀-\U0003ffff]+"
)  # what no line breaks within: no spaces, no Chinese letter
SENTENCE = re.compile(r".+?(?:[。；;]|\. |$)")
UNBROKEN_MAX = 24
WANTED_MAX = 60
TITLE_LEAST_MAX = 10


class Need(NamedTuple):
    """least: the longest word, a short title in two lines. wanted: all in one line, but titles."""

    least: int
    wanted: int


def half_widths(text: str) -> int:
    """In half letters: Chinese letters and full-width punctuation take two."""
    return sum(2 if ord(one) >= 0x2E80 else 1 for one in text)


def shortened(text: str, width_max: int) -> str:
    """text, or what of it fits before an ellipsis."""
    if half_widths(text) <= width_max:
        return text
    kept = text
    while half_widths(kept) > width_max - 1:
        kept = kept[:-1]
    return f"{kept}…"


def needs_of(table: Table) -> list[Need]:
    """Of each column, in half letters."""
    return [
        _need(column.title, [cell_text(row[at], column.kind) for row in table.rows])
        for at, column in enumerate(table.columns)
    ]


def shared(needs: Sequence[Need], total: int) -> list[int]:
    """Widths with the sum total: what is wanted if it fits, else less for the widest first."""
    wanted = [need.wanted for need in needs]
    if sum(wanted) > total:
        cap = max(wanted)
        while cap > 1 and sum(_capped(need, cap) for need in needs) > total:
            cap -= 1
        wanted = [_capped(need, cap) for need in needs]
    widths = [total * one // sum(wanted) for one in wanted]
    widths[-1] += total - sum(widths)
    return widths


def balanced(text: str, width_max: int, between: str = " · ") -> str:
    """A long line broken where its parts meet."""
    lines = [""]
    for part in text.split(between):
        longer = f"{lines[-1]}{between}{part}" if lines[-1] else part
        if half_widths(longer) <= width_max or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)


def paragraphs(text: str, width_max: int) -> list[str]:
    """Its lines, and of a line that is wider than that its sentences, as many as fit together."""
    parts: list[str] = []
    for line in text.splitlines() or [""]:
        parts.append("")
        for sentence in SENTENCE.findall(line) or [line]:
            if parts[-1] and half_widths(parts[-1] + sentence) > width_max:
                parts.append("")
            parts[-1] += sentence
    return [part.strip() for part in parts]


def _capped(need: Need, cap: int) -> int:
    return max(need.least, min(need.wanted, cap))


def _need(title: str, cells: Iterable[str]) -> Need:
    two_lines = -(-half_widths(title) // 4) * 2
    widest, longest = 4, max(_longest_word(title), min(two_lines, TITLE_LEAST_MAX))
    for cell in cells:
        widest = max(widest, half_widths(cell))
        longest = max(longest, _longest_word(cell))
    wanted = max(widest, two_lines, longest)
    return Need(min(max(longest, 4), UNBROKEN_MAX), min(wanted, WANTED_MAX))


def _longest_word(text: str) -> int:
    return max((len(word) for word in WORD.findall(text)), default=0)
