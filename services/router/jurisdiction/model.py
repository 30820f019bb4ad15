"""The values that go into and come out of locating."""

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

LEVELS = MappingProxyType({4: "city", 6: "district", 9: "street", 12: "community"})
LENGTHS = (4, 6, 9, 12)  # digits of a code, from the city down
DISPATCH_MIN = 0.9  # from this confidence on nobody has to look


class NamedArea(Protocol):
    """A row of official areas: code of 4, 6, 9 or 12 digits, name, other names."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


class NamedPlace(Protocol):
    """A road, compound or landmark. `numbers`: per area the house numbers, or None for all."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def areas(self) -> tuple[str, ...]: ...
    @property
    def numbers(self) -> tuple[tuple[int, int] | None, ...]: ...


class Kind(IntEnum):
    """What a word is to us; of two meanings of one word the smaller kind counts."""

    FULL = 1  # a name that says what it is: 城东区, 韵家口镇, 中庄村
    SHORT = 2  # a listed name without its kind: 韵家口, 大通
    STEM = 3  # a made short form: believed only between other names
    LOOSE = 4  # a short name inside other words: 大通煤矿, 城北方向
    VEILED = 5  # a name that is also a decoy: 城中村 is a village only behind 多巴镇
    PLACE = 6  # a road, compound or landmark
    CITY = 7
    ELSEWHERE = 8
    ELSEWHERE_SHORT = 9
    DECOY = 10


class Mention(NamedTuple):
    """A word found at [start, end) of the normalised text, with the areas it may mean.

    `chained`: a larger area's name stands directly before it. `guessed`: it was misspelt.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    kind: Kind
    name: str
    chained: bool
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area that may be meant; `path` is its name from the district down."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The answer. `code` is the smallest settled area below the city, None where there is none.

    `confidence` (0 to 1) is of the code, or of `outside`; from DISPATCH_MIN on nobody has to look.
    Candidates are given where several areas may be meant. `outside`: it is not in this city.
    `words` are the directory's names that decided; the explanation has no others.
    """

    code: str | None
    level: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    explanation: str
    outside: bool
    words: tuple[str, ...] = ()
