"""发现: a problem that the data show, with its tickets and figures; the same for all who use it.

Made from facts up to a position, never stored as a fact itself: it can be found again from there.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

# 共性 in many areas; 集中 a burst against its own past and season; 重复 the same place, item or
# resident again and again; 复发 back within 90 days of its closure
FindingKind = Literal["common", "concentrated", "repeated", "recurring"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FindingFigure(_Value):
    """One number that the finding rests on. unit: "count", "share" (0..1), "days", "ratio"."""

    key: str
    name: str
    name_en: str
    value: float
    unit: Literal["count", "share", "days", "ratio"]


class Finding(_Value):
    """finding_id: stable; the same problem found from a later position keeps it while it begins on
    the same day. what: the subject in words, from the item or from the words its texts share.
    where: area code or several; place: compound, road or other listed place, no resident's words.
    who: units that have or had its tickets, most first. tickets: ids, oldest first.
    index: 0 to 100, how strong; explanation says how it comes about, and why it was found.
    repeated_by: for repeated, what is the same.
    """

    finding_id: str
    kind: FindingKind
    what: str
    what_en: str
    item: str | None = None
    areas: tuple[str, ...] = ()
    place: str | None = None
    repeated_by: Literal["place", "item", "resident"] | None = None
    who: tuple[str, ...] = ()
    first_day: date
    last_day: date
    tickets: tuple[str, ...]
    figures: tuple[FindingFigure, ...]
    index: float
    explanation: str
    explanation_en: str
    rule_version: str
