"""What a message says, made ready to be grouped: handed in by who knows how to read it."""

from collections.abc import Callable
from typing import NamedTuple


class Reading(NamedTuple):
    """Folded words. full: title and text without formulas. subject: the same without the names and
    numbers of places. title: what a label may be made from. places: the places that it names."""

    full: str
    subject: str
    title: str
    places: frozenset[str]


Read = Callable[[str, str], Reading]  # of title and text
